"""What every benchmark shares: Django started on the bench's home, times, tables."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "niangjia.config.settings")
os.environ.setdefault("NIANGJIA_TODAY", "2023-12-18")
os.environ.setdefault("NIANGJIA_DEMO", "1")

from niangjia.base.database import database_url
from niangjia.config.commands.ground import start_django

start_django()

import psycopg
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from niangjia.base.scope import elevated
from niangjia.core.access.queries import grants_in_force

Work = Callable[[], Any]


def milliseconds(work: Work) -> float:
    """One call."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def many(work: Work, rounds: int) -> list[float]:
    """Milliseconds of each round in ascending order, after one round that does not count."""
    work()
    return sorted(milliseconds(work) for _ in range(rounds))


def p50_p95(times: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile of any times."""
    ordered = sorted(times)
    return statistics.median(ordered), ordered[max(int(len(ordered) * 0.95) - 1, 0)]


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print: the first column to the left, the others to the right."""
    first = max([len(title), *(len(str(row[0])) for row in rows)]) + 2
    widths = [max(len(heading), *(len(str(row[at + 1])) for row in rows)) + 2 for at, heading in enumerate(headings)]
    print(f"{title:<{first}}" + "".join(f"{heading:>{width}}" for heading, width in zip(headings, widths, strict=True)))
    for name, *values in rows:
        print(f"{name!s:<{first}}" + "".join(f"{value!s:>{width}}" for value, width in zip(values, widths, strict=True)))
    print(f"load of the machine {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores\n", flush=True)


@contextmanager
def as_owner() -> Iterator[psycopg.Connection]:
    """The owner of the tables, whom no row security narrows: what a limit is measured as. Nothing stays."""
    with psycopg.connect(database_url("owner")) as connection:
        yield connection
        connection.rollback()


@contextmanager
def undone(reason: str) -> Iterator[None]:
    """Inside a transaction that reads everything and is rolled back."""
    with transaction.atomic(), elevated(f"bench: {reason}"):
        yield
        transaction.set_rollback(True)


def browser(role: str) -> tuple[Client, Any] | None:
    """A signed-in browser of an account whose first post has this role, and that post; None where there is none."""
    with elevated("bench: an account with a role"):
        for user in get_user_model().objects.filter(is_active=True, is_staff=True).order_by("pk"):
            post = grants_in_force(user).first()
            if post and post.role == role:
                client = Client()
                client.force_login(user)
                return client, post
    return None


def page(client: Client, address: str) -> Work:
    """A whole page: sign-in, rights, questions, template."""

    def work() -> None:
        answer = client.get(address, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        b"".join(answer)

    return work
