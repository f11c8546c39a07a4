"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.trail.models import Event


def event(world: Any) -> str:
    """What was recorded when the union was founded."""
    subject = f"org:{world.union.pk}"
    with elevated("test: an event elsewhere"):
        return Event.objects.filter(subject=subject).latest("pk").code


IDS = {"code": event}
