import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from niangjia.base import database
from niangjia.base.database import DatabaseUnavailable, Embedded

START = "import sys; from pathlib import Path; from niangjia.base.database import Embedded; Embedded(Path(sys.argv[1])).ensure_running()"
FORBIDDEN = (
    "CREATE TABLE mine (n int)",
    "DROP TABLE kept",
    "TRUNCATE kept",
    "ALTER TABLE kept DISABLE ROW LEVEL SECURITY",
    "CREATE SCHEMA more",
    "CREATE DATABASE more",
    "CREATE ROLE more",
    "SET ROLE niangjia_owner",
)
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


def start_elsewhere(place: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", START, str(place)], stderr=subprocess.DEVNULL)


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """In a folder that nobody else may enter, as a test harness or a careful person makes it."""
    place = tmp_path_factory.mktemp("private")
    place.chmod(0o700)
    embedded = Embedded(place / "home")
    embedded.ensure_running()
    with psycopg.connect(embedded.url("owner")) as connection:
        connection.execute("CREATE TABLE kept (number int GENERATED ALWAYS AS IDENTITY, text text)")
    yield embedded
    embedded.stop()


@pytest.fixture
def _at_home(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(server.home))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    server.ensure_running()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    Embedded(tmp_path / "home").stop()


def test_the_application_reads_and_writes_rows_and_defines_nothing(server: Embedded):
    with psycopg.connect(server.url("app"), autocommit=True) as connection:
        connection.execute("INSERT INTO kept (text) VALUES ('甲')")
        for statement in FORBIDDEN:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)
    role = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert ask(server.url("app"), role) == [(False, False, False, False)]
    assert ask(server.url("owner"), role) == [(False, False, True, False)]


