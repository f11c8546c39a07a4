"""Double wage without a written contract (二倍工资): from the second month to the day before the twelfth is full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from niangjia.base.calendar import add_months, chinese_date
from niangjia.base.money import round_fen
from niangjia.core.law.workdays import BUILT_IN, PROVISIONAL, Calendar, days_between
from niangjia.work.rights.calculator import sources as by
from niangjia.work.rights.calculator.sheet import Worksheet, yuan

MOST_MONTHS = 11
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """One month of employment as far as double wage is due in it; both days counted. ``whole_to`` is the month's own last day."""

    number: int
    start: date
    end: date
    whole_to: date

    @property
    def is_whole(self) -> bool:
        return self.end == self.whole_to


def stretches(entry: date, until: date) -> list[Stretch]:
    """The months 2 to 12 of employment as far as they lie before ``until`` (the day of signing, or the day after leaving)."""
    found = []
    for number in range(1, MOST_MONTHS + 1):
        start, whole_to = add_months(entry, number), add_months(entry, number + 1) - ONE
        if start >= until:
            break
        found.append(Stretch(number + 1, start, min(whole_to, until - ONE), whole_to))
    return found


def double_wage(
    sheet: Worksheet,
    *,
    entry: date,
    last_day: date,
    signed: date | None,
    wages: Sequence[Decimal],
    calendar: Calendar = BUILT_IN,
) -> Decimal | None:
    """The second wage due, written into ``sheet``; ``signed`` None: never. ``wages`` are those of the second, third … month of employment.

    None where wages of due months are missing altogether.
    """
    due = stretches(entry, min(last_day + ONE, signed or date.max))
    if not due:
        sheet.say("用工之日起一个月内订立了书面合同或者没有超过一个月，没有二倍工资", by.DOUBLE)
        return Decimal(0)
    how_many = f"{len(due)} 个月" if due[-1].is_whole else f"{len(due) - 1} 个整月，另有不满一个月"
    sheet.say(
        f"未订书面合同：{chinese_date(due[0].start)}至{chinese_date(due[-1].end)}应当每月支付二倍工资，即 {how_many}（最多 {MOST_MONTHS} 个月）",
        by.DOUBLE,
        by.UNTIL_A_YEAR,
    )
    if not wages:
        sheet.miss("二倍工资各月的工资没有给，这一项没有算")
        return None
    total = sum((_one(sheet, stretch, wage, last_day, calendar) for stretch, wage in zip(due, wages, strict=False)), Decimal(0))
    if len(wages) < len(due):
        sheet.miss(f"二倍工资应算 {len(due)} 个月，只给了 {len(wages)} 个月的工资，其余没有计入")
    if len(wages) > len(due):
        sheet.say(f"给了 {len(wages)} 个月的工资，后 {len(wages) - len(due)} 个不在期间内，不计")
    sheet.say(f"二倍工资差额合计 {yuan(total)}；它不是劳动报酬，申请仲裁有一年时效，请用时效计算器看每个月的风险")
    return total


def _one(sheet: Worksheet, stretch: Stretch, wage: Decimal, last_day: date, calendar: Calendar) -> Decimal:
    if stretch.is_whole:
        return round_fen(wage)
    worked = sum(calendar.is_workday(on) for on in days_between(stretch.start, stretch.end))
    whole = sum(calendar.is_workday(on) for on in days_between(stretch.start, stretch.whole_to))
    amount = round_fen(wage * worked / whole) if whole else Decimal(0)
    source = by.BY_WORKING_DAYS if last_day >= by.BY_WORKING_DAYS.valid_from else by.BY_PRACTICE
    sheet.say(
        f"第 {stretch.number} 个月只到 {chinese_date(stretch.end)}，按工作日折算：{yuan(wage)} × {worked} ÷ {whole} ＝ {yuan(amount)}",
        source,
    )
    if calendar.is_provisional(stretch.start, stretch.whole_to):
        sheet.miss(PROVISIONAL)
    return amount
