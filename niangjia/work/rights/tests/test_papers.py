"""Each paper of a dispute is made from a case of the test world with the parts that law asks for."""

from datetime import date
from typing import Any

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.papers.actions import issue
from niangjia.core.papers.models import IssuedPaper
from niangjia.work.rights.tests.factories import acting, new_dispute
from niangjia.work.rights.tests.test_flow import ACCEPT, take
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def case(world: World) -> Case:
    return new_dispute(world)


def issued(case: Case, by: Actor, kind: str, **facts: Any) -> IssuedPaper:
    with elevated("test"):
        return issue(case, kind=kind, by=by, on=facts.pop("on", None) or date(2023, 12, 18), facts=facts)


def test_the_notice_of_acceptance_says_who_mediates_until_when_and_what_is_free(case: Case, officer: Actor) -> None:
    take(case, officer, ACCEPT)
    said = issued(case, officer, "rights-acceptance").structure
    for words in (
        "何静川",
        "迅帆配送",
        "桃源街道调解室",
        "2023年11月23日",
        "十五日",
        "自愿",
        "不收取费用",
        "三十日内共同向人民法院申请司法确认",
        case.code,
    ):
        assert words in said, words
