"""The demo district: built once, then served; everything in it is made up."""

import argparse
import json
import os
import shutil
import sys
import time
from contextlib import suppress
from typing import Any

from procrastinate.exceptions import AlreadyEnqueued

from niangjia.base.database import home
from niangjia.config import demoday
from niangjia.config.cli import DONE, Refusal
from niangjia.config.commands.ground import migrate, start_django

DEMO_DAY = "2023-12-18"
LEAST_SCALE, MOST_SCALE = 0.002, 4.0


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help="建一个演示区并启动 build the demo district and serve it")
    parser.add_argument("--scale", type=float, default=1.0, help="大小，1 为全区 50.6 万会员 1 is the whole district")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-serve", action="store_true", help="只建不启动 build only")
    parser.add_argument("--reset", action="store_true", help="先清掉已有的演示再建 build anew")
    parser.add_argument("--seed", type=int, default=7, help="同一个数建出同一个区 the same seed makes the same district")
    parser.set_defaults(run=demo)


def demo(arguments: argparse.Namespace) -> int:
    """Build the district unless it stands already, say who may sign in, and serve on the demo's day (or on NIANGJIA_TODAY)."""
    day = os.environ.get("NIANGJIA_TODAY") or DEMO_DAY
    os.environ |= {"NIANGJIA_TODAY": DEMO_DAY, "NIANGJIA_DEMO": "1"}
    os.environ.setdefault("NIANGJIA_URL", f"http://127.0.0.1:{arguments.port}")
    if not LEAST_SCALE <= arguments.scale <= MOST_SCALE:
        raise Refusal(f"--scale 应在 {LEAST_SCALE} 和 {MOST_SCALE:g} 之间 out of range")
    wanted = {"scale": arguments.scale, "seed": arguments.seed}
    if arguments.reset or not _stands(wanted):
        _build(wanted)
    else:
        migrate()  # a district that stands may be older than this version
    _note(wanted | {"built": True})
    _tell_lines(wanted, later=not arguments.no_serve)
    os.environ["NIANGJIA_TODAY"] = day
    _tell(arguments.port)
    if arguments.no_serve:
        return DONE
    from niangjia.config.commands import partner
    from niangjia.config.commands.serve import serve

    return serve(arguments.port, beside=partner.beside)


def _tell_lines(wanted: dict[str, Any], *, later: bool) -> None:
    """The lines of work: by the background worker once the register is served, else here and now."""
    start_django()
    from niangjia.seed import jobs

    if later:
        with suppress(AlreadyEnqueued):
            jobs.tell_lines.defer(**wanted)
    else:
        jobs.tell_now(**wanted)


def _build(wanted: dict[str, Any]) -> None:
    """From an empty database; what a broken-off build left is thrown away with it."""
    began = time.monotonic()
    start_django()
    from django.db import connection

    if demoday.state() is not None:
        _empty()
    migrate()
    if demoday.state() is None and _has_organisations():
        raise Refusal("这里已有登记的数据，演示不会动它：请另设 NIANGJIA_HOME（或给一个空库） the register here is not a demo")
    _note(wanted | {"built": False})
    from niangjia.seed.build import District

    District(wanted["seed"], wanted["scale"]).build(_analyse)
    connection.close()
    print(f"演示区已建好，用时 {time.monotonic() - began:.0f} 秒 built", file=sys.stderr)


def _has_organisations() -> bool:
    from niangjia.base.scope import elevated
    from niangjia.core.orgs.queries import root

    with elevated("demo: whether the database is in use"):
        return root() is not None


def _empty() -> None:
    """Drop the demo's database and make it anew, without tables; the stand-in partners forget what they exchanged with it."""
    shutil.rmtree(home() / "partners", ignore_errors=True)
    from django.conf import settings

    from niangjia.base.database import create_database, drop_database

    name = settings.DATABASES["default"]["NAME"]
    drop_database(name)
    create_database(name)


def _analyse() -> None:
    """Let the planner know what the tables hold now; only their owner may."""
    import psycopg

    from niangjia.base.database import database_url

    with psycopg.connect(database_url("owner"), autocommit=True) as owner:
        owner.execute("ANALYZE")


def _tell(port: int) -> None:
    """Addresses and accounts, on stdout."""
    start_django()
    from niangjia.seed.accounts import offered

    print(f"演示日 {os.environ['NIANGJIA_TODAY']}。工作台 http://127.0.0.1:{port}/desk/ · 看板 /board/ · 会员手机页 /m/")
    for line in offered():
        print(f"  {line}")


def _stands(wanted: dict[str, Any]) -> bool:
    """Whether a district of this scale and seed was built here to the end."""
    found = demoday.state() or {}
    return {name: found.get(name) for name in (*wanted, "built")} == wanted | {"built": True}


def _note(state: dict[str, Any]) -> None:
    """Write down what stands here and on which day it lives: every later command reckons with it."""
    demoday.marker().write_text(json.dumps(state | {"day": DEMO_DAY}))
