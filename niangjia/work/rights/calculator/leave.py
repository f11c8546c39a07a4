"""Annual leave (带薪年休假): days of a year, and the pay for days not taken."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.money import round_fen
from niangjia.work.rights.calculator import sources as by
from niangjia.work.rights.calculator.overtime import PAID_DAYS
from niangjia.work.rights.calculator.sheet import BadFacts, Document, Worksheet, number, plain, yuan

DAYS_OF_YEAR = 365
STEPS = ((20, 15), (10, 10), (1, 5))
"""From how many years of all work, how many days."""


@dataclass(frozen=True)
class LeaveFacts:
    """One worker in one calendar year. ``cumulative_years``: all work with all employers. Days in this unit: from entry to leaving."""

    year: int
    cumulative_years: Decimal
    monthly_wage: Decimal
    taken_days: Decimal = Decimal(0)
    entry_date: date | None = None
    last_day_worked: date | None = None
    worked_12_months: bool = True
    excluded: bool = False
    declined_in_writing: bool = False

    def __post_init__(self) -> None:
        if self.year < by.LEAVE_RULES_FROM.year:
            raise BadFacts("2008 年以前没有带薪年休假条例 (the regulation begins in 2008)")
        if self.entry_date and self.entry_date.year > self.year:
            raise BadFacts("入职日在这一年以后 (the entry date is after that year)")
        if self.last_day_worked and self.last_day_worked.year < self.year:
            raise BadFacts("最后工作日在这一年以前 (the last day worked is before that year)")
        if self.entry_date and self.last_day_worked and self.last_day_worked < self.entry_date:
            raise BadFacts("最后工作日早于入职日 (the last day worked is before the entry date)")


@dataclass(frozen=True)
class Leave:
    """Days due this year in this unit, days not taken, and the 200 per cent on top of the pay already received."""

    entitled: int
    due: int
    untaken: int
    daily: Decimal
    extra: Decimal
    sheet: Worksheet

    @property
    def whole(self) -> Decimal:
        """The 300 per cent, normal pay included."""
        return round_fen(self.daily * 3 * self.untaken)

    def as_json(self) -> dict[str, Any]:
        sums = {"daily": number(round_fen(self.daily)), "extra": number(self.extra), "whole": number(self.whole)}
        return {"entitled": self.entitled, "due": self.due, "untaken": self.untaken, **sums, **self.sheet.as_json()}


def annual_leave(facts: LeaveFacts) -> Leave:
    """Reckon a year's leave in one unit."""
    sheet = Worksheet()
    entitled = _entitled(sheet, facts)
    due = _in_this_unit(sheet, facts, entitled)
    untaken = max(0, int(due - facts.taken_days))
    daily = facts.monthly_wage / PAID_DAYS
    extra = Decimal(0)
    sheet.say(f"应休 {due} 天，已休 {plain(facts.taken_days)} 天，未休 {untaken} 天（不足一整天的不算）")
    if untaken and facts.declined_in_writing:
        sheet.say("单位安排了、本人书面提出不休的，可以只付正常工资", by.LEAVE_EXTRA)
    elif untaken:
        extra = round_fen(daily * 2 * untaken)
        sheet.say(f"日工资 ＝ 前 12 个月剔除加班费的月平均 {yuan(facts.monthly_wage)} ÷ 21.75 ＝ {yuan(daily)}（约）", by.LEAVE_DAILY)
        sheet.say(
            f"未休按日工资的 300% 支付，其中 100% 是已经发的正常工资，另付 200% × {untaken} 天 ＝ {yuan(extra)}",
            by.LEAVE_PAY,
            by.LEAVE_EXTRA,
        )
    return Leave(entitled, due, untaken, daily, extra, sheet)


def _entitled(sheet: Worksheet, facts: LeaveFacts) -> int:
    if not facts.worked_12_months:
        sheet.say("连续工作不满 12 个月，还没有年休假", by.ONE_YEAR_FIRST)
        return 0
    days = next((days for years, days in STEPS if facts.cumulative_years >= years), 0)
    sheet.say(f"累计工作 {plain(facts.cumulative_years)} 年，全年年休假 {days} 天", by.LEAVE_DAYS)
    if days and facts.excluded:
        sheet.say("有寒暑假多于年休假、事假累计 20 天以上不扣工资或者长期病假的情形，不享受当年年休假", by.NO_LEAVE)
        return 0
    return days


def _in_this_unit(sheet: Worksheet, facts: LeaveFacts, entitled: int) -> int:
    """Converted by calendar days for whoever came or left within the year; a part of a day falls away."""
    first, last = date(facts.year, 1, 1), date(facts.year, 12, 31)
    came = max(facts.entry_date or first, first)
    left = min(facts.last_day_worked or last, last)
    if not entitled or (came == first and left == last):
        return entitled
    days = (left - came).days + 1
    converted = int(Decimal(days) * entitled / DAYS_OF_YEAR)
    sources = ((by.LEAVE_NEWCOMER,) if came > first else ()) + ((by.LEAVE_LEAVER,) if left < last else ())
    sheet.say(f"当年在本单位 {days} 天：{days} ÷ 365 × {entitled} 天，折算 {converted} 天，不足一整天的不算", *sources)
    return min(converted, entitled)


def read(document: Any) -> LeaveFacts:
    """`{"year", "cumulative_years", "monthly_wage", "taken_days", "entry_date", "last_day_worked", "worked_12_months", "excluded",
    "declined_in_writing"}`.
    """
    said = Document(document)
    year, years, wage = said.take("year"), said.amount("cumulative_years"), said.amount("monthly_wage")
    if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2100:
        raise BadFacts(f"year 要是年份：{year} (year is not a year)")
    if years is None or wage is None:
        raise BadFacts("请写明累计工作年限 cumulative_years 和月工资 monthly_wage (cumulative_years and monthly_wage are wanted)")
    facts = LeaveFacts(
        year, years, wage, said.amount("taken_days") or Decimal(0), said.day("entry_date"), said.day("last_day_worked"),
        said.flag("worked_12_months", True), said.flag("excluded", False), said.flag("declined_in_writing", False),
    )  # fmt: skip
    said.close()
    return facts
