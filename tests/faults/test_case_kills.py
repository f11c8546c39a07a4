"""Kill -9 of the officer's process and of PostgreSQL between a step and its message, and two officers at one step.

Nothing is lost or doubled. `make faults` prints the table.
"""

import random

import pytest

from tests.faults.conftest import House
from tests.faults.office import WAY
from tests.faults.test_import_kills import LEAST_HITS, ROUNDS, SEED

DISPUTES = 40
"""Open at the beginning of every round; a round that is through opens as many again."""


@pytest.mark.fault
def test_steps_killed_at_any_moment_are_taken_whole_or_not_at_all(house: House) -> None:
    chance = random.Random(SEED + 5)
    hits, opened = 0, 0
    print(f"\n{'killed':<10}{'after ms':>9}{'in transaction':>16}{'steps':>8}{'messages':>10}")
    for number in range(ROUNDS):
        if opened == 0 or house.run("office", "state")["open"] < DISPUTES // 2:
            house.run("office", "open", DISPUTES)
            opened += DISPUTES
        officer = house.start_work("office", "work")
        moment = chance.uniform(0, 0.6)
        hit = house.kill_in_a_transaction(officer, moment, server=number % 2 == 1)
        hits += hit
        found = house.settled("office")
        print(
            f"{'postgres' if number % 2 else 'officer':<10}{moment * 1000:>9.0f}{'yes' if hit else 'no':>16}{found['steps']:>8}{found['messages']:>10}"
        )
        assert (found["wrong"], found["broken"]) == ({}, [])
    assert house.run("office", "work") is True
    found = house.run("office", "state")
    print(f"{ROUNDS} kills, {hits} in an open transaction; {opened} disputes in {found['steps']} steps, all taken once")
    told = opened * 5
    assert found == {
        "wrong": {}, "open": 0, "steps": opened * (len(WAY) + 1), "papers": opened, "receipts": opened, "messages": told, "broken": [],
    }  # fmt: skip
    assert hits >= ROUNDS * LEAST_HITS, "too few kills met an open transaction: nothing was proved"


@pytest.mark.fault
def test_of_two_officers_at_the_same_step_one_is_told_that_the_other_was_faster(house: House) -> None:
    [code] = house.run("office", "open", 1)
    said = house.let_go([house.start_waiting("office", "race", code) for _ in range(2)])
    assert sorted(line == '"done"' for line in said) == [False, True]
    found = house.run("office", "state")
    assert (found["wrong"], found["steps"], found["messages"]) == ({}, 2, 1)
