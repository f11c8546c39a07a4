"""What the killed processes exchange with a partner: `python -m tests.faults.bureau prepare|work|state`; prints one JSON line."""

import json
import sys
import time
from datetime import date, timedelta
from typing import Any

from niangjia.config.commands.ground import start_django
from tests.faults.office import OPENED, _count

NAME = "海曙湾区劳动人事争议仲裁委员会"
WAY: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("accept", 1, {"mediated_by": "东柳街道调解室"}),
    ("fail", 3, {"outcome": "4", "why": "单位不同意"}),
    ("arbitrate", 4, {"body_name": NAME}),
)
"""The steps of each dispute up to the application: name, days after its opening, facts."""
DAY = OPENED + timedelta(days=10)
ANSWERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("filed", "rights.arbitration.accepted", {"number": "海劳人仲案〔2023〕1号", "simplified": False}),
    ("arbitrating", "rights.award", {"number": "海劳人仲裁〔2023〕1号", "decided_on": DAY.isoformat(), "served_on": DAY.isoformat(), "result": "支持",
                                     "amount": "8600.00", "is_final": False}),
)  # fmt: skip
"""What the commission sends about each dispute, in the state in which it is expected: by a key of its own for each."""


def prepare(url: str, key_id: str, public: str) -> object:
    """The commission takes part, its key confirmed; our own public key."""
    start_django()
    from dataclasses import replace

    from niangjia.base.scope import elevated
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.exchange import actions
    from niangjia.core.orgs.actions import add_partner
    from niangjia.core.orgs.enums import PartnerKind
    from niangjia.core.orgs.queries import root

    began = date(2023, 11, 1)
    with elevated("faults: the partner of the prepared district"):
        district = root()
        assert district is not None
        body = add_partner(name=NAME, kind=PartnerKind.ARBITRATION, answering_org=district, by=SYSTEM)
        partner = actions.add_partner(body=body, transport="api", endpoint=url, by=SYSTEM, on=began)
        key = actions.enter_key(partner, key_id=key_id, public=public, by=SYSTEM, on=began)
        actions.confirm_key(key, by=replace(SYSTEM, actor_key="system:second"), on=began)
        own = actions.own_pair()
    return {own.key_id: own.public}


def work(key_id: str, private: str) -> object:
    """Every dispute goes to arbitration, is handed over, accepted and decided; whatever a killed process left is gone on with."""
    start_django()
    from django.test import Client

    from niangjia.base.scope import elevated
    from niangjia.base.signing import KeyPair
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.cases.actions import advance
    from niangjia.core.cases.models import Case
    from niangjia.core.exchange import actions
    from niangjia.core.exchange.actions import sending

    sending.LEASE = sending.FIRST_WAIT = timedelta(milliseconds=20)
    commission = KeyPair(key_id, bytes.fromhex(private))
    assert Client().get("/api/v1/exchange/keys", headers={"host": "localhost"}).status_code == 200, "warm, so that kills fall into work"
    print("going", flush=True)
    with elevated("faults: every case"):
        cases = list(Case.objects.order_by("pk"))
    for case in cases:
        for name, days, facts in WAY[case.steps_taken - 1 :]:
            advance(case, name, by=SYSTEM, on=OPENED + timedelta(days=days), seen=case.steps_taken, **facts)
        while _waits(case):
            actions.deliver_due()
            time.sleep(0.01)
        for state, kind, facts in ANSWERS:
            _answer(case, state, kind, facts, commission)
    return True


def _waits(case: Any) -> bool:
    from niangjia.base.scope import elevated
    from niangjia.core.exchange.models import Message

    with elevated("faults: one case"):
        return Message.objects.filter(case=case, direction="out", state="queued").exists()


def _answer(case: Any, state: str, kind: str, facts: dict[str, Any], commission: Any) -> None:
    """One signed message to the interface, under the key that belongs to it; sent again by whoever does not know whether it arrived."""
    from django.test import Client

    from niangjia.base import signing
    from niangjia.base.scope import elevated
    from niangjia.core.exchange.wire import Envelope, canonical

    with elevated("faults: one case"):
        case.refresh_from_db()
    if case.state not in ("filed", "arbitrating"):
        return
    said = Envelope(kind=kind, number=f"{case.code}-{state}", case=case.code, reply_to=None, on=DAY, facts=facts)
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"{case.code}-{state}", "Host": "localhost"}
    address = "/api/v1/exchange/messages"
    request = signing.sign_request(signing.Request("POST", f"http://localhost{address}", headers, canonical(said)), commission)
    answer = Client().post(address, request.body, content_type="application/json", headers=request.headers)
    assert answer.status_code == 200, answer.content.decode()


def state() -> object:
    """What does not fit together, and how far the exchange has come."""
    start_django()
    from django.db import connection

    from niangjia.base.scope import elevated
    from niangjia.core.cases.models import Case
    from niangjia.core.exchange.models import Message
    from niangjia.core.trail.queries import checks

    with elevated("faults: everything exchanged"), connection.cursor() as cursor:
        found = {name: _count(cursor, query) for name, query in WRONG.items()}
        return {
            "wrong": {name: number for name, number in found.items() if number},
            "open": Case.objects.exclude(state="awarded").count(),
            "cases": Case.objects.count(),
            "out": Message.objects.filter(direction="out").count(),
            "acked": Message.objects.filter(direction="out", state="acked").count(),
            "in": Message.objects.filter(direction="in", state="applied").count(),
            "refused": Message.objects.filter(direction="in").exclude(state="applied").count(),
            "broken": [check.name for check in checks() if not check.ok],
        }


OUT, IN = (
    "(SELECT count(*) FROM exchange_message WHERE direction = 'out')",
    "(SELECT count(*) FROM exchange_message WHERE direction = 'in')",
)
FILED = "(SELECT count(*) FROM cases_steptaken WHERE step = 'arbitrate')"
ANSWERED = "(SELECT count(*) FROM cases_steptaken WHERE step IN ('arb_accept', 'award'))"
WRONG = {
    "an application without exactly one message": f"SELECT abs({FILED} - {OUT})",
    "two messages for one application": "SELECT count(*) - count(DISTINCT case_id) FROM exchange_message WHERE direction = 'out'",
    "a message without exactly one job": f"""SELECT abs({OUT} - (SELECT count(DISTINCT args->>'message_id') FROM procrastinate_jobs
        WHERE task_name = 'exchange.deliver'))""",
    "an answer without exactly one step": f"SELECT abs({ANSWERED} - {IN})",
    "a message without its trail": f"""SELECT abs({OUT} + {IN} - (SELECT count(*) FROM trail_event WHERE verb IN ('exchange.queue', 'exchange.take_in')))""",
    "an answer applied without its trail": f"SELECT abs({IN} - (SELECT count(*) FROM trail_event WHERE verb = 'exchange.apply'))",
    "a receipt without its message": "SELECT count(*) FROM exchange_message WHERE (state = 'acked') <> (receipt_number <> '' AND direction = 'out')",
}  # fmt: skip
"""What must be nothing at any moment: a count by name."""


if __name__ == "__main__":
    verb, *rest = sys.argv[1:]
    print(json.dumps({"prepare": prepare, "work": work, "state": state}[verb](*rest)))