def test_nobody_comes_in_without_the_password(server: Embedded):
    for url in (server.url("app").replace(":", ":x", 2).replace("postgresql:x", "postgresql:"), f"host={server.sockets} user=postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url, passfile="/nonexistent")
    rules = (server.data / "pg_hba.conf").read_text().splitlines()
    assert {line.split()[-1] for line in rules if line and not line.startswith("#")} == {"scram-sha-256", "reject"}


def test_passwords_are_for_their_owner_alone(server: Embedded):
    assert stat.S_IMODE(server.keys.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in server.keys.glob("database-*") if path.stat().st_size} == {0o600}


def test_it_listens_on_its_socket_only_and_sorts_by_code_point(server: Embedded):
    settings = ("listen_addresses", "server_encoding", "jit", "synchronous_commit", "TimeZone", "log_min_error_statement")
    found = [ask(server.url("app"), f"SHOW {name}")[0][0] for name in settings]
    assert found == ["", "UTF8", "off", "on", "Asia/Shanghai", "panic"]
    locale = ask(server.url("app"), "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()")
    assert locale == [("b", "C.UTF-8")]


@ROOT
def test_parents_are_opened_for_passing_through_and_not_for_listing(server: Embedded):
    assert stat.S_IMODE(server.home.parent.stat().st_mode) == 0o701
    assert pwd.getpwuid(server.data.stat().st_uid).pw_name in ("niangjia", "nobody")
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


@ROOT
def test_the_private_home_of_root_is_never_opened():
    private = Path(pwd.getpwuid(0).pw_dir) / "niangjia-test"
    before = stat.S_IMODE(private.parent.stat().st_mode)
    if before & stat.S_IXOTH:
        pytest.skip("this machine's root home is open already")
    try:
        with pytest.raises(DatabaseUnavailable, match="NIANGJIA_HOME"):
            Embedded(private).ensure_running()
        assert stat.S_IMODE(private.parent.stat().st_mode) == before
    finally:
        shutil.rmtree(private)


def test_starting_again_changes_nothing(server: Embedded):
    before = server.status()
    server.ensure_running()
    assert server.status() == before
    assert before["running"]


def test_after_kill_9_of_the_server_everything_acknowledged_is_there(server: Embedded):
    with psycopg.connect(server.url("app")) as connection:
        connection.execute("INSERT INTO kept (text) SELECT 'acknowledged' FROM generate_series(1, 1000)")
    os.kill(server.status()["pid"], signal.SIGKILL)
    server.ensure_running()
    assert ask(server.url("app"), "SELECT count(*) FROM kept WHERE text = 'acknowledged'") == [(1000,)]


def test_a_killed_server_whose_process_still_works_is_waited_for(server: Embedded):
    busy = psycopg.connect(server.url("app"))
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(busy.execute, "SELECT count(*) FROM generate_series(1, 8000000)")
        time.sleep(0.1)
        os.kill(server.status()["pid"], signal.SIGKILL)
        server.ensure_running()
        assert ask(server.url("app"), "SELECT 1") == [(1,)]
        assert lost.exception() is None or isinstance(lost.exception(), psycopg.OperationalError)
    busy.close()


@pytest.mark.parametrize("pid", ["1", pytest.param(str(os.getpid()), id="ours"), "not a number", ""])
def test_a_stale_pid_file_does_not_hinder(server: Embedded, pid: str):
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{pid}\n{server.data}\n")
    server.ensure_running()
    assert ask(server.url("app"), "SELECT 1") == [(1,)]


def test_a_server_whose_socket_was_cleaned_away_is_started_again(server: Embedded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "SILENT_SECONDS", 0.3)
    for path in server.sockets.iterdir():
        path.unlink()
    server.ensure_running()
    assert ask(server.url("app"), "SELECT 1") == [(1,)]


def test_stopping_twice_is_no_error(server: Embedded):
    server.stop()
    server.stop()
    assert (server.status()["running"], server.status()["pid"]) == (False, None)
    server.ensure_running()


def test_several_processes_that_start_at_once_share_one_server(place: Path):
    processes = [start_elsewhere(place) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert ask(Embedded(place).url("owner"), "SELECT 1") == [(1,)]


@pytest.mark.parametrize("seconds", [0.2, 0.4, 0.6])
def test_killed_at_any_moment_of_the_first_start_it_starts_the_next_time(place: Path, seconds: float):
    process = start_elsewhere(place)
    time.sleep(seconds)
    process.kill()
    process.wait()
    Embedded(place).ensure_running()
    assert ask(Embedded(place).url("app"), "SELECT 1") == [(1,)]


def test_a_deep_home_gets_a_short_socket_folder(tmp_path: Path):
    embedded = Embedded(tmp_path / ("很深的目录" * 8))
    try:
        embedded.ensure_running()
        assert embedded.sockets.parent == Path("/tmp")
        assert ask(embedded.url("app"), "SELECT 1") == [(1,)]
    finally:
        embedded.stop()
        shutil.rmtree(embedded.sockets)


def test_lost_keys_are_named(server: Embedded):
    secret = server.keys / "database-superuser"
    kept = secret.read_text()
    (server.keys / "database-roles-made").unlink()
    secret.write_text("wrong")
    with pytest.raises(DatabaseUnavailable, match="恢复 keys"):
        server.ensure_running()
    secret.write_text(kept)
    server.ensure_running()


def test_a_lost_password_of_the_application_is_replaced(server: Embedded):
    (server.keys / "database-app").unlink()
    server.url("app")
    server.ensure_running()
    assert ask(server.url("app"), "SELECT 1") == [(1,)]


@pytest.mark.usefixtures("_at_home")
def test_copies_of_a_database_carry_its_rows_and_rights():
    database.create_database("original")
    with psycopg.connect(database.database_url("owner"), dbname="original") as connection:
        connection.execute("CREATE TABLE thing AS SELECT 1 AS n")
    database.create_database("copy", template="original")
    reader = psycopg.connect(database.database_url("app"), dbname="copy")
    assert reader.execute("SELECT n FROM thing").fetchall() == [(1,)]
    for name in ("copy", "original", "original"):
        database.drop_database(name)
    with pytest.raises(psycopg.OperationalError):
        reader.execute("SELECT n FROM thing")
    reader.close()
    assert ask(database.database_url("owner"), "SELECT 1 FROM pg_database WHERE datname IN ('original', 'copy')") == []


@pytest.mark.usefixtures("_at_home")
def test_django_gets_the_same_connection(server: Embedded):
    settings = database.django_settings("app")
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["NAME"], settings["USER"], settings["HOST"], settings["PORT"]) == (
        "niangjia",
        "niangjia_app",
        str(server.sockets),
        "5432",
    )
    parts = {"dbname": settings["NAME"], "user": settings["USER"], "password": settings["PASSWORD"], "host": settings["HOST"]}
    with psycopg.connect(port=settings["PORT"], **parts) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("niangjia_app",)


def test_another_server_replaces_the_embedded_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:p%40ss@db.example/union?sslmode=require")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    assert not database.is_embedded()
    settings = database.django_settings("app")
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"], settings["PORT"]) == ("a", "p@ss", "db.example", "")
    assert settings["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(DatabaseUnavailable, match="DATABASE_OWNER_URL"):
        database.database_url("owner")


def test_roles_are_made_on_a_server_whose_administrator_is_no_superuser(place: Path):
    """As in a rented PostgreSQL."""
    embedded = Embedded(place)
    embedded.ensure_running()
    with psycopg.connect(embedded.url("superuser", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE niangjia")
        connection.execute("DROP ROLE niangjia_owner, niangjia_app")
        connection.execute("CREATE ROLE administrator LOGIN CREATEROLE CREATEDB PASSWORD 'secret'")
    administrator = f"host={embedded.sockets} user=administrator password=secret dbname=postgres"
    for _ in range(2):
        database.setup_roles(administrator, owner_password="one", app_password="two")
    with psycopg.connect(host=str(embedded.sockets), user="niangjia_owner", password="one", dbname="niangjia") as connection:
        connection.execute("CREATE TABLE thing AS SELECT 1 AS n")
    with psycopg.connect(host=str(embedded.sockets), user="niangjia_app", password="two", dbname="niangjia") as connection:
        assert connection.execute("SELECT n FROM thing").fetchall() == [(1,)]
