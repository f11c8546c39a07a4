"""Rows of an answer file: each becomes a message of the partner that was asked, applied by the same verb as any other (答复文件)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from niangjia.core.cases.rules import require_reach
from niangjia.core.exchange.actions.letters import taken
from niangjia.core.exchange.enums import Direction, Transport
from niangjia.core.exchange.kinds import Incoming, incomings
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.wire import Envelope
from niangjia.core.imports.cleaning import code_key
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import BatchRow
from niangjia.core.imports.sheets import Chunk

YES = {"yes": True, "no": False}


def take_rows(chunk: Chunk) -> int:
    """Apply the new rows of a chunk in the order of the file; what the case refuses goes back to the officer with the reason."""
    done = 0
    for row in _rows(chunk, Decision.NEW):
        try:
            with transaction.atomic():
                _take_row(row, chunk)
        except (ValidationError, PermissionDenied) as refusal:
            said = "；".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            problem = {"column": "outcome", "kind": "not_allowed", "message": said, "refuses": True}
            BatchRow.objects.filter(batch=chunk.batch, number=row.number).update(
                decision=Decision.REFUSED, problems=[*(row.problems or []), problem]
            )
        else:
            done += 1
    return done


def rows_taken(chunk: Chunk) -> int:
    """How many rows of a chunk were applied."""
    return len(_rows(chunk, Decision.NEW))


def _rows(chunk: Chunk, decision: Decision) -> list[BatchRow]:
    rows = BatchRow.objects.filter(batch=chunk.batch, number__range=(chunk.first, chunk.last), decision=decision)
    return list(rows.order_by("number"))


def _take_row(row: BatchRow, chunk: Chunk) -> None:
    facts = row.facts or {}
    sent = Message.objects.select_related("partner", "case").get(direction=Direction.OUT, pk=row.target or 0)
    assert sent.case is not None, "judged with its case"
    kind, preset = _kind(facts["said"], sent)
    for permission in kind.may:
        require_reach(chunk.by, sent.case, permission)
    said = Envelope.model_construct(
        kind=kind.kind,
        number=str(facts.get("number") or sent.number)[:60],
        case=sent.case.code,
        reply_to=sent.number,
        on=facts["on"],
        facts=_facts(kind, facts) | preset,
    )
    key = bytes(row.key or b"").hex()
    taken(sent.partner, said, Transport.FILE, f"row-{key}", by=chunk.by, on=chunk.on)


def _kind(word: str, sent: Message) -> tuple[Incoming, dict[str, Any]]:
    """The kind an outcome means in answer to a message, and the facts the word stands for."""
    found = [
        (kind, dict(preset))
        for kind in incomings().values()
        for said, preset in kind.words.items()
        if code_key(said) == word and sent.partner.kind in kind.sent_by and kind.answers in ("", sent.kind)
    ]
    if not found:
        raise ValidationError("看不懂这个结果，或者它不是对这一件的答复。")
    return max(found, key=lambda one: one[0].answers)


def _facts(kind: Incoming, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a row that the kind's schema knows."""
    return {name: YES.get(facts[name], facts[name]) for name in kind.schema.model_fields if facts.get(name) is not None}
