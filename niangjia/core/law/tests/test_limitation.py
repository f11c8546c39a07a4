"""The limitation of arbitration: one year, interrupted and suspended."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.core.law.limitation import ClockEvent, EventType, limitation, read
from niangjia.core.law.reckoning import BadPeriod
from niangjia.core.law.workdays import BUILT_IN

KNOWN = date(2022, 3, 1)
STARTS = st.dates(date(2010, 1, 1), date(2022, 6, 30))


def interrupted(start: date, end: date | None = None) -> ClockEvent:
    return ClockEvent(EventType.INTERRUPTION, "向劳动监察投诉", start, end)


def suspended(start: date, end: date | None = None) -> ClockEvent:
    return ClockEvent(EventType.SUSPENSION, "不可抗力", start, end)


def last_day(*events: ClockEvent, known_on: date = KNOWN) -> date | None:
    return limitation("severance", known_on=known_on, events=events).last_day


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], date(2023, 3, 1)),
        ([interrupted(date(2022, 9, 1))], date(2023, 9, 1)),
        ([interrupted(date(2022, 9, 1), date(2022, 11, 15))], date(2023, 11, 15)),
        ([interrupted(date(2022, 9, 1)), interrupted(date(2023, 8, 31))], date(2024, 9, 2)),  # 31 August 2024 is a Saturday
        ([interrupted(date(2023, 3, 1))], date(2024, 3, 1)),  # on the last day itself
        ([interrupted(date(2023, 3, 2))], date(2023, 3, 1)),  # a day too late
        ([interrupted(date(2022, 2, 1))], date(2023, 3, 1)),  # before it began
        ([suspended(date(2022, 12, 1), date(2022, 12, 31))], date(2023, 3, 31)),  # thirty days
        ([suspended(date(2022, 4, 1), date(2022, 4, 11))], date(2023, 3, 13)),  # no "last six months" here; 11 March is a Saturday
        ([suspended(date(2022, 4, 1), date(2022, 4, 11)), suspended(date(2022, 4, 6), date(2022, 4, 21))], date(2023, 3, 21)),
        ([suspended(date(2023, 3, 2), date(2023, 5, 1))], date(2023, 3, 1)),  # after it had expired
        ([suspended(date(2022, 4, 1), date(2022, 4, 11)), interrupted(date(2022, 9, 1))], date(2023, 9, 1)),
        ([suspended(date(2022, 10, 1), date(2022, 10, 31)), interrupted(date(2022, 9, 1))], date(2023, 10, 7)),  # 1 October, a holiday
        ([suspended(date(2022, 12, 1), None)], None),
        ([suspended(date(2023, 6, 1), None)], date(2023, 3, 1)),
    ],
)
def test_the_last_day(events: list[ClockEvent], expected: date | None) -> None:
    assert last_day(*events) == expected


def test_an_interruption_and_a_later_suspension_add_up() -> None:
    found = limitation(
        "severance", known_on=KNOWN, events=[suspended(date(2022, 10, 1), date(2022, 10, 31)), interrupted(date(2022, 9, 1))]
    )
    assert found.last_day == BUILT_IN.roll_forward(date(2023, 9, 1) + timedelta(days=30))
    assert [article.paragraph for article in found.articles] == [1, 2, 3]


def test_wages_have_no_limit_while_employed_and_a_year_after_the_end() -> None:
    for claim in ("wages", "overtime"):
        employed = limitation(claim, known_on=date(2015, 1, 1))
        assert employed.last_day is None and not employed.is_suspended
        ended = limitation(claim, known_on=date(2015, 1, 1), relation_end=date(2023, 6, 30))
        assert ended.last_day == date(2024, 7, 1), "30 June 2024 is a Sunday"
        assert [article.paragraph for article in ended.articles] == [4]
    assert limitation("severance", known_on=date(2023, 6, 30), relation_end=None).last_day == date(2024, 7, 1)


def test_the_steps_say_that_it_is_a_risk_and_no_bar() -> None:
    for found in (limitation("severance", known_on=KNOWN), limitation("severance", known_on=KNOWN, events=[suspended(KNOWN)])):
        assert "照常受理" in found.steps[-1]


@pytest.mark.parametrize(
    ("on", "level"),
    [
        (date(2022, 12, 1), ""),
        (date(2022, 12, 31), "two_months"),
        (date(2023, 1, 30), "month"),
        (date(2023, 2, 22), "urgent"),
        (date(2023, 3, 1), "urgent"),
        (date(2023, 3, 2), "expired"),
    ],
)
def test_the_alert_rises_at_sixty_thirty_and_seven_days(on: date, level: str) -> None:
    assert limitation("severance", known_on=KNOWN).alert(on) == level


@st.composite
def histories(draw: st.DrawFn) -> tuple[date, list[ClockEvent]]:
    start = draw(STARTS)
    events = []
    for _ in range(draw(st.integers(0, 5))):
        began = start + timedelta(days=draw(st.integers(-100, 900)))
        ended = began + timedelta(days=draw(st.integers(0, 200)))
        events.append(draw(st.sampled_from([interrupted, suspended]))(began, ended))
    return start, events


@given(histories(), st.integers(-100, 900), st.integers(0, 200))
def test_an_interruption_never_shortens(history: tuple[date, list[ClockEvent]], at: int, days: int) -> None:
    start, events = history
    began = start + timedelta(days=at)
    before, after = last_day(*events, known_on=start), last_day(*events, interrupted(began, began + timedelta(days=days)), known_on=start)
    assert before is not None and after is not None
    assert after >= before


@given(histories(), st.integers(-100, 900), st.integers(0, 200))
def test_a_suspension_never_shortens(history: tuple[date, list[ClockEvent]], at: int, days: int) -> None:
    start, events = history
    began = start + timedelta(days=at)
    before, after = last_day(*events, known_on=start), last_day(*events, suspended(began, began + timedelta(days=days)), known_on=start)
    assert before is not None and after is not None
    assert after >= before


@given(histories())
def test_it_is_at_least_a_year_ends_on_a_working_day_and_not_on_the_order_of_telling(history: tuple[date, list[ClockEvent]]) -> None:
    start, events = history
    found = last_day(*events, known_on=start)
    plain = last_day(known_on=start)
    assert found is not None and plain is not None
    assert found >= plain
    assert BUILT_IN.is_workday(found)
    assert found == last_day(*reversed(events), known_on=start)


@given(STARTS, st.integers(0, 364), st.integers(0, 100))
def test_a_closed_suspension_adds_its_days_before_rolling(start: date, at: int, days: int) -> None:
    began = start + timedelta(days=at)
    found = last_day(suspended(began, began + timedelta(days=days)), known_on=start)
    plain = start.replace(year=start.year + 1) if (start.month, start.day) != (2, 29) else date(start.year + 1, 2, 28)
    assert found == BUILT_IN.roll_forward(plain + timedelta(days=days))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "JSON 对象"),
        ({"claim": "gold", "known_on": "2022-03-01"}, "不认识的请求"),
        ({"claim": "severance"}, "known_on"),
        ({"claim": "severance", "known_on": "1.3.2022"}, "不是日期"),
        ({"claim": "severance", "known_on": "2001-03-01"}, "未收录"),
        ({"claim": "severance", "known_on": "2022-03-01", "events": {}}, "列表"),
        ({"claim": "severance", "known_on": "2022-03-01", "events": [{"type": "break", "from": "2022-04-01"}]}, "interruption"),
        ({"claim": "severance", "known_on": "2022-03-01", "events": [{"type": "suspension"}]}, "from"),
        (
            {"claim": "severance", "known_on": "2022-03-01", "events": [{"type": "suspension", "from": "2022-04-02", "to": "2022-04-01"}]},
            "早于",
        ),
        ({"claim": "severance", "known_on": "2022-03-01", "sum": 3}, "不认识的栏目"),
    ],
)
def test_a_document_that_cannot_be_is_refused_with_the_reason(document: object, said: str) -> None:
    with pytest.raises(BadPeriod, match=said):
        limitation(**read(document))
