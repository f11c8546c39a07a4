"""The outbox: a step puts a message in within its own transaction; a job hands it over until a signed receipt is there (发往来件)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from niangjia.base import posting, signing
from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import running
from niangjia.core.cases.rules import check_reason, refuse
from niangjia.core.exchange import jobs
from niangjia.core.exchange.actions.letters import issue_letter
from niangjia.core.exchange.actions.partners import own_pair
from niangjia.core.exchange.actions.rows import new_message, next_number, note_try, settle
from niangjia.core.exchange.enums import Direction, State, Transport, Way
from niangjia.core.exchange.kinds import END, SENDER, Outgoing, outgoings
from niangjia.core.exchange.models import Message, Partner
from niangjia.core.exchange.queries import came_by, due_to_send, key_in_force, partner_named, was_said
from niangjia.core.exchange.rules import require_message
from niangjia.core.exchange.wire import Envelope, Receipt, Unreadable, canonical, read, read_json
from niangjia.core.trail.actions import record

WORK = "exchange.work"
MOST_ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
LEASE = timedelta(seconds=60)
"""How long a message that is being sent is left alone; a worker killed meanwhile is followed by another after that."""
NEVER_AGAIN = {409, 413}
"""Answers after which the same message will not be taken either."""


@transaction.atomic
def queue_after(case: Case, step: str, facts: Mapping[str, Any], *, by: Actor, on: date) -> list[Message]:
    """Put into the outbox what this step says to partners; part of the step's transaction. Nobody takes part: nothing is said."""
    ended = case.closed_on is not None
    made = []
    for kind in outgoings().values():
        if (kind.line, kind.flow) == (case.line, case.flow) and (step in kind.after or (END in kind.after and ended)):
            if END in kind.after and was_said(case, kind.kind):
                continue  # the worker's word about a case that has ended ends it no second time
            first = came_by(case) if SENDER in kind.to else None
            partner = first.partner if first else partner_named(str(facts.get(kind.named_by, "")), kind.to, on)
            if partner and partner.in_force:
                made.append(queue_message(case, kind, partner, facts, by=by, on=on, answers=first))
    return made


@transaction.atomic
def queue_message(
    case: Case, kind: Outgoing, partner: Partner, facts: Mapping[str, Any], *, by: Actor, on: date, answers: Message | None = None
) -> Message:
    """One message into the outbox; the step that calls has checked the right and locked the case."""
    with elevated("queue_message: the case may lie outside the actor's subtree"):
        said = kind.make(case, facts)
        number = next_number(on)
        body = canonical(
            Envelope(
                kind=kind.kind, number=number, case=case.code, on=on, reply_to=answers.their_number if answers else None,
                facts=said.model_dump(mode="json"),
            )
        )  # fmt: skip
        by_interface = partner.transport == Transport.API
        clock = running(case).filter(term=kind.answered_by).first() if kind.answered_by else None
        message = new_message(
            number=number, body=body, made_on=on, direction=Direction.OUT, partner=partner, org_id=case.org_id, case=case, kind=kind.kind,
            key=number, answers=answers, transport=partner.transport, state=State.QUEUED, due_on=clock.due_on if clock else None,
            next_try_at=now() if by_interface else None,
        )  # fmt: skip
        record("exchange.queue", subject=case.subject, by=by, org=case.org_id, on=on, message=number, kind=kind.kind, to=partner.code)
        if by_interface:
            jobs.deliver.defer(message_id=message.pk)
        elif partner.transport == Transport.PAPER:
            issue_letter(message, case, by=by, on=on)
    return message


def deliver(*, message_id: int) -> State | None:
    """Hand one message over; None where another worker does, or nothing is left to do.

    Taken, sent and noted are three moments: no transaction is open while the partner thinks. Killed between any two of them the message
    is sent again under the same key, which the partner has answered already.
    """
    taken = _take(message_id)
    if taken is None:
        return None
    message, pair = taken
    request = signing.sign_request(
        signing.Request(
            "POST", message.partner.endpoint, {"Content-Type": "application/json", "Idempotency-Key": message.key}, message.raw
        ),
        pair,
    )
    return _settle_sent(message, request, posting.post(request))


def deliver_due() -> int:
    """Hand over what is due: first attempts whose job was lost, and later attempts. Returns how many were tried."""
    with transaction.atomic(), elevated("deliver_due: the job that sends"):
        due = list(due_to_send().values_list("pk", flat=True)[:200])
    return sum(deliver(message_id=pk) is not None for pk in due)


@transaction.atomic
def _take(message_id: int) -> tuple[Message, signing.KeyPair] | None:
    with elevated("deliver: the job that sends"):
        rows = Message.objects.select_for_update(of=("self",), skip_locked=True).select_related("partner")
        message = rows.filter(pk=message_id, state=State.QUEUED, transport=Transport.API, next_try_at__lte=now()).first()
        if message is None or not message.partner.in_force:
            return None
        message.attempts += 1
        message.next_try_at = now() + max(LEASE, min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT))
        message.save(update_fields=["attempts", "next_try_at"])
        note_try(message, Way.SEND, by=SYSTEM, outcome=f"第 {message.attempts} 次发送")
        return message, own_pair()


