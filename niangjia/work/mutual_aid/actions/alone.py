"""Settlements that stand alone: the only line of a person of whom nothing was known; matched, reckoned and written in one pass (单笔直达).

Most lines of a file are such. They need no working table, no turns and no looking back; what they come to is said by the same pieces of SQL
as in `reckoning.py`, and a test holds both ways equal in every column.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper

from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.actions.holding import WAITS_FOR_CONSENT
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import Plan
from niangjia.work.mutual_aid.plan.rule import Rule

KNOWN = """WITH known AS (
    DELETE FROM settle_alone AS line WHERE line.number IN (
        SELECT line.number FROM settle_alone AS line JOIN mutual_aid_settlement AS other ON other.certno_index = line.certno_index
        UNION ALL
        SELECT line.number FROM settle_alone AS line
            JOIN mutual_aid_settlement AS other ON other.fixmedins_code = line.fixmedins_code AND other.setl_id = line.setl_id
    ) RETURNING *
) INSERT INTO settle_line SELECT * FROM known"""
"""Lines of whose person or settlement something is known go the long way."""
_UNFOUND = f"{sql.RECEIVED_BY_CODE} AND found.id IS NULL"
FOUND = f"""CREATE TEMP TABLE settle_found ON COMMIT DROP AS
WITH found AS ({sql.found(f"(SELECT number AS id, certno_index, settled_on, psn_type FROM settle_alone WHERE {sql.RECEIVED_BY_CODE})")})
SELECT stay.number, coalesce(found.person_id, known.person_id) AS person_id, coalesce(found.org_id, %(district)s) AS org_id,
    CASE WHEN NOT {sql.WAITS} THEN found.enrolment_id END AS enrolment_id, found.plan_id, found.is_first, found.consents,
    CASE WHEN {sql.WAITS} THEN '{State.NOT_COVERED}' WHEN {_UNFOUND} THEN {sql.UNMATCHED_STATE} ELSE {sql.STATE_BY_CODE} END AS state,
    CASE WHEN {sql.WAITS} THEN {sql.WAITS_UNTIL} WHEN {_UNFOUND} THEN {sql.UNMATCHED_REASON} ELSE {sql.REASON_BY_CODE} END AS reason
FROM settle_alone AS stay LEFT JOIN found ON found.id = stay.number LEFT JOIN LATERAL ({sql.insured("stay", _UNFOUND)}) AS known ON TRUE"""
WRITTEN = "CREATE TEMP TABLE settle_written (id bigint, state text, benefit numeric) ON COMMIT DROP"
TOUCHES = "SELECT 'settlement:' || id, NULL::jsonb, jsonb_build_object('state', state, 'benefit', benefit) FROM settle_written"

_CODE = {"code": "%(prefix)s || line.id"}
_MATCHED = {name: f"line.{name}" for name in ("person_id", "org_id", "enrolment_id", "state", "reason")}
_SEALED = {"certno_sealed": "CASE WHEN line.person_id IS NULL THEN line.certno_sealed END"}
_LINE = ("number", "fixmedins_code", "setl_id", *sql.SAID)
_NOTHING_BEFORE = "NULL::numeric AS used, NULL::numeric AS days_used, NULL::numeric AS granted, 0 AS had_first, FALSE AS same_stay"
_SOURCE = f"""SELECT {", ".join(f"stay.{name}" for name in _LINE)}, found.person_id, found.org_id, found.enrolment_id,
    found.consents, found.is_first::integer AS is_first, {_NOTHING_BEFORE}, {sql.BREACHES} AS breaches
FROM settle_alone AS stay JOIN settle_found AS found USING (number) WHERE found.plan_id = %(plan)s AND found.state = '{State.RECEIVED}'
    AND stay.settled_on BETWEEN %(since)s AND %(until)s"""


def _write(values: dict[str, str], source: str) -> str:
    """Lines of ``source`` become settlements."""
    columns = sql.NEW | _CODE | values
    return f"""WITH written AS (INSERT INTO mutual_aid_settlement ({", ".join(columns)}) SELECT {", ".join(columns.values())} FROM {sql.numbered(f"({source}) AS line")}
    RETURNING id, state, benefit) INSERT INTO settle_written SELECT id, state, benefit FROM written"""


REST = _write(
    _MATCHED | _SEALED,
    f"""SELECT stay.*, found.person_id, found.org_id, found.enrolment_id, found.state, found.reason
    FROM settle_alone AS stay JOIN settle_found AS found USING (number) WHERE found.state <> '{State.RECEIVED}'""",
)


_HELD = f"line.state = '{State.APPROVED}' AND NOT line.consents"
_OTHERWISE = {"state": f"'{State.HELD}'", "due": "0", "approved_on": "NULL", "reason": f"'{WAITS_FOR_CONSENT}'"}


def _paid_for(rule: Rule) -> str:
    """Granted and, without the separate consent, held as `holding.py` holds it."""
    values = {name: f"line.{name}" for name in ("person_id", "org_id", "enrolment_id", *sql.RECKONED)}
    values |= {name: f"CASE WHEN {_HELD} THEN {held} ELSE line.{name} END" for name, held in _OTHERWISE.items()}
    values |= {"certno_sealed": "NULL", "paid_on": f"CASE WHEN line.state = '{State.ELSEWHERE}' THEN line.settled_on END"}
    return _write(values, sql.reckoned(rule, _SOURCE, f"{', '.join(_LINE)}, person_id, org_id, enrolment_id, consents"))


def stand_alone(rows: pl.DataFrame) -> pl.Series:
    """Which lines of a file nothing else in it bears on: no other of the person, none of the same number, none taking it back."""
    key = pl.struct("fixmedins_code", "setl_id")
    taken_back = rows.filter("is_reversal").select("fixmedins_code", setl_id="orig_setl_id").to_struct("key")
    plain = pl.col("is_valid") & ~pl.col("is_reversal") & pl.col("certno").is_unique() & key.is_unique()
    return rows.select(alone=plain & ~key.is_in(taken_back.implode()))["alone"]


def settle_alone(cursor: CursorWrapper, plans: Sequence[Plan], values: Mapping[str, Any]) -> None:
    """Match, reckon and write what stands alone."""
    cursor.execute("ANALYZE settle_alone (number, certno_index, med_type, insutype, settled_on)")
    cursor.execute(FOUND, values)
    cursor.execute("ANALYZE settle_found (number, plan_id, state)")
    cursor.execute(WRITTEN)
    for plan in plans:
        for rule, since, until in plan.stretches:
            cursor.execute(_paid_for(rule), {**values, "plan": plan.pk, "since": since, "until": until})
    cursor.execute(REST, values)
