"""Handling a case together: into the queue, from body to body with a receipt, results, out of it (联合办理)."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from niangjia.base.calendar import chinese_date, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.models import User
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.actions.people import name_accounts
from niangjia.core.cases.actions.rows import lock, write_step
from niangjia.core.cases.enums import Duty
from niangjia.core.cases.models import Case
from niangjia.core.cases.rules import check_open, check_reason, refuse, require_reach
from niangjia.core.law.queries import calendar
from niangjia.core.notices.actions import tell
from niangjia.core.notices.enums import Kind as NoticeKind
from niangjia.core.orgs.models import Organisation, PartnerBody
from niangjia.core.tasks.actions import finish_task, open_task
from niangjia.core.tasks.enums import Kind as TaskKind
from niangjia.core.trail.actions import record
from niangjia.work.rights.enums import JointBasis
from niangjia.work.rights.joint import OURS, body_of, holding_of, joint_of, may_act, members_of
from niangjia.work.rights.models import BodyMember, Holding, Joint

MAY = "rights.joint"


@transaction.atomic
def join_body(*, user: User, body: PartnerBody, is_head: bool = False, by: Actor, on: date | None = None) -> BodyMember:
    """An account stands for a partner body from a day on; it sees the cases that body holds, and no other."""
    on = on or today()
    require(by, "access.grant")
    with elevated("join_body: the body may answer to another organisation"):
        row = BodyMember(user=user, body=body, is_head=is_head, valid_from=on)
        row.full_clean()
        row.save()
        for held in Holding.objects.filter(body=body, ended_on__isnull=True).select_related("joint__case"):
            lock(held.joint.case)
            name_accounts(held.joint.case, users=members_of(body), duty=Duty.PARTNER, on=on)
        record("rights.join_body", subject=f"user:{user.pk}", by=by, org=body.answering_org_id, on=on, body=body.code, head=is_head)
    return row


@transaction.atomic
def leave_body(member: BodyMember, *, by: Actor, on: date | None = None) -> None:
    """An account no longer stands for its body, and no longer sees the cases it holds."""
    on = on or today()
    require(by, "access.grant")
    with elevated("leave_body: the cases its body holds"):
        if member.valid_to:
            refuse("这个账号已经不在这家单位。")
        BodyMember.objects.filter(pk=member.pk).update(valid_to=max(on, member.valid_from))
        for held in Holding.objects.filter(body=member.body, ended_on__isnull=True).select_related("joint__case"):
            lock(held.joint.case)
            name_accounts(held.joint.case, users=members_of(member.body), duty=Duty.PARTNER, on=on)
        record("rights.leave_body", subject=f"user:{member.user_id}", by=by, on=on, body=member.body.code)


@transaction.atomic
def enter_joint(case: Case, *, basis: str, basis_note: str, by: Actor, on: date | None = None) -> Joint:
    """Put a dispute into the joint queue, saying on which ground its facts may go to the other bodies. The union holds it first."""
    on = on or today()
    with elevated("enter_joint: the case may lie outside the actor's subtree"):
        lock(case)
        check_open(case)
        require_reach(by, case, MAY)
        if body_of(by.user_id):
            raise Refused("进入联合队列由工会承办人办理。")
        if case.flow != "dispute":
            refuse("只有劳动争议进联合队列。")
        if case.sealed:
            refuse("密办的案件不进联合队列；要移交的，先解除密办。")
        if basis not in JointBasis.values:
            refuse("请选共享依据。", "basis")
        check_reason(basis_note, "basis_note")
        joint = Joint.objects.filter(case=case).first()
        if joint and joint.left_on is None:
            refuse("这件案子已经在联合队列里。")
        facts = {"entered_on": on, "basis": basis, "basis_note": basis_note.strip()[:160], "left_on": None, "result": ""}
        joint, _ = Joint.objects.update_or_create(case=case, defaults=facts)
        _hold(joint, None, "先行调解", by, on, None)
        _write(case, "enter_joint", "进入联合办理", by, on)
        record("rights.enter_joint", subject=case.subject, by=by, org=case.org_id, on=on, basis=basis)
    return joint


@transaction.atomic
def hand_to(
    case: Case, *, body: PartnerBody | None, asked: str, by: Actor, on: date | None = None, due_on: date | None = None, result: str = ""
) -> Holding:
    """The body that holds the case gives it to another (None: the union); the receipt is due within the configured working days."""
    on = on or today()
    with elevated("hand_to: the next body stands elsewhere"):
        joint, now = _held(case, by)
        if now.received_on is None:
            refuse("先签收，再交给别家。")
        if now.body_id == (body.pk if body else None):
            refuse(f"已经在{body.name if body else OURS}，请选另一家。", "body")
        if due_on and due_on < on:
            refuse(f"办理期限{chinese_date(due_on)}早于交出日期。", "due_on")
        if len(asked.strip()) < 2:
            refuse("请写明请对方办什么。", "asked")
        _end(now, on, result or f"转{body.name if body else OURS}")
        new = _hold(joint, body, asked, by, on, due_on)
        _write(
            case,
            "hand_to",
            f"交给{body.name if body else OURS}",
            by,
            on,
            note=f"{asked.strip()}{f'；{result.strip()}' if result.strip() else ''}",
        )
        users = members_of(body) if body else []
        name_accounts(case, users=users, duty=Duty.PARTNER, on=on)
        for user in users:
            tell(
                user=user, title="有一件案子交到你们单位", text=f"{case.code}：{asked.strip()}", kind=NoticeKind.CASE, by=by, url=_url(case)
            )
        record("rights.hand_to", subject=case.subject, by=by, org=case.org_id, on=on, body=body.code if body else "", due_on=due_on)
    return new


@transaction.atomic
def confirm_receipt(case: Case, *, by: Actor, on: date | None = None) -> Holding:
    """The body confirms that it has the case."""
    on = on or today()
    with elevated("confirm_receipt: the case may lie outside the actor's subtree"):
        _, now = _held(case, by)
        if now.received_on:
            refuse(f"{chinese_date(now.received_on)}已经签收。")
        if on < now.sent_on:
            refuse("签收日期不能早于交出日期。", "on")
        Holding.objects.filter(pk=now.pk).update(received_on=on, received_by=by.actor_key)
        _write(case, "confirm_receipt", f"{now.body.name if now.body else OURS}签收", by, on, for_worker=False)
        now.received_on = on
        finish_task(kind=TaskKind.UNRECEIVED, subject=f"holding:{now.pk}", outcome="已签收", by=by)
        record("rights.confirm_receipt", subject=case.subject, by=by, org=case.org_id, on=on, holding=now.pk)
    return now


@transaction.atomic
def leave_joint(case: Case, *, result: str, by: Actor, on: date | None = None) -> Joint:
    """The matter is done together: out of the queue, with its result; other bodies no longer read the case."""
    on, result = on or today(), check_reason(result, "result")
    with elevated("leave_joint: the case may lie outside the actor's subtree"):
        joint, now = _held(case, by)
        if now.body_id is not None:
            refuse("交还工会以后，由工会办结出列。")
        _end(now, on, result)
        Joint.objects.filter(pk=joint.pk).update(left_on=on, result=result[:200])
        _write(case, "leave_joint", "联合办理办结", by, on, note=result)
        name_accounts(case, users=[], duty=Duty.PARTNER, on=on)
        record("rights.leave_joint", subject=case.subject, by=by, org=case.org_id, on=on, result=result)
    return joint


@transaction.atomic
def close_joint(case: Case, *, by: Actor, on: date) -> None:
    """A case that ended leaves the queue with it. Part of the step that ended it."""
    with elevated("close_joint: the case may lie outside the actor's subtree"):
        joint = joint_of(case)
        now = holding_of(joint) if joint else None
        if joint is None or now is None:
            return
        result = "案件已并案" if case.merged_into_id else "案件已办结"
        _end(now, max(on, now.sent_on), result)
        Joint.objects.filter(pk=joint.pk).update(left_on=max(on, joint.entered_on), result=result)
        finish_task(kind=TaskKind.UNRECEIVED, subject=f"holding:{now.pk}", outcome=result, by=by)
        name_accounts(case, users=[], duty=Duty.PARTNER, on=on)
        record("rights.leave_joint", subject=case.subject, by=by, org=case.org_id, on=on, result=result)


@transaction.atomic
def climb_unreceived(*, by: Actor, on: date | None = None) -> int:
    """What was not received in time is told once to the heads on both sides: the body's head, and whoever answers above the union. Returns how many."""
    on = on or today()
    with elevated("climb_unreceived: the nightly job"):
        late = Holding.objects.filter(
            received_on__isnull=True, ended_on__isnull=True, climbed_on__isnull=True, receipt_due_on__lt=on
        ).select_for_update(of=("self",))
        rows = list(late.select_related("joint__case__org__parent", "body"))
        for row in rows:
            case = row.joint.case
            where = row.body.name if row.body else OURS
            text = f"{case.code} {chinese_date(row.sent_on)}交给{where}，到{chinese_date(row.receipt_due_on or on)}没有签收。"
            for head in User.objects.filter(bodies__body=row.body, bodies__is_head=True, bodies__valid_to__isnull=True) if row.body else ():
                tell(
                    user=head, title="联合办理没有签收", text=text, kind=NoticeKind.CASE, by=by, url=_url(case), once=f"unreceived:{row.pk}"
                )
            above: Organisation = case.org.parent or case.org
            open_task(
                kind=TaskKind.UNRECEIVED, title=text, org=above, subject=f"holding:{row.pk}", url=_url(case), permission=MAY, by=by,
                due_on=row.receipt_due_on,
            )  # fmt: skip
        Holding.objects.filter(pk__in=[row.pk for row in rows]).update(climbed_on=on)
    return len(rows)


