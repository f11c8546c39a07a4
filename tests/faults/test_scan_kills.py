"""Kill -9 of the process that reads a pile of scans, and of PostgreSQL: every page finds its paper once. `make faults` prints the table."""

import random
import time

import pytest

from tests.faults.conftest import House
from tests.faults.scanning import PAPERS
from tests.faults.test_import_kills import ROUNDS, SEED


@pytest.mark.fault
def test_a_pile_whose_reader_is_killed_is_filed_whole_and_once(house: House) -> None:
    chance = random.Random(SEED + 7)
    pages, left = 2 * PAPERS + 1, 0
    print(f"\n{'killed':<10}{'after ms':>9}{'read':>7}{'filed':>7}")
    code = house.run("scanning", "lay", SEED)
    for number in range(ROUNDS):
        reader = house.start_work("scanning", "work", code)
        house.begun(reader)
        moment = chance.uniform(0, 0.8)
        time.sleep(moment)
        alive = reader.poll() is None
        if number % 2:
            house.kill_server()
        else:
            reader.kill()
        reader.communicate(timeout=60)
        house.server.ensure_running()
        found = house.run("scanning", "state", code)
        left += alive and found["state"] == "reading"
        print(f"{'postgres' if number % 2 else 'reader':<10}{moment * 1000:>9.0f}{found['read']:>7}{found['filed']:>7}")
        assert (found["not_whole"], found["broken"]) == (0, [])
        assert found["read"] == pages - found["waiting"]
        if found["state"] == "done":
            code = house.run("scanning", "lay", SEED + number + 1)
    assert house.run("scanning", "work", code) is True
    assert house.run("scanning", "work", code) is True, "once more changes nothing"
    found = house.run("scanning", "state", code)
    assert left, "no kill met a pile half-way: nothing was proved"
    assert found == {
        "state": "done", "read": pages, "pages": pages, "waiting": 0, "filed": 2 * PAPERS, "unknown": 1, "whole": PAPERS, "not_whole": 0,
        "told": PAPERS, "broken": [],
    }  # fmt: skip
