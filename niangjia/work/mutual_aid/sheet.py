"""The explanation of one settlement, from the very rule that reckoned it (逐笔说明)."""

from decimal import Decimal

from django.db.models import Q

from niangjia.work.mutual_aid.enums import COUNTED, EnrolmentState, SettlementState, Sort
from niangjia.work.mutual_aid.models import Claim, Enrolment, Settlement
from niangjia.work.mutual_aid.plan.lump import Illness, granted
from niangjia.work.mutual_aid.plan.record import MONEY
from niangjia.work.mutual_aid.plan.rule import told
from niangjia.work.mutual_aid.queries import granted_illnesses

NOTHING = Decimal("0.00")
FAST = Q(state__in=[SettlementState.PAID, SettlementState.ELSEWHERE]) | Q(by_hand=True) | ~Q(paying="")
COLUMNS = tuple(name for name in MONEY if name in {field.name for field in Settlement._meta.fields})


def sheet_of(one: Settlement) -> list[str]:
    """Every line of the reckoning in words; none where nothing was reckoned, or what came later no longer lets it be told."""
    if one.enrolment is None or one.state not in COUNTED:
        return []
    if claim := Claim.objects.filter(settlement=one, sort=Sort.LUMP).first():
        return granted(one.enrolment.plan.declared, illness_of(claim, one.enrolment)).steps
    rule, facts = one.enrolment.plan.declared_on(one.settled_on), _facts(one, one.enrolment)
    if rule.reckon(facts)["benefit"] != one.benefit:
        return []
    return told(rule, facts)


def illness_of(claim: Claim, policy: Enrolment) -> Illness:
    """What the rule of sums for illnesses reads of a claim: before it was granted, with what the policy granted already."""
    begins = policy.plan.declared.covers_from(policy.effective_from, late=policy.late, continuous=policy.continuous)
    assert claim.diagnosed_on is not None
    before = [] if claim.settlement_id else granted_illnesses(policy)
    return Illness(begins, policy.effective_to, policy.shares, claim.illness, claim.diagnosed_on, before)


def _facts(one: Settlement, enrolment: Enrolment) -> dict[str, Decimal]:
    others = Settlement.objects.filter(enrolment=enrolment, state__in=COUNTED).exclude(pk=one.pk)
    given = list(others.filter(Q(arrival__lt=one.arrival) | FAST))
    before = [other for other in given if other.arrival < one.arrival]
    amounts = {name: value for name in COLUMNS if (value := getattr(one, name)) is not None}
    return amounts | {
        "days": Decimal(one.days),
        "used": sum((other.burden for other in before), NOTHING),
        "days_used": Decimal(sum(other.days for other in before)),
        "granted": sum((other.benefit for other in given), NOTHING),
        "had_first": Decimal(any(other.had_first for other in given)),
        "is_first": Decimal(not (enrolment.continuous or _follows(enrolment))),
    }


def _follows(enrolment: Enrolment) -> bool:
    earlier = Enrolment.objects.filter(
        person=enrolment.person_id, state=EnrolmentState.EFFECTIVE, effective_from__lt=enrolment.effective_from
    ).select_related("plan")
    days = (enrolment.effective_from - one.effective_to for one in earlier if one.plan.declared.bands or one.plan.declared.daily)
    return any(gap.days <= 1 for gap in days)
