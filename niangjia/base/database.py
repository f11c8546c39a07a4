"""Where the database is: an embedded PostgreSQL by default, any other server by DATABASE_URL.

Three roles: ``superuser`` (embedded only, for set-up), ``owner`` (owns the tables, runs migrations, may create databases for
tests) and ``app`` (reads and writes rows under row security, defines nothing). The embedded server listens on a Unix socket only
and trusts nobody: each role has a password of its own in ``NIANGJIA_HOME/keys``.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import conninfo, pq, sql

from niangjia.base import host
from niangjia.base.host import DatabaseUnavailable

DATABASE = "niangjia"
ROLES = {"superuser": "postgres", "owner": "niangjia_owner", "app": "niangjia_app"}
MAJOR = "18"
PORT = 5432
LONGEST_SOCKET_PATH = 100
START_SECONDS = 60.0
SILENT_SECONDS = 15.0
DROP_ATTEMPTS = 5
"""Each waits up to five seconds for connections to end."""
MEGABYTE = 1 << 20


def home() -> Path:
    """The folder that holds data, keys and the embedded database."""
    if named := os.environ.get("NIANGJIA_HOME"):
        return Path(named).resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/niangjia")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "niangjia"


def is_embedded() -> bool:
    return not os.environ.get("DATABASE_URL")


def database_url(role: str) -> str:
    """The connection URL of a role: from DATABASE_URL and DATABASE_OWNER_URL when set, else of the embedded server."""
    if is_embedded():
        return Embedded(home()).url(role)
    variable = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL"}.get(role, "")
    if url := os.environ.get(variable):
        return url
    raise DatabaseUnavailable(f"已设置 DATABASE_URL，但没有 {role} 角色的连接地址：请设置环境变量 {variable or 'DATABASE_OWNER_URL'}。")


def django_settings(role: str) -> dict[str, Any]:
    """The same connection as an entry of Django's DATABASES."""
    parts = conninfo.conninfo_to_dict(database_url(role))
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings: dict[str, Any] = {key: str(parts.pop(part, "") or "") for key, part in named.items()}
    return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": parts}


