"""The API: its document is current, nobody unsigned gets anything, strangers get 404, and no input makes it fail."""

import json
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from niangjia.config.api import api
from tests.ground import ROOT
from tests.world import World

pytestmark = pytest.mark.django_db
OPENAPI = ROOT / "docs" / "openapi.json"
CODES = ["x", "0", "-1", "%00", "..%2f", "9" * 400, "’", "𠮷", "None", "organising.members"]
SIGNED_OTHERWISE = {
    "/api/v1/exchange/keys": "public keys are public",
    "/api/v1/exchange/kinds": "so is what may be said",
    "/api/v1/exchange/messages": "partners sign each message, see core/exchange/tests/test_interface.py",
}
DAYS = ["2023-12-18", "0001-01-01", "9999-12-31", "2023-02-30", "", "x", "1e9", "-1"]


def described() -> dict[str, Any]:
    return dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


@pytest.fixture
def world() -> World:
    return World()


def reader(world: World, here: bool = True) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.officer(world.here if here else world.elsewhere))
    return client


def test_the_document_in_docs_is_current() -> None:
    assert json.loads(OPENAPI.read_text()) == described(), "niangjia openapi > docs/openapi.json"


def test_nobody_unsigned_gets_anything(world: World, client: Client) -> None:
    for path in described()["paths"]:
        if path in SIGNED_OTHERWISE:
            continue
        assert client.get(path.replace("{code}", world.union.code)).status_code == 401, path


def test_a_person_is_shown_masked_and_only_within_the_post(world: World) -> None:
    person = world.new_person(id_number="330203199001010014", phone="13900004417")
    said = reader(world).get(f"/api/v1/people/{person.code}")
    assert said.status_code == 200 and said.json()["union"] == world.union.code
    assert "199001010014" not in said.content.decode() and "13900004417" not in said.content.decode()
    assert [found["code"] for found in reader(world).get("/api/v1/people/", {"q": person.name}).json()] == [person.code]
    stranger = reader(world, here=False)
    assert stranger.get(f"/api/v1/people/{person.code}").status_code == 404
    assert stranger.get("/api/v1/people/", {"q": person.name}).json() == []
    assert reader(world).get("/api/v1/people/", {"q": "330203199001010014"}).json() == []


def test_a_figure_is_the_sum_under_the_readers_own_post(world: World) -> None:
    assert world.person
    here, there = reader(world), reader(world, here=False)
    asked = {"on": date(2023, 12, 18).isoformat()}
    assert float(here.get("/api/v1/figures/organising.members", asked).json()["value"]) == 1
    assert float(there.get("/api/v1/figures/organising.members", asked).json()["value"]) == 0
    assert here.get("/api/v1/figures/no.such").status_code == 404


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(sorted(described()["paths"])), code=st.one_of(st.sampled_from(CODES), st.text(max_size=30)),
    day=st.sampled_from(DAYS), q=st.text(max_size=50), method=st.sampled_from(["get", "post", "put", "delete", "head"]),
)  # fmt: skip
def test_no_input_makes_it_fail(world: World, path: str, code: str, day: str, q: str, method: str) -> None:
    client = getattr(world, "reading", None) or reader(world)
    world.reading = client  # type: ignore[attr-defined]
    answer = getattr(client, method)(path.replace("{code}", quote(code, safe="%")), {"on": day, "q": q} if method == "get" else None)
    assert answer.status_code < 500, (method, path, code, day, q)
