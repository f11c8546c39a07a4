"""Partners for tests, and messages as a partner sends them."""

import json
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from django.test import Client

from niangjia.base import signing
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.exchange import actions
from niangjia.core.exchange.models import Partner
from niangjia.core.exchange.wire import Envelope, canonical
from niangjia.core.orgs.actions import add_partner as add_body
from niangjia.core.orgs.enums import PartnerKind
from tests.world import World

ADDRESS = "/api/v1/exchange/messages"
BEGAN = date(2023, 11, 1)
SECOND = Actor("user:0", "复核人", "测试", permissions=SYSTEM.permissions, scope=SYSTEM.scope)
"""The second person who confirms keys."""
_number = count(1)


@dataclass
class Bureau:
    """A partner as a test plays it: its row here, its own key, and the messages it sends."""

    partner: Partner
    keys: signing.KeyPair
    client: Client = field(default_factory=Client)

    def body(self, kind: str, facts: dict[str, Any], *, on: str = "2023-12-18", **more: Any) -> bytes:
        """A message's body."""
        said = {"kind": kind, "number": f"对方{next(_number)}", "on": on, "facts": facts, **more}
        return canonical(Envelope.model_validate(said))

    def signed(self, body: bytes, key: str = "") -> signing.Request:
        """The body as a signed request."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or f"theirs-{next(_number):08d}"}
        return signing.sign_request(signing.Request("POST", f"http://testserver{ADDRESS}", headers, body), self.keys)

    def post(self, request: signing.Request) -> Any:
        """Send a request as it is."""
        return self.client.post(ADDRESS, request.body, content_type="application/json", headers=request.headers)

    def send(self, kind: str, facts: dict[str, Any], *, key: str = "", **more: Any) -> Any:
        """Sign and send; the answer has ``receipt`` as data."""
        return self.post(self.signed(self.body(kind, facts, **more), key))


def bureau(world: World, kind: PartnerKind, name: str, *, transport: str = "api") -> Bureau:
    """A partner body of the district, a chamber of its own, that takes part in the exchange with a key confirmed by a second person."""
    private = signing.KeyPair(f"{kind.value}-test-{next(_number)}", signing.new_private_key())
    with elevated("test: a partner"):
        body = add_body(name=f"{name}第{next(_number)}庭", kind=kind, answering_org=world.district, by=SYSTEM)
        partner = actions.add_partner(
            body=body, transport=transport, endpoint="http://127.0.0.1:9/take" if transport == "api" else "", by=SYSTEM, on=BEGAN
        )
        key = actions.enter_key(partner, key_id=private.key_id, public=private.public, by=SYSTEM, on=BEGAN)
        actions.confirm_key(key, by=SECOND)
    return Bureau(partner, private)


def arbitration(world: World, **facts: Any) -> Bureau:
    """The arbitration commission."""
    return bureau(world, PartnerKind.ARBITRATION, "望湖区劳动人事争议仲裁委员会", **facts)


def court(world: World, **facts: Any) -> Bureau:
    """The court."""
    return bureau(world, PartnerKind.COURT, "望湖区人民法院", **facts)


def inspection(world: World, **facts: Any) -> Bureau:
    """The labour inspection, to which matters are referred."""
    return bureau(world, PartnerKind.INSPECTION, "望湖区劳动保障监察大队", **facts)


def centre(world: World, **facts: Any) -> Bureau:
    """The governance centre."""
    return bureau(world, PartnerKind.GOVERNANCE_CENTRE, "望湖区社会治理中心", **facts)


def said(answer: Any) -> dict[str, Any]:
    """An answer's body as data."""
    return dict(json.loads(answer.content))
