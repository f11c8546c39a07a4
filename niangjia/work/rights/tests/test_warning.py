"""Worker and holder hear of a limitation before it ends, once each, and not where arbitration was asked for."""

from datetime import date, timedelta

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.access.models import User
from niangjia.core.cases import actions as cases
from niangjia.core.cases.enums import Duty
from niangjia.core.cases.models import Case
from niangjia.core.notices.models import Notice
from niangjia.work.rights import actions
from niangjia.work.rights.tests.factories import OPENED, new_dispute
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def boxes(**whose: object) -> list[str]:
    with elevated("test"):
        return [notice.text for notice in Notice.objects.filter(kind="deadline", **whose).order_by("pk")]


def last_day(case: Case) -> date:
    with elevated("test"):
        last: date = case.dispute.limitation_on
        return last


def test_worker_and_holder_hear_sixty_thirty_and_seven_days_before_once_each(world: World) -> None:
    case = new_dispute(world)
    holder: User = world.officer(world.here)
    with elevated("test"):
        cases.assign(case, user=holder, duty=Duty.HOLDER, by=SYSTEM, permission="cases.manage")
    last = last_day(case)
    for ahead in (61, 60, 60, 30, 8, 7, 0):
        actions.warn_of_limitation(on=last - timedelta(days=ahead))
    assert len(boxes(person=world.person)) == 3
    assert boxes(user=holder)[-1] == f"{case.code} 的仲裁时效{last.year}年{last.month}月{last.day}日届满，还有 7 天。"


def test_nobody_is_warned_once_arbitration_was_asked_for(world: World) -> None:
    case = new_dispute(world)
    with elevated("test"):
        cases.advance(case, "arbitrate", by=SYSTEM, on=OPENED, body_name="鄞州区劳动人事争议仲裁委员会")
    assert actions.warn_of_limitation(on=last_day(case) - timedelta(days=30)) == 0
    assert boxes() == []
