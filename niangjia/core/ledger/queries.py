"""Questions to the ledger: balances of any day, what stands behind them, whether the summaries are true."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum

from niangjia.base.calendar import today
from niangjia.core.ledger.models import Account, Closing, Earmark, Entry, Fund, Leg, Tally
from niangjia.core.line import part, parts
from niangjia.core.trail.queries import Check

NOTHING = Decimal("0.00")


def closed_up_to(fund: Fund) -> date | None:
    """The last day that is closed."""
    day: date | None = Closing.objects.filter(fund=fund).aggregate(day=Max("up_to"))["day"]
    return day


def bank_account() -> Account:
    """The account of money in the bank."""
    return Account.objects.get(code="102")


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
    SELECT account_id, debit - credit AS before, 0 AS debit, 0 AS credit FROM ledger_tally, days WHERE fund_id = %(fund)s AND month < begun
    UNION ALL
    SELECT account_id, amount, 0, 0 FROM ledger_leg, days WHERE fund_id = %(fund)s AND "on" >= begun AND "on" < %(start)s
    UNION ALL
    SELECT account_id, 0, debit, credit FROM ledger_tally, days WHERE fund_id = %(fund)s AND month >= first AND month < after
    UNION ALL
    SELECT account_id, 0, greatest(amount, 0), greatest(-amount, 0) FROM ledger_leg, days
    WHERE fund_id = %(fund)s AND "on" BETWEEN %(start)s AND %(end)s AND ("on" < first OR "on" >= greatest(after, first))
)
SELECT account_id, sum(before), sum(debit), sum(credit) FROM parts GROUP BY account_id"""


def legs_of(fund: Fund, account: Account, start: date, end: date) -> QuerySet[Leg]:
    """The legs of an account in a period, the newest first."""
    return Leg.objects.filter(fund=fund, account=account, on__range=(start, end)).select_related("entry", "earmark").order_by("-on", "-id")


def checks() -> list[Check]:
    """Whether every entry balances and the tallies say what the legs say; call it elevated."""
    with connection.cursor() as cursor:
        cursor.execute(_UNBALANCED)
        unbalanced = cursor.fetchone()[0]
        cursor.execute(_ASTRAY)
        astray = cursor.fetchone()[0]
    entries = Entry.objects.aggregate(n=Count("pk"))["n"]
    return [
        Check("ledger.balance", unbalanced == 0, f"{entries} 张凭证逐张核对借贷，{unbalanced} 张不平"),
        Check("ledger.tally", astray == 0, f"科目汇总与分录逐条重算，{astray} 格不符"),
    ]


_UNBALANCED = """SELECT count(*) FROM (
    SELECT entry.id FROM ledger_entry AS entry LEFT JOIN ledger_leg AS leg ON leg.entry_id = entry.id
    GROUP BY entry.id HAVING coalesce(sum(leg.amount), 1) <> 0 OR count(leg.id) < 2 OR bool_or(leg.fund_id <> entry.fund_id OR leg."on" <> entry."on")
) AS wrong"""
_ASTRAY = """SELECT count(*) FROM (
    SELECT 1 FROM (
        SELECT fund_id, account_id, earmark_id, month, debit, credit, legs FROM ledger_tally
        UNION ALL
        SELECT fund_id, account_id, earmark_id, date_trunc('month', "on")::date, -greatest(amount, 0), -greatest(-amount, 0), -1 FROM ledger_leg
    ) AS cells GROUP BY fund_id, account_id, earmark_id, month HAVING sum(debit) <> 0 OR sum(credit) <> 0 OR sum(legs) <> 0
) AS astray"""
