"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions
from niangjia.core.cases.queries import flows
from tests.house import word


def code(world: Any) -> str:
    """A case of the member, received by their town."""
    line, flow = next(iter(flows()))
    with elevated("test: a case"):
        case = actions.open_case(line=line, flow=flow, org=world.here, title="少发工资", by=SYSTEM, applicants=[world.person])
    return case.code


IDS = {"code": code, "name": word("talk"), "verb": word("note")}
