"""Questions about plans, who takes part in them, and who is missing."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.cases.models import Case
from niangjia.core.law.workdays import Calendar
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.enums import EmploymentStatus
from niangjia.core.people.models import Membership, Person
from niangjia.core.people.queries import search
from niangjia.work.mutual_aid.clocks import OBJECT
from niangjia.work.mutual_aid.enums import (
    COUNTED,
    BillState,
    ClearingState,
    EnrolmentState,
    LineDecision,
    LookState,
    PlanState,
    SettlementState,
    SimulationState,
    Sort,
)
from niangjia.work.mutual_aid.models import (
    Bill,
    Claim,
    Clearing,
    ClearingLine,
    Enrolment,
    Intake,
    Look,
    Plan,
    PlanVersion,
    Settlement,
    Simulation,
)
from niangjia.work.mutual_aid.plan.words import differences

LIVING = (EnrolmentState.ENTERED, EnrolmentState.EFFECTIVE)
"""States of an enrolment that stands."""


def plans(*, drafts: bool = False) -> QuerySet[Plan]:
    """Every published plan, the newest year first; with ``drafts`` also those that are still written."""
    found = Plan.objects.select_related("pool", "collects").order_by("-policy_year", "code")
    return found if drafts else found.filter(state=PlanState.PUBLISHED)


def plan_by(slug: str, *, drafts: bool = False) -> Plan | None:
    """The plan that an address names (P1-2023)."""
    code, _, year = slug.partition("-")
    return plans(drafts=drafts).filter(code=code, policy_year=year).first()


def current_plans(on: date | None = None) -> QuerySet[Plan]:
    """Plans of the newest policy year whose window was opened."""
    newest = plans().filter(window_from__lte=on or today()).aggregate(year=Max("policy_year"))["year"]
    return plans().filter(policy_year=newest)


def draft_of(plan: Plan) -> PlanVersion | None:
    """The version of a published plan's rule that waits to be published."""
    return plan.versions.filter(state=PlanState.DRAFT).first()


def earlier(plan: Plan) -> Plan | None:
    """The published plan of the same code before this one."""
    return plans().filter(code=plan.code, policy_year__lt=plan.policy_year).first()


@dataclass(frozen=True)
class Era:
    """A stretch of a policy year under one version of the rule: from when, why, what changed, stays settled in it and yuan granted."""

    version: int
    begins: date
    ends: date
    reason: str
    changes: list[tuple[str, list[str], list[str]]]
    stays: int
    granted: Decimal


def history(plan: Plan) -> list[Era]:
    """Every published version with what was settled by it within the reader's scope, the newest first; none where there was only one."""
    known = list(plan.versions.filter(state=PlanState.PUBLISHED).order_by("from_on"))
    eras: list[Era] = []
    for at, (one, (rule, begins, ends)) in enumerate(zip(known, plan.stretches if known else [], strict=True)):
        rows = Settlement.objects.filter(enrolment__plan=plan, state__in=COUNTED, settled_on__range=(begins, ends))
        sums = rows.aggregate(n=Count("pk"), granted=Sum("benefit"))
        changes = differences(known[at - 1].declared, rule) if at else []
        first, last = max(begins, plan.effective_from), min(ends, plan.effective_to)
        eras.append(Era(one.version, first, last, one.reason, changes, sums["n"], sums["granted"] or Decimal(0)))
    return eras[::-1]


def pays_stays(plan: Plan) -> bool:
    """Whether a plan pays for stays in hospital."""
    return bool(plan.declared.bands or plan.declared.daily)


def kin_of(plan: Plan) -> list[int]:
    """Ids of the plans of other years that a policy in this one may continue: any that pays stays for one that does, else its own kind."""
    others = Plan.objects.exclude(pk=plan.pk)
    if pays_stays(plan):
        return [one.pk for one in others if pays_stays(one)]
    return [one.pk for one in others if one.code == plan.code]


def enrolments_of(org: Organisation, plan: Plan) -> QuerySet[Enrolment]:
    """Who stands enrolled in a plan through a union."""
    return Enrolment.objects.filter(org=org, plan=plan, state__in=LIVING).select_related("person", "bill", "plan")


def missing(org: Organisation, plan: Plan, on: date | None = None) -> QuerySet[Membership]:
    """Members of a union whom the plan would take and who are not in it, through whatever union."""
    rule, on = plan.declared, on or today()
    inside = Enrolment.objects.filter(plan=plan, state__in=LIVING).values("person")
    spans = Membership.objects.filter(union=org, scope=org.lft, during__contains=on, person__deceased_on__isnull=True)
    spans = spans.exclude(person__in=inside).select_related("person")
    if rule.sex:
        spans = spans.filter(person__sex=rule.sex)
    works = Q(person__employment_status__in=(4, 5))
    return spans.filter(works) if rule.person_types == ("1201",) else spans.exclude(works) if rule.person_types == ("1101",) else spans


