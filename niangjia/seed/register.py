"""Writing the plan of the members through the bulk verbs of the register, month by month."""

from collections.abc import Iterator
from datetime import date

import polars as pl
from django.db import connection, transaction

from niangjia.base.calendar import month_end
from niangjia.core.access.actor import SYSTEM
from niangjia.core.people import actions as people
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN

CHUNK = 20_000
COLUMNS = (
    "row_ref", "home_org_id", "name", "name_key", "pinyin", "initials", "id_sealed", "id_index", "birth", "sex", "phone_sealed",
    "phone_index", "ethnic", "political", "education", "household", "household_place", "skill_level", "job", "employment_status",
    "relation", "employer_id", "consent_version", "consent_on", "registered_on", "source", "union_id", "joined_on", "join_way",
    "form", "through_platform", "card_number",
)  # fmt: skip


def copy(frame: pl.DataFrame, table: str, kinds: dict[str, str]) -> None:
    """Put a frame into a temporary table that is gone at the commit."""
    fields = ", ".join(f'"{name}" {kinds[name]}' for name in frame.columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMP TABLE {table} ({fields}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copying:
            copying.write(frame.write_csv(include_header=False))


def enrol(frame: pl.DataFrame, on: date) -> dict[str, int]:
    """Enrol a chunk, whose columns may be any of COLUMNS; returns the ids of the persons that have a ``row_ref``."""
    missing = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in frame.columns]
    chosen = frame.with_columns(missing).select(COLUMNS)
    with transaction.atomic():
        _hurry()
        copy(chosen, "seed_roster", people.ROSTER_COLUMNS)
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        people.enrol_many(rows=f"SELECT {names} FROM seed_roster", columns=COLUMNS, by=SYSTEM, on=on)
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_ref, person_id FROM people_roster WHERE row_ref IS NOT NULL")
            return dict(cursor.fetchall())


def leave(frame: pl.DataFrame, on: date) -> None:
    """End memberships: person_id, on, reason."""
    _each(frame, people.end_many, {"person_id": "bigint", "on": "date", "reason": "text"}, on)


def move(frame: pl.DataFrame, on: date) -> None:
    """Transfers: person_id, union_id, on."""
    _each(frame, people.transfer_many, {"person_id": "bigint", "union_id": "bigint", "on": "date"}, on)


def change_standing(frame: pl.DataFrame, on: date) -> None:
    """Retained and floating memberships: person_id, standing, on."""
    _each(frame, people.change_standing_many, {"person_id": "bigint", "standing": "text", "on": "date"}, on)


def appoint(frame: pl.DataFrame, on: date) -> None:
    """Offices: org_id, person_id, post, elected_on, full_time."""
    kinds = {"org_id": "bigint", "person_id": "bigint", "post": "text", "elected_on": "date", "valid_to": "date", "full_time": "boolean"}
    _each(frame.with_columns(valid_to=pl.lit(None, pl.Date)), people.appoint_many, kinds, on)


def _each(frame: pl.DataFrame, verb: object, kinds: dict[str, str], on: date) -> None:
    if frame.is_empty():
        return
    with transaction.atomic():
        _hurry()
        copy(frame.select(list(kinds)), "seed_moves", kinds)
        names = ", ".join(f'"{name}"' for name in kinds)
        verb(rows=f"SELECT {names} FROM seed_moves", by=SYSTEM, on=on)  # type: ignore[operator]


def _hurry() -> None:
    """The demo can be built again: its commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def months() -> Iterator[tuple[date, date]]:
    """First and last day of every month of the term; it begins and ends within one."""
    first = TERM_BEGAN
    while first <= DEMO_DAY:
        last = min(month_end(first), DEMO_DAY)
        yield first, last
        first = date.fromordinal(last.toordinal() + 1)


def chunks(stays: pl.DataFrame) -> Iterator[tuple[date, pl.DataFrame]]:
    """The members in the order they are entered: the stock body by body, then month by month; each with the day it is entered."""
    stock = stays.filter(pl.col("joined_on") < TERM_BEGAN).sort("top", "union", "joined_on", "ref")
    for start in range(0, stock.height, CHUNK):
        yield TERM_BEGAN, stock[start : start + CHUNK]
    for first, last in months():
        part = stays.filter(pl.col("joined_on").is_between(first, last)).sort("joined_on", "top", "union", "ref")
        if part.height:
            yield last, part
