"""One-stop payments of a month, checked line by line against our own rule and cleared with the bureau that advanced them (一站式清算)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q, Sum

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.actions import Line, post
from niangjia.core.ledger.models import Account, Entry, Fund
from niangjia.core.orgs.actions import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.queries import root
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.actions.clawing import keep_up
from niangjia.work.mutual_aid.enums import ClearingState, LineDecision, LineKind, Mode
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.intake import Taken
from niangjia.work.mutual_aid.models import Clearing, ClearingLine, Intake, Plan
from niangjia.work.mutual_aid.queries import CLEARED
from niangjia.work.mutual_aid.rules import check_reason, refuse

REVIEW = "mutual_aid.review"
NOTHING = Decimal("0.00")
OPEN = (ClearingState.DRAFT, ClearingState.DIFFERENCES)
DIFFERS = ~Q(kind=LineKind.SAME)
MAY = {
    LineKind.OTHER: (LineDecision.ACCEPT, LineDecision.CORRECT),
    LineKind.UNKNOWN: (LineDecision.ACCEPT, LineDecision.CORRECT),
    LineKind.NOT_COVERED: tuple(LineDecision),
    LineKind.PARKED: (LineDecision.ACCEPT, LineDecision.CORRECT),
    LineKind.REVIEW: (LineDecision.ACCEPT, LineDecision.CORRECT),
    LineKind.DOUBLE: (LineDecision.CORRECT, LineDecision.CLAWBACK),
    LineKind.REVERSED: tuple(LineDecision),
    LineKind.UNREAD: (LineDecision.CORRECT,),
}
"""What may be decided about a difference: of a stay that was paid here already nothing more is accepted."""


@dataclass(frozen=True)
class Sums:
    """Lines and yuan of a clearing: what the list holds, what our rule says, what is transferred; differences, and those undecided."""

    count: int
    theirs: Decimal
    ours: Decimal
    cleared: Decimal
    differing: int
    undecided: int


def sums_of(clearing: Clearing) -> Sums:
    """Added up from the lines."""
    found = clearing.lines.aggregate(
        count=Count("pk"), theirs=Sum("theirs"), ours=Sum("ours"), cleared=Sum("cleared"), differing=Count("pk", filter=DIFFERS),
        undecided=Count("pk", filter=DIFFERS & Q(decision="")),
    )  # fmt: skip
    return Sums(**{name: NOTHING if value is None else value for name, value in found.items()})  # type: ignore[arg-type]


# -- The list -----------------------------------------------------------------------------------------------------------------------


def check_list(plan: Plan, taken: Taken) -> None:
    """A file is a list of one-stop payments: its plan pays so, and the column of what was deducted is filled."""
    if plan.mode != Mode.ONE_STOP:
        refuse(f"{plan}不是一站式结算的计划，请不选计划，按一般结算文件收。")
    if not len(taken.rows) or taken.rows["mutual_aid_pay"].is_null().all():
        refuse("一站式清单里要有互助支付（mutual_aid_pay）这一列，请医保重新导出。")


def note_list(file: Intake, taken: Taken, plan: Plan) -> None:
    """Each line of the list into the clearing of its month, or where that is closed into the next; call it elevated, behind the intake.

    A line says what was deducted for a stay until now: nothing once it was reversed. It counts with what was not cleared before, so that
    the same list again changes nothing, and a correction comes out as the difference.
    """
    for month, rows in _by_month(taken.rows).items():
        clearing = _open_for(plan, month)
        with connection.cursor() as cursor:
            columns = {name: [row[name] for row in rows] for name in ("fixmedins_code", "setl_id", "settled_on", "amount")}
            cursor.execute(_NOTE, {"plan": plan.pk, "clearing": clearing.pk, "intake": file.pk, **columns})
        if clearing.state == ClearingState.DIFFERENCES:
            Clearing.objects.filter(pk=clearing.pk).update(state=ClearingState.DRAFT)


def _by_month(rows: pl.DataFrame) -> dict[date, list[dict[str, object]]]:
    taken_back = pl.col("is_reversal") | ~pl.col("is_valid")
    amount = pl.col("mutual_aid_pay").str.strip_prefix("-").cast(pl.Decimal(16, 2))
    lines = (
        rows.filter(pl.col("mutual_aid_pay").is_not_null())
        .with_columns(
            setl_id=pl.coalesce(pl.when(pl.col("is_reversal")).then("orig_setl_id"), "setl_id"), month=pl.col("settled_on").dt.truncate("1mo"),
            gone=taken_back, amount=amount,
        )
        .group_by("fixmedins_code", "setl_id", maintain_order=True)
        .agg(pl.col("settled_on").first(), pl.col("month").last(), pl.when(pl.col("gone").any()).then(pl.lit("0")).otherwise(pl.col("amount").last().cast(pl.String)).alias("amount"))
    )  # fmt: skip
    return {month: part.to_dicts() for (month,), part in lines.sort("month", maintain_order=True).group_by("month", maintain_order=True)}


def _open_for(plan: Plan, month: date) -> Clearing:
    """The clearing of a month, made where there is none; of one that is closed the next that is open."""
    rows = Clearing.objects.select_for_update(of=("self",)).filter(plan=plan, month__gte=month).order_by("month")
    while known := rows.filter(month=month).first():
        if known.state in OPEN:
            return known
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    district = root()
    assert district is not None, "settlements are taken in by the district"
    code = f"QS-{settings.DIVISION}-{month:%Y%m}-{take_codes('clearing', month.year):05d}"
    return Clearing.objects.create(code=code, plan=plan, org=district, month=month)


_CLEARED = f"""(SELECT coalesce(sum(old.cleared), 0) FROM mutual_aid_clearingline AS old JOIN mutual_aid_clearing AS closed ON closed.id = old.clearing_id
    WHERE closed.plan_id = %(plan)s AND closed.state IN ({sql.listed(CLEARED)}) AND old.fixmedins_code = {{0}}.fixmedins_code AND old.setl_id = {{0}}.setl_id)"""
_NOTE = f"""INSERT INTO mutual_aid_clearingline
    (clearing_id, settlement_id, intake_id, fixmedins_code, setl_id, settled_on, theirs, ours, cleared, kind, decision, reason, decided_by)
