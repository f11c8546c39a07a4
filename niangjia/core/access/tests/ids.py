"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from tests.house import word


def account(world: Any) -> str:
    """An officer of the town where things happen."""
    return world.officer(world.here).code


IDS = {"code": account, "place": word(1)}