def reached(org: Organisation, plan: Plan, insured: int) -> tuple[int, int]:
    """How many stand enrolled through a union, and how many the plan asks for of so many insured staff."""
    return enrolments_of(org, plan).count(), plan.declared.needed(insured)


def bills_of(org: Organisation, plan: Plan) -> QuerySet[Bill]:
    """The bills of a union in a plan, the newest first."""
    return Bill.objects.filter(org=org, plan=plan).select_related("entry").order_by("-pk")


@dataclass(frozen=True)
class Waiting:
    """Paid bills that were not handed on to the owner of the pool: how many, persons on them, yuan without refunds."""

    bills: int
    heads: int
    amount: Decimal


def unforwarded(plan: Plan) -> Waiting:
    """What of a plan waits to be handed on."""
    found = Bill.objects.filter(plan=plan, state=BillState.PAID, forwarding__isnull=True).aggregate(
        bills=Count("pk"), heads=Sum("headcount"), amount=Sum("amount"), back=Sum("refunded")
    )
    return Waiting(found["bills"], found["heads"] or 0, (found["amount"] or Decimal(0)) - (found["back"] or Decimal(0)))


def headcount(plan: Plan) -> int:
    """How many stand enrolled in a plan, through whatever union."""
    return Enrolment.objects.filter(plan=plan, state__in=LIVING).count()


def may_join_alone(person: Person, plan: Plan, on: date) -> bool:
    """Whether somebody may join a plan by themselves on a day: retired, the plan made for the retired, open, not in it yet."""
    is_open = plan.window_from <= on < plan.effective_to
    retired = person.employment_status in (EmploymentStatus.RETIRED, EmploymentStatus.VETERAN)
    if not (is_open and retired and plan.declared.person_types == ("1201",)):
        return False
    return not Enrolment.objects.filter(person=person, plan=plan, state__in=LIVING).exists()


def insured(plan: Plan, n: int, *, first_phone: str = "") -> list[Person]:
    """Up to ``n`` living persons covered by a plan who have an identity number; whoever has this telephone comes first."""
    ids = Enrolment.objects.filter(plan=plan, state=EnrolmentState.EFFECTIVE, person__id_sealed__isnull=False).order_by("pk")
    found = list(Person.objects.filter(pk__in=list(ids.values_list("person", flat=True)[:n]), deceased_on__isnull=True).order_by("pk"))
    known = search(first_phone).filter(enrolments__plan=plan).first() if first_phone else None
    return [known, *(person for person in found if person != known)][:n] if known else found


def without_stay(plan: Plan, n: int) -> list[Person]:
    """Up to ``n`` living persons covered by a plan, with the separate consent, of whom no settlement was received."""
    rows = Enrolment.objects.filter(plan=plan, state=EnrolmentState.EFFECTIVE, consent_on__isnull=False, person__id_sealed__isnull=False)
    ids = rows.filter(person__settlements=None, person__deceased_on=None).order_by("-pk").values_list("person", flat=True)
    return list(Person.objects.filter(pk__in=list(ids[:n])).order_by("pk"))


def files_so_far() -> int:
    """How many files of settlements were taken in by hand, from no bureau by name."""
    return Intake.objects.filter(body=None).count()


def clearings_of(plan: Plan) -> list[Clearing]:
    """The months of a plan that is deducted at discharge, the earliest first."""
    return list(Clearing.objects.filter(plan=plan).order_by("month"))


def simulations() -> QuerySet[Simulation]:
    """Every run, the newest first."""
    return Simulation.objects.select_related("plan", "org", "made_by").order_by("-pk")


def unfinished_simulations() -> list[str]:
    """Codes of runs that a job should be working on."""
    found = Simulation.objects.filter(state__in=(SimulationState.QUEUED, SimulationState.RUNNING))
    return list(found.order_by("pk").values_list("code", flat=True))


GIVEN = (SettlementState.APPROVED, SettlementState.PAID, SettlementState.ELSEWHERE)
"""States in which a stay was granted."""
DAYS_APART = 15


def granted_by_hand(one: Settlement) -> Settlement | None:
    """The claim by hand that was granted for the days of a settlement that the insurance sent."""
    rows = Settlement.objects.filter(person=one.person_id, state__in=GIVEN, claim__sort=Sort.STAY).exclude(pk=one.pk)
    begins = one.settled_on - timedelta(days=max(one.days, 1))
    found = (
        other for other in rows if other.settled_on - timedelta(days=max(other.days, 1)) < one.settled_on and begins < other.settled_on
    )
    return next(found, None)


def granted_for(claim: Claim) -> Settlement | None:
    """What was granted already, on a record of the insurance, for the stay of a claim."""
    return next((one for one in like_stays(claim) if one.state in GIVEN and one.benefit), None)


