"""Length of service (工作年限) and the months of pay it is worth (劳动合同法第四十七条第一款)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from niangjia.base.calendar import add_months

HALF, ONE_MONTH = Decimal("0.5"), Decimal(1)
CODE_YEARS = 12


@dataclass(frozen=True)
class Service:
    """Whole months and the days left over; both end days of the relation are worked."""

    months: int
    days: int

    @property
    def words(self) -> str:
        years, months = divmod(self.months, 12)
        parts = [(years, "年"), (months, "个月"), (self.days, "天")]
        return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 天"


def service(entry: date, last_day: date) -> Service:
    """From the first to the last day worked: 2020-01-01 to 2020-06-30 are six months."""
    end = last_day + timedelta(days=1)
    months = (end.year - entry.year) * 12 + end.month - entry.month
    if add_months(entry, months) > end:
        months -= 1
    return Service(months, (end - add_months(entry, months)).days)


def months_of_pay(served: Service, prior_years: Decimal = Decimal(0)) -> Decimal:
    """A month for each full year; the rest from six months a month, below half a month. Earlier years (合并工龄) are added first."""
    months = served.months + prior_years * 12
    years, rest = divmod(months, 12)
    if rest >= 6:
        return years + ONE_MONTH
    return years + (HALF if rest or served.days else 0)
