"""Kill -9 of the process and of PostgreSQL anywhere between the insurance's file and the bank's answer, and two files at once.

Nothing is lost, nothing is paid twice. `make faults` prints the table.
"""

import json
import random

import pytest

from tests.faults.conftest import House
from tests.faults.test_import_kills import LEAST_HITS, ROUNDS, SEED
from tests.faults.treasury import STAYS

AHEAD = 3
"""Files that a process has before it when it begins."""


@pytest.mark.fault
def test_money_killed_at_any_moment_on_its_way_goes_out_once(house: House) -> None:
    chance = random.Random(SEED + 7)
    house.run("treasury", "ready")
    hits, files = 0, 0
    print(f"\n{'killed':<10}{'after ms':>9}{'in transaction':>16}{'files':>7}{'paid':>7}{'failed':>8}")
    for number in range(ROUNDS):
        files = house.run("treasury", "state")["files"] + AHEAD
        clerk = house.start_work("treasury", "work", str(files))
        moment = chance.uniform(0, 1.5)
        hit = house.kill_in_a_transaction(clerk, moment, server=number % 2 == 1)
        hits += hit
        found = house.settled("treasury")
        print(
            f"{'postgres' if number % 2 else 'clerk':<10}{moment * 1000:>9.0f}{'yes' if hit else 'no':>16}{found['files']:>7}{found['paid']:>7}{found['failed']:>8}"
        )
        assert (found["wrong"], found["broken"]) == ({}, [])
    assert house.run("treasury", "work", files) is True
    found = house.run("treasury", "state")
    taken_back = {state: found["stays"].get(state, 0) for state in ("clawback_open", "cancelled")}
    print(
        f"{ROUNDS} kills, {hits} in an open transaction; {files} files, {found['paid']} payments, {found['failed']} failed first, {taken_back} taken back"
    )
    assert (found["wrong"], found["broken"], found["files"], found["open"]) == ({}, [], files, 0)
    assert sum(taken_back.values()) == files - 1, "each file took back one stay of the file before"
    assert found["stays"] == {"paid": files * STAYS - (files - 1)} | {state: n for state, n in taken_back.items() if n}
    assert found["paid"] == files * STAYS - taken_back["cancelled"], "whatever was granted left the bank once"
    checked = house.niangjia("verify")
    assert checked.returncode == 0, checked.stdout[-2000:]
    assert hits >= ROUNDS * LEAST_HITS, "too few kills met an open transaction: nothing was proved"


@pytest.mark.fault
def test_of_two_files_at_once_each_stay_is_taken_once_and_the_same_file_once(house: House) -> None:
    house.run("treasury", "ready")
    same = _raced(house, (0, 0), (0, 0))
    assert sorted((one["known"], one["new"]) for one in same) == [(False, STAYS), (True, 0)], "the very same file is known to the second"
    found = house.run("treasury", "state")
    assert (found["wrong"], found["files"], found["stays"]) == ({}, 1, {"auto_approved": STAYS})
    raced = _raced(house, (1, 0), (1, 1))
    assert sum(one["new"] for one in raced) == 2 * STAYS, "what both hold is new to one of them only"
    found = house.run("treasury", "state")
    assert found["broken"] == [] and sum(found["stays"].values()) == 3 * STAYS


def _raced(house: House, *files: tuple[int, int]) -> list[dict[str, int]]:
    """What each process says that took in its file at the same moment as the others."""
    clerks = [house.start_waiting("treasury", "race", *one) for one in files]
    return [json.loads(line) for line in house.let_go(clerks)]