def _held(case: Case, by: Actor) -> tuple[Joint, Holding]:
    """The case locked, its place in the queue and who holds it; refused to whoever does not stand for the holder."""
    lock(case)
    joint = joint_of(case)
    now = holding_of(joint) if joint else None
    if joint is None or now is None:
        refuse("这件案子不在联合队列里。")
    if not may_act(by, case, now):
        raise Refused(f"现在由“{now.body.name if now.body else OURS}”办，请它办理。")
    return joint, now


def _hold(joint: Joint, body: PartnerBody | None, asked: str, by: Actor, on: date, due_on: date | None) -> Holding:
    takes_itself = body is None and body_of(by.user_id) is None
    due = None if takes_itself else calendar().add_workdays(on, settings.RECEIPT_WORKDAYS)
    return Holding.objects.create(
        joint=joint, body=body, asked=asked.strip()[:160], sent_on=on, sent_by=by.actor_key, sent_by_name=by.name, due_on=due_on,
        receipt_due_on=due, received_on=on if takes_itself else None, received_by=by.actor_key if takes_itself else "",
    )  # fmt: skip


def _write(case: Case, step: str, title: str, by: Actor, on: date, *, note: str = "", for_worker: bool = True) -> None:
    write_step(case, step=step, title=title[:60], source=case.state, by=by, on=on, note=note, for_worker=for_worker)


def _end(now: Holding, on: date, result: str) -> None:
    Holding.objects.filter(pk=now.pk).update(ended_on=on, result=result.strip()[:200])


def _url(case: Case) -> str:
    return reverse("cases:detail", args=[case.code])
