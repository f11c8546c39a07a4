"""A district, an officer, partners, and a stand-in that really listens."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.cases.actions import advance
from niangjia.core.cases.models import Case
from niangjia.core.exchange import actions
from niangjia.core.exchange.models import Partner
from niangjia.core.exchange.tests.factories import BEGAN, SECOND, Bureau, arbitration
from niangjia.seed.standin.program import StandIn, _Quiet, _Server
from niangjia.work.rights.tests.factories import acting, new_dispute
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Actor:
    return acting(world.officer(world.here))


@pytest.fixture
def commission(world: World) -> Bureau:
    return arbitration(world)


@pytest.fixture
def filed(world: World, officer: Actor, commission: Bureau) -> Case:
    """A dispute that went to arbitration on 1 December."""
    return go_to_arbitration(new_dispute(world), officer, commission)


def go_to_arbitration(case: Case, officer: Actor, commission: Bureau) -> Case:
    """Accepted, not settled, filed."""
    advance(case, "accept", by=officer, on=date(2023, 11, 8), mediated_by="桃源街道调解室")
    advance(case, "fail", by=officer, on=date(2023, 11, 20), outcome="4", why="单位不同意")
    advance(case, "arbitrate", by=officer, on=date(2023, 12, 1), body_name=commission.partner.name)
    return case


@pytest.fixture
def standin(commission: Bureau, tmp_path: Path) -> Iterator[StandIn]:
    """The commission as a program that listens; it knows our key and we know its."""
    body = StandIn("arbitration", tmp_path, "http://127.0.0.1:9", None)
    server = make_server("127.0.0.1", 0, body, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    with elevated("test: keys and address of the stand-in"):
        own = actions.own_pair()
        body._known = {own.key_id: own.public}
        Partner.objects.filter(pk=commission.partner.pk).update(endpoint=f"http://127.0.0.1:{server.server_port}/messages")
        key = actions.enter_key(commission.partner, key_id=body.keys.key_id, public=body.keys.public, by=SYSTEM, on=BEGAN)
        actions.confirm_key(key, by=SECOND)
    yield body
    server.shutdown()
    server.server_close()
    thread.join(5)
