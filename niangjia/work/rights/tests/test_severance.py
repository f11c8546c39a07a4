"""Worked cases of severance, reckoned by hand: each reason, caps and floor, rounding of years, contracts signed late, never, at entry."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.work.rights.calculator.double_wage import stretches
from niangjia.work.rights.calculator.reasons import REASONS
from niangjia.work.rights.calculator.service import months_of_pay, service
from niangjia.work.rights.calculator.severance import Facts, read, reckon
from niangjia.work.rights.calculator.sheet import BadFacts

NOTHING = ("resignation", "mutual_worker_proposed", "art39_misconduct", "art39_probation", "expiry_same_terms_refused", "part_time_ended",
           "pension_started", "still_employed")  # fmt: skip
SEVERANCE = ("mutual_employer_proposed", "art38_employer_fault", "art40_with_notice", "art41_layoff", "expiry_not_renewed_by_employer",
             "expiry_lower_terms_refused", "bankruptcy", "dissolution", "task_finished")  # fmt: skip


def facts(reason: str = "art41_layoff", **changes: Any) -> dict[str, Any]:
    """Three years and two months at 6,000; changes say what differs."""
    return {
        "reason": reason, "entry_date": "2020-01-01", "last_day_worked": "2023-02-28", "merged_prior_years": 0,
        "wages_last_12_months": [6000] * 12, "last_month_wage": 6200, "city_average_month": 8000, "minimum_wage": 2280,
        "contract_signed": "at_entry", "double_wage_month_wages": [],
    } | changes  # fmt: skip


def told(**said: Any) -> dict[str, Any]:
    return reckon(read(facts(**said))).as_json()


@pytest.mark.parametrize("reason", NOTHING)
def test_a_reason_without_compensation_gives_nothing(reason: str) -> None:
    found = told(reason=reason)
    assert [found[name] for name in ("months", "severance", "pay_in_lieu", "unlawful", "double_wage", "total")] == [0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("reason", SEVERANCE)
def test_a_reason_of_article_46_gives_n(reason: str) -> None:
    found = told(reason=reason)
    assert (found["months"], found["severance"], found["total"]) == (3.5, 21000, 21000), "3 years 2 months: 3.5 × 6,000"
    assert found["after_order"] == {"from": 10500, "to": 21000}


def test_no_notice_gives_n_and_a_month_at_last_months_wage() -> None:
    found = told(reason="art40_pay_in_lieu")
    assert (found["severance"], found["pay_in_lieu"], found["total"]) == (21000, 6200, 27200)


def test_unlawful_termination_gives_two_n_and_no_severance() -> None:
    found = told(reason="illegal_termination")
    assert (found["months"], found["severance"], found["unlawful"], found["total"]) == (3.5, 0, 42000, 42000)


def test_every_reason_of_the_interface_has_been_worked() -> None:
    assert {*NOTHING, *SEVERANCE, "art40_pay_in_lieu", "illegal_termination"} == set(REASONS)


CASES = [  # what differs, N, base, severance
    ({"last_day_worked": "2020-12-31"}, 1, 6000, 6000),  # exactly a year
    ({"last_day_worked": "2021-01-01"}, 1.5, 6000, 9000),  # a year and a day
    ({"last_day_worked": "2020-06-30"}, 1, 6000, 6000),  # exactly six months
    ({"last_day_worked": "2020-06-29"}, 0.5, 6000, 3000),  # five months and 29 days
    ({"last_day_worked": "2020-01-01"}, 0.5, 6000, 3000),  # one day
    ({"entry_date": "2020-08-31", "last_day_worked": "2021-02-27"}, 1, 6000, 6000),  # the corresponding day of 31 August is 28 February
    ({"entry_date": "2020-02-29", "last_day_worked": "2021-02-27"}, 1, 6000, 6000),
    ({"entry_date": "2010-07-01", "last_day_worked": "2023-12-31"}, 13.5 + 0.5, 6000, 84000),  # 13 years 6 months: 14
    ({"wages_last_12_months": [24000] * 12}, 3.5, 24000, 84000),  # exactly three times the average: no cap
    ({"wages_last_12_months": [24001] * 12}, 3.5, 24000, 84000),  # capped
    (
        {"wages_last_12_months": [30000] * 12, "entry_date": "2009-01-01", "last_day_worked": "2023-12-31"},
        12,
        24000,
        288000,
    ),  # 15 years → 12
    (
        {"wages_last_12_months": [20000] * 12, "entry_date": "2009-01-01", "last_day_worked": "2023-12-31"},
        15,
        20000,
        300000,
    ),  # no cap of years
    ({"wages_last_12_months": [2000] * 12}, 3.5, 2280, 7980),  # the minimum wage is the floor
    ({"wages_last_12_months": [2280] * 12}, 3.5, 2280, 7980),
    ({"wages_last_12_months": [6000] * 11 + [6001]}, 3.5, 6000.08, 21000.28),  # 72,001 ÷ 12 = 6,000.083…
    ({"wages_last_12_months": [5000, 7000], "entry_date": "2023-01-01", "last_day_worked": "2023-02-28"}, 0.5, 6000, 3000),
    ({"merged_prior_years": 4}, 7.5, 6000, 45000),  # 3 years 2 months and 4 years
    ({"merged_prior_years": 0.5}, 4, 6000, 24000),  # 3 years 2 months and 6 months: 3 years 8 months
    ({"merged_prior_years": 0.25}, 3.5, 6000, 21000),  # 3 years 5 months
    ({"entry_date": "2005-07-01", "last_day_worked": "2012-12-31"}, 5, 6000, 30000),  # since 2008-01-01 only
    (
        {"entry_date": "2010-01-01", "last_day_worked": "2014-12-31", "merged_prior_years": 6},
        7,
        6000,
        42000,
    ),  # earlier years since 2008 only
    ({"city_average_month": None, "wages_last_12_months": [90000] * 12}, 3.5, 90000, 315000),
]


@pytest.mark.parametrize(("changes", "months", "base", "severance"), CASES)
def test_a_worked_case(changes: dict[str, Any], months: float, base: float, severance: float) -> None:
    found = told(**changes)
    assert (found["months"], found["base"], found["severance"], found["total"]) == (months, base, severance, severance)


def test_two_n_counts_from_the_first_day_and_takes_the_cap_too() -> None:
    long = {"entry_date": "2000-01-01", "last_day_worked": "2023-12-31"}
    assert told(reason="illegal_termination", **long)["unlawful"] == 24 * 6000 * 2
    assert told(reason="illegal_termination", wages_last_12_months=[30000] * 12, **long)["unlawful"] == 12 * 24000 * 2
    assert told(reason="illegal_termination", wages_last_12_months=[1000] * 12)["unlawful"] == 15960  # 2,280 × 3.5 × 2


DOUBLE = [  # entry, last day, signed, wages given, double wage
    ("2022-03-01", "2023-12-31", "never", [5000] * 11, 55000),  # eleven months
    ("2022-03-01", "2023-12-31", "never", [5000] * 14, 55000),  # no more
    ("2022-03-01", "2022-08-31", "never", [5000] * 5, 25000),  # left after six months
    ("2022-03-01", "2022-03-31", "never", [5000], 0),  # within the first month
    ("2022-03-01", "2023-12-31", "2022-03-31", [5000] * 11, 0),  # signed within a month
    ("2022-03-01", "2023-12-31", "2022-04-01", [5000] * 11, 0),  # on the day it would begin
    ("2022-03-01", "2023-12-31", "2022-08-01", [5000, 5100, 5200, 5300], 20600),  # April to July
    ("2022-03-01", "2023-12-31", "2023-06-01", [5000] * 11, 55000),  # signed after a year
    ("2022-03-01", "2023-12-31", "2022-02-20", [5000] * 11, 0),  # signed before entry
    ("2023-03-01", "2023-12-31", "2023-05-16", [5000, 4200], 5000 + 1800),  # to 15 May: 9 of 21 working days of May
    ("2022-03-01", "2023-12-31", "at_entry", [5000] * 11, 0),
]


@pytest.mark.parametrize(("entry", "last", "signed", "wages", "due"), DOUBLE)
def test_double_wage_runs_from_the_second_month_to_the_twelfth(entry: str, last: str, signed: str, wages: list[int], due: int) -> None:
    found = told(
        reason="resignation", entry_date=entry, last_day_worked=last, contract_signed=signed, double_wage_month_wages=wages
    )  # fmt: skip
    assert (found["double_wage"], found["total"]) == (due, due)


def test_double_wage_adds_to_what_the_end_gives_and_is_due_while_employed() -> None:
    late = {"entry_date": "2022-03-01", "contract_signed": "never", "double_wage_month_wages": [5000] * 11}
    assert told(reason="still_employed", last_day_worked="2023-12-31", **late)["total"] == 55000
    assert told(reason="illegal_termination", last_day_worked="2023-02-28", **late)["total"] == 55000 + 12000
    assert told(reason="still_employed", last_day_worked=None, **late)["total"] == 55000, "until today"


def test_a_month_that_is_not_whole_goes_by_its_working_days_and_since_when_that_is_said() -> None:
    late = {"reason": "resignation", "contract_signed": "never", "double_wage_month_wages": [4200]}
    before = told(entry_date="2023-04-01", last_day_worked="2023-05-15", **late)
    after = told(entry_date="2025-09-01", last_day_worked="2025-10-15", **late)
    assert before["double_wage"] == 1800
    assert after["double_wage"] == 1400, "9, 10, 11 (made up), 13, 14, 15 October: 6 of the month's 18 working days"
    assert not any("法释〔2025〕12号" in step for step in before["steps"])
    [source] = [one for one in after["sources"] if "法释〔2025〕12号" in one["article"]]
    assert source["status"] == "unverified"


def test_a_waiver_of_insurance_is_void_since_september_2025() -> None:
    said = {"reason": "art38_employer_fault"}
    assert not any("放弃社保" in step for step in told(last_day_worked="2025-08-31", **said)["steps"])
    assert any("放弃社保" in step and "待核" in step for step in told(last_day_worked="2025-09-01", **said)["steps"])


def test_what_is_not_known_is_said_and_left_out() -> None:
    bare = reckon(read({"reason": "art40_pay_in_lieu", "entry_date": "2020-01-01", "last_day_worked": "2023-02-28"}))
    said = bare.as_json()
    assert (said["months"], said["base"], said["severance"], said["pay_in_lieu"], said["double_wage"], said["total"]) == (
        3.5, None, None, None, None, 0
    )  # fmt: skip
    assert len(said["unknown"]) == 3
    assert "没有算在内" in said["steps"][-1]
    uncapped = told(city_average_month=None, minimum_wage=None)
    assert len(uncapped["unknown"]) == 2 and uncapped["severance"] == 21000
    assert told(contract_signed=None)["double_wage"] is None
    short = told(contract_signed="never", double_wage_month_wages=[5000] * 3)
    assert short["double_wage"] == 15000
    assert any("只给了 3 个月" in one for one in short["unknown"])


def test_every_step_with_a_rule_names_its_article() -> None:
    found = told(reason="art40_pay_in_lieu", contract_signed="never", double_wage_month_wages=[5000] * 11, merged_prior_years=2)
    for article in (
        "第四十条",
        "第四十六条",
        "第四十七条第一款",
        "第四十七条第二款",
        "第八十二条",
        "实施条例第十条",
        "实施条例第二十条",
        "实施条例第二十七条",
        "第八十五条",
    ):
        assert any(article in one for one in found["articles"]), article
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": "fired"}, "reason"),
        ({"reason": None}, "reason"),
        ({"entry_date": None}, "entry_date"),
        ({"entry_date": "2023-13-01"}, "不是日期"),
        ({"entry_date": "1023-01-01"}, "之间"),
        ({"last_day_worked": None}, "last_day_worked"),
        ({"last_day_worked": "2019-12-31"}, "早于入职日"),
        ({"entry_date": "2001-01-01", "last_day_worked": "2008-09-17"}, "没有收录"),
        ({"wages_last_12_months": [6000] * 13}, "最多 12"),
        ({"wages_last_12_months": 6000}, "列表"),
        ({"wages_last_12_months": [-1]}, "大于等于 0"),
        ({"wages_last_12_months": ["much"]}, "不是数"),
        ({"wages_last_12_months": [True]}, "不是数"),
        ({"wages_last_12_months": [float("nan")]}, "大于等于 0"),
        ({"merged_prior_years": 61}, "太多"),
        ({"contract_signed": "later"}, "不是日期"),
        ({"bonus": 1}, "不认识的栏目"),
    ],
)
def test_facts_that_cannot_be_are_refused_with_the_reason(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadFacts, match=said):
        read(facts(**changes))
    with pytest.raises(BadFacts, match="JSON 对象"):
        read([1])


DAYS = st.dates(date(2008, 1, 1), date(2024, 12, 31))


@given(DAYS, DAYS, DAYS)
def test_longer_service_is_never_worth_less(entry: date, one: date, other: date) -> None:
    first, second = sorted((max(one, entry), max(other, entry)))
    assert months_of_pay(service(entry, first)) <= months_of_pay(service(entry, second))


@given(DAYS, st.integers(1, 6000))
def test_months_of_pay_lie_within_half_a_month_to_one_of_the_true_length(entry: date, days: int) -> None:
    served = service(entry, date.fromordinal(entry.toordinal() + days))
    true = Decimal(served.months) / 12 + Decimal(served.days) / 366
    assert true <= months_of_pay(served) < true + 1


@given(st.sampled_from(sorted({*SEVERANCE, "illegal_termination"})), DAYS, DAYS, st.integers(0, 40_000), st.integers(0, 40_000))
def test_more_wage_never_gives_less_below_the_cap_of_years(reason: str, one: date, other: date, low: int, high: int) -> None:
    entry, last = sorted((one, other))
    last = max(last, date(2008, 9, 18))
    low, high = sorted((low, high))
    results = [
        reckon(Facts(reason, entry, last, Decimal(0), (Decimal(wage),) * 12, None, Decimal(8000), Decimal(2280), "at_entry")) for wage in (low, high)
    ]  # fmt: skip
    poorer, richer = results
    if richer.months == poorer.months:
        assert richer.total >= poorer.total
    assert all(result.base is not None and Decimal(2280) <= result.base <= Decimal(24000) for result in results)


@given(DAYS, DAYS)
def test_at_most_eleven_months_of_double_wage_lie_end_to_end(entry: date, until: date) -> None:
    found = stretches(entry, until)
    assert len(found) <= 11
    for before, after in pairwise(found):
        assert before.is_whole and before.end.toordinal() + 1 == after.start.toordinal()
    assert all(stretch.start <= stretch.end < until for stretch in found)
