"""The ground: database, migrations, settings, serving and health."""

import argparse
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from niangjia.core.access.actor import Actor

MIGRATE = "from niangjia.config.commands.ground import migrate_here; migrate_here()"


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("migrate", help="建立或升级数据库表 make or upgrade the tables")
    parser.set_defaults(run=lambda arguments: migrate())
    parser = subparsers.add_parser("setup-database", help="在已有的 PostgreSQL 上建角色和权限 make roles and grants on a server")
    parser.add_argument("superuser_url", help="postgresql://… 有建角色权限的连接 a connection that may create roles")
    parser.set_defaults(run=setup_database)
    parser = subparsers.add_parser("settings", help="列出全部设置 list all settings")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=show_settings)


def start_django() -> None:
    """Start the embedded database if it is ours, then Django."""
    from niangjia.base.database import Embedded, home, is_embedded

    if is_embedded():
        Embedded(home()).ensure_running()
    import django

    django.setup()


def account_of(username: str | None) -> "Actor":
    """Whoever acts: the account named by --as with its first post, or the system."""
    from niangjia.base.scope import elevated
    from niangjia.config.cli import Refusal
    from niangjia.core.access.actor import SYSTEM, under
    from niangjia.core.access.models import User
    from niangjia.core.access.queries import grants_in_force

    if not username:
        return SYSTEM
    with elevated("command: the posts of the account named by --as"):
        user = User.objects.filter(username=username, is_active=True).first()
        post = grants_in_force(user).first() if user else None
        if post is None:
            raise Refusal(f"账号 {username} 不存在、已停用或没有岗位 (no such account, or it holds no post)")
        return under(post)


def migrate() -> None:
    """Migrate as the owner of the tables, in a process of its own: this one stays the application."""
    from niangjia.base.database import Embedded, home, is_embedded

    if is_embedded():
        Embedded(home()).ensure_running()
    subprocess.run([sys.executable, "-c", MIGRATE], env=os.environ | {"NIANGJIA_ROLE": "owner"}, check=True)


def migrate_here() -> None:
    """The child of `migrate`: the keys of a new house, the tables of the apps, the cache table."""
    start_django()
    from django.core.management import call_command
    from django.db import connection

    from niangjia.base.sealing import ensure_keys

    if "django_migrations" not in connection.introspection.table_names():
        ensure_keys()  # only beside an empty database: sealed rows without their keys are a case for the backup
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def setup_database(arguments: argparse.Namespace) -> None:
    """Make the roles on a server of one's own; prints the two URLs to put into the environment."""
    import secrets

    from niangjia.base.database import setup_roles

    owner, app = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    setup_roles(arguments.superuser_url, owner_password=owner, app_password=app)
    print("角色已建。请把下面两行写进服务的环境（密码只显示这一次）：", file=sys.stderr)
    print(f"DATABASE_OWNER_URL=postgresql://niangjia_owner:{owner}@主机:5432/niangjia")
    print(f"DATABASE_URL=postgresql://niangjia_app:{app}@主机:5432/niangjia")


def show_settings(arguments: argparse.Namespace) -> None:
    """Every setting of ours with its value; secrets are shown as set or not."""
    start_django()
    from django.conf import settings

    secret = ("SECRET", "PASSWORD", "URL", "DATABASES")
    names = sorted(name for name in dir(settings) if name.isupper() and not name.startswith("_"))
    shown = {name: "（已设）" if any(word in name for word in secret) else getattr(settings, name) for name in names}
    if arguments.json:
        print(json.dumps(shown, ensure_ascii=False, default=str, indent=2))
    else:
        for name, value in shown.items():
            print(f"{name} = {value}")
