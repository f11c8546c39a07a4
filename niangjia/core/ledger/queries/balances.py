"""Balances of any day, and what stands behind them."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs

from niangjia.base.calendar import add_months, today
from niangjia.core.ledger.enums import BatchState, LineState
from niangjia.core.ledger.models import Account, Closing, Earmark, Entry, Fund, Leg, PaymentBatch, PaymentLine, Tally
from niangjia.core.line import part, parts

NOTHING = Decimal("0.00")


def closed_up_to(fund: Fund) -> date | None:
    """The last day that is closed."""
    day: date | None = Closing.objects.filter(fund=fund).aggregate(day=Max("up_to"))["day"]
    return day


def fund_by(code: str) -> Fund | None:
    """The fund of this code."""
    return Fund.objects.select_related("org").filter(code=code).first()


def account_by(code: str) -> Account:
    """The account of this code in the chart."""
    return Account.objects.get(code=code)


def bank_account() -> Account:
    """The account of money in the bank."""
    return account_by("102")


def chart() -> QuerySet[Account]:
    """The accounts in use, by their codes."""
    return Account.objects.filter(closed_on__isnull=True)


def payment_followers() -> list[Callable[..., None]]:
    """What lines of work do when their payments were made or failed, in the same transaction: ``after_payments(lines, by=)`` of `paying.py`."""
    return [module.after_payments for config in parts() if (module := part(config, "paying"))]


@dataclass(frozen=True)
class Balance:
    """An account's state in a fund: before the period, turned over in it on each side, at its end; in yuan, debit above zero."""

    account: Account
    before: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def end(self) -> Decimal:
        return self.before + self.debit - self.credit

    @property
    def shown(self) -> Decimal:
        """The end as the account's side shows it."""
        return self.end if self.account.is_debit else -self.end


def balance(fund: Fund, account: Account, on: date | None = None, earmark: Earmark | None = None) -> Decimal:
    """The balance at the end of a day, in yuan, debit above zero: whole months from the tallies, less the legs of that month's later days.

    Nothing is posted in the future, so that today's balance reads no leg, however many there are.
    """
    on = on or today()
    where = Q(fund=fund, account=account) & (Q(earmark=earmark) if earmark else Q())
    kept = Tally.objects.filter(where, month__lte=on).aggregate(debit=Sum("debit"), credit=Sum("credit"))
    later = Leg.objects.filter(where, on__gt=on, on__lte=month_end(on)).aggregate(sum=Sum("amount"))["sum"]
    return (kept["debit"] or NOTHING) - (kept["credit"] or NOTHING) - (later or NOTHING)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def cash_of(funds: Iterable[Fund]) -> dict[int, Decimal]:
    """What each fund has in the bank today, in yuan, by the fund's id; two queries for all of them."""
    rows = Tally.objects.filter(fund__in=list(funds), account=bank_account())
    return {fund: debit - credit for fund, debit, credit in rows.values_list("fund").annotate(Sum("debit"), Sum("credit"))}


def balances(fund: Fund, start: date, end: date) -> list[Balance]:
    """Every account that was ever posted to, over a period of whole days; by the chart's order."""
    last = month_end(end) if end >= today() else end
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"fund": fund.pk, "start": start, "end": last})
        rows = {account: (before, debit, credit) for account, before, debit, credit in cursor.fetchall()}
    return [Balance(account, *rows[account.pk]) for account in Account.objects.filter(pk__in=rows).order_by("code")]


# Whole months come from the tallies; legs are read for the days before the first and after the last of them only.
_BALANCES = """
WITH days AS (
    SELECT date_trunc('month', %(start)s::date)::date AS begun, date_trunc('month', %(start)s::date + interval '1 month - 1 day')::date AS first,
        date_trunc('month', %(end)s::date + 1)::date AS after),
parts AS (
    SELECT account_id, debit - credit AS before, 0.00 AS debit, 0.00 AS credit FROM ledger_tally, days WHERE fund_id = %(fund)s AND month < begun
    UNION ALL
    SELECT account_id, amount, 0.00, 0.00 FROM ledger_leg, days WHERE fund_id = %(fund)s AND "on" >= begun AND "on" < %(start)s
    UNION ALL
    SELECT account_id, 0.00, debit, credit FROM ledger_tally, days WHERE fund_id = %(fund)s AND month >= first AND month < after
    UNION ALL
    SELECT account_id, 0.00, greatest(amount, 0.00), greatest(-amount, 0.00) FROM ledger_leg, days
    WHERE fund_id = %(fund)s AND "on" BETWEEN %(start)s AND %(end)s AND ("on" < first OR "on" >= greatest(after, first))
)
SELECT account_id, sum(before), sum(debit), sum(credit) FROM parts GROUP BY account_id"""


def legs_of(fund: Fund, account: Account, start: date, end: date) -> QuerySet[Leg]:
    """The legs of an account in a period, the newest first."""
    return Leg.objects.filter(fund=fund, account=account, on__range=(start, end)).select_related("entry", "earmark").order_by("-on", "-id")


@dataclass(frozen=True)
class Month:
    """What came into the bank in a month and went out of it, in yuan."""

    first: date
    income: Decimal
    outgo: Decimal

    @property
    def label(self) -> str:
        return f"{self.first.year % 100}年{self.first.month}月" if self.first.month == 1 else f"{self.first.month}月"


MONTHS_SHOWN = 12


def cash_by_month(fund: Fund, end: date) -> list[Month]:
    """The last twelve months up to a day's, the oldest first; from the tallies."""
    firsts = [add_months(end.replace(day=1), -back) for back in reversed(range(MONTHS_SHOWN))]
    rows = Tally.objects.filter(fund=fund, account=bank_account(), month__range=(firsts[0], firsts[-1]))
    sums = {month: (debit, credit) for month, debit, credit in rows.values_list("month").annotate(Sum("debit"), Sum("credit"))}
    return [Month(first, *sums.get(first, (NOTHING, NOTHING))) for first in firsts]


LARGEST_SHOWN = 8


def largest(fund: Fund, start: date, end: date) -> list[Leg]:
    """What moved most money in the bank in a period, the largest first."""
    rows = Leg.objects.filter(fund=fund, account=bank_account(), on__range=(start, end)).select_related("entry")
    return list(rows.annotate(size=Abs("amount")).order_by("-size", "-on", "-id")[:LARGEST_SHOWN])


def payment_of(fund: Fund, key: str) -> PaymentLine | None:
    """The line that pays a debt, or is on its way to."""
    rows = PaymentLine.objects.filter(fund=fund, key=key, state__in=[LineState.WAITING, LineState.PAID])
    return rows.select_related("batch", "entry").first()


def payments_due(fund: Fund) -> list[PaymentBatch]:
    """Batches on their way out of the fund, the oldest first."""
    return list(fund.payment_batches.exclude(state__in=[BatchState.SETTLED, BatchState.DROPPED]).order_by("made_at")[:LARGEST_SHOWN])


def vouchers(fund: Fund) -> QuerySet[Entry]:
    """The entries of a fund with their numbers and ``total``, the sum of their debit sides."""
    total = Leg.objects.filter(entry=OuterRef("pk"), amount__gt=0).values("entry").annotate(sum=Sum("amount")).values("sum")
    return Entry.objects.filter(fund=fund).select_related("voucher").annotate(total=Subquery(total))
