"""What may be said to a partner and what may come from one: each line's `exchange.py` declares OUTGOING and INCOMING (往来种类)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from ninja import Schema

from niangjia.core.access.actor import Actor
from niangjia.core.line import lines, part

if TYPE_CHECKING:
    from niangjia.core.cases.models import Case
    from niangjia.core.exchange.models import Message

END = "*end*"
"""``after`` of an answer that is due when the case ends, by whatever step."""
SENDER = "*sender*"
"""``to`` of an answer that goes to the body from which the case came."""


@dataclass(frozen=True)
class Outgoing:
    """A message that the steps ``after`` of a flow put into the outbox, in the transaction of the step.

    ``to`` are the kinds of bodies it may go to; which one, the step's fact ``named_by`` says. ``make`` gives the facts as ``schema``.
    ``answered_by`` is the term code by whose clock the other side must answer. ``paper`` is the kind of paper that says the same by
    letter. ``codes`` are the words of coded facts: fact → code → Chinese.
    """

    kind: str
    title: str
    line: str
    flow: str
    after: tuple[str, ...]
    schema: type[Schema]
    make: Callable[["Case", Mapping[str, Any]], Schema]
    to: tuple[str, ...] = ()
    named_by: str = "body_name"
    answered_by: str = ""
    paper: str = ""
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Incoming:
    """A message that bodies of the kinds ``sent_by`` may send; the same by interface, file or letter.

    ``apply`` gets the message with its case, the facts as ``schema`` and the actor, and calls the line's verbs; it returns the case
    (of a message that ``opens`` one, the new one). ``states`` are the states of the case in which it is applied, ``waits_in`` those in
    which it is kept until the message before it came; in any other it is refused. ``may`` is the permission the partner's actor holds
    for this one act, and the one an officer needs who registers a letter.
    ``without_case``: it belongs to no case (a batch of records); ``apply`` then returns what the receipt says of it as data.
    ``words`` are what a bureau writes as the outcome into its table: word → the facts it stands for. ``answers`` is the kind of message it
    answers (empty: any); ``codes`` as in `Outgoing`.
    """

    kind: str
    title: str
    schema: type[Schema]
    apply: Callable[["Message", Any, Actor], "Case | dict[str, Any]"]
    may: tuple[str, ...]
    sent_by: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    waits_in: tuple[str, ...] = ()
    opens: bool = False
    without_case: bool = False
    answers: str = ""
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@cache
def outgoings() -> dict[str, Outgoing]:
    """Every kind of message we send, by its name, in menu order of the lines."""
    return {one.kind: one for config in lines() if (module := part(config, "exchange")) for one in module.OUTGOING}


@cache
def incomings() -> dict[str, Incoming]:
    """Every kind of message we take in, by its name."""
    return {one.kind: one for config in lines() if (module := part(config, "exchange")) for one in module.INCOMING}


def title_of(kind: str) -> str:
    """The kind in Chinese; its name where no line declares it any more."""
    found = outgoings().get(kind) or incomings().get(kind)
    return found.title if found else kind
