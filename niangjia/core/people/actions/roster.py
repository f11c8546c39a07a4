"""The working table of a bulk verb: one row a person or span, filled from any select, gone at the commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from niangjia.core.orgs.actions import take_codes

PERSON_COLUMNS = {
    "name": "text", "former_name": "text", "name_key": "text", "pinyin": "text", "initials": "text", "id_type": "smallint",
    "id_sealed": "bytea", "id_index": "bytea", "birth": "date", "sex": "smallint", "phone_sealed": "bytea", "phone_index": "bytea",
    "bank_sealed": "bytea", "bank_index": "bytea", "ethnic": "smallint", "political": "smallint", "education": "smallint",
    "degree": "smallint", "household": "smallint", "household_place": "text", "skill_level": "smallint", "skill_trade": "text",
    "title_level": "smallint", "job": "text", "address": "text", "employment_status": "smallint", "relation": "smallint",
    "employer_id": "bigint", "platform": "text", "deceased_on": "date", "consent_version": "text", "consent_on": "date",
    "registered_on": "date", "source": "text",
}  # fmt: skip
SPAN_COLUMNS = {
    "union_id": "bigint", "joined_on": "date", "join_way": "smallint", "standing": "text", "form": "text", "through_platform": "boolean",
    "group": "text", "card_number": "text", "left_on": "date", "end_reason": "text",
}  # fmt: skip
KEY_COLUMNS = {"row_ref": "text", "person_id": "bigint", "home_org_id": "bigint"}
ROSTER_COLUMNS = KEY_COLUMNS | PERSON_COLUMNS | SPAN_COLUMNS
"""What a row of a roster may say; NULL means «not said»."""
DEFAULTS = {
    "former_name": "''", "id_type": "1", "sex": "0", "household_place": "''", "skill_level": "0", "skill_trade": "''",
    "title_level": "0", "job": "''", "address": "''", "employment_status": "1", "platform": "''", "consent_version": "''", "source": "''",
    "standing": "'full'", "form": "'STD'", "through_platform": "false", "group": "''", "card_number": "''", "end_reason": "''",
    "join_way": "3",
}  # fmt: skip
"""What the register holds where a roster says nothing."""


def quoted(names: Sequence[str], prefix: str = "") -> str:
    """Column names for SQL."""
    return ", ".join(f'{prefix}"{name}"' for name in names)


def said(names: Sequence[str]) -> str:
    """The columns with their defaults, for a select from the working table."""
    return ", ".join(f'coalesce("{name}", {DEFAULTS[name]})' if name in DEFAULTS else f'"{name}"' for name in names)


def fill(rows: str, columns: Sequence[str], params: Sequence[Any] | Mapping[str, Any] | None, default_day: date) -> tuple[int, int]:
    """Make the working table ``people_roster`` of this transaction from ``rows``: an id for every row without a person, and the days
    nobody said. Returns how many rows, and how many of them are new persons.
    """
    unknown = set(columns) - set(ROSTER_COLUMNS)
    if unknown:
        raise TypeError(f"no such roster column: {', '.join(sorted(unknown))}")
    fields = ", ".join(f'"{name}" {kind}' for name, kind in ROSTER_COLUMNS.items())
    filled = [name for name in ROSTER_COLUMNS if name in _FILLED or name in columns]
    values = ", ".join(_FILLED.get(name, f'given."{name}"') for name in filled)
    given = ", ".join(f'CAST(NULL AS {ROSTER_COLUMNS[name]}) AS "{name}"' for name in ROSTER_COLUMNS if name not in columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.people_roster")
        cursor.execute(f"CREATE TEMP TABLE people_roster (n int GENERATED ALWAYS AS IDENTITY, {fields}, is_new boolean) ON COMMIT DROP")
        cursor.execute("SELECT pg_get_serial_sequence('people_person', 'id')")
        known = {"sequence": cursor.fetchone()[0], "day": f"date '{default_day:%Y-%m-%d}'"}
        cursor.execute(
            f"""INSERT INTO people_roster ({quoted(filled)}, is_new)
            SELECT {values.format(**known)}, given.person_id IS NULL
            FROM (SELECT said.*{", " + given if given else ""} FROM ({rows}) AS said ({quoted(columns)})) AS given""",
            params,
        )
        count = cursor.rowcount
        cursor.execute("SELECT count(*) FROM people_roster WHERE is_new")
        return count, int(cursor.fetchone()[0])


_FILLED = {
    "person_id": "coalesce(given.person_id, nextval('{sequence}'))",
    "home_org_id": "coalesce(given.union_id, given.home_org_id)",
    "joined_on": "CASE WHEN given.union_id IS NOT NULL THEN coalesce(given.joined_on, {day}) END",
    "registered_on": "coalesce(given.registered_on, given.joined_on, {day})",
}


def reserve_codes(count: int, on: date) -> dict[int, range]:
    """Numbers for the codes of ``count`` persons registered on a day, for `enrol_many` in a later transaction; unused ones are lost."""
    if not count:
        return {}
    first = take_codes("person", on.year, count)
    return {on.year: range(first, first + count)}


def give_codes(reserved: Mapping[int, range], before_counting: Callable[[], object]) -> None:
    """The working table ``people_codes``: a code for every new person, counted within the year of registration.

    Where not enough are reserved, ``before_counting`` is called and the counter locked until the commit: nobody else gets a code so long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(year FROM registered_on)::int, count(*) FROM people_roster WHERE is_new GROUP BY 1 ORDER BY 1")
        firsts = []
        for year, count in cursor.fetchall():
            kept = reserved.get(year, range(0))
            if len(kept) < count:
                before_counting()
            firsts.append((year, f"{settings.DIVISION}{year}", kept.start if len(kept) >= count else take_codes("person", year, count)))
        cursor.execute("DROP TABLE IF EXISTS pg_temp.people_codes")
        cursor.execute(
            """CREATE TEMP TABLE people_codes ON COMMIT DROP AS
            SELECT n, beginning || lpad((first + row_number() OVER (PARTITION BY year ORDER BY n) - 1)::text, 6, '0') AS code
            FROM people_roster
                JOIN unnest(%s::int[], %s::text[], %s::int[]) AS given (year, beginning, first) ON year = extract(year FROM registered_on)
            WHERE is_new""",
            [list(column) for column in zip(*firsts, strict=True)] or [[], [], []],
        )
