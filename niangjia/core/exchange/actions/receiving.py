"""Taking a message in: once for each key, in its turn, by the line's own verbs; whatever carried it (收往来件)."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from niangjia.base.calendar import now, today
from niangjia.base.scope import elevated
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.cases.actions.rows import lock
from niangjia.core.cases.models import Case
from niangjia.core.exchange import rules
from niangjia.core.exchange.actions.rows import new_message, next_number, note_try
from niangjia.core.exchange.enums import Direction, State, Way
from niangjia.core.exchange.kinds import Incoming, incomings, title_of
from niangjia.core.exchange.models import RECEIPT, Message, Partner
from niangjia.core.exchange.queries import knows_case, parked
from niangjia.core.exchange.rules import KeyReused, NotTaken, never
from niangjia.core.exchange.wire import Envelope, Reason, Receipt, Unreadable, read, read_json, sha256
from niangjia.core.notices import actions as notices
from niangjia.core.notices.enums import Kind
from niangjia.core.trail.actions import record

MOST_AHEAD = 20
"""Messages about one case that may wait for the one before them."""


@transaction.atomic
def take_in(
    *, partner: Partner, key: str, body: bytes, transport: str, envelope: Mapping[str, Any] | None = None, by: Actor | None = None,
    on: date | None = None,
) -> Message:  # fmt: skip
    """Take one message from a partner: applied, parked until the one before it came, or refused with the reason on record.

    The same key with the same body gives the message taken the first time, and does nothing. ``by`` is the officer who registers a
    letter or a file; without one the partner itself acts. Raises Unreadable for a body that is no message, KeyReused for a key that
    belongs to another body. What an officer enters and the case does not allow is told to the officer (ValidationError, Refused), and
    nothing is kept; what a partner sends is kept with the refusal.
    """
    said: Envelope = read(Envelope, read_json(body))
    on = on or today()
    with elevated("take_in: a partner has no post; which case it may touch is checked here"):
        Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
        if earlier := _earlier(partner, key):
            if earlier.body_hash != sha256(body):
                raise KeyReused
            note_try(earlier, Way.RECEIVE, by=by or rules.acting_as(partner), outcome="同一件又来了一次，没有再办")
            return earlier
        case = _case_of(partner, said)
        message = new_message(
            number=next_number(on), body=body, made_on=on, direction=Direction.IN, partner=partner, org_id=case.org_id if case else partner.org_id,
            case=case, kind=said.kind, key=key, their_number=said.number, answers=_answered(partner, said), envelope=dict(envelope or {}),
            transport=transport, state=State.PARKED,
        )  # fmt: skip
        actor = by or rules.acting_as(partner)
        note_try(message, Way.RECEIVE, by=actor, outcome="收到")
        record(
            "exchange.take_in", subject=case.subject if case else message.subject, by=actor, org=message.org_id, on=on, message=message.number, kind=said.kind,
            their_number=said.number, transport=transport,
        )  # fmt: skip
        _judge(message, said, by=by)
        if by is None:
            _tell_the_holder(message)
    return message


@transaction.atomic
def apply_parked(case: Case) -> int:
    """Apply what waits for this case and has its turn now, refuse what never will; part of every step. Returns how many."""
    done = 0
    with elevated("apply_parked: the case may lie outside the actor's subtree"):
        while message := _ripe(case):
            message.case = case
            _judge(message, read(Envelope, message.body), by=None)
            done += 1
    return done


def _ripe(case: Case) -> Message | None:
    """The first message that need not wait any longer; asked anew after each, since applying one may have applied the next."""
    for message in parked(case).select_for_update(of=("self",)).select_related("partner"):
        try:
            waits = not rules.standing_of(_kind(message, message.kind), case).now
        except NotTaken:
            waits = False
        if not waits:
            return message
    return None


def _tell_the_holder(message: Message) -> None:
    """Whoever works on the case hears that another body spoke about it; a sealed case is not named."""
    case = message.case
    if case is None or case.holder is None:
        return
    state = {State.APPLIED.value: "已办入", State.PARKED.value: "等前一件"}.get(message.state, "未办入，请看理由")
    title = "一件案子有来件" if case.sealed else f"来件：{title_of(message.kind)}"
    notices.tell(
        user=case.holder, title=title, text=f"{message.partner.name}来件：{title_of(message.kind)}，{state}。", kind=Kind.MESSAGE,
        by=rules.acting_as(message.partner), url=f"/desk/cases/{case.code}/", once=f"exchange:{message.number}",
    )  # fmt: skip


def receipt_of(message: Message) -> Receipt:
    """What we answer for a message as it stands now."""
    said = message.receipt
    state = {State.PARKED.value: "parked", State.APPLIED.value: "applied"}.get(message.state, "refused")
    return Receipt(
        receipt=message.number, idempotency_key=message.key, body_sha256=message.body_hash, state=state, case=message.case.code if message.case else None,
        reason=said.get("reason"), outcome=said.get("outcome"),
    )  # fmt: skip


def _earlier(partner: Partner, key: str) -> Message | None:
    rows = Message.objects.select_related("partner", "case").filter(partner=partner, direction=Direction.IN, key=key)
    return rows.first()


def _case_of(partner: Partner, said: Envelope) -> Case | None:
    """The case a message speaks of, if the partner ever had to do with it: another's case is as unknown as none."""
    case = Case.objects.select_related("org").filter(code=said.case).first() if said.case else None
    if case is None or not knows_case(partner, case):
        return None
    lock(case)
    return case


