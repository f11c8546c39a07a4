"""The site that is walked through: a small demo district in a database of its own, served as in production by `niangjia serve`."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from niangjia.base.database import drop_database
from niangjia.base.scope import elevated
from niangjia.base.sealing import ensure_keys
from niangjia.seed.build import District
from tests import ground

SCALE = 0.004
"""About 2,000 members in 16 unions: rows enough to turn a page."""
SEED = 7
READY_SECONDS = 120.0


class Site:
    """Web processes and the background worker as child processes, on a clone of the template database."""

    def __init__(self, blocker: Any) -> None:
        self.database = ground.clone_name("walks")
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._blocker = blocker
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve while the district is being built; returns when both are done."""
        ensure_keys()
        with self._blocker.unblock():
            ground.clone(self.database)
        self._server = self._serve()
        with self.inside():
            District(SEED, SCALE).build(lambda: None)
        self._wait_until_ready()

    def stop(self) -> None:
        """End the processes, drop the database and what the seed published."""
        ended = self._server.poll() if self._server else None
        if self._server and ended is None:
            self._server.terminate()
            self._server.wait(30)
        said = self._what_it_said()
        self._said.close()
        settings.DEMO_ACCOUNTS.unlink(missing_ok=True)
        with self._blocker.unblock():
            drop_database(self.database)
        if ended is not None:
            raise RuntimeError(f"the site ended ({ended}) during the walks:\n{said}")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let this process read and act in the site's register, beyond any scope, as jobs do."""
        before, unsafe = connection.settings_dict["NAME"], os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs a loop in this thread; nothing else does
        with self._blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = self.database
            try:
                with elevated("test: the register behind the walks"):
                    yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = before
                os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
                os.environ.update({"DJANGO_ALLOW_ASYNC_UNSAFE": unsafe} if unsafe else {})

    def _serve(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "niangjia.config.cli", "serve", "--port", self.url.rpartition(":")[2], "--workers", "1"]
        environment = os.environ | ground.addresses(self.database) | {"PYTHONPATH": str(ground.ROOT)}
        return subprocess.Popen(command, env=environment, cwd=ground.ROOT, stdout=self._said, stderr=subprocess.STDOUT)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self._server and self._server.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError(f"the site did not become ready:\n{self._what_it_said()}")

    def _what_it_said(self) -> str:
        self._said.seek(0)
        return self._said.read().decode()[-3000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str:
    """The machine's own Chromium, or "" for one that playwright installed."""
    places = (os.environ.get("NIANGJIA_CHROMIUM", ""), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
    return next((place for place in places if place and Path(place).exists()), "")
