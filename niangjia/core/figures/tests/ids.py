"""For each argument of this app's addresses a function (world) -> value."""

from datetime import date
from typing import Any

from niangjia.core.access.actor import SYSTEM
from niangjia.core.figures import actions
from niangjia.core.figures.queries import Window
from tests.house import word


def entered(world: Any) -> str:
    """A value somebody entered for the other town."""
    facts = {"figure": "organising.members", "value": 100, "period_to": date(2017, 12, 31), "document_title": "统计年报"}
    return actions.enter(org=world.here, by=SYSTEM, **facts).code


def frozen(world: Any) -> str:
    window = Window(date(2020, 12, 31), date(2020, 1, 1), date(2020, 12, 31))
    return actions.freeze(figure="organising.unions", org=world.here, window=window, purpose="报市总工会", by=SYSTEM).code


IDS = {
    "code": word("organising.members"),
    "value:code": entered,
    "sign:code": entered,
    "void:code": entered,
    "frozen:code": frozen,
}
