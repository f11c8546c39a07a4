"""A stand-in partner: plays a body of the other side over the real interface, for the demo, tests and whoever connects a bureau."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from niangjia.base.database import home


def add(subparsers: Any) -> None:
    from niangjia.seed.standin.roles import ROLES

    parser = subparsers.add_parser("partner", help="演示往来的对方 a stand-in partner of the exchange")
    parser.add_argument("--as", dest="role", choices=sorted(ROLES), required=True, help="扮演谁 whom it plays")
    parser.add_argument("--port", type=int, default=0, help="0 为任一空闲端口 0 takes a free one")
    parser.add_argument("--answers-to", required=True, metavar="URL", help="平台地址 the platform's address")
    parser.add_argument("--home", type=Path, help="它自己的文件夹 its own folder")
    parser.add_argument("--delay", type=float, default=3.0, help="隔几秒答复 seconds between its answers")
    parser.add_argument("--by-hand", action="store_true", help="不自动答复 answers only when told at /control/say")
    parser.add_argument("--originate", type=int, default=0, metavar="N", help="第一次启动时移送几件 cases it sends when first started")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM."""
    from niangjia.seed.standin.program import run as serve

    place = arguments.home or home() / "partners" / arguments.role
    delay = None if arguments.by_hand else arguments.delay
    serve(arguments.role, place, arguments.port, arguments.answers_to, delay, arguments.originate)


def beside(port: int, *, place: Path | None = None, delay: float = 4.0) -> list[subprocess.Popen[bytes]]:
    """Start the stand-ins beside a demo on this port, each in a process of its own, and let them take part in the exchange."""
    from niangjia.base.calendar import today
    from niangjia.seed.partners import take_part
    from niangjia.seed.standin.roles import ROLES

    children = [_started(role, port, place or home() / "partners", delay) for role in ROLES]
    take_part([_said(child) for child in children], today())
    return children


def _started(role: str, port: int, place: Path, delay: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "niangjia.config.cli", "partner", "--as", role, "--answers-to", f"http://127.0.0.1:{port}"]
    more = ["--home", str(place / role), "--delay", str(delay)]
    return subprocess.Popen([*command, *more], env=os.environ | {}, stdout=subprocess.PIPE)


def _said(child: subprocess.Popen[bytes]) -> dict[str, str]:
    """The one line a stand-in says: its address and public key."""
    assert child.stdout is not None, "started with a pipe"
    with child.stdout:
        return json.loads(child.stdout.readline())
