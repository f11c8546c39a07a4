"""For each argument of this line's addresses a function (world) -> value."""

from typing import Any

from niangjia.work.rights.tests.factories import new_dispute
from tests.house import word


def code(world: Any) -> str:
    """A dispute received by the town."""
    return new_dispute(world).code


IDS = {"code": code, "number": word(1)}
