"""The house as people meet it: a web server of its own over a database of its own, and a browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.ground import ROOT

START_SECONDS = 60.0


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(log: Path, **environment: str) -> Iterator[str]:
    """A web server in a process of its own, on the database that the environment names; gives its address. It writes to ``log``."""
    port = free_port()
    program = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options = ["--blocking-threads", "2", "--no-ws", "--log-level", "info", "--access-log", "niangjia.config.wsgi:application"]
    with log.open("wb") as out:
        server = subprocess.Popen([*program, *options], cwd=ROOT, env=os.environ | environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            _await(f"http://127.0.0.1:{port}/healthz", server, log)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _await(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text()[-2000:])


@contextmanager
def browsing(**options: Any) -> Iterator[Any]:
    """One page in the machine's Chromium."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"])
        try:
            yield running.new_page(**options)
        finally:
            running.close()
