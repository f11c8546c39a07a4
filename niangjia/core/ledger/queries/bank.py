"""What the bank says beside what the books say: what is not matched yet, and how the two balances agree (银行存款余额调节表)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from niangjia.core.ledger.models import BankLine, BankStatement, Entry, Fund, Leg, MatchedLeg
from niangjia.core.ledger.queries.balances import NOTHING, balance, bank_account


def first_statement(fund: Fund) -> BankStatement | None:
    """The one from which on the bank's lines are known."""
    return BankStatement.objects.filter(fund=fund).order_by("start", "pk").first()


def known_up_to(fund: Fund) -> date | None:
    """The last day up to which the bank's lines are known."""
    return BankStatement.objects.filter(fund=fund).order_by("-end").values_list("end", flat=True).first()


def bank_balance(fund: Fund, on: date) -> Decimal | None:
    """What the bank says the account held at the end of a day, in yuan; None before its first statement."""
    first = first_statement(fund)
    if first is None or on < first.start:
        return None
    moved = BankLine.objects.filter(fund=fund, on__lte=on).aggregate(sum=Sum("amount"))["sum"] or NOTHING
    return first.opening + moved


def open_lines(fund: Fund) -> QuerySet[BankLine]:
    """Lines of the bank that are not matched, the newest first."""
    return BankLine.objects.filter(fund=fund, match__isnull=True).order_by("-on", "-pk")


def open_legs(fund: Fund) -> QuerySet[Leg]:
    """Legs of money in the bank that are not matched, since the bank's lines are known, the newest first."""
    first = first_statement(fund)
    rows = Leg.objects.filter(fund=fund, account=bank_account(), matched__isnull=True).select_related("entry")
    return (rows.filter(on__gte=first.start) if first else rows.none()).order_by("-on", "-pk")


@dataclass(frozen=True)
class Transit:
    """Money that one side knows and the other does not yet: the rows and their sum, in yuan."""

    title: str
    sum: Decimal
    rows: Sequence[Any]


@dataclass(frozen=True)
class Reconciliation:
    """The two balances at the end of a day, each with what the other side knows already; ``difference`` is nothing when all is explained."""

    on: date
    book: Decimal
    bank: Decimal
    bank_in: Transit
    bank_out: Transit
    book_in: Transit
    book_out: Transit

    @property
    def book_adjusted(self) -> Decimal:
        return self.book + self.bank_in.sum + self.bank_out.sum

    @property
    def bank_adjusted(self) -> Decimal:
        return self.bank + self.book_in.sum + self.book_out.sum

    @property
    def difference(self) -> Decimal:
        return self.book_adjusted - self.bank_adjusted


def reconcile(fund: Fund, on: date) -> Reconciliation | None:
    """Both sides at the end of a day; None where the bank's lines are not known then.

    Whatever was matched with something of a later day is in transit on this one.
    """
    bank, first = bank_balance(fund, on), first_statement(fund)
    if bank is None or first is None:
        return None
    legs, lines = _in_transit(fund, on, first.start)
    sides = {
        "bank_in": _transit("银行已收、单位未收", [line for line in lines if line.amount > 0]),
        "bank_out": _transit("银行已付、单位未付", [line for line in lines if line.amount < 0]),
        "book_in": _transit("单位已收、银行未收", [leg for leg in legs if leg.amount > 0]),
        "book_out": _transit("单位已付、银行未付", [leg for leg in legs if leg.amount < 0]),
    }
    return Reconciliation(on, balance(fund, bank_account(), on), bank, **sides)


def _transit(title: str, rows: Sequence[Any]) -> Transit:
    return Transit(title, sum((row.amount for row in rows), NOTHING), rows)


def _in_transit(fund: Fund, on: date, since: date) -> tuple[list[Leg], list[BankLine]]:
    """Legs and lines up to a day that are not matched, or only with something later."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER, {"fund": fund.pk, "on": on})
        later = [match for (match,) in cursor.fetchall()]
    legs = Leg.objects.filter(fund=fund, account=bank_account(), on__lte=on).filter(
        Q(matched__isnull=True, on__gte=since) | Q(matched__match__in=later)
    )
    lines = BankLine.objects.filter(fund=fund, on__lte=on).filter(Q(match__isnull=True) | Q(match__in=later))
    return list(legs.select_related("entry").order_by("on", "pk")), list(lines.order_by("on", "pk"))


_LATER = """SELECT match_id FROM ledger_bankline WHERE fund_id = %(fund)s AND "on" > %(on)s AND match_id IS NOT NULL
UNION SELECT held.match_id FROM ledger_matchedleg AS held JOIN ledger_leg AS leg ON leg.id = held.leg_id
WHERE leg.fund_id = %(fund)s AND leg."on" > %(on)s"""


def bank_lines_of(entry: Entry) -> list[BankLine]:
    """The lines of the bank that are this entry's money."""
    matches = MatchedLeg.objects.filter(leg__entry=entry).values("match")
    return list(BankLine.objects.filter(match__in=matches).order_by("on", "pk"))


def entries_of(line: BankLine) -> QuerySet[Entry]:
    """The entries that are a bank line's money."""
    legs = MatchedLeg.objects.filter(match=line.match_id) if line.match_id else MatchedLeg.objects.none()
    return Entry.objects.filter(pk__in=legs.values("leg__entry")).order_by("on", "pk")
