"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.trail.models import Event
from tests.house import word


def event(world: Any) -> str:
    """The last thing that was done to the member."""
    subject = world.person.subject
    with elevated("test: an event elsewhere"):
        return Event.objects.filter(subject=subject).latest("pk").code


IDS = {
    "code": lambda world: world.person.code,
    "one": lambda world: world.person.code,
    "other": lambda world: world.new_person().code,
    "event": event,
    "field": word("phone"),
    "verb": word("details"),
}
