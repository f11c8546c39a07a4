"""Intake of a dispute: one transaction makes the case, its facts, its claims and the limitation (受理登记)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.models import User
from niangjia.core.access.queries import accounts_with
from niangjia.core.access.rules import require
from niangjia.core.cases.actions import open_case, seal_case
from niangjia.core.cases.actions.reminding import tell_holder
from niangjia.core.cases.enums import Risk
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import refuse
from niangjia.core.law.limitation import Limitation, limitation
from niangjia.core.law.queries import calendar
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.actions import receive
from niangjia.core.people.enums import Household
from niangjia.core.people.models import Membership, Person
from niangjia.core.trail.actions import record
from niangjia.work.rights import rules
from niangjia.work.rights.enums import MONEY_KINDS, Channel, Kind
from niangjia.work.rights.models import FACTS, Claim, Dispute

CLAIM_OF = {
    Kind.WAGES: "wages", Kind.OVERTIME: "overtime", Kind.SEVERANCE: "severance", Kind.UNLAWFUL: "illegal_termination",
    Kind.DOUBLE_WAGE: "double_wage", Kind.INJURY: "work_injury", Kind.INSURANCE: "social_insurance", Kind.LEAVE: "annual_leave",
    Kind.RELATION: "labour_relation", Kind.COMPETITION: "non_compete", Kind.PAPERS: "papers", Kind.HEAT: "welfare",
    Kind.DEPOSIT: "training_fee",
}  # fmt: skip
"""What the limitation of a kind is reckoned as; the others as «other»."""


@dataclass(frozen=True)
class Asked:
    """One item asked for: its kind, words, amount (None where it is not money), article, and whose it is."""

    kind: str
    item: str
    claimed: Decimal | None = None
    basis: str = ""
    person: Person | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of the employment and the wrong."""

    entry_on: date | None = None
    left_on: date | None = None
    known_on: date | None = None
    monthly_wage: Decimal | None = None
    workplace: str = ""
    told: str = ""
    outside_labour_relation: bool | None = None
    over_age: bool = False
    injured: bool = False
    fined: bool = False
    reasons: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def ask(
    *,
    applicants: Sequence[Person],
    kinds: Sequence[str],
    org: Organisation,
    by: Actor,
    channel: str = Channel.WINDOW,
    on: date | None = None,
    employer: Employer | None = None,
    respondent: str = "",
    claims: Sequence[Asked] = (),
    facts: Facts | None = None,
    outside_number: str = "",
    sealed: bool = False,
) -> Case:
    """Receive a dispute. Late ones are received too: limitation is the employer's defence, shown as a risk (调解仲裁法第二十七条).

    ``sealed``: the worker wants named staff only to know of it: it is sealed in the same transaction to the confidants over
    ``org``. A worker asks for themselves; staff need the right over ``org``, the organisation that answers. Raises ValidationError.
    """
    facts, on = facts or Facts(), on or today()
    if by.person_id is None:
        require(by, "rights.register", org)
    rules.check_asked(applicants, kinds, by, employer, respondent)
    rules.check_facts(facts, on)
    with elevated("ask: the applicants may belong to other unions than the one that answers"):
        path, why = rules.path_of(kinds, facts, on)
        found = reckon_limitation(kinds, facts)
        case = open_case(
            line="rights", flow="dispute", org=org, title=_title(applicants, employer, respondent, kinds), by=by, on=on,
            applicants=applicants, employer=employer, respondent=respondent, channel=channel, outside_number=outside_number,
            risk=Risk.HIGH if len(applicants) >= rules.COLLECTIVE else Risk.PLAIN, facts={"kinds": list(kinds), "path": path},
        )  # fmt: skip
        Dispute.objects.create(
            case=case, kinds=sorted(kinds), path=path, path_reasons=why, facts_sealed=seal(facts.told, FACTS) if facts.told else None,
            workplace=clean_text(facts.workplace), entry_on=facts.entry_on, left_on=facts.left_on, monthly_wage=facts.monthly_wage,
            known_on=facts.known_on, limitation_on=found.last_day if found else None, headcount=len(applicants),
            is_new_form=_is_new_form(applicants) or Kind.NEW_FORM in kinds, is_migrant=_is_migrant(applicants),
        )  # fmt: skip
        _write_claims(case, claims, applicants, on)
        for person in applicants:
            receive(person, org=org, by=by, on=on)
        if sealed:
            _seal(case, by)
        record("rights.ask", subject=case.subject, by=by, org=org.pk, on=on, kinds=list(kinds), channel=channel, path=path)
    return case


def _write_claims(case: Case, claims: Sequence[Asked], applicants: Sequence[Person], on: date) -> None:
    """What is asked for; an item that names nobody is the only applicant's."""
    only = applicants[0] if len(applicants) == 1 else None
    Claim.objects.bulk_create(
        Claim(
            case=case, person=one.person or only, kind=one.kind, item=one.item.strip()[:80], basis=one.basis, claimed=one.claimed,
            made_on=on,
        )
        for one in claims
    )  # fmt: skip


def _seal(case: Case, by: Actor) -> None:
    """Only the confidants (密办专员) over the organisation read it, and the one who received it; each of them is told."""
    confidants = list(accounts_with("rights.sealed", case.org))
    receiver = User.objects.filter(pk=by.user_id, is_staff=True) if by.user_id and by.person_id is None else User.objects.none()
    if not confidants:
        refuse("本区还没有指定密办的人，暂时不能密办。急事请打 12351，当面说。", "sealed")
    seal_case(case, readers=[*confidants, *receiver], by=SYSTEM, permission="cases.manage", reason="本人要求只让专人知道")
    for user in confidants:
        tell_holder(case, user=user, by=by)


def reckon_limitation(kinds: Sequence[str], facts: Facts) -> Limitation | None:
    """The nearest limitation among the kinds of the dispute; None where the facts say no first day."""
    days = calendar()
    found = []
    for kind in kinds:
        claim = CLAIM_OF.get(Kind(kind), "other")
        known_on = facts.known_on or facts.left_on
        if known_on is None and kind not in MONEY_KINDS:
            continue
        found.append(limitation(claim, known_on=known_on, relation_end=facts.left_on, calendar=days))
    dated = [one for one in found if one.last_day]
    return min(dated, key=lambda one: one.last_day or date.max) if dated else (found[0] if found else None)


def _title(applicants: Sequence[Person], employer: Employer | None, respondent: str, kinds: Sequence[str]) -> str:
    names = applicants[0].name + (f"等 {len(applicants)} 人" if len(applicants) > 1 else "")
    against = employer.name if employer else clean_text(respondent)
    return f"{names}与{against or '用人单位'}：{'、'.join(Kind(kind).label.split('（')[0] for kind in sorted(kinds))}"


def _is_new_form(applicants: Sequence[Person]) -> bool:
    ids = [person.pk for person in applicants]
    return Membership.objects.filter(person__in=ids, until__isnull=True, is_new_form=True).exists()


def _is_migrant(applicants: Sequence[Person]) -> bool:
    return any(person.household == Household.RURAL for person in applicants)
