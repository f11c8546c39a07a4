"""Kill -9 of the worker and of PostgreSQL at random moments of an import: nothing is lost, nothing doubled, the trail holds.

`make faults` prints the table; NIANGJIA_FAULT_ROUNDS says how many kills (the suite has a short round).
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from niangjia.base.database import Embedded
from tests.faults.worker import ROWS
from tests.ground import ROOT

ROUNDS = int(os.environ.get("NIANGJIA_FAULT_ROUNDS", "6"))
SEED = int(os.environ.get("NIANGJIA_FAULT_SEED", "20231218"))
LEAST_HITS = 0.5
"""Share of kills that must have met an open transaction; with fewer the test has proved nothing."""
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'niangjia_app' AND xact_start IS NOT NULL"


class House:
    """A home of its own with its own server, which may be killed without harm to other tests."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = Embedded(home)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment = kept | {"NIANGJIA_HOME": str(home), "NIANGJIA_TODAY": "2023-12-18", "NIANGJIA_DEMO": "1"}

    def run(self, *arguments: object) -> Any:
        """A helper process run to its end; what it says."""
        done = subprocess.run(self._command(*arguments), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    def start_work(self, code: str) -> subprocess.Popen[str]:
        """The worker, once it has begun."""
        worker = subprocess.Popen(
            self._command("work", code), env=self.environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        return worker

    def in_transaction(self) -> bool:
        with psycopg.connect(self.server.url("superuser"), autocommit=True) as connection:
            return bool(connection.execute(OPEN).fetchone()[0])

    def kill_server(self) -> None:
        """The postmaster and all its backends, as a power cut would."""
        postmaster = psutil.Process(self.server.status()["pid"])
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.send_signal(signal.SIGKILL)

    def _command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "tests.faults.worker", *map(str, arguments)]


@pytest.fixture
def house() -> Iterator[House]:
    home = Path(tempfile.mkdtemp(prefix="niangjia-faults-"))
    home.chmod(0o711)
    made = House(home)
    try:
        made.run("prepare")
        yield made
    finally:
        made.server.stop()
        shutil.rmtree(home, ignore_errors=True)


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
        moment = chance.uniform(0.15, 0.9)
        time.sleep(moment)
        hit = worker.poll() is None and house.in_transaction()
        hits += hit
        if victim == "postgres":
            house.kill_server()
        else:
            worker.kill()
        worker.communicate(timeout=60)
        found = _settled(house)
        print(f"{victim:<10}{moment * 1000:>9.0f}{'yes' if hit else 'no':>16}{found['done']:>11,}{found['persons']:>9,}")
        assert found["persons"] == found["numbers"] == found["stays"] == found["codes"] == found["done"]
        assert found["broken"] == []
    for left in house.run("state")["unfinished"]:
        assert house.run("work", left) is True
    found = house.run("state")
    assert found == {
        "done": batches * ROWS, "unfinished": [], "persons": batches * ROWS, "numbers": batches * ROWS, "stays": batches * ROWS,
        "codes": batches * ROWS, "broken": [],
    }  # fmt: skip
    print(f"{ROUNDS} kills, {hits} in an open transaction; {batches * ROWS:,} rows in {batches} batches, all there once")
    assert hits >= ROUNDS * LEAST_HITS, "too few kills met an open transaction: nothing was proved"


def _settled(house: House) -> dict[str, Any]:
    """The state once the server runs and has rolled back what was open."""
    house.server.ensure_running()
    until = time.monotonic() + 10
    while house.in_transaction() and time.monotonic() < until:
        time.sleep(0.05)
    return house.run("state")