@transaction.atomic
def _settle_sent(message: Message, request: signing.Request, reply: posting.Reply) -> State:
    with elevated("deliver: the job that sends"):
        message = Message.objects.select_for_update(of=("self",)).select_related("partner", "case").get(pk=message.pk)
        receipt, fault = _receipt(message, request, reply)
        if message.state != State.QUEUED:
            return State(message.state)
        message.envelope = {
            "url": request.url, "headers": posting.kept(request.headers), "status": reply.status, "answer": posting.kept(reply.headers),
        }  # fmt: skip
        if receipt is None:
            return _try_later(message, reply, fault)
        reason = receipt.reason.zh if receipt.reason else ""
        state = State.REJECTED if receipt.state == "refused" else State.ACKNOWLEDGED
        reason = reason or ("对方不收，没有写明理由" if state == State.REJECTED else "")
        settle(message, state, fault=reason, receipt=reply.body.decode(), receipt_number=receipt.receipt[:60])
        note_try(message, Way.SEND, by=SYSTEM, outcome=f"收到签名回执 {receipt.receipt}", status=reply.status, state=receipt.state)
        _record(message, "exchange.settle", SYSTEM, state=state, receipt=receipt.receipt)
        return state


def _receipt(message: Message, request: signing.Request, reply: posting.Reply) -> tuple[Receipt | None, str]:
    """The partner's signed receipt for this very message, or why there is none."""
    if reply.fault:
        return None, reply.fault
    if reply.status not in (200, 202, 422):
        return None, f"对方应答 {reply.status}"
    answer = signing.Answer(request, reply.status, dict(reply.headers), reply.body)
    try:
        signing.verify_answer(answer, lambda key_id: _public(key_id, message.partner))
        receipt: Receipt = read(Receipt, read_json(reply.body))
    except signing.NotSigned as fault:
        return None, f"回执的签名不对：{fault.chinese}"
    except (Unreadable, UnicodeDecodeError):
        return None, "回执看不懂"
    if (receipt.idempotency_key, receipt.body_sha256) != (message.key, message.body_hash):
        return None, "回执说的是另一件"
    return receipt, ""


def _public(key_id: str, partner: Partner) -> str | None:
    key = key_in_force(key_id, partner)
    return key.public if key else None


def _try_later(message: Message, reply: posting.Reply, fault: str) -> State:
    note_try(message, Way.SEND, by=SYSTEM, outcome=fault, status=reply.status or None)
    message.fault = fault[:200]
    if message.attempts >= MOST_ATTEMPTS or reply.status in NEVER_AGAIN:
        settle(message, State.DEAD, fault=fault)
        _record(message, "exchange.stop", SYSTEM, reason=f"发了 {message.attempts} 次：{fault}")
    else:
        message.save(update_fields=["fault", "envelope"])
    return State(message.state)


@transaction.atomic
def resend(message: Message, *, by: Actor) -> Message:
    """Try again from the beginning, under the same key: a partner that has it already answers with the same receipt."""
    with elevated("resend: the message was shown within rights"):
        message = _held(message, by)
        if message.state not in (State.DEAD, State.QUEUED) or message.transport != Transport.API:
            refuse("只有没有发成的接口件可以重发。")
        message.state, message.attempts, message.fault, message.next_try_at, message.settled_at = State.QUEUED, 0, "", now(), None
        message.save()
        note_try(message, Way.RESEND, by=by, outcome="重新排队")
        _record(message, "exchange.resend", by)
        jobs.deliver.defer(message_id=message.pk)
    return message


@transaction.atomic
def stop(message: Message, *, by: Actor, reason: str) -> Message:
    """Do not try any more; the matter goes another way, and the reason says which."""
    reason = check_reason(reason)
    with elevated("stop: the message was shown within rights"):
        message = _held(message, by)
        if message.state != State.QUEUED:
            refuse("只有待发的可以停发。")
        settle(message, State.DEAD, fault=reason)
        note_try(message, Way.STOP, by=by, outcome=reason)
        _record(message, "exchange.stop", by, reason=reason)
    return message


def _held(message: Message, by: Actor) -> Message:
    message = Message.objects.select_for_update(of=("self",)).select_related("partner", "case", "org").get(pk=message.pk)
    require_message(by, message, WORK)
    if message.direction != Direction.OUT:
        refuse("这是收到的，不是发出的。")
    return message


def _record(message: Message, verb: str, by: Actor, **facts: Any) -> None:
    subject = message.case.subject if message.case else message.subject
    reason = facts.pop("reason", "")
    record(verb, subject=subject, by=by, org=message.org_id, on=today(), reason=reason, message=message.number, **facts)


@transaction.atomic
def read_whole(message: Message, *, by: Actor, reason: str) -> None:
    """Somebody reads a message without masks; the trail keeps who and why."""
    reason = check_reason(reason)
    with elevated("read_whole: the message was shown within rights"):
        require_message(by, message, WORK)
        _record(message, "exchange.read", by, reason=reason)
