"""Serving: web, background worker and embedded database in one go; their health; the checks of the whole house."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from niangjia.config.cli import Refusal
from niangjia.config.commands.ground import migrate, start_django

STOP_SECONDS = 10.0
Beside = Callable[[int], list[subprocess.Popen[bytes]]]


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("serve", help="启动网页、后台作业和数据库 web, worker and database in one go")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=2, help="网页进程数 web processes")
    parser.set_defaults(run=lambda arguments: serve(arguments.port, arguments.workers, arguments.host))
    parser = subparsers.add_parser("status", help="数据库、后台作业、留痕链、版本 health of everything")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=show_status)
    parser = subparsers.add_parser("verify", help="重算留痕链、会籍和组织树 recompute chains and invariants")
    parser.add_argument("--witness", metavar="FILE", help="和机器外存的链尾记录比对 compare with lines kept outside")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=verify)
    parser = subparsers.add_parser("openapi", help="打印接口文档 print the OpenAPI document")
    parser.set_defaults(run=openapi)


def serve(port: int = 8000, workers: int = 2, host: str = "127.0.0.1", beside: Beside = lambda port: []) -> int:
    """Run until SIGTERM or Ctrl-C, then stop the children cleanly; if web or worker dies, stop the others and return 1.

    ``beside`` starts what runs along with them, such as the stand-in partners of the demo; they may end without harm.
    """
    migrate()
    start_django()
    _require_a_bound_role()
    _have_a_key()
    children = [_web(host, port, workers), _worker()]
    others = beside(port)
    print(f"娘家已启动：http://{host}:{port}/ ，按 Ctrl-C 停止", file=sys.stderr, flush=True)
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(0.2)
    _stop([*children, *others])
    return 0 if stopping else 1


def _require_a_bound_role() -> None:
    """A role that row security does not bind would show everybody everything, and nobody would notice."""
    from niangjia.core.home.queries import bypasses_row_security

    if bypasses_row_security():
        raise Refusal(
            "DATABASE_URL 的角色绕得过行级权限（超级用户或表的拥有者），不能用来开网页：请用 niangjia_app (role bypasses row security)"
        )


def _have_a_key() -> None:
    """The key pair that signs what we send and receive, made once: partners are given its public part before the first message."""
    from django.db import connection

    from niangjia.core.exchange.actions import own_pair

    own_pair()
    connection.close()


def _web(host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers)]
    options = ["--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", "--log-level", "warning"]
    return subprocess.Popen(
        [*program, *options, "niangjia.config.wsgi:application"], env=os.environ | {"NIANGJIA_POOL": "6", "NIANGJIA_ROLE": "app"}
    )


def _worker() -> subprocess.Popen[bytes]:
    """The background worker: two jobs at a time, so that a sign-in code or a message to a court does not wait behind an import."""
    options = ["procrastinate", "worker", "--concurrency", "2", "--shutdown-graceful-timeout", "5"]
    return subprocess.Popen([sys.executable, "-m", "niangjia.config.cli", "manage", *options], env=os.environ | {"NIANGJIA_ROLE": "app"})


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()


def show_status(arguments: argparse.Namespace) -> int:
    """Print the health of the house; 1 when something is down."""
    start_django()
    from niangjia.core.home.queries import health

    found = health()
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, default=str))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")
    return 0 if found["ok"] else 1


def verify(arguments: argparse.Namespace) -> int:
    """Run every app's `checks()`; 1 when one does not hold."""
    start_django()
    from niangjia.core.home.queries import all_checks

    checks = all_checks()
    if arguments.witness:
        checks.append(_as_the_witness_says(arguments.witness))
    ok = all(check.ok for check in checks)
    if arguments.json:
        print(json.dumps({"ok": ok, "checks": [vars(check) for check in checks]}, ensure_ascii=False))
    else:
        for check in checks:
            print(f"{'✓' if check.ok else '✗'} {check.name}: {check.detail}")
    return 0 if ok else 1


def _as_the_witness_says(file: str) -> Any:
    from niangjia.base.scope import elevated
    from niangjia.core.trail.witness import compare

    try:
        lines = Path(file).read_text().splitlines()
    except OSError as error:
        raise Refusal(f"读不到 {file} (cannot be read)") from error
    with elevated("verify: the ends of all chains"):
        return compare(lines)


def openapi(arguments: argparse.Namespace) -> None:
    """Print the OpenAPI document; the copy in docs/ is compared with it by `make check`."""
    start_django()
    from niangjia.config.api import api

    print(json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2))
