"""What each plan of each policy year took in, handed on and paid out, within the reader's scope (互助资金)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.work.mutual_aid.enums import BillState, EnrolmentState, SettlementState
from niangjia.work.mutual_aid.figures import DAYS_TO_PAY
from niangjia.work.mutual_aid.models import Bill, Enrolment, Forwarding, Plan, Settlement
from niangjia.work.mutual_aid.queries import plans

FUND = "mutual_aid.fund"
NOTHING, HUNDRED = Decimal(0), Decimal(100)
GIVEN = (SettlementState.PAID, SettlementState.ELSEWHERE)
"""Money that reached the person: by a payment, or deducted at discharge."""
SIZES = ((0, 500), (500, 1000), (1000, 3000), (3000, 10_000), (10_000, None))
PAID_OUT = F("paid") + F("paid_elsewhere")


@dataclass(frozen=True)
class Purse:
    """One plan of one policy year: persons covered, yuan of premiums without refunds, handed on, paid, granted but not paid yet; stays and days."""

    plan: Plan
    covered: int = 0
    premiums: Decimal = NOTHING
    forwarded: Decimal = NOTHING
    paid: Decimal = NOTHING
    due: Decimal = NOTHING
    stays: int = 0
    persons: int = 0
    days: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether this instance holds the pool and pays."""
        return self.plan.pool_id is not None

    @property
    def balance(self) -> Decimal:
        """What is left of the premiums here: after paying where the pool is ours, else what waits to be handed on."""
        return self.premiums - (self.paid if self.is_ours else self.forwarded)

    @property
    def ratio(self) -> Decimal | None:
        """Paid of a hundred yuan of premiums; none where no payment was ever seen."""
        return self.paid * HUNDRED / self.premiums if self.premiums and self.stays else None

    @property
    def average(self) -> Decimal | None:
        """Yuan a stay."""
        return self.paid / self.stays if self.stays else None

    @property
    def waited(self) -> Decimal | None:
        """Days from the settlement to the payment on average."""
        return Decimal(self.days) / self.stays if self.stays else None


def purses(actor: Actor, only: Plan | None = None) -> list[Purse]:
    """Every published plan, the newest year first, or one alone."""
    wanted = [only] if only else list(plans())
    bills = _by_plan(visible(actor, Bill.objects.filter(state=BillState.PAID), FUND), "plan", n=Sum(F("amount") - F("refunded")))
    handed = _by_plan(visible(actor, Forwarding.objects.all(), FUND), "plan", n=Sum("amount"))
    covered = _by_plan(
        visible(actor, Enrolment.objects.filter(state=EnrolmentState.EFFECTIVE), FUND), "plan", n=Count("person", distinct=True)
    )
    rows = visible(actor, Settlement.objects.filter(enrolment__isnull=False), FUND)
    given = _by_plan(
        rows.filter(state__in=GIVEN), "enrolment__plan", paid=Sum(PAID_OUT), stays=Count("pk"), persons=Count("person", distinct=True),
        days=Coalesce(Sum(DAYS_TO_PAY), 0),
    )  # fmt: skip
    due = _by_plan(rows.filter(state=SettlementState.APPROVED), "enrolment__plan", n=Sum("due"))
    nobody: dict[str, Any] = {}
    return [
        Purse(
            plan, covered.get(plan.pk, nobody).get("n", 0), bills.get(plan.pk, nobody).get("n", NOTHING), handed.get(plan.pk, nobody).get("n", NOTHING),
            given.get(plan.pk, nobody).get("paid", NOTHING), due.get(plan.pk, nobody).get("n", NOTHING), given.get(plan.pk, nobody).get("stays", 0),
            given.get(plan.pk, nobody).get("persons", 0), given.get(plan.pk, nobody).get("days", 0),
        )
        for plan in wanted
    ]  # fmt: skip


def _by_plan(rows: QuerySet[Any], key: str, **sums: Any) -> dict[int, dict[str, Any]]:
    return {row.pop(key): row for row in rows.order_by().values(key).annotate(**sums)}


@dataclass(frozen=True)
class Year:
    """A policy year over all its plans."""

    year: str
    covered: int
    premiums: Decimal
    paid: Decimal


def years(found: Iterable[Purse]) -> list[Year]:
    """The years in their order; ``covered`` counts policies, as the figure of enrolments does."""
    by_year: dict[str, list[Purse]] = {}
    for purse in found:
        by_year.setdefault(purse.plan.policy_year, []).append(purse)
    return [
        Year(year, sum(one.covered for one in each), sum((one.premiums for one in each), NOTHING), sum((one.paid for one in each), NOTHING))
        for year, each in sorted(by_year.items())
    ]


def given(actor: Actor, plan: Plan) -> QuerySet[Settlement]:
    """The settlements of a plan that were paid."""
    return visible(actor, Settlement.objects.filter(enrolment__plan=plan, state__in=GIVEN).select_related("person", "org"), FUND)


def sizes(rows: QuerySet[Settlement]) -> list[tuple[str, int]]:
    """How many payments were of which size."""
    counted = rows.order_by().annotate(sum=PAID_OUT)
    ways = {f"n{at}": Count("pk", filter=Q(sum__gt=low) & (Q(sum__lte=high) if high else Q())) for at, (low, high) in enumerate(SIZES)}
    found = counted.aggregate(**ways)
    return [
        (f"{low:,} 元以上" if high is None else f"{high:,} 元以内" if not low else f"{low:,}—{high:,} 元", found[f"n{at}"])
        for at, (low, high) in enumerate(SIZES)
    ]


def months(rows: QuerySet[Settlement]) -> tuple[Sequence[str], Sequence[Decimal]]:
    """Yuan paid in each month that had payments."""
    found = rows.filter(paid_on__isnull=False).order_by().annotate(month=TruncMonth("paid_on")).values("month").annotate(sum=Sum(PAID_OUT))
    by_month: dict[date, Decimal] = {row["month"]: row["sum"] for row in found}
    return [f"{month:%Y-%m}" for month in sorted(by_month)], [by_month[month] for month in sorted(by_month)]
