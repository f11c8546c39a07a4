"""The ground tests stand on: a home of their own, a migrated template database, and a clone of it for every test process.

Loaded before the settings (`-p tests.ground` in pyproject.toml). The template is migrated by the owner, as in production, once for each
state of the migrations; tests connect as the application, so a forgotten right or policy fails here and not in a district.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
OWN_HOME = Path(tempfile.gettempdir()) / f"niangjia-tests-{hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]}-{os.geteuid()}"
USES_OWN_HOME = os.environ.setdefault("NIANGJIA_HOME", str(OWN_HOME)) == str(OWN_HOME)
os.environ["NIANGJIA_TODAY"] = "2023-12-18"
os.environ["NIANGJIA_DEMO"] = "1"

from niangjia.base.database import Embedded, create_database, database_url, drop_database, home, is_embedded  # noqa: E402

(home() / "static").mkdir(parents=True, exist_ok=True)
MIGRATE = "from niangjia.config.commands.ground import migrate_here; migrate_here()"
SHAPES_TABLES = ("niangjia/**/migrations/*.py", "niangjia/base/rowsecurity.py", "niangjia/base/database.py", "requirements/runtime.txt")


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold a lock between the test processes of this home."""
    home().mkdir(parents=True, exist_ok=True, mode=0o711)
    with (home() / f"tests-{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def clone(name: str) -> None:
    """Make the database ``name`` with all tables; about 50 ms once the template exists."""
    with one_at_a_time("template"):
        if is_embedded():
            Embedded(home()).ensure_running()
        databases = _databases()
        for stale in filter(_is_orphan, databases):
            drop_database(stale)
        template = f"niangjia_template_{_state_of_migrations()}"
        if template not in databases:
            _make_template(template)
        create_database(name, template=template)


def clone_name(suffix: str) -> str:
    """A name that tells whose database it is, so that one left behind by a killed process is dropped by the next."""
    return f"niangjia_test_{os.getpid()}_{suffix}"


def addresses(name: str) -> dict[str, str]:
    """Environment under which another process (a worker, a command) works on the database ``name``."""
    return {"DATABASE_URL": _url("app", name), "DATABASE_OWNER_URL": _url("owner", name)}


def _make_template(template: str) -> None:
    building = f"{template}_building"
    drop_database(building)
    create_database(building)
    environment = os.environ | addresses(building) | {"NIANGJIA_ROLE": "owner"}
    subprocess.run([sys.executable, "-c", MIGRATE], env=environment, check=True, cwd=ROOT)
    with _as_owner() as connection:
        for older in _databases():
            if re.fullmatch(r"niangjia_template_[0-9a-f]+", older):
                drop_database(older)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(template)))


def _state_of_migrations() -> str:
    state = hashlib.sha256()
    for file in sorted(file for pattern in SHAPES_TABLES for file in ROOT.glob(pattern)):
        state.update(file.read_bytes())
    return state.hexdigest()[:16]


def _databases() -> list[str]:
    with _as_owner() as connection:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'niangjia_t%'")]


def _is_orphan(name: str) -> bool:
    made_by = re.match(r"niangjia_test_(\d+)_", name)
    return made_by is not None and not Path(f"/proc/{made_by[1]}").exists() and Path("/proc").exists()


def _as_owner() -> psycopg.Connection:
    return psycopg.connect(database_url("owner"), dbname="postgres", autocommit=True)


def _url(role: str, name: str) -> str:
    if is_embedded():
        return Embedded(home()).url(role, name)
    return re.sub(r"(//[^/]*/)[^?]*", rf"\g<1>{name}", database_url(role))
