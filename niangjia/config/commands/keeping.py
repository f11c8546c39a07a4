"""Keeping what would be lost: backup, restore, new keys, and the line of the day for a witness outside."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from niangjia.config.cli import DONE, REFUSED, Refusal
from niangjia.config.commands.ground import start_django

KEPT_KEYS = ("keyring.json", "django.key")
"""Of the keys only these: passwords of the embedded database are made anew by the home that restores."""
BESIDE = ("demo-accounts.json", "demo.json")
DUMP, MANIFEST = "database.dump", "manifest.json"


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("backup", help="备份数据库、附件和密钥 back up database, files and keys")
    parser.add_argument("folder", type=Path, metavar="DIR", help="新的空目录 a new, empty folder")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="密钥另存到这里（默认 DIR/keys）keep the keys there instead")
    parser.set_defaults(run=backup)
    parser = subparsers.add_parser("restore", help="从备份恢复到空的系统 restore into an empty home")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--keys", type=Path, metavar="DIR", help="密钥在这里（默认 DIR/keys）where the keys are")
    parser.set_defaults(run=restore)
    parser = subparsers.add_parser("keys", help="密钥 the sealing keys")
    parser.add_argument(
        "what", choices=["rotate"], help="换新密钥并重封；中断后再运行接着做 a new key, everything sealed anew; run again to go on"
    )
    parser.set_defaults(run=rotate)
    parser = subparsers.add_parser("witness", help="打印（并送出）今天的链尾 print and hand out the day's end of the trail")
    parser.set_defaults(run=witness)


def backup(arguments: argparse.Namespace) -> int:
    """The dump first, then the files: whatever the dump speaks of lies in the folder before it does in the backup."""
    folder: Path = arguments.folder
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"{folder} 不是空目录，备份不覆盖旧的 (the folder is not empty)")
    start_django()
    from niangjia.base.database import database_url, home
    from niangjia.base.scope import elevated
    from niangjia.core.trail.witness import chain_heads

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with elevated("backup: the ends of all chains"):
        line = chain_heads()
    _postgres("pg_dump", "--format=custom", f"--file={folder / DUMP}", url=database_url("owner"))
    files = home() / "files"
    if files.exists():
        shutil.copytree(files, folder / "files", ignore=shutil.ignore_patterns("incoming"))
    keys = arguments.keys or folder / "keys"
    _copy(home() / "keys", keys, KEPT_KEYS)
    _copy(home(), folder / "home", BESIDE)
    manifest = {"made": line, "sha256": _digest(folder / DUMP), "files": _listed(folder / "files"), "keys": _names(keys)}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
    print(f"备份在 {folder}：数据库 {(folder / DUMP).stat().st_size // 1024} KB，附件 {len(manifest['files'])} 个。", file=sys.stderr)
    print(f"密钥在 {keys}：请和备份分开存放。没有密钥，证件号、手机号和附件都打不开。", file=sys.stderr)
    return DONE


def restore(arguments: argparse.Namespace) -> int:
    """Into a home without data; afterwards everything is verified."""
    folder: Path = arguments.folder
    manifest = _read_manifest(folder)
    keys = arguments.keys or folder / "keys"
    from niangjia.base.database import Embedded, database_url, home, is_embedded

    if not (keys / "keyring.json").exists():
        raise Refusal(f"没有密钥：{keys} 里要有 keyring.json，用 --keys 指出它在哪里 (the keys are missing)")
    mine = home() / "keys" / "keyring.json"
    if mine.exists() and mine.read_bytes() != (keys / "keyring.json").read_bytes():
        raise Refusal(f"{home()} 已有另一套密钥，只能恢复到空的 NIANGJIA_HOME (another house lives here)")
    if is_embedded():
        Embedded(home()).ensure_running()
    _require_empty()
    _copy(keys, home() / "keys", KEPT_KEYS)
    _without_default_rights()
    _postgres("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={database_url('owner')}", str(folder / DUMP))
    if (folder / "files").exists():
        shutil.copytree(folder / "files", home() / "files", dirs_exist_ok=True)
    _copy(folder / "home", home(), BESIDE)
    return _verified(manifest)


def rotate(arguments: argparse.Namespace) -> int:
    """A new key and everything under it; killed half-way, the same command goes on."""
    start_django()
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.home.actions import reseal, rotate_keys

    number = rotate_keys(by=SYSTEM)
    print(f"现用第 {number} 把密钥，正在重封……", file=sys.stderr)
    for done in reseal(by=SYSTEM):
        print(f"  {done.what}：{done.rows}", file=sys.stderr)
    print("全部重封完毕。旧密钥留着：较早的备份要用。请马上再做一次备份，把新密钥另存。", file=sys.stderr)
    return DONE


def witness(arguments: argparse.Namespace) -> int:
    """The line on standard output; to the witness too, where one is set."""
    start_django()
    from niangjia.base.scope import elevated
    from niangjia.core.trail.witness import hand_out

    with elevated("command: the ends of all chains"):
        try:
            print(hand_out())
        except OSError as error:
            raise Refusal(f"外存处没有收下：{error} (the witness did not take it)") from error
    return DONE


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise Refusal(f"{folder} 不是备份目录：读不到 {MANIFEST} (not a backup)") from error
    if not (folder / DUMP).exists() or _digest(folder / DUMP) != manifest["sha256"]:
        raise Refusal(f"{folder / DUMP} 缺失或被改动，与 {MANIFEST} 里的指纹不符 (the dump is not the one that was made)")
    if missing := set(manifest["files"]) - set(_listed(folder / "files")):
        raise Refusal(f"备份里少了 {len(missing)} 个附件，例如 {min(missing)} (files are missing)")
    return manifest


def _require_empty() -> None:
    import psycopg

    from niangjia.base.database import database_url

    with psycopg.connect(database_url("owner")) as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE tablename = 'django_migrations'").fetchone():
            raise Refusal("数据库里已有数据，恢复不覆盖 (the database is not empty)")


def _without_default_rights() -> None:
    """The dump says each table's rights; default ones would be added to them, also where a migration took some away."""
    import psycopg

    from niangjia.base.database import ROLES, database_url

    with psycopg.connect(database_url("owner"), autocommit=True) as connection:
        for what in ("TABLES", "SEQUENCES", "SCHEMAS"):
            connection.execute(f"ALTER DEFAULT PRIVILEGES REVOKE ALL ON {what} FROM {ROLES['app']}")


