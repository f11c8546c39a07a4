"""The partners of the demo: registered at every start without doubling, and the centre's first case after the lines are told."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange.models import Partner, PartnerKey
from niangjia.core.exchange.queries import body_named
from niangjia.core.orgs.actions import add_partner
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.people.tests.factories import id_number
from niangjia.seed.partners import let_the_centre_send, let_the_insurance_send, take_part
from niangjia.seed.standin.program import StandIn, _Quiet, _Server
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = date(2023, 12, 18)


def test_the_stand_ins_take_part_once_and_move_with_their_port(tmp_path: Path) -> None:
    assert World().district
    centre = StandIn("centre", tmp_path, "http://127.0.0.1:9", None)
    said = {"role": "centre", "key_id": centre.keys.key_id, "public": centre.keys.public}
    for port in (7001, 7002, 7002):
        take_part([said | {"url": f"http://127.0.0.1:{port}/messages"}], DAY)
    with elevated("test"):
        assert Partner.objects.get(kind="governance_centre").endpoint == "http://127.0.0.1:7002/messages"
        assert {(one.kind, one.transport) for one in Partner.objects.all()} == {
            ("governance_centre", "api"), ("inspection", "paper"), ("legal_aid", "file"),
        }  # fmt: skip
        assert PartnerKey.objects.get().standing == "在用"


@pytest.mark.parametrize(
    ("role", "let_it_send", "kind"),
    [
        ("centre", let_the_centre_send, "rights.case"),
        ("insurance", lambda: let_the_insurance_send([id_number(), id_number()]), "mutual_aid.settlements"),
    ],
)  # fmt: skip
def test_a_body_beside_the_demo_is_told_once_to_send_its_first(
    role: str, let_it_send: Callable[[], bool], kind: str, tmp_path: Path
) -> None:
    assert World().district
    assert let_it_send() is False, "nobody beside"
    body = StandIn(role, tmp_path, "http://127.0.0.1:9", None)
    server = make_server("127.0.0.1", 0, body, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/messages"
    take_part([{"role": role, "url": url, "key_id": body.keys.key_id, "public": body.keys.public}], DAY)
    assert [let_it_send(), let_it_send()] == [True, False]
    assert [row["kind"] for row in body.notebook.log()["sent"]] == [kind]
    server.shutdown()
    server.server_close()
    thread.join(5)
    assert let_it_send() is False, "nobody listens"


def test_a_body_is_found_by_its_name_however_its_brackets_are_typed() -> None:
    world = World()
    made = add_partner(name="望湖区医疗保障局（新）", kind=PartnerKind.HEALTH_INSURANCE, answering_org=world.district, by=SYSTEM)
    with elevated("test"):
        assert body_named("望湖区医疗保障局（新）", PartnerKind.HEALTH_INSURANCE) == made