SELECT coalesce(known.clearing_id, %(clearing)s), stay.id, %(intake)s, said.fixmedins_code, said.setl_id, said.settled_on,
    said.amount - {_CLEARED.format("said")}, 0, 0, '{LineKind.UNCHECKED}', '', '', ''
FROM unnest(%(fixmedins_code)s::text[], %(setl_id)s::text[], %(settled_on)s::date[], %(amount)s::numeric[])
    AS said (fixmedins_code, setl_id, settled_on, amount)
LEFT JOIN mutual_aid_settlement AS stay ON stay.fixmedins_code = said.fixmedins_code AND stay.setl_id = said.setl_id
LEFT JOIN LATERAL (SELECT line.clearing_id FROM mutual_aid_clearingline AS line JOIN mutual_aid_clearing AS clearing ON clearing.id = line.clearing_id
    WHERE clearing.plan_id = %(plan)s AND clearing.state IN ({sql.listed(OPEN)})
        AND line.fixmedins_code = said.fixmedins_code AND line.setl_id = said.setl_id LIMIT 1) AS known ON TRUE
WHERE known.clearing_id IS NOT NULL OR said.amount <> {_CLEARED.format("said")}
ON CONFLICT (clearing_id, fixmedins_code, setl_id) DO UPDATE SET theirs = excluded.theirs, settlement_id = excluded.settlement_id,
    intake_id = excluded.intake_id, kind = excluded.kind, decision = '', reason = '', decided_by = '', decided_on = NULL
    WHERE mutual_aid_clearingline.theirs <> excluded.theirs OR mutual_aid_clearingline.settlement_id IS DISTINCT FROM excluded.settlement_id"""


# -- Comparing, deciding, agreeing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def compare_clearing(
    clearing: Clearing, *, said_count: int, said_amount: Decimal, by: Actor, statement: str = "", on: date | None = None
) -> Clearing:
    """With the bureau's own sheet in hand: its count and sum are those of the list, and every line is checked against our rule.

    Raises ValidationError where lines are missing or too many: then the list is not the one that was paid by.
    """
    with _held(clearing, by) as held:
        _must_be(held, *OPEN)
        sums = sums_of(held)
        if (said_count, said_amount) != (sums.count, sums.theirs):
            refuse(
                f"清单和医保清算单对不上：清算单 {said_count} 笔 {said_amount:,.2f} 元，收到的清单 {sums.count} 笔 {sums.theirs:,.2f} 元。"
                "请医保补齐清单，或更正清算单。"
            )
        _check_lines(held)
        held.said_count, held.said_amount, held.statement = said_count, said_amount, statement.strip()[:40]
        held.compared_by, held.compared_by_name, held.compared_on = by.actor_key, by.name, on or today()
        held.state = ClearingState.DIFFERENCES
        held.save()
        differing = sums_of(held).differing
        record("mutual_aid.compare_clearing", subject=held.subject, by=by, org=held.org_id, on=on, clearing=held.code, differing=differing)
    return held


def _check_lines(held: Clearing) -> None:
    """What our rule says now to every line; a decision stands as long as nothing changed under it."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECK, {"plan": held.plan_id, "clearing": held.pk})
        cursor.execute(_CLEAR, {"clearing": held.pk})


