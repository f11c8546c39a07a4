"""The calendar and reckoning by the Civil Code."""

from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.core.law.reckoning import BadPeriod, Pause, due, merged
from niangjia.core.law.term import chinese_numeral
from niangjia.core.law.workdays import BUILT_IN, Calendar, Kind, Special

PUBLISHED = st.dates(date(2004, 1, 1), date(2026, 12, 31))
INSIDE = st.dates(date(2014, 5, 1), date(2025, 6, 30))
FRIDAY_OFF = Calendar(MappingProxyType({date(2027, 2, 5): Special(False, "春节"), date(2027, 2, 6): Special(True)}), frozenset({2027}))


@given(PUBLISHED)
def test_a_published_day_is_what_the_library_says(on: date) -> None:
    assert BUILT_IN.is_workday(on) == chinese_calendar.is_workday(on)


@given(INSIDE, st.integers(-60, 60).filter(bool))
def test_adding_working_days_lands_on_one_and_counts_them(on: date, number: int) -> None:
    landed = BUILT_IN.add_workdays(on, number)
    assert BUILT_IN.is_workday(landed)
    if number > 0:
        assert BUILT_IN.workdays_between(on, landed) == number
        assert BUILT_IN.add_workdays(on, number - 1) < landed
    else:
        assert BUILT_IN.workdays_between(landed - timedelta(days=1), on - timedelta(days=1)) == -number


@given(INSIDE)
def test_rolling_is_forward_idempotent_and_over_days_off_only(on: date) -> None:
    rolled = BUILT_IN.roll_forward(on)
    assert rolled >= on
    assert BUILT_IN.roll_forward(rolled) == rolled
    assert not any(BUILT_IN.is_workday(on + timedelta(days=step)) for step in range((rolled - on).days))


@given(INSIDE)
def test_without_weekends_only_holidays_roll(on: date) -> None:
    strict = BUILT_IN.without_weekends_rolling()
    assert strict.roll_forward(on) <= BUILT_IN.roll_forward(on)
    if BUILT_IN.day(on).kind is Kind.WEEKEND:
        assert strict.roll_forward(on) == on


def test_the_spring_festival_is_rolled_over_to_a_make_up_sunday() -> None:
    found = due("mediation.end", date(2024, 1, 26))
    assert (found.plain_on, found.due_on) == (date(2024, 2, 10), date(2024, 2, 18))
    assert BUILT_IN.day(found.due_on).kind is Kind.MAKE_UP
    assert "春节" in found.steps[-1] and "第二百零三条" in found.steps[-1]


def test_a_period_ending_on_a_make_up_saturday_does_not_roll() -> None:
    assert due("mediation.end", date(2023, 9, 22)).due_on == date(2023, 10, 7)


def test_the_first_day_is_not_counted_and_months_end_on_their_day() -> None:
    assert due("sue.after_award", date(2023, 12, 4)).due_on == date(2023, 12, 19)
    assert due("court.simple", date(2023, 11, 30)).due_on == date(2024, 2, 29)
    assert due("court.small_claims", date(2023, 12, 31)).plain_on == date(2024, 2, 29)
    assert due("limitation.one_year", date(2024, 2, 29)).due_on == date(2025, 2, 28)


def test_a_notice_before_a_hearing_counts_back_and_says_when_that_day_is_off() -> None:
    assert due("arbitration.hearing_notice", date(2024, 2, 20)).due_on == date(2024, 2, 7)
    found = due("wage_talk.information", date(2023, 12, 17))
    assert found.due_on == date(2023, 12, 10)
    assert "宜提前到 2023年12月8日" in found.steps[-1]


def test_a_year_without_data_is_reckoned_by_weekends_and_says_so() -> None:
    found = due("arbitration.accept", date(2027, 2, 4))
    assert (found.due_on, found.provisional) == (date(2027, 2, 11), True)
    assert any("暂按周末推算" in step for step in found.steps)
    known = due("arbitration.accept", date(2027, 2, 4), FRIDAY_OFF)
    assert (known.due_on, known.provisional) == (date(2027, 2, 11), False), "the Friday is off, the Saturday is worked"
    assert due("arbitration.accept", date(2026, 12, 28)).provisional
    assert not due("arbitration.accept", date(2026, 12, 21)).provisional


def test_the_table_goes_before_the_library() -> None:
    day = date(2023, 12, 18)
    corrected = Calendar(MappingProxyType({day: Special(False, "停工")}))
    assert BUILT_IN.is_workday(day) and not corrected.is_workday(day)
    assert corrected.day(day).is_corrected
    assert corrected.is_workday(date(2023, 12, 19))
    assert not Calendar(years=frozenset({2023})).is_workday(date(2023, 10, 7)), "a whole year entered leaves nothing of the library"


def test_a_pause_of_wage_talks_is_not_counted_up_to_sixty_days() -> None:
    start, plain = date(2023, 3, 1), due("wage_talk.finish", date(2023, 3, 1))
    assert plain.due_on == date(2023, 4, 13)
    paused = due("wage_talk.finish", start, pauses=[Pause(date(2023, 3, 15), date(2023, 4, 14))])
    assert paused.due_on == BUILT_IN.add_workdays(date(2023, 4, 14), 20)
    longest = due("wage_talk.finish", start, pauses=[Pause(date(2023, 3, 15), date(2023, 5, 14))])
    assert due("wage_talk.finish", start, pauses=[Pause(date(2023, 3, 15), date(2023, 8, 1))]).due_on == longest.due_on
    with pytest.raises(BadPeriod, match="没有中止"):
        due("sue.after_award", start, pauses=[Pause(date(2023, 3, 2), date(2023, 3, 4))])
    with pytest.raises(BadPeriod, match="早于"):
        merged([Pause(date(2023, 3, 4), date(2023, 3, 2))])


@given(INSIDE, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), max_size=4), st.tuples(st.integers(0, 60), st.integers(0, 40)))
def test_a_further_pause_never_shortens_a_clock(start: date, given_pauses: list[tuple[int, int]], more: tuple[int, int]) -> None:
    pauses = [Pause(start + timedelta(days=at), start + timedelta(days=at + days)) for at, days in [*given_pauses, more]]
    start = max(start, date(2016, 1, 1))
    assert due("arbitration.award", start, pauses=pauses).due_on >= due("arbitration.award", start, pauses=pauses[:-1]).due_on
    assert due("wage_talk.finish", start, pauses=pauses).due_on <= due("wage_talk.finish", start).due_on + timedelta(days=60 + 20)


def test_both_sides_may_agree_on_more_days() -> None:
    found = due("mediation.end", date(2023, 12, 18), extra=15)
    assert found.due_on == date(2024, 1, 17)
    assert "另加 15 日" in found.steps[1]
    with pytest.raises(BadPeriod):
        due("mediation.end", date(2023, 12, 18), extra=-1)
    with pytest.raises(BadPeriod):
        due("limitation.one_year", date(9999, 12, 31))


def test_articles_are_counted_in_chinese() -> None:
    said = {1: "一", 10: "十", 14: "十四", 20: "二十", 27: "二十七", 100: "一百", 110: "一百一十", 205: "二百零五", 226: "二百二十六"}
    assert {number: chinese_numeral(number) for number in said} == said
