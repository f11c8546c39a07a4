"""An employer's notice before it ends a contract: taken, studied, answered, its handling noted (劳动合同法第四十三条)."""

from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_name, clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.cases.actions import add_party, open_case
from niangjia.core.cases.enums import Part, Risk
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import COLLECTIVE, refuse
from niangjia.core.orgs.models import Employer, Organisation
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.rights.actions.asking import Facts, ask
from niangjia.work.rights.enums import Channel, DismissGround, Kind, UnionSays
from niangjia.work.rights.models.dismissal import DISMISSED, OPINION, STATED, Dismissal

WORK = "rights.dismiss"


@transaction.atomic
def take_notice(
    *, org: Organisation, ground: str, planned_on: date, by: Actor, on: date | None = None, person: Person | None = None, worker: str = "",
    employer: Employer | None = None, employer_name: str = "", stated: str = "", headcount: int = 1,
) -> Case:  # fmt: skip
    """The employer told the union of ``org`` on a day that it means to end a contract. Raises ValidationError.

    The worker does not see the case as their own: what the employer only plans, it tells them itself.
    """
    on = on or today()
    require(by, WORK, org)
    if person is None and not worker.strip():
        refuse("请写明是哪位职工。", "worker")
    if employer is None and not employer_name.strip():
        refuse("请写明是哪家单位。", "employer")
    with elevated("take_notice: the worker may belong to another union"):
        name = person.name if person else clean_name(worker)
        against = employer.name if employer else clean_text(employer_name)
        many = f"等 {headcount} 人" if headcount > 1 else ""
        case = open_case(
            line="rights", flow="dismissal", org=org, title=f"{against}拟与{name}{many}解除劳动合同", by=by, on=on, employer=employer,
            respondent=employer_name, risk=Risk.HIGH if headcount >= COLLECTIVE else Risk.PLAIN, facts={"ground": ground},
        )  # fmt: skip
        if person:
            add_party(case, part=Part.THIRD, by=by, permission=WORK, on=on, person=person)
        facts = Dismissal(
            case=case, person=person, worker_sealed=None if person else seal(name, DISMISSED), ground=ground, planned_on=planned_on,
            stated_sealed=seal(stated.strip(), STATED) if stated.strip() else None, headcount=headcount,
        )  # fmt: skip
        facts.full_clean(exclude={"case", "person"})
        facts.save()
        record("rights.take_notice", subject=case.subject, by=by, org=org.pk, on=on, ground=ground, planned_on=planned_on)
    return case


@transaction.atomic
def note_dismissal(case: Case, **facts: Any) -> Dismissal:
    """Facts that a step learns; the row is checked whole."""
    with elevated("note_dismissal: the case may lie outside the actor's subtree"):
        row = Dismissal.objects.select_for_update(of=("self",)).get(case=case)
        for name, value in facts.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        row.full_clean(exclude={"case", "person"})
        row.save()
    return row


@transaction.atomic
def answer_notice(case: Case, *, says: str, on: date, opinion: str, breaks: str = "", by: Actor) -> None:
    """The union answers in writing: no objection, objection with the law it breaks, or a demand to correct it."""
    if says != UnionSays.AGREE and not breaks.strip():
        refuse("有异议、要求纠正的，写明违反哪一条。", "breaks")
    note_dismissal(case, says=says, answered_on=on, opinion_sealed=seal(opinion.strip(), OPINION), breaks=breaks)
    with elevated("answer_notice: the case may lie outside the actor's subtree"):
        record("rights.answer_notice", subject=case.subject, by=by, org=case.org_id, on=on, says=says)


@transaction.atomic
def to_dispute(case: Case, *, by: Actor, on: date) -> Case:
    """The worker wants to go on: a dispute opens with what the notice says, at the town above the union."""
    with elevated("to_dispute: the worker may belong to another union"):
        row = Dismissal.objects.select_related("person").get(case=case)
        if row.person is None:
            refuse("这位职工没有登记：请先在“会员”里登记，再从窗口登记争议。")
        kind = Kind.LAYOFF if row.ground == DismissGround.LAYOFF else Kind.UNLAWFUL
        return ask(
            applicants=[row.person], kinds=[kind], org=case.org, by=by, channel=Channel.LINE, on=on, employer=case.employer,
            respondent="" if case.employer else "、".join(party.called for party in case.parties.filter(part=Part.RESPONDENT)),
            outside_number=case.code, facts=Facts(left_on=row.planned_on if row.planned_on <= on else None, known_on=case.opened_on, told=row.stated),
        )  # fmt: skip
