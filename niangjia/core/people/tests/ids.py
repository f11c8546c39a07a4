"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.people.actions import ask_transfer
from niangjia.core.trail.models import Event
from tests.house import word


def event(world: Any) -> str:
    """The last thing that was done to the member."""
    subject = world.person.subject
    with elevated("test: an event elsewhere"):
        return Event.objects.filter(subject=subject).latest("pk").code


def transfer(world: Any) -> int:
    """The member wants to go to another union of the same town."""
    with elevated("test: a transfer under way"):
        return ask_transfer(world.person, to=world.new_union(), by=SYSTEM).pk


IDS = {
    "number": transfer,
    "answer_transfer:verb": word("drop"),
    "code": lambda world: world.person.code,
    "one": lambda world: world.person.code,
    "other": lambda world: world.new_person().code,
    "event": event,
    "field": word("phone"),
    "verb": word("details"),
}