def _verified(manifest: dict[str, Any]) -> int:
    start_django()
    from niangjia.base.scope import elevated
    from niangjia.core.home.queries import all_checks
    from niangjia.core.trail.witness import compare

    with elevated("restore: everything is verified"):
        checks = [*all_checks(), compare([json.dumps(manifest["made"])])]
    for check in checks:
        print(f"{'✓' if check.ok else '✗'} {check.name}: {check.detail}", file=sys.stderr)
    return DONE if all(check.ok for check in checks) else REFUSED


def _postgres(program: str, *options: str, url: str = "") -> None:
    """A program of PostgreSQL from the wheel; passwords travel in the environment, not on the command line."""
    from psycopg import conninfo

    from niangjia.base import host

    named = next((option.removeprefix("--dbname=") for option in options if option.startswith("--dbname=")), url)
    parts = conninfo.conninfo_to_dict(named)
    password = str(parts.pop("password", "") or "")
    target = f"--dbname={conninfo.make_conninfo(**parts)}"  # type: ignore[arg-type]
    command = [str(host.programs() / "bin" / program), target, *[option for option in options if not option.startswith("--dbname=")]]
    done = subprocess.run(command, env=os.environ | {"PGPASSWORD": password}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"{program} 没有成功：{done.stderr.strip()[-500:]} (failed)")


def _copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    for name in names:
        if (source / name).exists():
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(source / name, target / name)


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def _listed(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.glob("??/*")) if folder.exists() else []


def _digest(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
