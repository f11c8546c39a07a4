"""Overtime, annual leave and notice pay, reckoned by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from niangjia.work.rights.calculator import leave, notice, overtime
from niangjia.work.rights.calculator.sheet import BadFacts


def test_overtime_pays_150_200_and_300_per_cent_of_the_hourly_wage() -> None:
    found = overtime.overtime(overtime.read({"monthly_wage": 8700, "working_days": 10, "rest_days": 8, "holidays": 8, "on": "2023-11-30"}))
    assert found.hourly == 50  # 8,700 ÷ 21.75 ÷ 8
    assert found.amounts == {"working_days": Decimal(750), "rest_days": Decimal(800), "holidays": Decimal(1200)}
    assert (found.total, found.owed) == (2750, 2750)
    assert any("第四十四条" in one for one in found.as_json()["articles"])


def test_what_was_paid_is_taken_off_and_fen_are_rounded_half_up() -> None:
    found = overtime.overtime(overtime.read({"monthly_wage": 5000, "working_days": 1.5, "paid": 100, "on": "2023-11-30"}))
    assert found.amounts["working_days"] == Decimal("64.66")  # 28.7356… × 1.5 × 1.5 = 64.655…
    assert found.owed == 0


def test_the_paid_days_carry_their_edition_and_are_marked_as_not_checked() -> None:
    for day, document in (("2024-12-31", "2008"), ("2025-01-01", "2025")):
        [source] = [
            one
            for one in overtime.overtime(overtime.read({"monthly_wage": 8700, "on": day})).as_json()["sources"]
            if "21.75" in one["article"]
        ]
        assert document in source["article"] and source["status"] == "unverified"
    with pytest.raises(BadFacts, match="没有收录"):
        overtime.overtime(overtime.read({"monthly_wage": 8700, "on": "2008-01-02"}))


def told(**changes: Any) -> leave.Leave:
    return leave.annual_leave(leave.read({"year": 2023, "cumulative_years": 12, "monthly_wage": 8700} | changes))


@pytest.mark.parametrize(("years", "days"), [(0.9, 0), (1, 5), (9.99, 5), (10, 10), (19, 10), (20, 15), (40, 15)])
def test_leave_grows_with_all_years_worked(years: float, days: int) -> None:
    assert told(cumulative_years=years).entitled == days


def test_unused_leave_pays_two_daily_wages_on_top_of_the_normal_one() -> None:
    found = told(taken_days=4)
    assert (found.due, found.untaken, found.daily, found.extra, found.whole) == (10, 6, 400, 4800, 7200)


@pytest.mark.parametrize(
    ("changes", "due", "untaken"),
    [
        ({"last_day_worked": "2023-06-30"}, 4, 4),  # 181 ÷ 365 × 10 = 4.96
        ({"last_day_worked": "2023-07-02", "taken_days": 1}, 5, 4),  # 183 ÷ 365 × 10 = 5.01
        ({"last_day_worked": "2023-06-30", "taken_days": 6}, 4, 0),  # more than due is not taken back
        ({"entry_date": "2023-07-01"}, 5, 5),  # 184 ÷ 365 × 10 = 5.04
        ({"entry_date": "2023-12-31"}, 0, 0),
        ({"entry_date": "2020-01-01", "last_day_worked": "2025-01-01"}, 10, 10),
        ({"year": 2024, "last_day_worked": "2024-12-31"}, 10, 10),
        ({"worked_12_months": False}, 0, 0),
        ({"excluded": True}, 0, 0),
    ],
)
def test_leave_of_whoever_came_or_left_is_converted_and_parts_of_a_day_fall_away(changes: dict[str, Any], due: int, untaken: int) -> None:
    found = told(**changes)
    assert (found.due, found.untaken) == (due, untaken)


def test_who_declined_in_writing_gets_the_normal_wage_only() -> None:
    assert (told(declined_in_writing=True).untaken, told(declined_in_writing=True).extra) == (10, 0)


@pytest.mark.parametrize(
    "changes",
    [{"year": 2007}, {"year": "2023"}, {"year": True}, {"cumulative_years": None}, {"entry_date": "2024-01-01"}, {"last_day_worked": "2022-01-01"},
     {"excluded": 1}, {"entry_date": "2023-06-01", "last_day_worked": "2023-05-01"}, {"dogs": 1}],
)  # fmt: skip
def test_leave_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadFacts):
        told(**changes)


def test_notice_pay_is_a_whole_month_however_few_days_were_missing() -> None:
    said = {"last_month_wage": Decimal("6200.50"), "last_day_worked": date(2023, 11, 30)}
    assert notice.notice_pay(**said).pay == Decimal("6200.50")
    assert notice.notice_pay(**said, notified_on=date(2023, 11, 1)).pay == Decimal("6200.50"), "29 days"
    kept = notice.notice_pay(**said, notified_on=date(2023, 10, 31))
    assert (kept.pay, kept.earliest_last_day) == (0, date(2023, 11, 30))
    with pytest.raises(BadFacts, match="last_month_wage"):
        notice.read({"last_day_worked": "2023-11-30"})
    with pytest.raises(BadFacts):
        notice.notice_pay(last_month_wage=Decimal(1), last_day_worked=date(2008, 1, 1))
