"""What a batch changes in records that are known, and taking a batch back while nobody has touched its rows since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from niangjia.base import chinese
from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.base.sealing import unseal
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.people.actions.roster import DEFAULTS, PERSON_COLUMNS
from niangjia.core.people.models import BANK_ACCOUNT, ID_NUMBER, PHONE
from niangjia.core.people.rules import check_reach
from niangjia.core.trail.actions import record_bulk

Params = Sequence[Any] | Mapping[str, Any] | None
CONTINUING = ("standing", "form", "through_platform")
"""Facts of membership that hold from a day on: a change ends the span and begins the next."""
IN_PLACE = ("group", "card_number")
CHANGEABLE = frozenset({*PERSON_COLUMNS, *CONTINUING, *IN_PLACE})
SEALED = {
    "id_sealed": (ID_NUMBER, chinese.mask_id),
    "phone_sealed": (PHONE, chinese.mask_phone),
    "bank_sealed": (BANK_ACCOUNT, chinese.mask_bank),
}
NOT_SHOWN = ("id_sealed", "id_index", "phone_sealed", "phone_index", "bank_sealed", "bank_index", "name_key", "pinyin", "initials")
"""Columns that the trail leaves out: sealed ones stand there masked, the others follow from the name."""


@dataclass(frozen=True)
class TakenBack:
    """How many persons a batch was taken back from, and how many were left alone because somebody touched them since."""

    taken_back: int
    left_alone: int


@transaction.atomic
def change_many(*, rows: str, params: Params = None, by: Actor, on: date | None = None, batch: str = "") -> int:
    """Change records: ``rows`` yields (person_id, changes jsonb, row_ref), changes = {"column": [before, after]} with columns of CHANGEABLE.

    ``row_ref`` says where the row stood in the sheet ("2:7"), NULL where there was none.

    Values are as ``to_jsonb`` gives them (bytea as '\\x…' text, dates ISO, null empties). Standing and form change from ``on``: the open
    span ends and the next begins; a span that began that day changes in place. Returns how many persons.
    """
    require(by, "people.change")
    on = on or today()
    with elevated("change_many: rows of several unions"):
        _lay_out(rows, params, "person_id, changes, row_ref")
        check_reach(by, "SELECT home_org_id FROM people_person JOIN people_changes ON person_id = id")
        _set_target("1")
        _change_persons()
        _continue_spans(on, batch)
        _change_spans(IN_PLACE)
        record_bulk("people.change_many", touches=_touches(0, 1), subject=_subject(batch), by=by, on=on, batch=batch)
        return _count("people_changes")


@transaction.atomic
def take_back_many(*, rows: str, params: Params = None, by: Actor, on: date | None = None, batch: str) -> TakenBack:
    """Take a batch back from persons: ``rows`` yields (person_id, changes jsonb).

    ``changes`` NULL: the stay that the batch made is removed, and the person too if the batch made it. ``changes`` as for `change_many`:
    what was before is put back, where every column still holds what the batch put there. Whoever was touched since is left alone. The
    working table ``people_taken_back`` (person_id, done) may be read until the end of the transaction.
    """
    require(by, "people.change")
    with elevated("take_back_many: rows of several unions"):
        _lay_out(rows, params, "person_id, changes")
        check_reach(by, "SELECT home_org_id FROM people_person JOIN people_changes ON person_id = id")
        _set_target("0")
        for statement in (_JUDGE_CHANGED, _JUDGE_ENTERED, _TAKEN_BACK, _ONLY_DONE):
            _run(statement, {"batch": batch})
        _change_persons()
        _change_spans((*CONTINUING, *IN_PLACE))
        for statement in (_REOPEN_GATHER, _REOPEN_DROP, _REOPEN, _REMOVE_STAYS, _BACK_HOME, _REMOVE_PERSONS):
            _run(statement, {"batch": batch})
        record_bulk("people.take_back_many", touches=_touches(1, 0), subject=_subject(batch), by=by, on=on, batch=batch)
        return TakenBack(_count("people_changes"), _count("people_taken_back WHERE NOT done"))


def _lay_out(rows: str, params: Params, columns: str) -> None:
    """The working table ``people_changes``: one row a person, with what becomes of the columns, and what the trail may show."""
    _run("DROP TABLE IF EXISTS pg_temp.people_changes, pg_temp.people_taken_back, pg_temp.people_reopened")
    fields = "person_id bigint, changes jsonb, row_ref text, target jsonb, masks jsonb, made boolean, done boolean"
    _run(f"CREATE TEMP TABLE people_changes ({fields}) ON COMMIT DROP")
    _run(f"INSERT INTO people_changes ({columns}) {rows}", params)
    _run("ANALYZE people_changes")
    unknown = set(_columns()) - CHANGEABLE
    if unknown:
        raise TypeError(f"no such column to change: {', '.join(sorted(unknown))}")
    _run("SELECT id FROM people_person WHERE id IN (SELECT person_id FROM people_changes) ORDER BY id FOR UPDATE")
    _mask()


def _columns() -> list[str]:
    return [name for (name,) in _rows("SELECT DISTINCT jsonb_object_keys(changes) FROM people_changes WHERE changes IS NOT NULL")]


def _mask() -> None:
    """Sealed values are opened here only, to be shown masked."""
    found = _rows(
        """SELECT person_id, key, value ->> 0, value ->> 1 FROM people_changes, jsonb_each(changes) WHERE key = ANY (%s)""", [list(SEALED)]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            """UPDATE people_changes SET masks = coalesce(masks, '{}')
                || jsonb_build_object(%s::text, jsonb_build_array(%s::text, %s::text)) WHERE person_id = %s""",
            [(name.replace("_sealed", ""), _masked(name, before), _masked(name, after), person) for person, name, before, after in found],
        )


def _masked(name: str, value: str | None) -> str:
    column, mask = SEALED[name]
    return mask(unseal(bytes.fromhex(value[2:]), column)) if value else ""


def _set_target(side: str) -> None:
    _run(
        f"""UPDATE people_changes SET target = (SELECT jsonb_object_agg(key, value -> {side}) FROM jsonb_each(changes))
        WHERE changes IS NOT NULL"""
    )


def _change_persons() -> None:
    columns = [name for name in _columns() if name in PERSON_COLUMNS]
    if not columns:
        return
    values = [f'coalesce(wanted."{name}", {DEFAULTS[name]})' if name in DEFAULTS else f'wanted."{name}"' for name in columns]
    names = [f'"{name}"' for name in columns]
    if "phone_index" in columns:
        names.append("phone_verified_at")
        values.append("CASE WHEN wanted.phone_index IS NOT DISTINCT FROM person.phone_index THEN person.phone_verified_at END")
    _run(
        f"""UPDATE people_person AS person SET changed_at = now(), ({", ".join(names)}) =
            (SELECT {", ".join(values)} FROM jsonb_populate_record(person, target) AS wanted)
        FROM people_changes WHERE people_changes.person_id = person.id AND target ?| %s""",
        [columns],
    )


def _continue_spans(on: date, batch: str) -> None:
    """End the open span and go on with the change; what began that very day changes in place."""
    _run(_END_FOR_CHANGE, {"on": on, "names": list(CONTINUING)})
    _run(_BEGIN_CHANGED, {"on": on, "names": list(CONTINUING), "batch": batch})
    _change_spans(CONTINUING)


def _change_spans(names: Sequence[str]) -> None:
    wanted = [name for name in names if name in _columns()]
    if not wanted:
        return
    left, right = (", ".join(f'{prefix}"{name}"' for name in wanted) for prefix in ("", "wanted."))
    _run(
        f"""UPDATE people_membership AS span SET ({left}) = (SELECT {right} FROM jsonb_populate_record(span, target) AS wanted)
        FROM people_changes WHERE span.person_id = people_changes.person_id AND span.until IS NULL AND target ?| %s""",
        [wanted],
    )


def _touches(before: int, after: int) -> str:
    """Before and after of every person, without sealed columns, with the row of the sheet; a removed stay says so."""
    hidden = "ARRAY['" + "', '".join(NOT_SHOWN) + "']"
    sides = ", ".join(
        f"(SELECT jsonb_object_agg(key, value -> {side}) FROM jsonb_each(coalesce(changes - {hidden}, '{{}}') || coalesce(masks, '{{}}')))"
        for side in (before, after)
    )
    removed = "jsonb_build_object('removed', CASE WHEN made THEN 'person' ELSE 'stay' END)"
    stood = "CASE WHEN row_ref IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('row', row_ref) END"
    return f"""SELECT 'person:' || person_id, shown.before, CASE WHEN changes IS NULL THEN {removed} ELSE shown.after || {stood} END
        FROM people_changes CROSS JOIN LATERAL (SELECT {sides}) AS shown (before, after) ORDER BY person_id"""


def _subject(batch: str) -> str:
    return f"batch:{batch}" if batch else "register"


def _run(statement: str, params: Params = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _rows(statement: str, params: Params = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def _count(table: str) -> int:
    return int(_rows(f"SELECT count(*) FROM {table}")[0][0])


_END_FOR_CHANGE = """UPDATE people_membership AS span SET during = daterange(lower(during), %(on)s), transferring_to_id = NULL,
        end_reason = CASE WHEN target ? 'standing' THEN 'standing' ELSE 'form' END
    FROM people_changes
    WHERE span.person_id = people_changes.person_id AND until IS NULL AND lower(during) < %(on)s AND target ?| %(names)s"""
_BEGIN_CHANGED = """INSERT INTO people_membership (person_id, union_id, scope, during, previous_until, standing, form, through_platform,
        joined_on, join_way, "group", card_number, end_reason, batch)
    SELECT span.person_id, union_id, scope, daterange(%(on)s, NULL), %(on)s, standing, form, through_platform, joined_on,
        join_way, "group", card_number, '', %(batch)s
    FROM people_changes JOIN people_membership AS span ON span.person_id = people_changes.person_id AND span.until = %(on)s
    WHERE target ?| %(names)s AND span.end_reason IN ('standing', 'form')
        AND NOT EXISTS (SELECT FROM people_membership AS open WHERE open.person_id = span.person_id AND open.until IS NULL)"""

_JUDGE_CHANGED = """UPDATE people_changes SET done = (to_jsonb(person) || coalesce(to_jsonb(span), '{}')) @> after.facts
    FROM people_person AS person
        LEFT JOIN people_membership AS span ON span.person_id = person.id AND span.until IS NULL,
        people_changes AS wanted
        CROSS JOIN LATERAL (SELECT jsonb_object_agg(key, value -> 1) AS facts FROM jsonb_each(wanted.changes)) AS after
    WHERE people_changes.person_id = person.id AND wanted.person_id = person.id AND people_changes.changes IS NOT NULL"""
_JUDGE_ENTERED = """UPDATE people_changes AS judged SET made = entered.made, done = entered.stays AND NOT EXISTS (
            SELECT FROM trail_event WHERE subject = entered.subject AND id > entered.event)
        AND NOT EXISTS (SELECT FROM trail_touch WHERE subject = entered.subject AND event_id > entered.event)
        AND NOT EXISTS (SELECT FROM people_officer WHERE people_officer.person_id = judged.person_id AND entered.made)
    FROM (SELECT changed.person_id, 'person:' || changed.person_id AS subject, max(event.id) AS event,
            bool_or(coalesce((touch.after ->> 'new')::boolean, false)) AS made,
            EXISTS (SELECT FROM people_membership AS span WHERE span.person_id = changed.person_id AND span.batch = %(batch)s) AS stays
        FROM people_changes AS changed
        JOIN trail_touch AS touch ON touch.subject = 'person:' || changed.person_id
        JOIN trail_event AS event ON event.id = touch.event_id AND event.verb = 'people.enrol_many' AND event.batch = %(batch)s
        WHERE changed.changes IS NULL GROUP BY changed.person_id) AS entered
    WHERE judged.person_id = entered.person_id"""
_TAKEN_BACK = """CREATE TEMP TABLE people_taken_back ON COMMIT DROP AS
    SELECT person_id, coalesce(done, false) AS done FROM people_changes"""
_ONLY_DONE = "DELETE FROM people_changes WHERE done IS NOT TRUE"
_REOPEN_GATHER = """CREATE TEMP TABLE people_reopened ON COMMIT DROP AS
    SELECT span.id, span.person_id, before.id AS before FROM people_changes
    JOIN people_membership AS span ON span.person_id = people_changes.person_id AND span.until IS NULL AND span.batch = %(batch)s
    JOIN people_membership AS before ON before.person_id = span.person_id AND before.until = lower(span.during)
        AND before.end_reason IN ('standing', 'form')
    WHERE people_changes.target ?| ARRAY['standing', 'form', 'through_platform']"""
_REOPEN_DROP = "DELETE FROM people_membership USING people_reopened WHERE people_membership.id = people_reopened.id"
_REOPEN = """UPDATE people_membership AS span SET during = daterange(lower(during), NULL), end_reason = ''
    FROM people_reopened WHERE span.id = people_reopened.before"""
_REMOVE_STAYS = """DELETE FROM people_membership AS span USING people_changes
    WHERE span.person_id = people_changes.person_id AND people_changes.changes IS NULL AND span.batch = %(batch)s"""
_BACK_HOME = """UPDATE people_person AS person SET home_org_id = last.union_id, scope = last.scope, changed_at = now()
    FROM people_changes CROSS JOIN LATERAL (SELECT union_id, scope FROM people_membership AS span
        WHERE span.person_id = people_changes.person_id ORDER BY lower(during) DESC LIMIT 1) AS last
    WHERE person.id = people_changes.person_id AND people_changes.changes IS NULL AND NOT people_changes.made"""
_REMOVE_PERSONS = (
    """DELETE FROM people_person AS person USING people_changes WHERE person.id = people_changes.person_id AND people_changes.made"""
)
