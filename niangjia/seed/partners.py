"""The partners of the demo: stand-ins that run beside it take part in the exchange, their keys confirmed by a second person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.request import Request, urlopen

from django.db import transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.exchange import actions, queries
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.queries import root
from niangjia.seed.standin.roles import ROLES

KINDS = {
    "arbitration": PartnerKind.ARBITRATION, "court": PartnerKind.COURT, "centre": PartnerKind.GOVERNANCE_CENTRE,
    "insurance": PartnerKind.HEALTH_INSURANCE,
}  # fmt: skip
ON_PAPER = ("鄞州区劳动保障监察大队", PartnerKind.INSPECTION, "paper")
BY_FILE = ("鄞州区法律援助中心", PartnerKind.LEGAL_AID, "file")
"""Bodies of the demo that have no interface: one answers by sealed letter, one by table."""
SECOND = replace(SYSTEM, actor_key="system:second", name="系统（核对）")
"""Two persons even in the demo: what one enters, the other confirms."""


@transaction.atomic
def take_part(standins: Sequence[Mapping[str, str]], on: date) -> None:
    """Register each stand-in (role, url, key_id, public) or bring its address up to date, and the bodies without an interface.

    Safe to run at every start.
    """
    with elevated("seed: the partners of the demo district"):
        district = root()
        assert district is not None, "the demo district stands"
        for name, kind, transport in (ON_PAPER, BY_FILE):
            body = queries.body_named(name, kind) or orgs.add_partner(name=name, kind=kind, answering_org=district, by=SYSTEM, on=on)
            if queries.partner_of(body) is None:
                actions.add_partner(body=body, transport=transport, by=SYSTEM, on=on)
        for said in standins:
            name, kind = ROLES[said["role"]].name, KINDS[said["role"]]
            body = queries.body_named(name, kind) or orgs.add_partner(name=name, kind=kind, answering_org=district, by=SYSTEM, on=on)
            partner = queries.partner_of(body)
            if partner is None:
                partner = actions.add_partner(body=body, transport="api", endpoint=said["url"], by=SYSTEM, on=on)
            elif partner.endpoint != said["url"]:
                partner = actions.change_partner(partner, by=SYSTEM, on=on, endpoint=said["url"])
            if queries.key_in_force(said["key_id"], partner) is None:
                key = actions.enter_key(partner, key_id=said["key_id"], public=said["public"], by=SYSTEM, on=on)
                actions.confirm_key(key, by=SECOND, on=on)


def let_the_centre_send() -> bool:
    """Once the lines are told, so that their numbers are the same every time: the centre beside the demo sends its first case.

    Returns whether it was told to; nobody beside, or one that has sent before, is left alone.
    """
    return _tell(PartnerKind.GOVERNANCE_CENTRE, "originate", {})


def let_the_insurance_send(certnos: Sequence[str]) -> bool:
    """Likewise the health insurance: a stay of each of these persons, in one signed message."""
    return _tell(PartnerKind.HEALTH_INSURANCE, "settle", {"persons": list(certnos)})


def _tell(kind: PartnerKind, verb: str, said: Mapping[str, object]) -> bool:
    with elevated("seed: the partners of the demo district"):
        address = next((one.endpoint for one in queries.partners() if one.kind == kind and one.endpoint), "")
    place = address.removesuffix("/messages")
    if not place.startswith("http://127.0.0.1:"):
        return False
    try:
        with urlopen(f"{place}/log", timeout=5) as answer:  # noqa: S310 (a stand-in on this machine)
            if json.loads(answer.read())["sent"]:
                return False
        asked = Request(f"{place}/control/{verb}", json.dumps(said).encode(), {"Content-Type": "application/json"})  # noqa: S310
        urlopen(asked, timeout=5).close()  # noqa: S310
    except (OSError, ValueError):
        return False
    return True
