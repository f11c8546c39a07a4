"""Appeals: against every refusal, sum and claw-back, answered by another person than who decided (申诉)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.actions import attach_to_step, open_case
from niangjia.core.cases.models import Case, StepTaken
from niangjia.core.orgs.queries import root
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid import clocks
from niangjia.work.mutual_aid.actions.claiming import claim_again
from niangjia.work.mutual_aid.actions.clawing import start_clock
from niangjia.work.mutual_aid.actions.reviewing import RECONSIDERED, reconsider
from niangjia.work.mutual_aid.enums import AppealReason
from niangjia.work.mutual_aid.models import Appeal, Claim, Settlement
from niangjia.work.mutual_aid.queries import TAKEN_BACK, appealable_until, deciders
from niangjia.work.mutual_aid.rules import refuse

REVIEW = "mutual_aid.review"


@dataclass(frozen=True)
class Objection:
    """What somebody objects to, why, and in their own words; neither a settlement nor a claim where a stay was never shown to them."""

    reason: str
    text: str = ""
    settlement: Settlement | None = None
    claim: Claim | None = None


@transaction.atomic
def appeal(person: Person, *, objection: Objection, by: Actor, files: Sequence[Any] = (), on: date | None = None) -> Case:
    """Receive an appeal of a person, by themselves or written down at the window. A late one is received too, and marked so."""
    on, said = on or today(), objection
    with elevated("appeal: the district answers; the person's own records"):
        org = root()
        if org is None:
            refuse("还没有建立区总工会，不能申诉。")
        _check_right(person, said, by, org)
        _check_once(person, said)
        case = open_case(
            line="mutual_aid", flow="appeal", org=org, title=f"{person.name}：对互助金的申诉", by=by, on=on, applicants=[person],
            channel="phone" if by.person_id else "window", note=said.text.strip(), came_from=said.claim.case if said.claim else None,
        )  # fmt: skip
        Appeal.objects.create(
            case=case, settlement=said.settlement, claim=said.claim, reason=said.reason, against=_against(said),
            late=bool(said.settlement and on > appealable_until(said.settlement)),
        )  # fmt: skip
        start_clock(case, clocks.ANSWER, since=on, by=by)
        first = StepTaken.objects.select_related("case__org").get(case=case, number=1)
        attach_to_step(first, files=files, by=by, title="申诉材料")
        record("mutual_aid.appeal", subject=case.subject, by=by, org=org.pk, on=on, reason=said.reason)
    return case


def _check_right(person: Person, said: Objection, by: Actor, org: Any) -> None:
    if by.person_id is None:
        require(by, REVIEW, org)
    elif by.person_id != person.pk and not (said.claim and said.claim.proxy_id == by.person_id):
        raise Refused("只能为自己申诉；代办的申请，由代办人申诉。")
    about = said.settlement or said.claim
    if about is not None and about.person_id != person.pk:
        raise Refused("这一笔不是本人的。")
    if about is None and said.reason != AppealReason.MINE:
        refuse("请从要申诉的那一笔点进来。")
    if about is None and len(said.text.strip()) < 4:
        refuse("请写清哪家医院、哪天出院，工会好去找。", "text")


def _check_once(person: Person, said: Objection) -> None:
    open_ = Appeal.objects.filter(case__person=person, case__closed_on__isnull=True, settlement=said.settlement, claim=said.claim)
    if known := open_.select_related("case").first():
        refuse(f"这件事已经在申诉（{known.case.code}），不用再交一次。")


def _against(said: Objection) -> str:
    if said.settlement:
        return f"结算 {said.settlement.setl_id}：{said.settlement.get_state_display()}"[:60]
    return f"申请 {said.claim.case.code}：没有给付"[:60] if said.claim else "没有看到的住院"


def check_other(case: Case, *, by: Actor) -> None:
    """Whoever answers is another than who decided what is objected to."""
    found = Appeal.objects.select_related("settlement", "claim").get(case=case)
    keys = deciders(found.settlement) if found.settlement else set()
    if found.claim:
        keys |= set(found.claim.case.steps.filter(step__in=("refuse", "grant")).values_list("by", flat=True))
    if by.actor_key in keys:
        raise Refused("申诉要另一个人答复：当初是你决定的。")


def check_competent(case: Case) -> None:
    """Where somebody else's pool pays, its owner answers first."""
    found = Appeal.objects.select_related("settlement__enrolment__plan", "claim__enrolment__plan").get(case=case)
    policy = (found.settlement and found.settlement.enrolment) or (found.claim and found.claim.enrolment)
    if policy and policy.plan.pool_id is None and not found.reply_number:
        refuse(f"这份保障由{policy.plan.pool_owner}给付：请先转出，收到答复以后再告诉本人。")


def note_forwarded(case: Case, *, to: str, number: str, by: Actor, on: date) -> None:
    """To whom the appeal was handed on, under which number; part of a step."""
    Appeal.objects.filter(case=case).update(forwarded_to=to, forwarded_on=on, forward_number=clean_text(number)[:60])
    start_clock(case, clocks.POOL, since=on, by=by)


def note_reply(case: Case, *, number: str, on: date) -> None:
    """What the other body answered, under which number; part of a step."""
    Appeal.objects.filter(case=case).update(reply_number=clean_text(number)[:60], replied_on=on)


def note_answer(case: Case, *, answer: str) -> None:
    """The answer in plain words; part of a step."""
    if len(answer.strip()) < 4:
        refuse("请用白话写清为什么。", "answer")
    Appeal.objects.filter(case=case).update(answer=answer.strip()[:400])


def change(case: Case, *, answer: str, by: Actor, on: date, settlement: str = "") -> None:
    """What was objected to is decided anew; part of a step. ``settlement`` names the record of a stay that was not shown to the person."""
    found = Appeal.objects.select_related("settlement__enrolment__plan", "claim__case__org", "claim__person").get(case=case)
    if settlement:
        found.settlement = Settlement.objects.filter(code__iexact=settlement.strip()).first()
        if found.settlement is None:
            refuse("没有这个结算编码，请在“互助给付”里找到那一笔再填。", "settlement")
        found.save(update_fields=["settlement"])
    policy = found.settlement.enrolment if found.settlement else found.claim.enrolment if found.claim else None
    if found.settlement and not (policy and policy.plan.pool_id is None and found.reply_number):
        _decide_anew(case, found.settlement, answer, by, on)
    elif found.claim:
        claim_again(found.claim, by=by, came_from=case, on=on)
    elif found.settlement is None:
        refuse("要改哪一笔？请填结算编码。", "settlement")


def _decide_anew(case: Case, one: Settlement, answer: str, by: Actor, on: date) -> None:
    """By the rule as it stands; what the insurance took back and settled anew since is changed already."""
    if one.state in RECONSIDERED:
        changed = reconsider(one, reason=f"申诉改判：{answer}"[:120], by=by, on=on)
        if changed.person_id != case.person_id:
            refuse("这一笔对上的是另一个人，不能按这份申诉改。请核对证件号码。", "settlement")
    elif one.state not in TAKEN_BACK:
        refuse(f"这笔现在是“{one.get_state_display()}”：已付的由医保冲正、重新结算来改。请办“转出”给医保，等它送来新的再答复。")
