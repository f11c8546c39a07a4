"""How long figures and the board take at full size, beside a plain SQL count as the limit and the same sums without row security.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.figures

Wants a register that is already there (``bench.fill`` or ``niangjia demo``). Row security is on where nothing else is said.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
from django.db import connection, transaction

from bench.measure import browser, many, p50_p95, page
from niangjia.base.database import database_url
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.core.figures import queries
from niangjia.core.figures.figure import get
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation

ROUNDS = 20
MEMBERS, UNIONS = "organising.members", "organising.unions"
DAY, PAST = date(2023, 12, 18), date(2021, 6, 15)
PLAIN_COUNT = "SELECT count(*) FROM people_membership WHERE standing IN ('full', 'floating') AND during @> date '2023-12-18'"
PLAIN_BY_UNION = PLAIN_COUNT.replace("count(*)", "union_id, count(*)") + " GROUP BY union_id"


def asked(question: Callable[[queries.Survey], Any], day: date = DAY, node: Organisation | None = None) -> Callable[[], Any]:
    """A question to a fresh survey, in a transaction as a page has it."""

    def work() -> None:
        with transaction.atomic():
            question(queries.survey(SYSTEM, node, queries.window(day)))

    return work


def plain(statement: str, role: str) -> Callable[[], Any]:
    """A statement as the owner (no row security) or as the application that may see all."""
    if role == "owner":
        owner = psycopg.connect(database_url("owner"), autocommit=True)
        return lambda: owner.execute(statement).fetchall()

    def work() -> None:
        with elevated("bench: the same statement under row security"), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetchall()

    return work


def cases() -> list[tuple[str, Callable[[], Any]]]:
    """What is measured, in the order printed."""
    with elevated("bench: a town"):
        town = Organisation.objects.filter(kind=Kind.TOWN).order_by("lft")[0]
    members, unions = get(MEMBERS), get(UNIONS)
    found = [
        ("limit: plain count of members, no row security", plain(PLAIN_COUNT, "owner")),
        ("limit: members grouped by union, no row security", plain(PLAIN_BY_UNION, "owner")),
        ("members grouped by union from rows, row security", plain(PLAIN_BY_UNION, "app")),
        ("members, one value", asked(lambda about: queries.read(members, about))),
        ("members by town", asked(lambda about: queries.by_town(members, about))),
        ("members by town, mid-month two years ago (from rows)", asked(lambda about: queries.by_town(members, about), PAST)),
        ("members of one town by union", asked(lambda about: queries.by_town(members, about), node=town)),
        ("members by month, this year", asked(lambda about: queries.by_month(members, about, 2023))),
        ("members by form of employment", asked(lambda about: queries.by_split(members, "form", about))),
        ("unions by town", asked(lambda about: queries.by_town(unions, about))),
        ("unions by town, two years ago", asked(lambda about: queries.by_town(unions, about), PAST)),
        ("page of 20 rows behind members", asked(lambda about: list(queries.rows(members, about, SYSTEM)[:20]))),
        ("page of 20 rows, one town", asked(lambda about: list(queries.rows(members, about, SYSTEM)[:20]), node=town)),
    ]
    if leader := browser("district_leader"):
        client = leader[0]
        found += [
            ("board, whole page", page(client, "/board/")),
            ("figure of unions, whole page", page(client, f"/desk/figures/{UNIONS}/")),
        ]
    return found


def main() -> None:
    """Print the table."""
    with elevated("bench: the size of the register"), connection.cursor() as cursor:
        cursor.execute(PLAIN_COUNT)
        print(f"{cursor.fetchone()[0]:,} members on {DAY}; {ROUNDS} rounds; milliseconds\n")
    print(f"{'':58}{'p50':>9}{'p95':>9}")
    for name, work in cases():
        middle, high = p50_p95(many(work, ROUNDS))
        print(f"{name:58}{middle:>9.1f}{high:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
