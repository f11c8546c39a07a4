"""The rows that several verbs write: a message, its receipt, one attempt at it."""

from datetime import date
from typing import Any

from django.conf import settings

from niangjia.base.calendar import now
from niangjia.base.sealing import seal
from niangjia.core.access.actor import Actor
from niangjia.core.exchange.models import BODY, RECEIPT, Attempt, Message
from niangjia.core.exchange.wire import sha256
from niangjia.core.orgs.actions import take_codes


def new_message(*, body: bytes, **facts: Any) -> Message:
    """A message; ``body`` is sealed. Call it inside the transaction of the verb."""
    message = Message(made_at=now(), body_hash=sha256(body), body_sealed=seal(body.decode(), BODY), **facts)
    message.save(force_insert=True)
    return message


def next_number(on: date) -> str:
    """JH-330212-2023-00042"""
    return f"JH-{settings.DIVISION}-{on.year}-{take_codes('exchange', on.year):05d}"


def note_try(message: Message, way: str, *, by: Actor, outcome: str, status: int | None = None, **facts: Any) -> None:
    """Append one line to what was tried with a message."""
    Attempt.objects.create(message=message, way=way, at=now(), by=by.actor_key, status=status, outcome=outcome[:200], facts=facts)


def settle(message: Message, state: str, *, fault: str = "", receipt: str = "", **facts: Any) -> None:
    """Give a message its state, with the receipt word for word where there is one."""
    message.state, message.fault, message.settled_at, message.next_try_at = state, fault[:200], now(), None
    if receipt:
        message.receipt_sealed = seal(receipt, RECEIPT)
    for name, value in facts.items():
        setattr(message, name, value)
    message.save()
