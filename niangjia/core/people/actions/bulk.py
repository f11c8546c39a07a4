"""Bulk verbs: a whole roster in a few statements, one trail event for all, each row's page showing its own part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.people.actions.batches import change_many
from niangjia.core.people.actions.roster import PERSON_COLUMNS, fill, give_codes, quoted, said
from niangjia.core.people.rules import check_moves, check_reach, check_roster
from niangjia.core.trail.actions import record_bulk

Params = Sequence[Any] | Mapping[str, Any] | None
NO_CODES: Mapping[int, range] = MappingProxyType({})


@dataclass(frozen=True)
class Enrolled:
    """What a roster came to: persons made, spans of membership made, and the trail event that says so."""

    persons: int
    stays: int
    event: int


@transaction.atomic
def enrol_many(
    *,
    rows: str,
    columns: Sequence[str],
    params: Params = None,
    by: Actor,
    on: date | None = None,
    batch: str = "",
    codes: Mapping[int, range] = NO_CODES,
    before_codes: Callable[[], object] = lambda: None,
) -> Enrolled:
    """Enter a whole roster: new persons, and a span of membership for every row that names a union.

    ``rows`` is an SQL select (or VALUES) yielding ``columns``, a choice of ``roster.ROSTER_COLUMNS`` in that order; ``person_id`` NULL
    makes a new person, else the person must have no open membership and what the row says is taken over. ``union_id`` NULL registers a
    non-member at ``home_org_id``. One row that may not join (`rules.JOINING`) refuses them all. The working table ``people_roster``
    (row_ref, person_id, is_new, …) may be read until the end of the transaction. ``codes`` are numbers from `reserve_codes`; where
    they are too few the counter of codes is locked until the commit, and ``before_codes`` called before that: a caller with several
    rosters under way waits there for its turn.
    """
    require(by, "people.change")
    on = on or today()
    with elevated("enrol_many: rows of several unions, persons known elsewhere"):
        count, persons = fill(rows, columns, params, on)
        check_reach(by, "SELECT coalesce(union_id, home_org_id) FROM people_roster")
        check_roster()
        stays = _insert_spans(batch)
        if count > persons:
            _bring_home()
            _refresh_known(by, on, batch)
        facts: dict[str, Any] = {"persons": persons, "stays": stays}
        event = record_bulk("people.enrol_many", touches=_TOUCHES, subject=_subject(batch), by=by, on=on, batch=batch, **facts)
        give_codes(codes, before_codes)
        _insert_persons()  # after their spans: the key between them is checked last, and so the counter is held as briefly as possible
    return Enrolled(persons, stays, event)


@transaction.atomic
def transfer_many(*, rows: str, params: Params = None, by: Actor, on: date | None = None, batch: str = "") -> int:
    """Move members: ``rows`` yields (person_id, union_id, on); the open span ends that day, the next begins. Returns how many."""
    require(by, "people.change")
    with elevated("transfer_many: the other union may lie outside the actor's subtree"), connection.cursor() as cursor:
        _moves(cursor, rows, params, "person_id bigint, union_id bigint, moved_on date")
        check_reach(by, _RECEIVING_UNION)
        cursor.execute(_END_OPEN.format(reason="'transferred'", day="moved_on"))
        ended = cursor.rowcount
        cursor.execute(
            """INSERT INTO people_membership (person_id, union_id, scope, during, previous_until, standing, form, through_platform,
                joined_on, join_way, "group", card_number, end_reason, batch)
            SELECT move.person_id, move.union_id, org.lft, daterange(move.moved_on, NULL), move.moved_on, span.standing, span.form,
                span.through_platform, move.moved_on, 7, '', span.card_number, '', %s
            FROM people_moves AS move JOIN orgs_organisation AS org ON org.id = move.union_id
            JOIN people_membership AS span ON span.person_id = move.person_id AND span.until = move.moved_on""",
            [batch],
        )
        cursor.execute(
            """UPDATE people_person AS person SET home_org_id = move.union_id, scope = org.lft, changed_at = now()
            FROM people_moves AS move JOIN orgs_organisation AS org ON org.id = move.union_id WHERE person.id = move.person_id"""
        )
        touches = """SELECT 'person:' || move.person_id, jsonb_build_object('union', old.union_id),
                jsonb_build_object('union', move.union_id, 'on', move.moved_on)
            FROM people_moves AS move JOIN people_membership AS old ON old.person_id = move.person_id AND old.until = move.moved_on"""
        record_bulk("people.transfer_many", touches=touches, subject=_subject(batch), by=by, on=on, batch=batch)
    return ended


@transaction.atomic
def end_many(*, rows: str, params: Params = None, by: Actor, on: date | None = None, batch: str = "") -> int:
    """End memberships: ``rows`` yields (person_id, on, reason of `EndReason`). Returns how many open spans were ended."""
    require(by, "people.change")
    with elevated("end_many: rows of several unions"), connection.cursor() as cursor:
        _moves(cursor, rows, params, "person_id bigint, moved_on date, reason text")
        check_reach(by, _PRESENT_UNION)
        cursor.execute(_END_OPEN.format(reason="move.reason", day="moved_on"))
        ended = cursor.rowcount
        cursor.execute(
            """UPDATE people_person AS person SET deceased_on = move.moved_on, changed_at = now()
            FROM people_moves AS move WHERE person.id = move.person_id AND move.reason = 'deceased'"""
        )
        touches = "SELECT 'person:' || person_id, NULL::jsonb, jsonb_build_object('ended_on', moved_on, 'reason', reason) FROM people_moves"
        record_bulk("people.end_many", touches=touches, subject=_subject(batch), by=by, on=on, batch=batch)
    return ended


@transaction.atomic
def change_standing_many(*, rows: str, params: Params = None, by: Actor, on: date | None = None, batch: str = "") -> int:
    """Change standings: ``rows`` yields (person_id, standing, on); the span goes on in the new standing. Returns how many."""
    require(by, "people.change")
    with elevated("change_standing_many: rows of several unions"), connection.cursor() as cursor:
        _moves(cursor, rows, params, "person_id bigint, standing text, moved_on date")
        check_reach(by, _PRESENT_UNION)
        cursor.execute(_END_OPEN.format(reason="'standing'", day="moved_on"))
        ended = cursor.rowcount
        cursor.execute(
            """INSERT INTO people_membership (person_id, union_id, scope, during, previous_until, standing, form, through_platform,
                joined_on, join_way, "group", card_number, end_reason, batch)
            SELECT move.person_id, span.union_id, span.scope, daterange(move.moved_on, NULL), move.moved_on, move.standing, span.form,
                span.through_platform, span.joined_on, span.join_way, span."group", span.card_number, '', %s
            FROM people_moves AS move
            JOIN people_membership AS span ON span.person_id = move.person_id AND span.until = move.moved_on""",
            [batch],
        )
        touches = "SELECT 'person:' || person_id, NULL::jsonb, jsonb_build_object('standing', standing, 'on', moved_on) FROM people_moves"
        record_bulk("people.change_standing_many", touches=touches, subject=_subject(batch), by=by, on=on, batch=batch)
    return ended


def _subject(batch: str) -> str:
    return f"batch:{batch}" if batch else "register"


def _insert_persons() -> None:
    """Ordered by pinyin: in three of the indexes neighbours are then entered one after another, instead of all over them."""
    columns = list(PERSON_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO people_person (id, code, home_org_id, scope, {quoted(columns)})
            SELECT person_id, code, home_org_id, lft, {said(columns)}
            FROM people_roster JOIN people_codes USING (n)
            JOIN (SELECT id, lft FROM orgs_organisation) AS org ON org.id = home_org_id ORDER BY pinyin COLLATE "C", n"""
        )


