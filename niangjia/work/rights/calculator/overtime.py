"""Overtime pay (加班费): 150, 200 and 300 per cent of the hourly wage (劳动法第四十四条)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import today
from niangjia.base.money import round_fen
from niangjia.work.rights.calculator import sources as by
from niangjia.work.rights.calculator.sheet import BadFacts, Document, Worksheet, number, plain, yuan

PAID_DAYS, HOURS = Decimal("21.75"), 8
KINDS = (
    ("working_days", "工作日延长", Decimal("1.5")),
    ("rest_days", "休息日（没有补休）", Decimal(2)),
    ("holidays", "法定休假日", Decimal(3)),
)


@dataclass(frozen=True)
class OvertimeFacts:
    """The wage for normal hours of a month, the hours of each kind, what was paid already, and the day whose rules hold."""

    monthly_wage: Decimal
    working_days: Decimal = Decimal(0)
    rest_days: Decimal = Decimal(0)
    holidays: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    on: date | None = None


@dataclass(frozen=True)
class Overtime:
    """Pay of each kind, their sum, and what is still owed."""

    hourly: Decimal
    amounts: dict[str, Decimal]
    paid: Decimal
    sheet: Worksheet

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), Decimal(0))

    @property
    def owed(self) -> Decimal:
        return max(self.total - self.paid, Decimal(0))

    def as_json(self) -> dict[str, Any]:
        amounts = {key: number(amount) for key, amount in self.amounts.items()}
        sums = {"hourly": number(round_fen(self.hourly)), "total": number(self.total), "owed": number(self.owed)}
        return sums | amounts | self.sheet.as_json()


def overtime(facts: OvertimeFacts) -> Overtime:
    """Reckon one stretch of work at one wage. The hourly wage is not rounded, each kind's pay is."""
    on = facts.on or today()
    source = by.paid_days(on)
    if source is None:
        raise BadFacts("2008-01-03 以前的月计薪天数没有收录 (paid days a month before that day are not known here)")
    sheet = Worksheet()
    hourly = facts.monthly_wage / PAID_DAYS / HOURS
    sheet.say(f"小时工资 ＝ {yuan(facts.monthly_wage)} ÷ 21.75 天 ÷ 8 小时 ＝ {yuan(hourly)}（约）", source)
    amounts = {}
    for key, title, times in KINDS:
        hours: Decimal = getattr(facts, key)
        amounts[key] = round_fen(hourly * hours * times)
        if hours:
            sheet.say(f"{title} {plain(hours)} 小时 × {plain(times * 100)}% ＝ {yuan(amounts[key])}", by.OVERTIME)
    if facts.rest_days:
        sheet.say("休息日已经安排补休的，不另付加班费", by.OVERTIME)
    found = Overtime(hourly, amounts, facts.paid, sheet)
    paid = f"，已付 {yuan(facts.paid)}，还差 {yuan(found.owed)}" if facts.paid else ""
    sheet.say(f"加班费合计 {yuan(found.total)}{paid}")
    sheet.say("综合计算工时、不定时工作制另有算法，先看有没有批准")
    return found


def read(document: Any) -> OvertimeFacts:
    """`{"monthly_wage", "working_days", "rest_days", "holidays": hours, "paid", "on"}`."""
    said = Document(document)
    wage = said.amount("monthly_wage")
    if wage is None:
        raise BadFacts("请写明月工资 monthly_wage (monthly_wage is missing)")
    hours = {key: said.amount(key) or Decimal(0) for key, _, _ in KINDS}
    facts = OvertimeFacts(wage, paid=said.amount("paid") or Decimal(0), on=said.day("on"), **hours)
    said.close()
    return facts
