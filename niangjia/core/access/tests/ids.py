"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any


def account(world: Any) -> str:
    """An officer of the town where things happen."""
    return world.officer(world.here).username


def post(world: Any) -> int:
    return world.officer(world.here).grants.get().pk


IDS = {"code": account, "number": post}
