"""A flow of its own and a case in it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor, under
from niangjia.core.access.models import User
from niangjia.core.access.queries import grants_in_force
from niangjia.core.cases import actions
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flows
from niangjia.core.cases.tests.flow import FLOW
from tests.world import World

OPENED = date(2023, 11, 6)


@pytest.fixture(autouse=True)
def flow() -> Iterator[None]:
    """The flow of the tests stands among those of the lines."""
    flows()[FLOW.line, FLOW.name] = FLOW
    yield
    del flows()[FLOW.line, FLOW.name]


@pytest.fixture
def world(db: None) -> World:
    return World()


def open_one(world: World, **facts: Any) -> Case:
    """A case of the world's member, received by their town."""
    said = {"org": world.here, "title": "少发工资", "applicants": [world.person], "on": OPENED} | facts
    with elevated("test: a case"):
        return actions.open_case(line=FLOW.line, flow=FLOW.name, by=SYSTEM, **said)


@pytest.fixture
def case(world: World) -> Case:
    return open_one(world)


def acting(user: User) -> Actor:
    """The actor an account is under its first post."""
    with elevated("test: a post"):
        return under(grants_in_force(user).get())


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def stranger(world: World) -> Actor:
    return acting(world.officer(world.elsewhere))