def like_stays(claim: Claim) -> list[Settlement]:
    """What the insurance sent that may be the stay of a claim: overlapping days, or the same hospital within fifteen days; what was taken back is none."""
    if not (claim.admitted_on and claim.left_on):
        return []
    near = timedelta(days=DAYS_APART)
    rows = Settlement.objects.filter(person=claim.person_id, claim__isnull=True).exclude(state__in=TAKEN_BACK)
    rows = rows.filter(settled_on__range=(claim.admitted_on - near, claim.left_on + near))
    return [one for one in rows if _is_like(one, claim, claim.admitted_on, claim.left_on)]


def _is_like(one: Settlement, claim: Claim, admitted_on: date, left_on: date) -> bool:
    overlaps = one.settled_on - timedelta(days=max(one.days, 1)) < left_on and admitted_on < one.settled_on
    return overlaps or (one.fixmedins_name == claim.hospital and abs((one.settled_on - left_on).days) <= DAYS_APART)


CLEARED = (ClearingState.AGREED, ClearingState.TRANSFERRED)
TAKEN_BACK = (
    SettlementState.CANCELLED, SettlementState.CLAWBACK, SettlementState.OFFSET, SettlementState.REPAID, SettlementState.WRITTEN_OFF,
)  # fmt: skip
OWING = (SettlementState.CLAWBACK, SettlementState.OFFSET)


def lump_plans(person: Person | None = None) -> list[Plan]:
    """Plans that grant sums for illnesses and ended within a year or run; those of a person where one is named. The newest first."""
    rows = plans().filter(effective_to__gte=today() - timedelta(days=365))
    if person:
        rows = rows.filter(pk__in=Enrolment.objects.filter(person=person, state=EnrolmentState.EFFECTIVE).values("plan"))
    return [plan for plan in rows if plan.declared.lump]


def policy_of(person: Person, slug: str) -> Enrolment | None:
    """The policy in force of a person in the plan that an address names."""
    code, _, year = slug.partition("-")
    rows = Enrolment.objects.filter(person=person, plan__code=code, plan__policy_year=year, state=EnrolmentState.EFFECTIVE)
    return rows.select_related("plan").first()


def granted_illnesses(enrolment: Enrolment) -> list[str]:
    """The illnesses for which a policy granted its sum already."""
    rows = Claim.objects.filter(enrolment=enrolment, sort=Sort.LUMP, settlement__isnull=False).exclude(settlement__state__in=TAKEN_BACK)
    return [one.illness for one in rows]


def appealable_until(settlement: Settlement, days: Calendar | None = None) -> date:
    """The last day on which one may object: from the day of the decision, else of the arrival."""
    decided = settlement.approved_on or min(timezone.localdate(settlement.received_at), today())
    return OBJECT.ends(decided, days)


def deciders(settlement: Settlement) -> set[str]:
    """Who decided a settlement, by their keys in the trail."""
    return set(settlement.decisions.values_list("by", flat=True))


def open_looks() -> QuerySet[Look]:
    """Second looks that nobody took yet, the oldest first."""
    return (
        Look.objects.filter(state=LookState.OPEN)
        .select_related("settlement__org", "settlement__person", "draw")
        .order_by("opened_on", "pk")
    )


def pool_of(settlement: Settlement) -> Fund | None:
    """The fund from which a settlement was paid, or that bore a one-stop payment which is asked back; None where another house did."""
    if settlement.enrolment:
        return settlement.enrolment.plan.pool
    rows = ClearingLine.objects.filter(settlement=settlement, decision=LineDecision.CLAWBACK, clearing__state__in=CLEARED)
    line = rows.select_related("clearing__plan__pool__org").first()
    return line.clearing.plan.pool if line else None


def patient(claim: Claim) -> Person:
    """Whom a claim is about, whoever of the family looks at it."""
    with elevated("mutual_aid: a relative who claimed reads whom it is about"):
        return Person.objects.get(pk=claim.person_id)


def policy_of_patient(person: Person, slug: str) -> Enrolment | None:
    """A policy of somebody for whom a relative claims; only whether there is one comes out of it."""
    with elevated("mutual_aid: a relative claims under the patient's policy"):
        return policy_of(person, slug)


def claim_of(case: Case) -> Claim:
    """The claim behind a case that the reader may read."""
    return Claim.objects.get(case=case)


def settlement_of_claim(claim: Claim) -> Settlement | None:
    """What became of a claim, for whoever may read the claim: the patient's relative, too."""
    with elevated("mutual_aid: whoever claimed reads what became of it"):
        return Settlement.objects.select_related("enrolment__plan").filter(claim=claim).first()


def claims_so_far() -> int:
    """How many claims by hand were received."""
    return Claim.objects.count()


def settlements_of(person: Person) -> list[Settlement]:
    """A person's settlements, the oldest first."""
    return list(Settlement.objects.filter(person=person).order_by("settled_on", "arrival"))


def clawback_cases() -> list[Case]:
    """Open cases of what is owed back that nobody was told of yet."""
    return list(Case.objects.filter(line="mutual_aid", flow="clawback", state="open").order_by("pk"))
