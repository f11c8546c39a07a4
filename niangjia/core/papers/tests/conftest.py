"""A flow and kinds of papers of its own, and a case in it."""

from collections.abc import Iterator

import pytest

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flows
from niangjia.core.cases.tests.conftest import acting, open_one
from niangjia.core.cases.tests.flow import FLOW
from niangjia.core.papers.queries import kinds
from niangjia.core.papers.tests.kind import LETTER, RECORD
from tests.world import World


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """The flow and the kinds of the tests stand among those of the lines."""
    flows()[FLOW.line, FLOW.name] = FLOW
    kinds().update({LETTER.name: LETTER, RECORD.name: RECORD})
    yield
    del flows()[FLOW.line, FLOW.name], kinds()[LETTER.name], kinds()[RECORD.name]


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def case(world: World) -> Case:
    return open_one(world)


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def stranger(world: World) -> Actor:
    return acting(world.officer(world.elsewhere))
