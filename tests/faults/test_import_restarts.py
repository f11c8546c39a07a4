"""The database restarted half-way, and a worker killed while jobs wait: said where staff look, gone on with, nothing lost or doubled."""

import json
import random
import time

import psycopg
import pytest

from tests.faults.conftest import House
from tests.faults.test_import_kills import LEAST_HITS, ROUNDS, SEED
from tests.faults.worker import ROWS

LATER = """UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '3 minutes';
    UPDATE procrastinate_events SET at = at - interval '3 minutes';
    UPDATE imports_batch SET progress_at = progress_at - interval '3 minutes'"""
"""Three minutes pass without anybody at work."""


@pytest.mark.fault
def test_an_import_goes_on_after_the_database_was_restarted_half_way(house: House) -> None:
    chance = random.Random(SEED + 1)
    code = house.run("batch", 0)
    rounds, hits = 0, 0
    print(f"\n{'restarted after ms':>18}{'in transaction':>16}{'rows done':>11}{'persons':>9}")
    while rounds < ROUNDS // 2 and code in house.run("state")["unfinished"]:
        worker = house.start_work(code)
        house.begun(worker)
        moment = chance.uniform(0, 0.4)
        time.sleep(moment)
        hit = house.begun(worker)
        house.restart_server()
        _, said = worker.communicate(timeout=60)
        if hit:
            assert worker.returncode != 0, "the worker took no notice of the lost database"
            assert "OperationalError" in said or "InterfaceError" in said
        rounds, hits = rounds + 1, hits + hit
        found = house.settled()
        print(f"{moment * 1000:>18.0f}{'yes' if hit else 'no':>16}{found['done']:>11,}{found['persons']:>9,}")
        assert found["persons"] == found["numbers"] == found["stays"] == found["codes"] == found["done"]
        assert found["broken"] == []
        assert "failed" not in found["states"], "a lost database is not the officer's fault"
    if code in house.run("state")["unfinished"]:
        assert house.run("work", code) is True
    found = house.run("state")
    assert (found["done"], found["persons"], found["stays"], found["unfinished"], found["broken"]) == (ROWS, ROWS, ROWS, [], [])
    assert hits >= rounds * LEAST_HITS, "too few restarts met an open transaction: nothing was proved"


@pytest.mark.fault
def test_a_killed_worker_and_a_stalled_queue_are_said_and_the_next_worker_goes_on(house: House) -> None:
    code = house.run("queued", 0)
    queue = house.start_queue()
    until = time.monotonic() + 60
    while house.run("state")["states"] != ["applying"] or not house.begun(queue):
        assert time.monotonic() < until, "the worker never began"
    queue.kill()
    queue.wait()
    found = house.settled()
    assert found["unfinished"] == [code]
    house.run("queued", ROWS)
    with psycopg.connect(house.server.url("superuser", "niangjia"), autocommit=True) as connection:
        for statement in LATER.split(";"):
            connection.execute(statement)
    status = house.niangjia("status", "--json")
    said = json.loads(status.stdout)
    assert status.returncode == 1
    assert (said["ok"], said["worker"]["alive"], said["queue"]["stalled"]) == (False, False, True)
    shown = house.run("desk", code)
    assert "后台作业没有回应" in shown["operations"]
    assert "有作业等了两分钟以上还没有人做" in shown["operations"]
    assert "没有进展" in shown["batch"]
    house.run("resume")
    found = house.run("state")
    assert (found["persons"], found["stays"], found["codes"]) == (2 * ROWS, 2 * ROWS, 2 * ROWS)
    assert (found["unfinished"], found["broken"]) == ([], [])
