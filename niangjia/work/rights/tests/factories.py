"""Disputes for tests, made by the line's verbs in a small district."""

from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.models import User
from niangjia.core.access.queries import grants_in_force
from niangjia.core.cases.models import Case
from niangjia.work.rights.actions import Asked, Facts, ask
from niangjia.work.rights.enums import Kind
from tests.world import World

OPENED = date(2023, 11, 6)
LEFT = date(2023, 10, 31)


def acting(user: User) -> Actor:
    """The actor an account is under its first post."""
    with elevated("test: a post"):
        return under(grants_in_force(user).get())


def new_dispute(world: World, **facts: Any) -> Case:
    """Unpaid wages and severance of the world's member, received by their town."""
    said = {
        "applicants": [world.person], "kinds": [Kind.WAGES, Kind.SEVERANCE], "org": world.here, "by": SYSTEM, "on": OPENED,
        "respondent": "迅帆配送", "facts": Facts(entry_on=date(2022, 3, 14), left_on=LEFT, known_on=LEFT),
        "claims": [Asked(Kind.WAGES, "2023年10月工资", Decimal("7120.00")), Asked(Kind.SEVERANCE, "经济补偿", Decimal("13700.00"))],
    } | facts  # fmt: skip
    with elevated("test: a dispute"):
        return ask(**said)
