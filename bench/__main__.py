"""Every benchmark, or those named; prints their tables and keeps them in bench/results.

    make bench                                   # all, at full size
    make bench ARGS="people figures --scale 0.1"

Homes are made below ``--home``: ``district`` (the demo, with its accounts), ``register`` (filled by the roster), ``settle``, ``enrol`` and ``ledger`` (each its own), ``papers`` (empty).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, PAPERS = 506_000, 10_000
RESULTS = Path(__file__).parent / "results"
ORDER = ("demo", "figures", "people", "cases", "papers", "roster", "orgs", "trail", "enrol", "settle", "simulate", "ledger")
NEEDS = {
    "demo": "district",
    "figures": "district",
    "people": "district",
    "cases": "district",
    "papers": "papers",
    "roster": "register",
    "orgs": "register",
    "trail": "register",
    "enrol": "enrol",
    "settle": "settle",
    "simulate": "settle",
    "ledger": "ledger",
}
DAY = {"NIANGJIA_TODAY": "2023-12-18", "NIANGJIA_DEMO": "1", "DJANGO_SETTINGS_MODULE": "niangjia.config.settings"}


def main() -> int:
    """0 when every benchmark ran to its end."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks beside their peers and limits.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ORDER)}; all if none is named")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 506,000 members")
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "niangjia-bench")
    parser.add_argument("--mixed", action="store_true", help="the roster's unions all mixed, instead of one after another")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(ORDER):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.txt"
    failed = [name for name in ORDER if name in (arguments.names or ORDER) and not run(name, arguments, kept)]
    stop(arguments.home)
    print(f"kept in {kept}")
    return 1 if failed else 0


def run(name: str, arguments: argparse.Namespace, kept: Path) -> bool:
    """One benchmark in a process of its own; its output goes to the screen and to ``kept``."""
    home = arguments.home / NEEDS[name]
    prepare(name, home, arguments.scale)
    options = {
        "demo": ["--scale", str(arguments.scale), "--home", str(home)],
        "papers": ["--papers", str(round(PAPERS * arguments.scale))],
        "enrol": ["--persons", str(round(400_000 * arguments.scale))],
        "settle": ["--lines", str(round(200_000 * arguments.scale)), "--enrolments", str(round(400_000 * arguments.scale))],
        "simulate": ["--stays", str(round(200_000 * arguments.scale)), "--enrolments", str(round(400_000 * arguments.scale))],
        "ledger": ["--legs", str(round(1_000_000 * arguments.scale))],
        "roster": ["--rows", str(round(ROWS * arguments.scale)), *(["--mixed"] if arguments.mixed else [])],
    }.get(name, [])
    with kept.open("a") as target:
        said(target, f"== {name} ==\n")
        child = subprocess.Popen(
            [sys.executable, "-m", f"bench.{name}", *options], env=environment(home), stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert child.stdout is not None
        for line in child.stdout:
            said(target, line)
        return child.wait() == 0


def prepare(name: str, home: Path, scale: float) -> None:
    """What a benchmark stands on: the demo for figures and people; for the roster an empty register, which it fills for those after it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o711)
    if name in ("figures", "people", "cases"):
        _command(home, "demo", "--no-serve", "--scale", str(scale))
    elif name in ("roster", "enrol"):
        _emptied(home)
    elif name in ("settle", "simulate", "ledger"):
        _command(home, "migrate")
    elif name in ("orgs", "trail"):
        _command(home, "migrate")
        subprocess.run([sys.executable, "-m", "bench.fill", str(round(ROWS * scale))], env=environment(home), check=True)


def stop(place: Path) -> None:
    """The servers of the homes."""
    from niangjia.base.database import Embedded

    for home in set(NEEDS.values()):
        Embedded(place / home).stop()


def _emptied(home: Path) -> None:
    os.environ["NIANGJIA_HOME"] = str(home)
    from niangjia.base.database import DATABASE, Embedded, create_database, drop_database

    Embedded(home).ensure_running()
    drop_database(DATABASE)
    create_database(DATABASE)
    _command(home, "migrate")


def _command(home: Path, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "niangjia.config.cli", *words], env=environment(home), stdout=subprocess.DEVNULL, check=True)


def environment(home: Path) -> dict[str, str]:
    """What a child of ours sees: the home, the demo's day, an embedded server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")} | DAY | {"NIANGJIA_HOME": str(home)}


def said(target: object, text: str) -> None:
    """To the screen and to the file."""
    for out in (sys.stdout, target):
        out.write(text)  # type: ignore[attr-defined]
        out.flush()  # type: ignore[attr-defined]


if __name__ == "__main__":
    raise SystemExit(main())
