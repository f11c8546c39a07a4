"""Many officers at once: the committees of a whole district entered from lists (工会干部)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.people.rules import check_elections, check_reach
from niangjia.core.trail.actions import record_bulk

_TABLE = "org_id bigint, person_id bigint, post text, elected_on date, valid_to date, full_time boolean"
_LEAVE = """UPDATE people_officer AS former SET valid_to = elected.first_on
    FROM (SELECT org_id, min(elected_on) AS first_on FROM people_elected WHERE post = 'chair' GROUP BY org_id) AS elected
    WHERE former.org_id = elected.org_id AND former.post = 'chair' AND former.valid_to IS NULL"""
_ENTER = """INSERT INTO people_officer (org_id, person_id, term_id, post, full_time, elected_on, by_election, valid_from, valid_to)
    SELECT elected.org_id, person_id, term.id, post, full_time, elected.elected_on, false, elected.elected_on,
        coalesce(elected.valid_to,
            CASE WHEN post = 'chair' THEN lead(elected.elected_on) OVER (PARTITION BY elected.org_id, post ORDER BY elected.elected_on) END)
    FROM people_elected AS elected
    LEFT JOIN orgs_term AS term ON term.org_id = elected.org_id AND term.elected_on = elected.elected_on"""
_TOUCHES = """SELECT 'person:' || person_id, NULL::jsonb, jsonb_build_object('org', org_id, 'post', post, 'elected_on', elected_on)
    FROM people_elected ORDER BY org_id, elected_on, person_id"""


@transaction.atomic
def appoint_many(
    *, rows: str, params: Sequence[Any] | Mapping[str, Any] | None = None, by: Actor, on: date | None = None, batch: str = ""
) -> int:
    """Enter officers: ``rows`` yields (org_id, person_id, post, elected_on, valid_to, full_time). Returns how many.

    ``valid_to`` is NULL for whoever is still in office. A chair leaves the day the next one is elected, whether entered before or among
    these rows; the union's term that began with the same election is the officer's term.
    """
    require(by, "orgs.change")
    with elevated("appoint_many: officers of several unions"), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.people_elected")
        cursor.execute(f"CREATE TEMP TABLE people_elected ({_TABLE}) ON COMMIT DROP")
        cursor.execute(f"INSERT INTO people_elected {rows}", params)
        check_reach(by, "SELECT org_id FROM people_elected")
        check_elections()
        cursor.execute(_LEAVE)
        cursor.execute(_ENTER)
        entered = cursor.rowcount
        subject = f"batch:{batch}" if batch else "register"
        record_bulk("people.appoint_many", touches=_TOUCHES, subject=subject, by=by, on=on, batch=batch)
    return entered
