"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.models import Grant


def account(world: Any) -> str:
    """An officer of the town where things happen."""
    return world.officer(world.here).code


def post(world: Any) -> int:
    """The post of the account made just before."""
    with elevated("test: the post of an account"):
        return Grant.objects.filter(org=world.here).latest("pk").pk


IDS = {"code": account, "number": post}
