"""What a fund may still spend: the budget in force, what was promised and spent out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import F, Func, QuerySet

from niangjia.core.ledger.enums import BudgetState
from niangjia.core.ledger.models import Account, Budget, Commitment, Earmark, Fund
from niangjia.core.ledger.queries.balances import NOTHING

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Use:
    """How a budget line stands, in yuan; ``line`` is its id, None for what was used without any line."""

    line: int | None
    account: Account
    earmark: Earmark | None
    amount: Decimal
    committed: Decimal
    spent: Decimal

    @property
    def free(self) -> Decimal:
        return self.amount - self.committed - self.spent

    @property
    def rate(self) -> Decimal | None:
        """What was spent of it, in percent with one place (执行率); None where nothing was planned."""
        return (self.spent * HUNDRED / self.amount).quantize(Decimal("0.1")) if self.amount else None

    @property
    def title(self) -> str:
        return f"{self.account.title}·{self.earmark.title}" if self.earmark else self.account.title


def budget_in_force(fund: Fund, year: int) -> Budget | None:
    """The last approved version of a year."""
    return Budget.objects.filter(fund=fund, year=year, state=BudgetState.APPROVED).order_by("-version").first()


def budget_waiting(fund: Fund, year: int) -> Budget | None:
    """The version that waits for its second person."""
    return Budget.objects.filter(fund=fund, year=year, state=BudgetState.ENTERED).first()


def use_of_budget(fund: Fund, year: int, budget: Budget | None = None) -> list[Use]:
    """Every line of the budget in force (or of another version, as if it were) by the chart's order, and what was used without a line."""
    asked = "%s" if budget else "ledger_budget_in_force(%s, %s)"
    values = [fund.pk, year, *([budget.pk] if budget else [fund.pk, year])]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT line, account, earmark, amount, committed, spent FROM ledger_budget_use(%s, %s, {asked})", values)
        rows = cursor.fetchall()
    accounts = Account.objects.in_bulk({row[1] for row in rows})
    earmarks = Earmark.objects.in_bulk({row[2] for row in rows if row[2]})
    used = [Use(line, accounts[account], earmarks.get(earmark), *sums) for line, account, earmark, *sums in rows]
    return sorted(used, key=lambda use: (use.account.code, use.earmark.code if use.earmark else ""))


def budget_lines_of(fund: Fund, year: int, cells: Iterable[tuple[int, int | None]]) -> dict[tuple[int, int | None], int | None]:
    """For each (account, earmark) the budget line on which it counts, None where there is none."""
    wanted = list(cells)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, earmark, ledger_budget_line(ledger_budget_in_force(%s, %s), account, earmark) FROM unnest(%s::bigint[], %s::bigint[]) AS one (account, earmark)",
            [fund.pk, year, [account for account, _ in wanted], [earmark for _, earmark in wanted]],
        )
        return {(account, earmark): line for account, earmark, line in cursor.fetchall()}


def total_use(uses: Iterable[Use]) -> Use | None:
    """All lines in one sum; None without any."""
    rows = list(uses)
    if not rows:
        return None
    sums = (sum((getattr(use, name) for use in rows), NOTHING) for name in ("amount", "committed", "spent"))
    return Use(None, rows[0].account, None, *sums)


def with_used(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """Each with ``used``, what its entries posted, in yuan."""
    return commitments.annotate(used=Func(F("pk"), function="ledger_commitment_used"))


def used_of(commitment: Commitment) -> Decimal:
    """What a commitment's entries posted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_commitment_used(%s)", [commitment.pk])
        used: Decimal = cursor.fetchone()[0]
    return used
