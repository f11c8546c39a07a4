"""Kill -9 between step and message, between sending and receipt, and while an answer comes in: nothing lost, nothing doubled, here or there.

`make faults` prints the table.
"""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from niangjia.seed.standin.program import StandIn, _Quiet, _Server
from tests.faults.conftest import House
from tests.faults.test_import_kills import LEAST_HITS, ROUNDS, SEED

DISPUTES = 12
"""Opened at the beginning, and again whenever fewer than half are left, so that no worker is through before it is killed."""


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[tuple[StandIn, str]]:
    """The commission as a program of its own, which is not killed: what it took, it keeps."""
    body = StandIn("arbitration", tmp_path, "http://127.0.0.1:9", None)
    server = make_server("127.0.0.1", 0, body, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield body, f"http://127.0.0.1:{server.server_port}/messages"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.fault
def test_messages_killed_at_any_moment_go_and_come_once(house: House, standin: tuple[StandIn, str]) -> None:
    chance = random.Random(SEED + 9)
    body, url = standin
    body._known = house.run("bureau", "prepare", url, body.keys.key_id, body.keys.public)
    worked = ("bureau", "work", body.keys.key_id, body.keys.private.hex())
    hits, flights, opened = 0, 0, 0
    print(f"\n{'killed':<10}{'after ms':>9}{'in transaction':>16}{'sent':>6}{'taken there':>13}{'came':>6}")
    for number in range(ROUNDS):
        if opened == 0 or house.run("bureau", "state")["open"] < DISPUTES // 2:
            house.run("office", "open", DISPUTES)
            opened += DISPUTES
        worker = house.start_work(*worked)
        house.begun(worker)
        moment = chance.uniform(0, 1.5)
        time.sleep(moment)
        anywhere = number % 3 == 2  # the third kind of kill falls where it falls, also between sending and receipt
        hit = house.in_transaction() if anywhere else house.begun(worker)
        hit &= worker.poll() is None
        hits += hit
        flights += worker.poll() is None
        if number % 2:
            house.kill_server()
        else:
            worker.kill()
        worker.communicate(timeout=60)
        found = _settled(house)
        there = body.notebook.log()["taken"]
        print(
            f"{'postgres' if number % 2 else 'worker':<10}{moment * 1000:>9.0f}{'yes' if hit else 'no':>16}{found['out']:>6}{len(there):>13}{found['in']:>6}"
        )
        assert (found["wrong"], found["broken"], found["refused"]) == ({}, [], 0)
        assert len({row["case_code"] for row in there}) == len(there) <= found["out"], (
            "the commission took something twice, or what we never sent"
        )
        assert found["acked"] <= len(there), "acknowledged what the commission never took"
    assert house.run(*worked) is True
    found, there = house.run("bureau", "state"), body.notebook.log()["taken"]
    again = sum(row["times"] - 1 for row in there)
    print(
        f"{ROUNDS} kills, {flights} at work, {hits} in an open transaction; {opened} applications, each taken once ({again} asked for again)"
    )
    assert found == {
        "wrong": {}, "open": 0, "cases": opened, "out": opened, "acked": opened, "in": opened * 2, "refused": 0, "broken": [],
    }  # fmt: skip
    assert sorted(row["kind"] for row in there) == ["rights.arbitration"] * opened
    assert hits >= ROUNDS * LEAST_HITS, "too few kills met an open transaction: nothing was proved"


def _settled(house: House) -> dict[str, int]:
    """The state once what was open is rolled back."""
    house.server.ensure_running()
    until = time.monotonic() + 10
    while house.in_transaction() and time.monotonic() < until:
        time.sleep(0.05)
    found: dict[str, int] = house.run("bureau", "state")
    return found