_PAID_HERE = "stay.paid > 0 OR stay.paying <> ''"
_CHECK = f"""WITH now AS (
    SELECT line.id, said.ours, CASE WHEN stay.id IS NULL THEN '{LineKind.UNREAD}' WHEN line.theirs = said.ours THEN '{LineKind.SAME}'
        WHEN {_PAID_HERE} OR stay.state <> '{State.ELSEWHERE}' AND stay.mdtrt_id <> '' AND EXISTS (
            SELECT FROM mutual_aid_settlement AS other WHERE other.certno_index = stay.certno_index AND other.mdtrt_id = stay.mdtrt_id
                AND other.id <> stay.id AND (other.paid > 0 OR other.paying <> '' OR other.state = '{State.ELSEWHERE}')) THEN '{LineKind.DOUBLE}'
        WHEN stay.state = '{State.UNMATCHED}' THEN '{LineKind.UNKNOWN}' WHEN stay.state = '{State.PARKED}' THEN '{LineKind.PARKED}'
        WHEN stay.state IN ('{State.REVIEW}', '{State.RECEIVED}') THEN '{LineKind.REVIEW}'
        WHEN stay.state IN ({sql.listed(sql.GONE)}) THEN '{LineKind.REVERSED}'
        WHEN stay.state = '{State.ELSEWHERE}' AND enrolment.plan_id = %(plan)s THEN '{LineKind.OTHER}' ELSE '{LineKind.NOT_COVERED}' END AS kind
    FROM mutual_aid_clearingline AS line LEFT JOIN mutual_aid_settlement AS stay ON stay.id = line.settlement_id
    LEFT JOIN mutual_aid_enrolment AS enrolment ON enrolment.id = stay.enrolment_id
    CROSS JOIN LATERAL (SELECT CASE WHEN stay.state = '{State.ELSEWHERE}' AND enrolment.plan_id = %(plan)s THEN stay.benefit ELSE 0 END
        - {_CLEARED.format("line")} AS ours) AS said
    WHERE line.clearing_id = %(clearing)s
)
UPDATE mutual_aid_clearingline AS line SET ours = now.ours, kind = now.kind,
    decision = CASE WHEN stays.so THEN line.decision ELSE '' END, reason = CASE WHEN stays.so THEN line.reason ELSE '' END,
    decided_by = CASE WHEN stays.so THEN line.decided_by ELSE '' END, decided_on = CASE WHEN stays.so THEN line.decided_on END
FROM now CROSS JOIN LATERAL (SELECT now.id, EXISTS (
    SELECT FROM mutual_aid_clearingline AS self WHERE self.id = now.id AND self.kind = now.kind AND self.ours = now.ours) AS so) AS stays
WHERE now.id = line.id"""
_CLEAR = f"""UPDATE mutual_aid_clearingline SET cleared = CASE WHEN decision IN ('{LineDecision.ACCEPT}', '{LineDecision.CLAWBACK}') THEN theirs ELSE ours END
WHERE clearing_id = %(clearing)s"""


@transaction.atomic
def decide_line(line: ClearingLine, *, decision: str, reason: str, by: Actor, on: date | None = None) -> ClearingLine:
    """What is done about one difference, and why; what the bureau is to correct is not transferred until it has."""
    with _held(line.clearing, by) as held:
        _must_be(held, ClearingState.DIFFERENCES)
        why = check_reason(reason)
        one = ClearingLine.objects.select_related("settlement").get(pk=line.pk)
        if LineDecision(decision) not in MAY.get(LineKind(one.kind), ()):
            refuse(f"“{one.get_kind_display()}”不能定为“{LineDecision(decision).label}”。", "decision")
        if decision == LineDecision.CLAWBACK and (one.theirs <= 0 or one.settlement is None or one.settlement.person_id is None):
            refuse("这一行对不上本人，没有人可以收回，请医保更正。", "decision")
        one.decision, one.reason, one.decided_by, one.decided_on = decision, why, by.actor_key, on or today()
        one.save(update_fields=["decision", "reason", "decided_by", "decided_on"])
        with connection.cursor() as cursor:
            cursor.execute(_CLEAR, {"clearing": held.pk})
        record(
            "mutual_aid.decide_line",
            subject=held.subject,
            by=by,
            org=held.org_id,
            on=on,
            reason=why,
            setl_id=one.setl_id,
            decision=decision,
        )
    return one


