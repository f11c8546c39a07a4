"""The answer file of a bureau, with whatever headings it has: one row an answer, applied by the same verbs as a message by interface."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from niangjia.core.exchange import actions
from niangjia.core.exchange.kinds import incomings
from niangjia.core.imports.cleaning import by_different, code_key, refuse
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import Batch
from niangjia.core.imports.sheets import Chunk, Cleaned, Column, Context, Kind, Sheet

YES_NO = {
    "是": "yes",
    "否": "no",
    "有": "yes",
    "无": "no",
    "终局": "yes",
    "非终局": "no",
    "y": "yes",
    "n": "no",
    "1": "yes",
    "0": "no",
    "√": "yes",
}
COLUMNS = (
    Column("message", "往来号", ("来件号", "来文号", "工会往来号", "往来编号", "贵方编号", "工会编号"), example="JH-330212-2023-00042", shown=True),
    Column("case", "工会案号", ("案件编号", "工会案件号", "来件案号", "贵方案号"), example="LD-330212-2023-00042", shown=True),
    Column("outcome", "办理结果", ("结果", "处理结果", "办理情况", "审查结果", "状态", "答复", "处理情况", "事项"), essential=True, required=True, example="受理", shown=True),
    Column("on", "办理日期", ("日期", "受理日期", "立案日期", "处理日期", "决定日期", "答复日期"), Kind.DATE, essential=True, required=True, example="2023-12-18", shown=True),
    Column("number", "本单位案号", ("案号", "仲裁案号", "法院案号", "立案号", "文号", "裁决书号", "判决书号"), example="鄞劳人仲案〔2023〕12号", shown=True),
    Column("decided_on", "作出日期", ("裁决日期", "判决日期", "裁判日期"), Kind.DATE),
    Column("served_on", "送达日期", ("送达时间", "送达申请人日期", "签收日期"), Kind.DATE),
    Column("hearing_on", "开庭日期", ("开庭时间", "庭审日期"), Kind.TEXT),
    Column("amount", "金额", ("裁决金额", "判决金额", "支持金额", "金额（元）"), shown=True),
    Column("is_final", "是否终局", ("终局裁决", "终局"), Kind.CODE, codes=YES_NO),
    Column("simplified", "简易程序", ("是否简易程序", "适用简易程序"), Kind.CODE, codes=YES_NO),
    Column("result", "裁判结果", ("裁决结果", "判决结果", "主文"), most=200),
    Column("reason", "理由", ("不予受理理由", "驳回理由", "原因", "备注"), most=200),
)  # fmt: skip


def across(cleaned: Cleaned, context: Context) -> None:
    """What the cells of a row must say together; the outcome as it is compared, the money as it is kept, what makes the row the same."""
    facts, size = cleaned.facts, len(cleaned.raw)
    for name in ("message", "case"):
        facts.setdefault(name, pl.Series([None] * size, dtype=pl.String))
    refuse(cleaned, "message", "unnamed", facts["message"].is_null() & facts["case"].is_null(), "要写往来号或工会案号，才知道是哪一件")
    facts["said"] = by_different(facts["outcome"], code_key)
    _money(cleaned)
    _hearing(cleaned)
    parts = [facts[name].cast(pl.String).fill_null("").to_list() for name in ("message", "case", "said", "on")]
    facts["sameness"] = pl.Series([f"\\x{_digest(*row)}" for row in zip(*parts, strict=True)], dtype=pl.String)


def _money(cleaned: Cleaned) -> None:
    if "amount" not in cleaned.facts:
        return
    text = cleaned.facts["amount"].str.replace_all(r"[,，\s元￥¥]", "")
    good = text.is_null() | text.str.contains(r"^\d{1,12}(\.\d{1,2})?$")
    refuse(cleaned, "amount", "format", ~good, "金额看不懂，写成 7120.00")
    cleaned.facts["amount"] = text


def _hearing(cleaned: Cleaned) -> None:
    """A hearing lies ahead: a day after today is what one expects there."""
    if "hearing_on" not in cleaned.facts:
        return
    from niangjia.base import columns

    frame = columns.dates(cleaned.raw["hearing_on"])
    cleaned.facts["hearing_on"] = frame["value"]
    refuse(
        cleaned,
        "hearing_on",
        "format",
        frame["value"].is_null() & cleaned.raw["hearing_on"].is_not_null(),
        "开庭日期看不懂，写成 2024-01-05",
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _standing(batch: Batch) -> Mapping[str, Any]:
    """Which word means which kind, in answer to what, from whom, in which states of the case; for the SQL that judges."""
    rows = [
        {
            "word": code_key(word), "kind": kind.kind, "answers": kind.answers, "senders": list(kind.sent_by), "now": list(kind.states),
            "later": list(kind.waits_in), "title": kind.title,
        }
        for kind in incomings().values()
        for word in kind.words
    ]  # fmt: skip
    return {"standing": json.dumps(rows, ensure_ascii=False)}


_NOTE = "jsonb_build_array(jsonb_build_object('column', {column}, 'kind', {kind}, 'refuses', true, 'message', {message}))"


def _note(column: str, kind: str, message: str) -> str:
    return _NOTE.format(column=f"'{column}'::text", kind=f"'{kind}'::text", message=message)


JUDGE = f"""
SELECT incoming.number, sent.id AS target, NULL::jsonb AS changes,
    CASE WHEN sent.id IS NULL OR word.kind IS NULL OR NOT (case_.state = ANY (word.now) OR case_.state = ANY (word.later)) AND known.id IS NULL
        THEN {int(Decision.REFUSED)} WHEN known.id IS NOT NULL THEN {int(Decision.SAME)} ELSE {int(Decision.NEW)} END AS decision,
    CASE WHEN sent.id IS NULL THEN {_note("message", "unknown", "'没有发出过这一件，或者不在你的范围内'")}
        WHEN word.kind IS NULL THEN {_note("outcome", "code", "'看不懂这个结果，或者它不是对这一件的答复'")}
        WHEN known.id IS NULL AND NOT (case_.state = ANY (word.now) OR case_.state = ANY (word.later))
            THEN {_note("outcome", "wrong_order", "'案件现在的状态不能办入“' || word.title || '”'")}
    END AS note
