"""Kill -9 of the worker and of PostgreSQL at random moments of an import: nothing is lost, nothing doubled, the trail holds.

`make faults` prints the table; NIANGJIA_FAULT_ROUNDS says how many kills (the suite has a short round).
"""

import os
import random
import time

import pytest

from tests.faults.conftest import House
from tests.faults.worker import ROWS

ROUNDS = int(os.environ.get("NIANGJIA_FAULT_ROUNDS", "6"))
SEED = int(os.environ.get("NIANGJIA_FAULT_SEED", "20231218"))
LEAST_HITS = 0.5
"""Share of kills that must have met an open transaction; with fewer the test has proved nothing."""


@pytest.mark.fault
def test_an_import_killed_at_any_moment_goes_on_without_loss_or_doubling(house: House) -> None:
    chance = random.Random(SEED)
    hits, batches = 0, 0
    code = ""
    print(f"\n{'killed':<10}{'after ms':>9}{'in transaction':>16}{'rows done':>11}{'persons':>9}")
    for number in range(ROUNDS):
        victim = "postgres" if number % 2 else "worker"
        if not code or code not in house.run("state")["unfinished"]:
            code = house.run("batch", batches * ROWS)
            batches += 1
        worker = house.start_work(code)
        house.begun(worker)
        moment = chance.uniform(0, 0.75)
        time.sleep(moment)
        hit = worker.poll() is None and house.in_transaction()
        hits += hit
        if victim == "postgres":
            house.kill_server()
        else:
            worker.kill()
        worker.communicate(timeout=60)
        found = house.settled()
        print(f"{victim:<10}{moment * 1000:>9.0f}{'yes' if hit else 'no':>16}{found['done']:>11,}{found['persons']:>9,}")
        assert found["persons"] == found["numbers"] == found["stays"] == found["codes"] == found["done"]
        assert found["broken"] == []
    for left in house.run("state")["unfinished"]:
        assert house.run("work", left) is True
    found = house.run("state")
    assert found == {
        "states": ["applied"] * batches, "done": batches * ROWS, "unfinished": [], "persons": batches * ROWS, "numbers": batches * ROWS, "stays": batches * ROWS,
        "codes": batches * ROWS, "broken": [],
    }  # fmt: skip
    print(f"{ROUNDS} kills, {hits} in an open transaction; {batches * ROWS:,} rows in {batches} batches, all there once")
    assert hits >= ROUNDS * LEAST_HITS, "too few kills met an open transaction: nothing was proved"