def _answered(partner: Partner, said: Envelope) -> Message | None:
    rows = Message.objects.filter(partner=partner, direction=Direction.OUT)
    return rows.filter(number=said.reply_to).first() if said.reply_to else None


def _judge(message: Message, said: Envelope, *, by: Actor | None) -> None:
    """Apply the message, leave it parked, or refuse it; the receipt says which."""
    reason: Reason | None = None
    outcome: dict[str, Any] | None = None
    actor = by or rules.acting_as(message.partner)
    try:
        kind = _kind(message, said.kind)
        facts = read(kind.schema, said.facts)
        if kind.opens or kind.without_case or rules.standing_of(kind, _known(message, said)).now:
            outcome = _apply(message, kind, facts, by)
            message.state = State.APPLIED
        else:
            _check_room(message)
            message.state = State.PARKED
    except (NotTaken, Unreadable, ValidationError, PermissionDenied) as refusal:
        if by is not None:
            raise _to_the_officer(refusal) from refusal
        reason = _reason(refusal)
    if reason:
        message.state, message.fault = State.REFUSED, reason.zh[:200]
    _write_down(message, reason, actor, outcome)


def _to_the_officer(refusal: Exception) -> Exception:
    """What the form shows."""
    if isinstance(refusal, NotTaken):
        return ValidationError(refusal.reason.zh)
    return ValidationError(str(refusal).partition("Missing")[0]) if isinstance(refusal, Unreadable) else refusal


def _reason(refusal: Exception) -> Reason:
    """Why a message was not applied, in both languages."""
    if isinstance(refusal, NotTaken):
        return refusal.reason
    if isinstance(refusal, Unreadable):
        chinese, _, english = str(refusal).partition("Missing")
        return Reason(code="malformed", zh=chinese, en=f"Missing{english}")
    if isinstance(refusal, ValidationError):
        return Reason(code="not_allowed", zh="；".join(refusal.messages), en="The facts of the case do not allow it; see zh.")
    return Reason(code="no_right", zh=str(refusal), en="Whoever registered it has no right to do so; see zh.")


def _write_down(message: Message, reason: Reason | None, actor: Actor, outcome: dict[str, Any] | None) -> None:
    """The state with its receipt, one line of what was tried, one event of the trail."""
    message.settled_at = None if message.state == State.PARKED else now()
    receipt = receipt_of(message).model_copy(update={"reason": reason, "outcome": outcome})
    message.receipt_sealed = seal(json.dumps(receipt.model_dump(mode="json"), ensure_ascii=False), RECEIPT)
    message.receipt_number = message.number
    message.save()
    verb = {State.APPLIED.value: "exchange.apply", State.PARKED.value: "exchange.park"}.get(message.state, "exchange.refuse")
    applied = "已办入案件" if message.case else "已收下"
    told = {"exchange.apply": applied, "exchange.park": "前一件还没有来，先留着"}.get(verb, message.fault)
    note_try(message, Way.APPLY, by=actor, outcome=told)
    subject = message.case.subject if message.case else message.subject
    code = reason.code if reason else ""
    record(verb, subject=subject, by=actor, org=message.org_id, on=today(), message=message.number, kind=message.kind, code=code)


def _kind(message: Message, name: str) -> Incoming:
    kind = incomings().get(name)
    if kind is None:
        never("unknown_kind", f"没有“{name}”这种往来件。", f"There is no kind {name}.")
    if kind.sent_by and message.partner.kind not in kind.sent_by:
        never("not_yours", f"“{kind.title}”不由你单位发来。", f"{kind.kind} does not come from a body of your kind.")
    return kind


def _known(message: Message, said: Envelope) -> Case:
    if message.case is None:
        never(
            "unknown_case",
            f"没有和你单位往来过的案件 {said.case or '（没有写案号）'}。",
            "No case of this code was ever exchanged with you.",
        )
    return message.case


def _apply(message: Message, kind: Incoming, facts: Any, by: Actor | None) -> dict[str, Any] | None:
    """The line's own verb, in a savepoint: what it refuses leaves nothing behind but the refusal. Gives what a message without case came to."""
    actor = by or rules.acting_as(message.partner, kind.may)
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=State.APPLIED)  # the steps it takes look for what is parked
        came = kind.apply(message, facts, actor)
    if isinstance(came, dict):
        return came
    if message.case_id != came.pk:
        message.case, message.org_id = came, came.org_id
    return None


def _check_room(message: Message) -> None:
    if parked(message.case).exclude(pk=message.pk).count() >= MOST_AHEAD:  # type: ignore[arg-type]
        never("too_far_ahead", "这件案子等着的往来件太多了，请按先后重发。", "Too many messages about this case wait already.")