FROM {{incoming}} AS incoming
LEFT JOIN LATERAL (
    SELECT message.id, message.kind, message.case_id, message.partner_id, partner.kind AS sender FROM exchange_message AS message
    JOIN exchange_partner AS partner ON partner.id = message.partner_id JOIN cases_case AS one ON one.id = message.case_id
    WHERE message.direction = 'out' AND one.scope BETWEEN %(low)s AND %(high)s
        AND (message.number = incoming.facts ->> 'message' OR incoming.facts ->> 'message' IS NULL AND one.code = incoming.facts ->> 'case')
    ORDER BY message.id DESC LIMIT 1) AS sent ON TRUE
LEFT JOIN cases_case AS case_ ON case_.id = sent.case_id
LEFT JOIN LATERAL (
    SELECT word.* FROM jsonb_to_recordset(%(standing)s::jsonb)
        AS word (word text, kind text, answers text, senders text[], now text[], later text[], title text)
    WHERE word.word = incoming.facts ->> 'said' AND sent.sender = ANY (word.senders) AND word.answers IN ('', sent.kind)
    ORDER BY word.answers DESC LIMIT 1) AS word ON TRUE
LEFT JOIN exchange_message AS known ON known.partner_id = sent.partner_id AND known.direction = 'in'
    AND known.key = 'row-' || encode(incoming.key, 'hex')"""


def judged_with(batch: Batch) -> Mapping[str, Any]:
    """Parameters of the judging SQL: the words, and the interval of the organisation that hands the file in."""
    return {**_standing(batch), "low": batch.org.lft, "high": batch.org.rgt}


def apply(chunk: Chunk) -> None:
    """Take each new row in, each in a savepoint of its own: one refusal hinders no other."""
    actions.take_rows(chunk)


def undo(chunk: Chunk) -> int:
    """Steps of a case are not taken back by undoing a file: an officer corrects them in the case. Returns how many rows stay."""
    return actions.rows_taken(chunk)


ANSWERS = Sheet(
    "exchange_answers", "往来答复（对方给的表）", COLUMNS, "exchange.work", key="message", keyed_by="sameness", judge=JUDGE, stirred="TRUE", apply=apply,
    undo=undo, rules=across, judged_with=judged_with, same="同一件的同一个答复", unit="行", noun="答复",
)  # fmt: skip
SHEETS = (ANSWERS,)
