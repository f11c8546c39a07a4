"""The health insurance beside the demo: a process of its own that sends settlements over HTTP and gets signed receipts."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.exchange.models import Message, Partner
from niangjia.core.exchange.wire import LARGEST
from niangjia.seed.partners import take_part
from niangjia.seed.standin.program import _Quiet, _Server
from niangjia.seed.standin.settlements import AT_ONCE, messages
from niangjia.work.mutual_aid.models import Intake, Settlement
from niangjia.work.mutual_aid.tests.ground import Ground

LONGEST = 20.0


def answered() -> Callable[..., Any]:
    """The platform as a server hands requests to it, one connection a request."""
    application = get_wsgi_application()

    def asked(environ: dict[str, Any], start: Any) -> Any:
        try:
            return list(application(environ, start))
        finally:
            connections.close_all()

    return asked


@contextmanager
def platform() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, answered(), server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@contextmanager
def insurance(site: str, place: Path) -> Iterator[dict[str, str]]:
    """The stand-in as `niangjia partner --as insurance` starts it, known to the platform."""
    words = ["partner", "--as", "insurance", "--answers-to", site, "--home", str(place), "--delay", "0"]
    child = Popen([sys.executable, "-m", "niangjia.config.cli", *words], stdout=PIPE)
    assert child.stdout is not None
    try:
        said = dict(json.loads(child.stdout.readline()))
        take_part([said], today())
        yield said
    finally:
        child.terminate()
        child.wait(20)
        child.stdout.close()


def told(said: dict[str, str], verb: str, **facts: Any) -> None:
    place = said["url"].removesuffix("/messages")
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{place}/control/{verb}", json.dumps(facts).encode(), headers), timeout=10).close()


def sent(said: dict[str, str], many: int) -> list[dict[str, Any]]:
    """What it has sent, once there is an answer to so many messages."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        with urlopen(said["url"].removesuffix("/messages") + "/log", timeout=10) as answer:
            found = [row for row in json.loads(answer.read())["sent"] if row["status"]]
        if len(found) >= many:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no answer to {many} messages in {LONGEST:.0f} seconds")


@pytest.mark.usefixtures("own_database")
def test_its_settlements_are_reckoned_once_and_the_receipt_comes_back(tmp_path: Path) -> None:
    with elevated("test"):
        ground = Ground()
        number = str(ground.covered().id_number)
    with platform() as site, insurance(site, tmp_path) as said:
        for how in ("alter", "unsigned", "replay"):
            told(said, "misbehave", how=how)
        told(said, "settle", persons=[number, "000330199001010011"])
        [first] = sent(said, 1)
        assert (first["status"], first["outcome"]["rows"], first["outcome"]["refusals"]) == (200, 2, [])
        assert first["outcome"]["states"] == {"auto_approved": 1, "unmatched": 1}
        with elevated("test"):
            kept = Settlement.objects.get(state="auto_approved")
            assert kept.benefit > 0
            assert (Message.objects.count(), Intake.objects.get().signed_by) == (1, said["key_id"]), "sent four times, taken once"
        told(said, "settle", take_back=[{"fixmedins_code": kept.fixmedins_code, "setl_id": kept.setl_id}])
        assert sent(said, 2)[1]["outcome"]["states"] == {"cancelled": 1}
        with pytest.raises(HTTPError, match="404"):
            told(said, "originate")
    with elevated("test"):
        take_part([said], today())
        partner = Partner.objects.get(kind="health_insurance")
        assert partner.name == "鄞州区医疗保障局(演示)", "the same at every start, its brackets as the register writes them"


def test_many_persons_travel_in_messages_that_fit() -> None:
    made = list(messages([f"0003301990010{n:05d}" for n in range(250)], first=1000, on=today()))
    assert [one["control"]["count"] for one in made] == [AT_ONCE, AT_ONCE, 50]
    assert all(len(json.dumps(one, ensure_ascii=False).encode()) < LARGEST for one in made)
