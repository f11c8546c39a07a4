"""The roster of those who take part (参保名单): whom a unit enrols in which plan, with how many shares."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from niangjia.base.calendar import today
from niangjia.base.sealing import blind_many
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import Batch
from niangjia.core.imports.sheets import Cleaned, Column, Context, Kind, Sheet
from niangjia.core.people.models import ID_NUMBER
from niangjia.work.mutual_aid.actions.rosters import KNOWN_AS, enrol_rows, plan_facts, withdraw_rows
from niangjia.work.mutual_aid.rules import REFUSALS

KEY = "mutual_aid_enrolment.row"
COLUMNS = (
    Column("union_id", "所属工会", ("单位编码", "单位", "单位名称", "参保单位", "工会", "工会名称", "工会编码", "参保工会"), Kind.UNION,
           essential=True, required=True, most=120, example="工会编码、全称或简称", shown=True),
    Column("name", "姓名", ("参保人", "职工姓名", "会员姓名", "被保障人"), Kind.NAME, essential=True, required=True, example="李晓明", shown=True),
    Column("certno", "证件号码", ("证件号", "身份证号", "身份证号码", "身份证", "公民身份号码"), Kind.IDENTITY,
           essential=True, required=True, most=20, stem="id", sealed=ID_NUMBER, example="（18 位，列格式设为文本）", shown=True),
    Column("plan", "计划", ("互助计划", "计划名称", "参保计划", "险种", "产品"), essential=True, required=True, most=60, example="P1-2023", shown=True),
    Column("shares", "份数", ("参保份数", "购买份数", "每人份数"), Kind.NUMBER, example="1", shown=True),
    Column("consent_on", "单独同意日期", ("同意日期", "签同意书日期", "本人同意日期"), Kind.DATE, example="2023-06-05"),
)  # fmt: skip


def across(cleaned: Cleaned, context: Context) -> None:
    """One share where none is said; a row is about one person in one plan."""
    facts, size = cleaned.facts, len(cleaned.raw)
    if "union_id" not in facts:
        facts["union_id"] = pl.Series([context.one_union] * size, dtype=pl.Int64)
    facts["shares"] = facts.get("shares", pl.Series([None] * size, dtype=pl.Int32)).fill_null(1)
    facts["plan"] = facts["plan"].str.to_uppercase().str.replace_all(r"\s", "")
    both = [f"{number} {plan}" if number and plan else None for number, plan in zip(facts["certno"], facts["plan"], strict=True)]
    facts["sameness"] = pl.Series([None if one is None else f"\\x{one.hex()}" for one in blind_many(both, KEY)], dtype=pl.String)


def _columns(condition: str) -> str:
    """A reason of `REFUSALS` over the facts of the row's own plan instead of parameters."""
    for name in KNOWN_AS:
        condition = condition.replace(f"%({name})s", f'facts."{name}"')
    return condition


_WHY = "\n        ".join(f"WHEN {_columns(condition)} THEN '{text}'" for text, condition in REFUSALS if "known.plan_id" not in condition)
_TYPES = ", ".join(f'"{name}" {kind}' for name, kind in KNOWN_AS.items())
JUDGE = f"""
SELECT incoming.number, person.id AS target, NULL::jsonb AS changes,
    CASE WHEN why.text IS NOT NULL THEN {int(Decision.REFUSED)} WHEN known.id IS NOT NULL THEN {int(Decision.SAME)} ELSE {int(Decision.NEW)} END AS decision,
    CASE WHEN why.text IS NOT NULL THEN jsonb_build_array(jsonb_build_object('column', why.place, 'kind', 'not_allowed', 'refuses', true,
        'message', why.text)) END AS note
FROM {{incoming}} AS incoming
LEFT JOIN people_person AS person ON person.id_index = incoming.key_of_person AND person.merged_into_id IS NULL
LEFT JOIN LATERAL (SELECT said.* FROM jsonb_to_recordset(%(plans)s::jsonb) AS said ({_TYPES}, words text[], closed text)
    WHERE incoming.facts ->> 'plan' = ANY (said.words) LIMIT 1) AS facts ON TRUE
LEFT JOIN people_membership AS span ON span.person_id = person.id AND span.during @> %(day)s::date
LEFT JOIN mutual_aid_enrolment AS known ON known.person_id = person.id AND known.plan_id = facts.plan AND known.state IN ('entered', 'effective')
CROSS JOIN LATERAL (SELECT person.id AS person_id, (incoming.facts ->> 'union_id')::bigint AS org_id, 1 AS again,
    (incoming.facts ->> 'shares')::int AS shares, (incoming.facts ->> 'consent_on')::date AS consent_on) AS row
CROSS JOIN LATERAL (SELECT CASE WHEN facts.plan IS NULL THEN '没有这个计划，或者它的窗口没有开：写 P1-2023 这样的计划编号' WHEN facts.closed <> '' THEN facts.closed
        WHEN person.id IS NULL THEN '会员登记里没有这个证件号，请先办入会'
        WHEN person.name_key <> incoming.facts ->> 'name_key' THEN '登记里这个证件号是另一个姓名，请核对'
        WHEN known.id IS NOT NULL AND known.shares <> row.shares THEN '已经参加了这个计划，份数不同：份数不能中途改'
        WHEN known.id IS NOT NULL THEN NULL
        {_WHY} END AS text,
    CASE WHEN facts.plan IS NULL OR facts.closed <> '' THEN 'plan' ELSE 'name' END AS place) AS why
""".replace("incoming.key_of_person", "(incoming.facts ->> 'id_index')::bytea")


def _judged_with(batch: Batch) -> Mapping[str, Any]:
    return {"plans": json.dumps(plan_facts(today())), "day": today()}


ENROLMENTS = Sheet(
    code="enrolments", title="医疗互助参保名单", columns=COLUMNS, permission="mutual_aid.enrol", key="certno", keyed_by="sameness", judge=JUDGE,
    stirred="TRUE", apply=enrol_rows, undo=withdraw_rows, rules=across, judged_with=_judged_with, same="同一人同一个计划", unit="人次", noun="参保",
)  # fmt: skip
SHEETS = (ENROLMENTS,)
