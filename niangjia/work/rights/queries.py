"""Questions about disputes: their money, their limitation, who acted for whom before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, prefetch_related_objects
from django.db.models.functions import Coalesce

from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.cases.models import Case
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights.models import Claim, Dispute, Evidence, Instalment, Receipt, Settlement, Share

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Money:
    """What is claimed, what was obtained by the paper in force, what arrived; in yuan."""

    claimed: Decimal
    agreed: Decimal
    received: Decimal

    @property
    def missing(self) -> Decimal:
        """Obtained but not arrived."""
        return max(NOTHING, self.agreed - self.received)


def evidence_of(case: Case) -> list[Evidence]:
    """The evidence of a case that the reader may read, in its order, with the files: they may belong to another organisation's reach."""
    rows = list(case.evidence.filter(removed_on__isnull=True).order_by("number"))
    with elevated("rights: the files of a case that the reader may read"):
        prefetch_related_objects(rows, "file")
    return rows


def settlement_of(case: Case) -> Settlement | None:
    """The paper in force."""
    return case.settlements.filter(replaced_on__isnull=True).first()


def receipts_of(case: Case) -> QuerySet[Receipt]:
    """What arrived and was not reversed."""
    return case.receipts.filter(reversed_on__isnull=True).order_by("on", "id")


def received_by_person(case: Case) -> dict[int, Decimal]:
    """What each worker (by id) received so far in a case."""
    rows = receipts_of(case).filter(person__isnull=False).order_by().values("person").annotate(sum=Sum("amount"))
    return {row["person"]: row["sum"] for row in rows}


def money_of(case: Case) -> Money:
    """The three sums of a case."""
    rows = Share.objects.filter(case=case).aggregate(sum=Sum("claimed"))["sum"]  # a collective case claims worker by worker
    claimed = rows or Claim.objects.filter(case=case).aggregate(sum=Sum("claimed"))["sum"] or NOTHING
    received = receipts_of(case).aggregate(sum=Sum("amount"))["sum"] or NOTHING
    paper = settlement_of(case)
    return Money(claimed, paper.amount if paper else NOTHING, received)


def late_instalments(on: date) -> QuerySet[Instalment]:
    """Instalments past their day of papers in force whose money has not arrived by then; the nightly job tells of each once."""
    open_ones = Instalment.objects.filter(
        due_on__lt=on, late_on__isnull=True, settlement__replaced_on__isnull=True, settlement__case__closed_on__isnull=True
    )
    due_by_then = Instalment.objects.filter(settlement=OuterRef("settlement"), due_on__lte=OuterRef("due_on")).order_by()
    received = Receipt.objects.filter(case=OuterRef("settlement__case"), reversed_on__isnull=True).order_by()
    return open_ones.annotate(
        wanted=Subquery(due_by_then.values("settlement").annotate(sum=Sum("amount")).values("sum")),
        arrived=Coalesce(Subquery(received.values("case").annotate(sum=Sum("amount")).values("sum")), NOTHING),
    ).filter(arrived__lt=F("wanted"))


BEFORE_ARBITRATION = ("registered", "accepted", "mediating", "failed", "referred")
"""States in which the limitation of arbitration still runs against the worker."""


def limitation_near(on: date, ahead: Iterable[int]) -> QuerySet[Dispute]:
    """Disputes not yet before arbitration whose limitation ends exactly so many days after ``on``."""
    days = [on + timedelta(days=number) for number in ahead]
    return Dispute.objects.filter(limitation_on__in=days, case__state__in=BEFORE_ARBITRATION, case__merged_into__isnull=True).order_by("id")


def answering_org(person: Person) -> Organisation:
    """Who answers for a person's matter: the town, zone or system federation above their union, else their own organisation.

    Never the union of the workplace: its chair need not learn of it. Call it elevated.
    """
    above = Organisation.objects.filter(lft__lte=person.scope, rgt__gte=person.scope, kind__in=(Kind.TOWN, Kind.ZONE, Kind.SYSTEM))
    return above.order_by("-lft").first() or person.home_org


def received_so_far() -> int:
    """How many disputes the system itself entered, as the demo's telling does; call it elevated."""
    return Case.objects.filter(line="rights", flow="dispute", steps__number=1, steps__by="system").count()


def same_order(channel: str, number: str) -> Case | None:
    """The dispute that came by this channel under this number; None for an empty number. Call it elevated."""
    text = clean_text(number)
    return Case.objects.filter(line="rights", channel=channel, outside_number=text).order_by("id").first() if text else None


def disputes_against(employer: Employer | None, since: date) -> int:
    """How many disputes came against an employer since a day, as far as the reader's scope lets them be seen."""
    return Case.objects.filter(line="rights", flow="dispute", employer=employer, opened_on__gte=since).count() if employer else 0
