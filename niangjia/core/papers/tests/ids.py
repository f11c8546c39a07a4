"""For each argument of this app's addresses a function (world) -> value."""

from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.cases import actions as cases
from niangjia.core.papers.actions import issue
from niangjia.work.rights.tests.factories import new_dispute
from tests.house import word


def code(world: Any) -> str:
    """A case of the town with a paper in it."""
    case = new_dispute(world)
    with elevated("test: a paper"):
        cases.advance(case, "accept", by=SYSTEM, mediated_by="桃源街道调解室")
        issue(case, kind="rights-acceptance", by=SYSTEM)
    return case.code


IDS = {"code": code, "kind": word("rights-acceptance"), "number": word(1), "ending": word("pdf"), "token": word("2" * 16)}
