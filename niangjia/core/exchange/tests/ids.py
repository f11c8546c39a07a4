"""For each argument of this app's addresses a function (world) -> value."""

from dataclasses import replace
from datetime import date
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases.actions import advance
from niangjia.core.exchange.actions import make_parcel
from niangjia.core.exchange.models import Message
from niangjia.core.exchange.tests.factories import arbitration
from niangjia.work.rights.tests.factories import new_dispute
from tests.house import word


def number(world: Any) -> str:
    """An application to arbitration that waits to be sent."""
    commission = arbitration(world)
    case = new_dispute(world)
    with elevated("test: a message"):
        advance(case, "arbitrate", by=SYSTEM, on=date(2023, 12, 1), body_name=commission.partner.name)
        return Message.objects.get(case=case, direction="out").number


def partner(world: Any) -> str:
    """A partner that takes part by interface."""
    return arbitration(world).partner.code


def key_id(world: Any) -> str:
    """Its key."""
    return arbitration(world).keys.key_id


def parcel(world: Any) -> str:
    """An application that went out as a file."""
    commission = arbitration(world, transport="file")
    case = new_dispute(world)
    with elevated("test: a parcel"):
        advance(case, "arbitrate", by=SYSTEM, on=date(2023, 12, 1), body_name=commission.partner.name)
        return make_parcel(commission.partner, by=replace(SYSTEM, org_id=world.here.pk)).code


class public(word):  # noqa: N801 (reads as a function where it is used)
    """Which bodies take part, and their public keys, every officer may know: nothing is kept from one of another town."""

    def __call__(self, world: Any) -> Any:
        return self.value(world)  # type: ignore[operator]


IDS = {
    "number": number, "partner": public(partner), "key_id": public(key_id), "code": parcel, "do:verb": word("stop"), "do-partner:verb": word("change"),
    "do-key:verb": word("revoke"),
}  # fmt: skip
