"""Legal aid: applied for, decided, reported, drawn for review (工会法律援助). The right and the order are checked by the flow's step."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.actions import add_party, open_case, start_term
from niangjia.core.cases.enums import Part, Risk
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import COLLECTIVE, refuse
from niangjia.core.law.term import NotInForce
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.enums import Household
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.rights import aiding
from niangjia.work.rights.enums import AidForm, Channel, Kind
from niangjia.work.rights.models import AID_FACTS, MEANS, REPORT, Dispute, LegalAid

DECIDE = "rights.aid"
DECIDE_TERM, ASSIGN_TERM = "legal_aid.decide", "legal_aid.assign"


@transaction.atomic
def apply_for_aid(
    *, by: Actor, matter: Case | None = None, on: date | None = None, forms: Sequence[str] = (AidForm.ARBITRATION,), means: str = "",
    told: str = "", exempt: Sequence[str] = (), applicants: Sequence[Person] = (), kinds: Sequence[str] = (),
    org: Organisation | None = None, employer: Employer | None = None, respondent: str = "", channel: str = "",
    limitation_on: date | None = None, came_from: Case | None = None,
) -> Case:  # fmt: skip
    """An application for legal aid, from a dispute (its facts carried over, nothing asked twice) or by itself.

    A worker applies for themselves; staff need the right to register over the organisation. Classes whose means are not checked are
    found from the facts; ``exempt`` adds those shown by papers. The term for the decision runs from this day. Raises ValidationError.
    """
    on = on or today()
    with elevated("apply_for_aid: the applicant's dispute may lie with another organisation"):
        dispute = Dispute.objects.filter(case=matter).first() if matter else None
        if matter:
            people = list(Person.objects.filter(pk__in=matter.persons)) or list(applicants)
            org, employer, respondent = matter.org, matter.employer, _respondent(matter)
            kinds = kinds or (dispute.kinds if dispute else ())
        else:
            people = list(applicants)
        _check_application(people, kinds, org, employer, respondent, matter, by)
        assert org is not None
        return _opened(
            people, sorted(kinds), org, by, on, matter=matter, dispute=dispute, employer=employer, respondent=respondent, forms=forms,
            means=means, told=told, exempt=exempt, channel=channel or (Channel.LINE if matter else Channel.WINDOW),
            limitation_on=limitation_on, came_from=came_from or matter,
        )  # fmt: skip


def _respondent(matter: Case) -> str:
    return "" if matter.employer_id else "、".join(party.called for party in matter.parties.filter(part=Part.RESPONDENT))


def _check_application(
    people: Sequence[Person], kinds: Sequence[str], org: Organisation | None, employer: Employer | None, respondent: str,
    matter: Case | None, by: Actor,
) -> None:  # fmt: skip
    if not people:
        refuse("请写明谁申请援助。", "applicants")
    if by.person_id is not None and by.person_id not in {person.pk for person in people}:
        raise Refused("只能为自己申请法律援助。")
    if org is None:
        refuse("请写明由哪家工会受理。", "org")
    if by.person_id is None:
        require(by, "rights.register", org)
    if not kinds or not set(kinds) <= set(Kind.values):
        refuse("请选是哪种争议。", "kinds")
    if employer is None and not respondent:
        refuse("请写明对方是哪家单位。", "respondent")
    if matter and LegalAid.objects.filter(matter=matter, case__closed_on__isnull=True).exists():
        refuse("这件争议已经有一件在办的法律援助。")


def _opened(
    people: Sequence[Person], kinds: list[str], org: Organisation, by: Actor, on: date, *, matter: Case | None, dispute: Dispute | None,
    employer: Employer | None, respondent: str, forms: Sequence[str], means: str, told: str, exempt: Sequence[str], channel: str,
    limitation_on: date | None, came_from: Case | None,
) -> Case:  # fmt: skip
    headcount = max(len(people), dispute.headcount if dispute else 1)
    migrant = dispute.is_migrant if dispute else any(person.household == Household.RURAL for person in people)
    classes, reasons = aiding.exemptions(kinds, is_migrant=migrant, headcount=headcount)
    title = f"{people[0].name}{f'等 {headcount} 人' if headcount > 1 else ''}申请法律援助：{'、'.join(Kind(kind).label.split('（')[0] for kind in kinds)}"
    case = open_case(
        line="rights", flow="aid", org=org, title=title, by=by, on=on, applicants=people, employer=employer, respondent=respondent,
        channel=channel, risk=Risk.HIGH if headcount >= COLLECTIVE else Risk.PLAIN, came_from=came_from, terms=((DECIDE_TERM, on),),
        facts={"kinds": kinds, "forms": list(forms)},
    )  # fmt: skip
    LegalAid.objects.create(
        case=case, matter=matter, kinds=kinds, forms=list(forms), means_sealed=seal(means, MEANS) if means else None,
        facts_sealed=seal(told, AID_FACTS) if told else None, exempt=sorted({*classes, *exempt}), exempt_reasons=reasons,
        headcount=headcount, limitation_on=limitation_on or (dispute.limitation_on if dispute else None),
    )  # fmt: skip
    record("rights.apply_aid", subject=case.subject, by=by, org=org.pk, on=on, kinds=kinds, forms=list(forms), exempt=classes)
    return case


@transaction.atomic
def note_aid(case: Case, **facts: Any) -> LegalAid:
    """Facts that a step learns; the row is checked whole."""
    with elevated("note_aid: the case may lie outside the actor's subtree"):
        aid = LegalAid.objects.select_for_update(of=("self",)).get(case=case)
        for name, value in facts.items():
            setattr(aid, name, value.strip() if isinstance(value, str) else value)
        aid.full_clean(exclude={"case"})
        aid.save()
        return aid


@transaction.atomic
def decide_aid(
    case: Case, *, verdict: str, on: date, by: Actor, reason: str = "", forms: Sequence[str] = (), exempt: Sequence[str] = (), means: str = "",
) -> None:  # fmt: skip
    """Grant, refuse, or send on to the state's legal aid, with the reason in writing (法律援助法第四十三条)."""
    facts: dict[str, Any] = {"verdict": verdict, "decided_on": on, "reason": reason}
    if forms:
        facts["forms"] = list(forms)
    if exempt:
        with elevated("decide_aid: the case may lie outside the actor's subtree"):
            facts["exempt"] = sorted({*LegalAid.objects.get(case=case).exempt, *exempt})
    if means:
        facts["means_sealed"] = seal(means, MEANS)
    note_aid(case, **facts)
    with elevated("decide_aid: the case may lie outside the actor's subtree"):
        record("rights.decide_aid", subject=case.subject, by=by, org=case.org_id, on=on, verdict=verdict, reason=reason)


