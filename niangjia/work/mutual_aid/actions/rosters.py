"""A unit's roster by workbook: its rows are enrolled plan by plan with the verb of the desk, and withdrawn while no bill stands for them."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import BatchRow
from niangjia.core.imports.sheets import Chunk
from niangjia.core.trail.actions import record_bulk
from niangjia.work.mutual_aid.actions.enrolling import enrol_many, facts_of
from niangjia.work.mutual_aid.enums import Via
from niangjia.work.mutual_aid.models import Plan
from niangjia.work.mutual_aid.queries import current_plans, plan_by, plans
from niangjia.work.mutual_aid.rules import check_open

KNOWN_AS = {
    "plan": "bigint", "on": "date", "via": "text", "sex": "int", "shares": "int", "in_service": "boolean", "retired": "boolean",
    "has_ages": "boolean", "youngest": "int", "oldest": "int",
}  # fmt: skip
"""Facts of a plan that the reasons of `REFUSALS` ask, with their types."""
UNDONE = "导入的名单撤回"


def plan_facts(on: date) -> list[dict[str, Any]]:
    """Each plan that a roster may name: its facts, the words it goes by, and why nobody may join it now (empty where one may)."""
    current = set(current_plans(on).values_list("pk", flat=True))
    return [_facts(plan, on, is_current=plan.pk in current) for plan in plans()]


def _facts(plan: Plan, on: date, *, is_current: bool) -> dict[str, Any]:
    said = facts_of(plan, on, Via.UNIT, "")
    words = [plan.slug.upper(), f"{plan.title}{plan.policy_year}"] + ([plan.code.upper(), plan.title.upper()] if is_current else [])
    known = {name: said[name] for name in KNOWN_AS} | {"on": on.isoformat()}
    return known | {"words": words, "closed": _closed(plan, on), "slug": plan.slug}


def _closed(plan: Plan, on: date) -> str:
    try:
        check_open(plan.window_from, plan.effective_to, on)
    except ValidationError as refusal:
        return "；".join(refusal.messages)
    return ""


_ROWS = """SELECT staged.target, (staged.facts ->> 'union_id')::bigint, (staged.facts ->> 'shares')::smallint, (staged.facts ->> 'consent_on')::date
FROM imports_batchrow AS staged WHERE staged.batch_id = %(batch)s AND staged.number BETWEEN %(first)s AND %(last)s
    AND staged.decision = 1 AND staged.facts ->> 'plan' = ANY (%(words)s) ORDER BY staged.number"""


def enrol_rows(chunk: Chunk) -> None:
    """Apply a chunk: the rows of each plan by `enrol_many`; whoever may not be enrolled any more goes back with the reason."""
    chunk.turn()
    for facts in plan_facts(chunk.on):
        params: dict[str, Any] = dict(zip(("batch", "first", "last"), chunk.place, strict=True)) | {"words": facts["words"]}
        plan = plan_by(facts["slug"])
        if plan is None or not _any(params):
            continue
        done = enrol_many(plan, rows=_ROWS, params=params, by=chunk.by, on=chunk.on, batch=chunk.batch.code, leave_out=True)
        for left in done.left:
            problem = [{"column": "name", "kind": "not_allowed", "message": left.why, "refuses": True}]
            rows = BatchRow.objects.filter(
                batch=chunk.batch, number__range=(chunk.first, chunk.last), target=left.person_id, decision=Decision.NEW
            )
            rows.filter(facts__plan__in=facts["words"]).update(decision=Decision.REFUSED, problems=problem)


def _any(params: dict[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({_ROWS})", params)
        return bool(cursor.fetchone()[0])


_MINE = """SELECT enrolment.id, enrolment.state = 'entered' AND enrolment.bill_id IS NULL AS free FROM imports_batchrow AS staged
    JOIN mutual_aid_enrolment AS enrolment ON enrolment.person_id = staged.target AND enrolment.batch = %(code)s
    WHERE staged.batch_id = %(batch)s AND staged.number BETWEEN %(first)s AND %(last)s AND staged.decision = 1
        AND enrolment.state IN ('entered', 'effective')"""
_WITHDRAW = f"""UPDATE mutual_aid_enrolment AS held SET state = 'dropped', ended_on = %(on)s, ended_because = '{UNDONE}'
    FROM ({_MINE}) AS mine WHERE mine.id = held.id AND mine.free"""


def withdraw_rows(chunk: Chunk) -> int:
    """Undo a chunk: whoever stands on no bill is taken back. Returns how many were billed meanwhile and so stay."""
    pk, first, last = chunk.place
    params: dict[str, Any] = {"code": chunk.batch.code, "batch": pk, "first": first, "last": last, "on": chunk.on}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT id) FROM ({_MINE}) AS mine WHERE NOT free", params)
        left = int(cursor.fetchone()[0])
        cursor.execute(
            f"CREATE TEMP TABLE mutual_aid_undone ON COMMIT DROP AS SELECT DISTINCT id FROM ({_MINE}) AS mine WHERE free", params
        )
        cursor.execute(_WITHDRAW, params)
        touches = "SELECT 'enrolment:' || id, jsonb_build_object('state', 'entered'), jsonb_build_object('state', 'dropped') FROM mutual_aid_undone"
        if cursor.rowcount:
            record_bulk(
                "mutual_aid.withdraw_rows", touches=touches, subject=f"batch:{chunk.batch.code}", by=chunk.by, org=chunk.batch.org_id, on=chunk.on,
                batch=chunk.batch.code,
            )  # fmt: skip
        cursor.execute("DROP TABLE mutual_aid_undone")
    return left