@transaction.atomic
def agree_clearing(clearing: Clearing, *, by: Actor, on: date | None = None) -> Clearing:
    """A second person agrees, once every difference is decided and nothing changed since; what is to come back is asked of the persons."""
    on = on or today()
    with _held(clearing, by) as held, connection.cursor() as cursor:
        cursor.execute(sql.ONE_AT_A_TIME)
        _must_be(held, ClearingState.DIFFERENCES)
        if held.compared_by == by.actor_key:
            refuse("核对和确认要两个人，请另一位同事确认。")
        _check_lines(held)
        if undecided := sums_of(held).undecided:
            refuse(f"还有 {undecided} 处差异没有定下怎么办，逐行定好再确认。")
        _claw_back(held, by, on)
        held.state, held.agreed_by, held.agreed_by_name, held.agreed_on = ClearingState.AGREED, by.actor_key, by.name, on
        held.save()
        keep_up(by=by, on=on)
        record(
            "mutual_aid.agree_clearing",
            subject=held.subject,
            by=by,
            org=held.org_id,
            on=on,
            clearing=held.code,
            cleared=sums_of(held).cleared,
        )
    return held


def _claw_back(held: Clearing, by: Actor, on: date) -> None:
    for line in held.lines.filter(decision=LineDecision.CLAWBACK).select_related("settlement"):
        one = line.settlement
        assert one is not None, "only what has a person is decided so"
        one.state, one.benefit, one.due, one.had_first = State.CLAWBACK, NOTHING, NOTHING, False
        one.paid = one.paid if line.kind == LineKind.DOUBLE else line.theirs
        one.reason = f"一站式多付，要收回：{line.reason}"[:200]
        one.save(update_fields=["state", "benefit", "due", "had_first", "paid", "reason"])
        record("mutual_aid.claw_back", subject=one.subject, by=by, org=one.org_id, on=on, amount=one.paid, clearing=held.code)


@transaction.atomic
def reopen_clearing(clearing: Clearing, *, reason: str, by: Actor, on: date | None = None) -> Clearing:
    """Back to comparing, before anything was transferred or asked back."""
    with _held(clearing, by) as held:
        _must_be(held, ClearingState.AGREED)
        why = check_reason(reason)
        if held.lines.filter(decision=LineDecision.CLAWBACK).exists():
            refuse("已经向本人收回的清算单不能再打开，差额请医保下月更正。")
        held.state, held.agreed_by, held.agreed_by_name, held.agreed_on = ClearingState.DIFFERENCES, "", "", None
        held.save()
        record("mutual_aid.reopen_clearing", subject=held.subject, by=by, org=held.org_id, on=on, reason=why, clearing=held.code)
    return held


@transaction.atomic
def transfer_clearing(clearing: Clearing, *, reference: str, by: Actor, on: date | None = None) -> Clearing:
    """What was agreed went to the bureau. Where this house holds the pool its books say so; else the statement alone is kept."""
    on = on or today()
    fund = clearing.plan.pool
    with _held(clearing, by, "ledger.post" if fund else REVIEW, fund) as held:
        _must_be(held, ClearingState.AGREED)
        if len(reference.strip()) < 4:
            refuse("请写银行回单号或拨付文号，至少 4 个字。", "reference")
        if fund is not None:
            held.entry = _posted(held, fund, by, on)
        held.state, held.transferred_on, held.reference = ClearingState.TRANSFERRED, on, reference.strip()[:60]
        held.save()
        record(
            "mutual_aid.transfer_clearing",
            subject=held.subject,
            by=by,
            org=held.org_id,
            on=on,
            clearing=held.code,
            cleared=sums_of(held).cleared,
        )
    return held


def _posted(held: Clearing, fund: Fund, by: Actor, on: date) -> Entry | None:
    """One leg a line, so that the fund opens down to the person; what is asked back stands as owed by them."""
    benefit, owed, bank = (Account.objects.get(code=code) for code in ("231", "225", "102"))
    legs = []
    for line in held.lines.exclude(cleared=0).select_related("settlement").order_by("pk"):
        asked_back = line.decision == LineDecision.CLAWBACK and line.kind != LineKind.DOUBLE
        legs.append(Line(owed if asked_back else benefit, line.cleared, line.settlement.person_id if line.settlement else None))
    total = sum((leg.amount for leg in legs), NOTHING)
    if not legs:
        return None
    lines = [*legs, Line(bank, -total)] if total else legs
    return post(fund, lines=lines, key=f"clearing {held.code}", text=f"一站式清算 {held.month:%Y-%m}", by=by, on=on, about=held.subject)


def _must_be(held: Clearing, *states: str) -> None:
    if held.state not in states:
        refuse(f"清算单现在是“{held.get_state_display()}”，这一步办不了。")


@contextmanager
def _held(clearing: Clearing, by: Actor, permission: str = REVIEW, fund: Fund | None = None) -> Iterator[Clearing]:
    """The clearing locked, after the right over it (or over the fund that pays) was checked; within, everything is seen."""
    with elevated("clearing: its organisation decides about the right"):
        org = fund.org if fund else Organisation.objects.get(pk=clearing.org_id)
    require(by, permission, org)
    with elevated("clearing: the right over it was checked"):
        yield Clearing.objects.select_related("plan__pool__org", "org").select_for_update(of=("self",)).get(pk=clearing.pk)
