"""A house of one's own for tests that kill: a home with its own server, and helper processes in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from niangjia.base.database import Embedded
from tests.ground import ROOT

OPEN = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'niangjia_app' AND xact_start IS NOT NULL"
"""How many transactions of the application are open."""


class House:
    """A home of its own with its own server, which may be killed without harm to other tests."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = Embedded(home)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment = kept | {"NIANGJIA_HOME": str(home), "NIANGJIA_TODAY": "2023-12-18", "NIANGJIA_DEMO": "1"}
        self.environment["NIANGJIA_NOTICE_CHANNELS"] = "sms"

    def run(self, *arguments: object) -> Any:
        """A helper process run to its end; what it says."""
        done = subprocess.run(self.command(*arguments), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    def start_work(self, *arguments: str) -> subprocess.Popen[str]:
        """The worker, once it has begun: on a batch of this code, or at what the arguments name."""
        worker = subprocess.Popen(
            self.command(*(arguments if len(arguments) > 1 else ("work", *arguments))),
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        return worker

    def begun(self, worker: subprocess.Popen[Any]) -> bool:
        """Wait for the worker's next transaction, so that moments count from there, however busy the machine is; False where it ended."""
        until = time.monotonic() + 60
        while worker.poll() is None and time.monotonic() < until:
            if self.in_transaction():
                return True
            time.sleep(0.005)
        return False

    def in_transaction(self) -> bool:
        with psycopg.connect(self.server.url("superuser"), autocommit=True) as connection:
            return bool(connection.execute(OPEN).fetchone()[0])

    def kill_in_a_transaction(self, victim: subprocess.Popen[Any], moment: float, *, server: bool) -> bool:
        """After so many seconds of work, kill -9 of the process or of the server while a transaction is open; False where none was."""
        self.begun(victim)
        time.sleep(moment)
        hit = self.begun(victim)
        if server:
            self.kill_server()
        else:
            victim.kill()
        victim.communicate(timeout=60)
        return hit

    def kill_server(self) -> None:
        """The postmaster and all its backends, as a power cut would."""
        postmaster = psutil.Process(self.server.status()["pid"])
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.send_signal(signal.SIGKILL)

    def restart_server(self) -> None:
        """Stopped without a last checkpoint, as an impatient operator does, and started again."""
        pg_ctl = self.server.binary("pg_ctl")
        owner = self.server.data.stat()
        done = subprocess.run(
            [pg_ctl, "stop", "-D", self.server.data, "-m", "immediate", "-w", "-s"], check=False, capture_output=True, text=True, cwd="/",
            **({"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.server.ensure_running()

    def niangjia(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command as an operator types it."""
        command = [sys.executable, "-m", "niangjia.config.cli", *words]
        return subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)

    def start_queue(self) -> subprocess.Popen[bytes]:
        """The background worker that ``niangjia serve`` starts."""
        command = [sys.executable, "-m", "niangjia.config.cli", "manage", "procrastinate", "worker", "--concurrency", "1"]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def settled(self, *module: str) -> Any:
        """The state, as the worker or another module tells it, once the server runs and has rolled back what was open."""
        self.server.ensure_running()
        until = time.monotonic() + 10
        while self.in_transaction() and time.monotonic() < until:
            time.sleep(0.05)
        return self.run(*module, "state")

    def start_waiting(self, *arguments: object) -> subprocess.Popen[str]:
        """A process that has begun and goes on when a line is written to it."""
        waiting = subprocess.Popen(
            self.command(*arguments), env=self.environment, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "going\n"
        return waiting

    @staticmethod
    def let_go(waiting: Sequence[subprocess.Popen[str]]) -> list[str]:
        """All of them at the same moment; the last line that each says."""
        for one in waiting:
            assert one.stdin is not None
            one.stdin.write("now\n")
            one.stdin.flush()
        return [one.communicate(timeout=60)[0].splitlines()[-1] for one in waiting]

    def command(self, *arguments: object) -> list[str]:
        module = str(arguments[0]) if arguments[0] in ("office", "scanning", "bureau", "treasury") else "worker"
        words = arguments if module == "worker" else arguments[1:]
        return [sys.executable, "-m", f"tests.faults.{module}", *map(str, words)]


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
