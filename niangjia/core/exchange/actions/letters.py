"""Messages by letter: issued under a number in the step's own transaction, posted, its slip back; replies registered with their scan (公函)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from niangjia.base.calendar import chinese_date, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import reaches
from niangjia.core.cases.rules import refuse, require_reach
from niangjia.core.exchange.actions.receiving import take_in
from niangjia.core.exchange.actions.rows import note_try, settle
from niangjia.core.exchange.enums import Direction, State, Transport, Way
from niangjia.core.exchange.kinds import Incoming, incomings
from niangjia.core.exchange.models import Message, Partner
from niangjia.core.exchange.rules import KeyReused, require_message
from niangjia.core.exchange.wire import Envelope, Unreadable
from niangjia.core.files.actions import checked_upload, store
from niangjia.core.files.media import SCANS
from niangjia.core.papers import actions as papers
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.trail.actions import record

WORK, LETTER = "exchange.work", "exchange-letter"
MOST_BYTES = 60 * 1024 * 1024


@transaction.atomic
def issue_letter(message: Message, case: Case, *, by: Actor, on: date) -> IssuedPaper:
    """The letter that carries a message, issued together with it; the step that calls has checked the right to say it."""
    with elevated("issue_letter: the case may lie outside the actor's subtree"):
        issuer = replace(by, permissions=by.permissions | {WORK}) if reaches(by, case) else SYSTEM
        paper = papers.issue(case, kind=LETTER, by=issuer, on=on, facts={"message": message.number})
        message.letter = paper.number
        message.save(update_fields=["letter"])
        note_try(message, Way.SEND, by=by, outcome=f"出函 {paper.number}，等寄出")
    return paper


@transaction.atomic
def post_letter(message: Message, *, how: str, by: Actor, on: date | None = None) -> Message:
    """The letter is on its way: by post with its number, by hand, by the confidential service."""
    on = on or today()
    with elevated("post_letter: the message was shown within rights"):
        message = Message.objects.select_for_update(of=("self",)).select_related("partner", "case").get(pk=message.pk)
        require_message(by, message, WORK)
        if message.transport != Transport.PAPER or message.direction != Direction.OUT or message.state != State.QUEUED:
            refuse("这一件不是等着寄出的公函。")
        if on < message.made_on or on > today():
            refuse(f"寄出日期要在出函（{chinese_date(message.made_on)}）到今天之间。", "on")
        message.state = State.SENT
        message.save(update_fields=["state"])
        note_try(message, Way.POST, by=by, outcome=f"{chinese_date(on)}寄出：{clean_text(how)}")
        record("exchange.post", subject=_subject(message), by=by, org=message.org_id, on=on, message=message.number, letter=message.letter)
    return message


@transaction.atomic
def note_slip(paper: IssuedPaper, *, by: Actor, on: date) -> None:
    """The sealed slip of a letter came back: it is the receipt. Part of filing the scan, which checked the right."""
    with elevated("note_slip: the case may lie outside the actor's subtree"):
        message = (
            Message.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(letter=paper.number, direction=Direction.OUT)
            .first()
        )
        if message and message.state in (State.QUEUED, State.SENT):
            settle(message, State.ACKNOWLEDGED, receipt_number=f"{paper.number}回执", scan_id=paper.scan_id)
            note_try(message, Way.RECEIPT, by=by, outcome="盖章回执已归档")
            record("exchange.settle", subject=_subject(message), by=by, org=message.org_id, on=on, message=message.number, state="acked")


@transaction.atomic
def register_letter(
    *, partner: Partner, kind: str, case: Case, facts: Mapping[str, Any], their_number: str, said_on: date, by: Actor, scan: Any = None,
    answers: Message | None = None, on: date | None = None,
) -> Message:  # fmt: skip
    """Enter a letter that came: the same verb of the line as for a message by interface, the same clocks, its scan beside it.

    The same letter again leads to the message entered first. Raises ValidationError with the reason where it has no place now, Refused
    where the officer lacks the right of the kind.
    """
    found = incomings().get(kind)
    if found is None or found.opens:
        refuse("请选来函的种类。新案件请从“登记劳动争议”登记。", "kind")
    with elevated("register_letter: the case was shown within rights"):
        _check_rights(by, case, found)
        said = Envelope.model_construct(
            kind=kind,
            number=clean_text(their_number),
            case=case.code,
            reply_to=answers.number if answers else None,
            on=said_on,
            facts=dict(facts),
        )
        message = taken(partner, said, Transport.PAPER, f"letter-{digest(partner.code, kind, case.code, said.number)}", by=by, on=on)
        if scan is not None and message.scan_id is None:
            message.scan = _stored(scan, message, case, by)
            message.save(update_fields=["scan"])
    return message


def taken(partner: Partner, said: Envelope, transport: str, key: str, *, by: Actor, on: date | None = None) -> Message:
    """A message entered by an officer. Raises ValidationError where it is none, or differs from the one entered before."""
    try:
        return take_in(partner=partner, key=key, body=written(said), transport=transport, by=by, on=on)
    except Unreadable as fault:
        raise ValidationError(str(fault).partition("Missing")[0]) from None
    except KeyReused:
        raise ValidationError("同一单位、同一文号、同一种类的来件已经登记过，内容不一样：请看往来里的那一件。") from None


def written(said: Envelope) -> bytes:
    """The body of a message that an officer enters; days and sums as text."""
    whole = {"kind": said.kind, "number": said.number, "case": said.case, "reply_to": said.reply_to, "on": said.on, "facts": said.facts}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder).encode()


def digest(*parts: str) -> str:
    """What makes a letter or a row the same: 40 hexadecimal digits."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def _check_rights(by: Actor, case: Case, kind: Incoming) -> None:
    require_reach(by, case, WORK)
    for permission in kind.may:
        require_reach(by, case, permission)


def _stored(scan: Any, message: Message, case: Case, by: Actor) -> Any:
    with checked_upload(scan, taken=SCANS, most_bytes=MOST_BYTES, field="scan") as kept:
        return store(data=kept, name=f"{message.number}.pdf", org=case.org, by=by, subject=message.subject)


def _subject(message: Message) -> str:
    return message.case.subject if message.case else message.subject