def _insert_spans(batch: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO people_membership (person_id, union_id, scope, during, previous_until, joined_on, batch, {quoted(_SPAN)})
            SELECT person_id, union_id, lft, daterange(joined_on, left_on),
                CASE WHEN NOT is_new
                    THEN (SELECT max(until) FROM people_membership AS known WHERE known.person_id = people_roster.person_id) END,
                joined_on, %s, {said(_SPAN)}
            FROM people_roster JOIN (SELECT id, lft FROM orgs_organisation) AS org ON org.id = union_id ORDER BY lft, n""",
            [batch],
        )
        return cursor.rowcount


def _bring_home() -> None:
    """Persons known before belong to the union they joined now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE people_person AS person SET home_org_id = row.union_id, scope = org.lft, changed_at = now()
            FROM people_roster AS row JOIN orgs_organisation AS org ON org.id = row.union_id
            WHERE person.id = row.person_id AND NOT row.is_new AND row.left_on IS NULL"""
        )


def _refresh_known(by: Actor, on: date, batch: str) -> None:
    """Take over what the roster says about persons known before."""
    change_many(rows=_SAID_ANEW, params={"columns": list(_RENEWED)}, by=by, on=on, batch=batch)


def _moves(cursor: Any, rows: str, params: Params, columns: str) -> None:
    """The working table of spans to be ended or moved."""
    names = ", ".join(column.split()[0] for column in columns.split(", "))
    cursor.execute("DROP TABLE IF EXISTS pg_temp.people_moves")
    cursor.execute(f"CREATE TEMP TABLE people_moves ({columns}) ON COMMIT DROP")
    cursor.execute(f"INSERT INTO people_moves ({names}) {rows}", params)
    cursor.execute("ANALYZE people_moves")
    check_moves()


_RENEWED = sorted(set(PERSON_COLUMNS) - {"id_type", "id_sealed", "id_index", "deceased_on", "registered_on", "source"})
_SAID_ANEW = """SELECT row.person_id, changed.facts, row.row_ref FROM people_roster AS row JOIN people_person AS person ON person.id = row.person_id
    CROSS JOIN LATERAL (SELECT jsonb_object_agg(said.key, jsonb_build_array(to_jsonb(person) -> said.key, said.value)) AS facts
        FROM jsonb_each(jsonb_strip_nulls(to_jsonb(row))) AS said
        WHERE said.key = ANY (%(columns)s) AND to_jsonb(person) -> said.key IS DISTINCT FROM said.value
            AND (said.key <> 'phone_sealed' OR row.phone_index IS DISTINCT FROM person.phone_index)
            AND (said.key <> 'bank_sealed' OR row.bank_index IS DISTINCT FROM person.bank_index)) AS changed
    WHERE NOT row.is_new AND changed.facts IS NOT NULL"""
_SPAN = ("standing", "form", "through_platform", "join_way", "group", "card_number", "end_reason")
_PRESENT_UNION = """SELECT span.union_id FROM people_moves AS move
    JOIN people_membership AS span ON span.person_id = move.person_id AND span.until IS NULL"""
_RECEIVING_UNION = "SELECT union_id FROM people_moves"
_END_OPEN = """UPDATE people_membership AS span
    SET during = daterange(lower(span.during), move.{day}), end_reason = {reason}, transferring_to_id = NULL
    FROM people_moves AS move WHERE span.person_id = move.person_id AND span.until IS NULL"""
_TOUCHES = """SELECT 'person:' || person_id, NULL::jsonb,
        jsonb_strip_nulls(jsonb_build_object('row', row_ref, 'union', union_id, 'joined_on', joined_on, 'left_on', left_on, 'new', is_new))
    FROM people_roster ORDER BY n"""
