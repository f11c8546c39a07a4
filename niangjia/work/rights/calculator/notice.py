"""Notice pay (代通知金): a month's wage where thirty days' notice was not given (劳动合同法第四十条)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import chinese_date
from niangjia.base.money import round_fen
from niangjia.work.rights.calculator import sources as by
from niangjia.work.rights.calculator.sheet import BadFacts, Document, Worksheet, number, yuan

NOTICE_DAYS = 30


@dataclass(frozen=True)
class Notice:
    """The month's wage due, and the earliest last day had notice been kept."""

    pay: Decimal
    earliest_last_day: date | None
    sheet: Worksheet

    def as_json(self) -> dict[str, Any]:
        day = self.earliest_last_day
        return {"pay_in_lieu": number(self.pay), "earliest_last_day": day.isoformat() if day else None, **self.sheet.as_json()}


def notice_pay(*, last_month_wage: Decimal, last_day_worked: date, notified_on: date | None = None) -> Notice:
    """``notified_on`` None: no written notice. The whole month is due, however many of the thirty days were missing."""
    if last_day_worked < by.RULES_FROM:
        raise BadFacts("2008-09-18 劳动合同法实施条例施行以前的没有收录 (not known before that day)")
    sheet, earliest = Worksheet(), None
    if notified_on is not None:
        earliest = notified_on + timedelta(days=NOTICE_DAYS)
        if last_day_worked >= earliest:
            sheet.say(f"{chinese_date(notified_on)}书面通知，满三十日后才解除，没有代通知金", by.contract(40))
            return Notice(Decimal(0), earliest, sheet)
        short = (earliest - last_day_worked).days
        sheet.say(f"{chinese_date(notified_on)}书面通知，满三十日是 {chinese_date(earliest)}，少了 {short} 日", by.contract(40))
    else:
        sheet.say("没有提前三十日书面通知", by.contract(40))
    pay = round_fen(last_month_wage)
    sheet.say(f"额外支付一个月工资，按上一个月的工资标准 {yuan(pay)}", by.IN_LIEU)
    return Notice(pay, earliest, sheet)


def read(document: Any) -> dict[str, Any]:
    """`{"last_month_wage", "last_day_worked", "notified_on"}` as arguments of ``notice_pay``."""
    said = Document(document)
    wage, last, notified = said.amount("last_month_wage"), said.day("last_day_worked"), said.day("notified_on")
    if wage is None or last is None:
        raise BadFacts("请写明上月工资 last_month_wage 和最后工作日 last_day_worked (last_month_wage and last_day_worked are wanted)")
    said.close()
    return {"last_month_wage": wage, "last_day_worked": last, "notified_on": notified}
