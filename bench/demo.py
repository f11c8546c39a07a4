"""Building the demo district from nothing, with its peak memory; beside it, loading a dump of the finished district.

    .venv/bin/python -m bench.demo --scale 1 --home /tmp/bench/district

The home's demo is built anew; a second, small one is built beside it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMITS = {1.0: 90, 0.01: 15}


def built(home: Path, scale: float) -> tuple[float, int]:
    """Seconds and the peak of the process in MB."""
    command = [sys.executable, "-m", "niangjia.config.cli", "demo", "--reset", "--no-serve", "--scale", str(scale)]
    started = time.perf_counter()
    child = subprocess.Popen(command, env=os.environ | {"NIANGJIA_HOME": str(home)}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"niangjia demo --scale {scale}: exit {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_maxrss // 1024


def restored(home: Path) -> float:
    """Seconds to load a dump of the district into an empty database, indexes built at the end."""
    os.environ["NIANGJIA_HOME"] = str(home)
    from niangjia.base.database import Embedded, create_database, drop_database

    server = Embedded(home)
    server.ensure_running()
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "district.dump"
        with dump.open("wb") as target:
            subprocess.run([server.binary("pg_dump"), "-Fc", "-Z0", server.url("owner")], stdout=target, check=True)
        drop_database("bench_restored")
        create_database("bench_restored")
        started = time.perf_counter()
        with dump.open("rb") as source:
            subprocess.run(
                [server.binary("pg_restore"), "--no-owner", "-d", server.url("owner", "bench_restored")],
                stdin=source, stderr=subprocess.DEVNULL, check=False,
            )  # fmt: skip
        seconds = time.perf_counter() - started
        drop_database("bench_restored")
    return seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("NIANGJIA_HOME", tempfile.gettempdir() + "/niangjia-bench")))
    arguments = parser.parse_args()
    rows = []
    small = arguments.home.parent / f"{arguments.home.name}-small"
    for home, scale in ((small, 0.01), (arguments.home, arguments.scale)):
        seconds, peak = built(home, scale)
        rows.append((f"niangjia demo --scale {scale:g}", f"{seconds:.1f}", str(LIMITS.get(scale, "")), f"{peak} MB"))
    from niangjia.base.database import Embedded

    Embedded(small).stop()
    rows.append((f"limit: pg_restore of a dump of scale {arguments.scale:g}", f"{restored(arguments.home):.1f}", "", ""))
    from bench.measure import table

    table("building the demo district, s", ("s", "at most", "peak of Python"), rows)


if __name__ == "__main__":
    main()
