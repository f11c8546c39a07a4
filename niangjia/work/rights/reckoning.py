"""What the calculators found, as pages show it and as a dispute claims it: sums by kind, the worksheet, what is not known (计算过程)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from niangjia.core.law.enums import RateKind
from niangjia.core.law.models import LocalRate
from niangjia.core.law.queries import calendar, rate_on
from niangjia.work.rights.calculator import leave, notice, overtime, severance
from niangjia.work.rights.calculator import sources as by
from niangjia.work.rights.calculator.double_wage import double_wage, stretches
from niangjia.work.rights.calculator.sheet import Worksheet
from niangjia.work.rights.enums import Kind

ZERO = Decimal(0)
SORTS = {"severance": "经济补偿、赔偿金、二倍工资", "overtime": "加班费", "annual-leave": "年休假", "notice-pay": "代通知金"}
"""The calculators, by the names the command line gives them."""
ITEMS: dict[str, str | Promise] = {
    "severance": _("经济补偿"), "pay_in_lieu": _("代通知金"), "unlawful": _("违法解除赔偿金"), "double_wage": _("没签合同的二倍工资"),
    "overtime": _("加班费"), "leave": _("没休的年休假"),
}  # fmt: skip
KINDS = {
    "severance": Kind.SEVERANCE, "pay_in_lieu": Kind.SEVERANCE, "unlawful": Kind.UNLAWFUL, "double_wage": Kind.DOUBLE_WAGE,
    "overtime": Kind.OVERTIME, "leave": Kind.LEAVE,
}  # fmt: skip
BASES = {
    "severance": by.MONTHS, "pay_in_lieu": by.contract(40), "unlawful": by.UNLAWFUL, "double_wage": by.DOUBLE, "overtime": by.OVERTIME,
    "leave": by.LEAVE_PAY,
}  # fmt: skip


@dataclass(frozen=True)
class Sum:
    """One sum that may be claimed, in yuan; None: due, but a fact is missing."""

    key: str
    amount: Decimal | None

    @property
    def item(self) -> str | Promise:
        return ITEMS[self.key]

    @property
    def kind(self) -> str:
        return KINDS[self.key]

    @property
    def basis(self) -> str:
        return BASES[self.key].title


@dataclass(frozen=True)
class Reckoned:
    """What came out: the sums, the worksheet, and whether the cap of three times the local average bit."""

    sort: str
    sums: Sequence[Sum]
    sheet: Worksheet
    is_capped: bool = False

    @property
    def total(self) -> Decimal:
        return sum((one.amount or ZERO for one in self.sums), ZERO)

    @property
    def due(self) -> list[Sum]:
        """The sums above zero: what may be claimed."""
        return [one for one in self.sums if one.amount]

    def as_json(self) -> dict[str, Any]:
        """How it is kept with a case."""
        with override(None):  # a worksheet stays in Chinese, whatever language the page speaks
            sums = [{"kind": one.kind, "item": str(one.item), "amount": str(one.amount), "basis": one.basis} for one in self.due]
        return {"sort": self.sort, "total": str(self.total), "sums": sums, **self.sheet.as_json()}


@dataclass(frozen=True)
class Local:
    """The locality's amounts on a day; None where nobody entered them."""

    average: LocalRate | None
    minimum: LocalRate | None

    @property
    def amounts(self) -> dict[str, Decimal | None]:
        """As the calculator takes them."""
        return {
            "city_average_month": self.average.amount if self.average else None, "minimum_wage": self.minimum.amount if self.minimum else None
        }  # fmt: skip

    @property
    def unread(self) -> list[LocalRate]:
        """Those whose document nobody has read."""
        return [rate for rate in (self.average, self.minimum) if rate and not rate.is_verified]


def local(on: date) -> Local:
    """What holds here on a day."""
    return Local(
        rate_on(RateKind.AVERAGE_MONTH, settings.AVERAGE_WAGE_AREA, on),
        rate_on(RateKind.MINIMUM_WAGE, settings.MINIMUM_WAGE_AREA, on, settings.MINIMUM_WAGE_TIER),
    )


def of_severance(facts: severance.Facts) -> Reckoned:
    """An ending of employment, with double wage."""
    found = severance.reckon(facts, calendar())
    names = ("severance", "pay_in_lieu", "unlawful", "double_wage")
    wages = facts.wages_last_12_months
    capped = bool(wages and found.base is not None and found.base < sum(wages, ZERO) / len(wages) - Decimal("0.01"))
    return Reckoned("severance", [Sum(name, getattr(found, name)) for name in names], found.sheet, capped)


def of_double_wage(*, entry: date, last_day: date, signed: date | None, wage: Decimal) -> Reckoned:
    """Double wage alone, from one monthly wage."""
    sheet = Worksheet()
    number = len(stretches(entry, min(last_day + timedelta(days=1), signed or date.max)))
    amount = double_wage(
        sheet, entry=entry, last_day=last_day, signed=signed, wages=[wage] * number, calendar=calendar()
    )  # fmt: skip
    return Reckoned("severance", [Sum("double_wage", amount)], sheet)


def of_overtime(facts: overtime.OvertimeFacts) -> Reckoned:
    """Overtime still owed."""
    found = overtime.overtime(facts)
    return Reckoned("overtime", [Sum("overtime", found.owed)], found.sheet)


def of_leave(facts: leave.LeaveFacts) -> Reckoned:
    """Days of leave not taken."""
    found = leave.annual_leave(facts)
    return Reckoned("annual-leave", [Sum("leave", found.extra)], found.sheet)


def of_notice(*, last_month_wage: Decimal, last_day_worked: date, notified_on: date | None) -> Reckoned:
    """A month's wage in place of notice."""
    found = notice.notice_pay(last_month_wage=last_month_wage, last_day_worked=last_day_worked, notified_on=notified_on)
    return Reckoned("notice-pay", [Sum("pay_in_lieu", found.pay)], found.sheet)