@transaction.atomic
def start_assigning(case: Case, *, by: Actor, on: date) -> None:
    """The days for assigning a lawyer run, where the law of that day knows such a term (法律援助法第四十三条, since 2022)."""
    with suppress(NotInForce):
        start_term(case, term=ASSIGN_TERM, since=on, by=by, anew=True)


@transaction.atomic
def reopen_aid(case: Case) -> None:
    """The state's legal aid did not take it: the union decides anew."""
    note_aid(case, verdict="", decided_on=None)


@transaction.atomic
def name_opposing_agent(case: Case, *, name: str, by: Actor, permission: str, on: date) -> None:
    """Who acts for the other side: remembered for every later search of conflicts."""
    with elevated("name_opposing_agent: the case may lie outside the actor's subtree"):
        represents = case.parties.filter(part=Part.RESPONDENT).first()
    add_party(case, part=Part.AGENT, by=by, permission=permission, on=on, name=name, represents=represents)


@transaction.atomic
def file_report(case: Case, *, by: Actor, on: date, remark: str = "") -> None:
    """Keep the closing report as the facts tell it now, with what the lawyer adds (浙江省法律援助条例第十九条)."""
    with elevated("file_report: the case may lie outside the actor's subtree"):
        text = aiding.report_of(case, remark=remark.strip()).text
        LegalAid.objects.filter(case=case).update(report_sealed=seal(text, REPORT), reported_on=on)
        record("rights.file_report", subject=case.subject, by=by, org=case.org_id, on=on)


@transaction.atomic
def draw_reviews(*, org: Organisation, number: int, seed: str, by: Actor, on: date | None = None) -> list[Case]:
    """Draw closed matters of legal aid for review: whoever knows the seed can draw the same ones again (抽查).

    Drawn from those whose report is filed and which were never drawn, in the order of their numbers. Returns those drawn.
    """
    on = on or today()
    require(by, DECIDE, org)
    if number < 1 or not clean_text(seed):
        refuse("请写明抽几件、用什么种子。", "number" if number < 1 else "seed")
    with elevated("draw_reviews: matters of the organisation's whole subtree"):
        pool = LegalAid.objects.filter(case__scope__range=(org.lft, org.rgt), reported_on__isnull=False, sampled_on__isnull=True)
        rows = list(pool.select_for_update(of=("self",)).select_related("case").order_by("case__code"))
        if not rows:
            refuse("没有可以抽的：要结案报告已归档、没有抽过的。")
        drawn = random.Random(clean_text(seed)).sample(rows, min(number, len(rows)))  # noqa: S311 (to be drawn again by whoever knows the seed)
        LegalAid.objects.filter(pk__in=[aid.pk for aid in drawn]).update(sampled_on=on, sample_seed=clean_text(seed))
        codes = sorted(aid.case.code for aid in drawn)
        record("rights.draw_reviews", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, seed=seed, of=len(rows), drawn=codes)
    return [aid.case for aid in drawn]


def refusal_words(reason: str, where: str) -> str:
    """The refusal in one text: why, and where to object."""
    return f"{reason}。不服的，可以{where}"[:300]