class Embedded:
    """One PostgreSQL server in one home folder; every process may ask for it, the first one starts it."""

    def __init__(self, place: Path) -> None:
        self.home = place.resolve()
        self.data = self.home / "data"
        self.keys = self.home / "keys"
        self.logs = self.home / "log"
        self.sockets = _socket_folder(self.home)

    def ensure_running(self) -> None:
        """Start the server if it does not answer; the first time, make it. Safe to call from any number of processes."""
        with self._locked():
            if self._ping() is not pq.Ping.OK:
                self._prepare()
                self._start()
            if not self._roles_marker.exists():
                self._make_roles()

    def stop(self) -> None:
        """Stop the server if it runs: open transactions are rolled back, connections closed."""
        if not self.data.exists():
            return
        with self._locked():
            if self._postmaster():
                self._halt()

    def status(self) -> dict[str, Any]:
        """running, pid (or None), and where data, socket and logs are."""
        places = {"data": str(self.data), "socket": str(self.sockets), "log": str(self.logs)}
        return {"running": self._ping() is pq.Ping.OK, "pid": self._postmaster(), **places}

    def url(self, role: str, database: str = DATABASE) -> str:
        folder = quote(str(self.sockets), safe="")
        return f"postgresql://{ROLES[role]}:{self._password(role)}@/{database}?host={folder}&port={PORT}"

    def binary(self, name: str) -> Path:
        """A PostgreSQL program (pg_dump, psql …) that this server's user can run."""
        return self._install / "bin" / name

    def _make_roles(self) -> None:
        passwords = {f"{role}_password": self._password(role) for role in ("owner", "app")}
        try:
            setup_roles(self.url("superuser", "postgres"), **passwords)
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(f"数据库已启动，但 {self.keys} 里的密码与它不符：请从备份恢复 keys 目录。") from error
        self._roles_marker.touch()

    # -- folders, users, passwords

    @property
    def _roles_marker(self) -> Path:
        return self.keys / "database-roles-made"

    @property
    def _install(self) -> Path:
        if os.geteuid() != 0:
            return host.programs()
        return host.copied_programs(self.home)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o711)
        self.keys.mkdir(exist_ok=True, mode=0o700)
        with (self.home / "database.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _password(self, role: str) -> str:
        path = self.keys / f"database-{role}"
        if not path.exists():
            self.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._roles_marker.unlink(missing_ok=True)
            host.write_once(path, secrets.token_urlsafe(24))
        return path.read_text()

    def _prepare(self) -> None:
        """Folders, programs and the cluster itself, each made only if missing."""
        if os.geteuid() == 0:
            host.let_others_through(self.home)
            host.copy_programs(self.home)
        for folder, mode in ((self.logs, 0o750), (self.sockets, 0o755)):
            self._own_folder(folder, mode)
        if not self.data.exists():
            self._initialise()
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != MAJOR:
            raise DatabaseUnavailable(f"{self.data} 由 PostgreSQL {made_by} 建立，本程序带的是 {MAJOR}：请用旧版本备份后再恢复。")
        host.write_for(self.data / "niangjia.conf", _settings(self.sockets, self.logs), self._user)

    def _own_folder(self, folder: Path, mode: int) -> None:
        folder.mkdir(exist_ok=True, mode=mode)
        owner = folder.lstat()
        if not stat.S_ISDIR(owner.st_mode) or owner.st_uid not in (os.geteuid(), self._user.pw_uid):
            raise DatabaseUnavailable(f"{folder} 属于其他用户，不能使用：请删除它，或把 NIANGJIA_HOME 换到别处。")
        os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        folder.chmod(mode)

    @property
    def _user(self) -> pwd.struct_passwd:
        """Who runs the server: ourselves, or for root (which PostgreSQL refuses) a system user; data once made keep their owner."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if self.data.exists():
            return pwd.getpwuid(self.data.stat().st_uid)
        return host.system_user()

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        other: dict[str, Any] = {}
        if os.geteuid() == 0:
            other = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        other |= {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
        return subprocess.run(command, check=False, capture_output=True, text=True, **other)

    # -- life of the server

    def _initialise(self) -> None:
        """Make the cluster beside its place and rename it: one killed half-way leaves nothing that looks finished."""
        user = self._user
        for leftover in self.home.glob("data.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        nest = Path(tempfile.mkdtemp(prefix="data.new-", dir=self.home))
        os.chown(nest, user.pw_uid, user.pw_gid)
        secret = nest / "password"
        host.write_for(secret, self._password("superuser"), user)
        cluster = nest / "data"
        done = self._run(
            self.binary("initdb"), "-D", cluster, "-U", ROLES["superuser"], f"--pwfile={secret}", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
            "--auth-local=scram-sha-256", "--auth-host=reject", "-c", "password_encryption=scram-sha-256",
        )  # fmt: skip
        if done.returncode:
            raise DatabaseUnavailable(f"数据库初始化失败（{self.home}）：{done.stderr.strip()[-500:]}")
        with (cluster / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude_if_exists = 'niangjia.conf'\n")
        self._roles_marker.unlink(missing_ok=True)
        cluster.rename(self.data)
        shutil.rmtree(nest)

    def _start(self) -> None:
        """Start and wait; tries again while processes of a killed server still hold its memory."""
        until, said = time.monotonic() + START_SECONDS, ""
        while True:
            if self._postmaster():
                self._await_answer()
            else:
                self._forget_dead_server()
                said = self._run(self.binary("pg_ctl"), "start", "-D", self.data, "-w", "-s", "-l", self.logs / "start.log").stderr
            if self._ping() is pq.Ping.OK:
                return
            if time.monotonic() > until:
                raise DatabaseUnavailable(f"数据库没有启动：请看 {self.logs} 里的日志。{said.strip()[-300:]}")
            time.sleep(0.2)

    def _forget_dead_server(self) -> None:
        """PostgreSQL takes an unreaped or re-used pid for a live server. Its check for shared memory still in use stays in force."""
        for leftover in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock", self.logs / "start.log"):
            leftover.unlink(missing_ok=True)

    def _await_answer(self) -> None:
        """A live server that stays silent (its socket was cleaned away) is stopped, so that it can be started again."""
        until = time.monotonic() + SILENT_SECONDS
        while self._postmaster() and time.monotonic() < until:
            answer = self._ping()
            if answer is pq.Ping.OK:
                return
            if answer is pq.Ping.REJECT:
                until = time.monotonic() + SILENT_SECONDS
            time.sleep(0.05)
        if self._postmaster():
            self._halt()

    def _halt(self) -> None:
        for mode in ("fast", "immediate"):
            if self._run(self.binary("pg_ctl"), "stop", "-D", self.data, "-m", mode, "-w", "-s").returncode == 0:
                return
        raise DatabaseUnavailable(f"数据库停不下来：请看 {self.logs} 里的日志。")

    def _ping(self) -> pq.Ping:
        target = conninfo.make_conninfo(host=str(self.sockets), port=PORT, dbname="postgres", connect_timeout=5)
        return pq.Ping(pq.PGconn.ping(target.encode()))

    def _postmaster(self) -> int | None:
        """The pid of this cluster's live server. A pid file alone proves nothing: the pid may be dead, unreaped or another's."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if str(self.data) in host.command_line(pid) else None


def setup_roles(superuser_url: str, *, owner_password: str, app_password: str, database: str = DATABASE) -> None:
    """Make roles, database and grants on any server; done again, it only sets the passwords.

    ``superuser_url`` is of a superuser, or of a role with CREATEROLE and CREATEDB.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role, password, rights in (("app", app_password, "NOCREATEDB"), ("owner", owner_password, "CREATEDB")):
            _make_role(connection, ROLES[role], password, rights)
        owner, app = sql.Identifier(ROLES["owner"]), sql.Identifier(ROLES["app"])
        connection.execute(sql.SQL("GRANT {} TO {}").format(app, owner))  # the owner may end the application's connections
        if connection.execute("SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,):
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            builtin = connection.info.server_version >= 170000
            locale = "LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" if builtin else "LOCALE 'C.UTF-8'"
            made = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' " + locale)
            connection.execute(made.format(sql.Identifier(database), owner))
    with psycopg.connect(superuser_url, dbname=database, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(owner))
        _grant(connection)


def create_database(name: str, template: str | None = None) -> None:
    """As the owner: an empty database, or a copy of ``template`` (to which nobody may be connected), with the grants in place."""
    with _as_owner("postgres") as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template or "template0")))
    with _as_owner(name) as connection:
        _grant(connection)


def drop_database(name: str) -> None:
    """As the owner: drop the database if it exists, ending the connections of our roles.

    Not WITH (FORCE): that is refused while autovacuum, a superuser's process, is at work there; a plain drop stops autovacuum.
    """
    ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = ANY (%s)"
    with _as_owner("postgres") as connection:
        for attempt in range(DROP_ATTEMPTS):
            connection.execute(ours, [name, [ROLES["app"], ROLES["owner"]]])
            try:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            except psycopg.errors.ObjectInUse:
                if attempt == DROP_ATTEMPTS - 1:
                    raise
            else:
                return


def _as_owner(database: str) -> psycopg.Connection:
    return psycopg.connect(database_url("owner"), dbname=database, autocommit=True)


def _make_role(connection: psycopg.Connection, name: str, password: str, rights: str) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    altered = sql.SQL("ALTER ROLE {} LOGIN NOCREATEROLE " + rights + " PASSWORD {}")
    connection.execute(altered.format(sql.Identifier(name), sql.Literal(hashed)))


def _grant(connection: psycopg.Connection) -> None:
    """Rights of the application in the current database. Tables get theirs when made, so a migration may take some away for good."""
    app = sql.Identifier(ROLES["app"])
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, app))
    for what in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE ON SEQUENCES", "USAGE ON SCHEMAS"):
        connection.execute(sql.SQL("ALTER DEFAULT PRIVILEGES GRANT " + what + " TO {}").format(app))


def _settings(sockets: Path, logs: Path) -> str:
    """postgresql.conf for this machine. Logs carry neither statements nor values: they may hold personal data."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    shared = Path("/dev/shm")  # noqa: S108 (its size is asked, nothing is written)
    roomy = shared.exists() and shutil.disk_usage(shared).total >= 512 * MEGABYTE
    values: dict[str, Any] = {
        "listen_addresses": "", "port": PORT, "unix_socket_directories": sockets, "max_connections": 100,
        "shared_buffers": f"{min(max(memory // 8, 64), 4096)}MB", "effective_cache_size": f"{memory // 2}MB",
        "work_mem": "32MB", "temp_buffers": "48MB", "maintenance_work_mem": f"{min(max(memory // 32, 64), 1024)}MB",
        "dynamic_shared_memory_type": "posix" if roomy else "sysv",
        "synchronous_commit": "on", "wal_compression": "off", "max_wal_size": "4GB", "min_wal_size": "256MB",
        "checkpoint_timeout": "15min", "random_page_cost": 1.1, "jit": "off",
        "autovacuum_naptime": "15s", "autovacuum_vacuum_scale_factor": 0.05, "autovacuum_analyze_scale_factor": 0.02,
        "autovacuum_vacuum_cost_limit": 2000,
        "timezone": "Asia/Shanghai", "log_timezone": "Asia/Shanghai", "logging_collector": "on", "log_directory": logs,
        "log_filename": "postgresql-%a.log", "log_rotation_age": "1d", "log_truncate_on_rotation": "on",
        "log_error_verbosity": "terse", "log_min_error_statement": "panic",
    }  # fmt: skip
    return "".join(f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'\n" for name, value in values.items())


def _socket_folder(place: Path) -> Path:
    """``run`` in the home, or a short folder in /tmp (not TMPDIR: every process must find it): a socket's path has about 100 bytes."""
    folder = place / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return folder
    short = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    return Path("/tmp") / f"niangjia-{short}"  # noqa: S108 (its owner is checked)
