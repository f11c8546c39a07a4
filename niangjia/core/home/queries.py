"""The health of the house, and the checks of every app in one list."""

from contextlib import nullcontext
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from niangjia.base.calendar import now
from niangjia.base.scope import elevated
from niangjia.core.faces.shapes import Link
from niangjia.core.home.models import UsualFilter
from niangjia.core.line import part, parts
from niangjia.core.trail.models import Event
from niangjia.core.trail.queries import Check
from niangjia.core.trail.witness import chain_heads

HEARTBEAT_LIMIT = timedelta(seconds=60)
QUEUE_LIMIT = timedelta(minutes=2)
"""A job waiting longer than this, or a worker silent for longer than a minute, is shown as a stalled queue."""


LISTS = {"people": "people:list", "orgs": "orgs:list", "imports": "imports:list", "trail": "trail:events", "accounts": "access:accounts"}
"""Lists whose filters may be kept: the name in addresses, and the page."""


def usual_filters(user_id: int | None, list_name: str) -> list[Link]:
    """What an account keeps of one list (常用条件), by name."""
    kept = UsualFilter.objects.filter(user=user_id, list=list_name).order_by("title").values_list("title", "query")
    return [Link(title, f"?{query}") for title, query in kept]


def kept_by(user_id: int | None) -> list[tuple[str, str, str]]:
    """Everything an account keeps: list, title and the address that opens it."""
    kept = UsualFilter.objects.filter(user=user_id).order_by("list", "title").values_list("list", "title", "query")
    return [(name, title, f"{reverse(LISTS[name])}?{query}") for name, title, query in kept if name in LISTS]


def health() -> dict[str, Any]:
    """``ok`` and, one by one: database, worker, queue, chain, migrations, version. Needs no rights: it holds no facts about anyone."""
    worker, queue = worker_health(), queue_health()
    missing = len(MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()))
    with elevated("health: the end of the chain"):
        heads = chain_heads()
        last = Event.objects.order_by("-id").values_list("at", flat=True).first()
    return {
        "ok": worker["alive"] and not queue["stalled"] and not missing,
        "database": _server_version(),
        "worker": worker,
        "queue": queue,
        "last_event_at": last,
        "chain": {"digest": heads["digest"], "events": sum(heads["sequences"].values())},
        "missing_migrations": missing,
        "version": version("niangjia"),
    }


def bypasses_row_security(cursor: Any = None) -> bool:
    """Whether this process is connected as a role that row security does not bind: a superuser, or the owner of the tables."""
    with nullcontext(cursor) if cursor else connection.cursor() as asked:
        asked.execute(
            """SELECT bool_or(rolsuper OR rolbypassrls) OR EXISTS (SELECT FROM pg_tables WHERE tableowner = current_user
                AND schemaname <> 'information_schema' AND schemaname NOT LIKE 'pg\\_%') FROM pg_roles WHERE rolname = current_user"""
        )
        return bool(asked.fetchone()[0])


def worker_health() -> dict[str, Any]:
    """Whether a background worker answered within the last minute."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        heard = cursor.fetchone()[0]
    return {"alive": heard is not None and now() - heard < HEARTBEAT_LIMIT, "last_heartbeat": heard}


def queue_health() -> dict[str, Any]:
    """Jobs waiting and failed, and since when the oldest due one waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE job.status = 'todo'), count(*) FILTER (WHERE job.status = 'failed'),
                min(greatest(event.at, job.scheduled_at)) FILTER (WHERE job.status = 'todo' AND coalesce(job.scheduled_at, now()) <= now())
            FROM procrastinate_jobs AS job
            LEFT JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'deferred'"""
        )
        waiting, failed, oldest = cursor.fetchone()
    stalled = oldest is not None and now() - oldest > QUEUE_LIMIT
    return {"waiting": waiting, "failed": failed, "oldest_waiting_since": oldest, "stalled": stalled}


def all_checks() -> list[Check]:
    """Every app's own checks, run over all rows."""
    with elevated("verify: the checks of the whole house"):
        asked = [part(config, "queries") for config in parts()]
        return [check for module in asked if module and hasattr(module, "checks") for check in module.checks()]


def _server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
