"""Settlements are taken in: a whole file is matched, reckoned and approved by SQL in one transaction (结算受理)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from niangjia.base.calendar import now, today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind_many, seal_many
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.models import PartnerBody
from niangjia.core.orgs.queries import root
from niangjia.core.people.models import ID_NUMBER
from niangjia.core.trail.actions import record, record_bulk
from niangjia.work.mutual_aid import intake
from niangjia.work.mutual_aid.actions import alone
from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.actions.clawing import keep_up
from niangjia.work.mutual_aid.actions.clearing import check_list, note_list
from niangjia.work.mutual_aid.actions.codes import codes_in_force
from niangjia.work.mutual_aid.actions.comparing import compare_days
from niangjia.work.mutual_aid.enums import SettlementState
from niangjia.work.mutual_aid.intake import Refusal, Taken
from niangjia.work.mutual_aid.models import CERTNO, Intake, Layout, Plan
from niangjia.work.mutual_aid.rules import refuse

IMPORT = "mutual_aid.import"
ONE_AT_A_TIME = sql.ONE_AT_A_TIME
MOST_REFUSALS = 10_000
SLICE = 10_000
"""Lines sealed and sent at a time."""
OTHER_PERSON = "这笔结算以前送来时是另一个证件号码：请医保先冲正原来那笔，再送新的"


@dataclass(frozen=True)
class Outcome:
    """What a file came to: rows of the file, how many of its settlements stand in each state, what they grant together, and what was refused."""

    code: str
    rows: int
    totals: Mapping[str, Decimal]
    states: Mapping[str, int]
    benefit: Decimal
    refusals: list[Refusal] = field(default_factory=list)
    applied: bool = True
    known: bool = False
    new: int = 0
    changed: int = 0
    duplicates: int = 0


def take_settlements(
    *, data: bytes, by: Actor, on: date | None = None, name: str = "", said: Mapping[str, Any] | None = None, apply: bool = True,
    body: PartnerBody | None = None, plan: Plan | None = None, signed_by: str = "", by_interface: bool = False,
) -> Outcome:  # fmt: skip
    """Take in a file of settlements; all of it or nothing, and the same bytes once. ``apply=False`` only says what would happen.

    ``said``: the control totals that came with it (count, medfee, fund, cash, benefit). ``body`` is the bureau, whose own headings are
    read, except ``by_interface``: there names are national and sums in yuan. ``plan`` is the one whose one-stop payments the file lists:
    they go into its clearing. Raises ValidationError where the file cannot be read or is not what its control totals say.
    """
    with elevated("take_settlements: the district decides about the right"):
        district = root()
    if district is None:
        refuse("还没有建立区总工会，不能接收结算。")
    require(by, IMPORT, district)
    try:
        taken = intake.read(data, **layout_of(None if by_interface else body))
    except intake.UnreadableSettlements as error:
        raise ValidationError(str(error)) from error
    _check_places(taken)
    if said is not None:
        check_totals(taken, said)
    if plan is not None:
        check_list(plan, taken)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic(), elevated("settlements: persons of the whole district"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        if known := Intake.objects.filter(digest=digest).first():
            if apply:
                _note_control(known, said, signed_by, by, on)
            return _told_again(known)
        run = _Run(taken, by, on or today(), district.pk)
        outcome = run.through(cursor, digest, name, said, body=body, plan=plan, signed_by=signed_by)
        if plan is not None:
            note_list(Intake.objects.get(code=outcome.code), taken, plan)
        if body is not None:
            compare_days(body, taken.rows["settled_on"].drop_nulls().unique().to_list(), by=by, on=on)
        keep_up(by=by, on=run.on)
        if not apply:
            transaction.set_rollback(True)
            return replace(outcome, code="", applied=False)
    return outcome


def _check_places(taken: Taken) -> None:
    """The rows of a file are its places in the order of arrival; one with more would run into the next file's."""
    last = taken.rows["row"].max()
    if isinstance(last, int) and last >= sql.PLACES:
        refuse(f"一个文件最多 {sql.PLACES - 1:,} 行，请医保分成几个文件。")


def layout_of(body: PartnerBody | None) -> dict[str, Any]:
    """How a bureau's files are read: its headings chosen by hand, and whether its money is in fen."""
    with elevated("settlements: how a bureau writes its files names nobody"):
        layout = Layout.objects.filter(body=body).first() if body else None
    return {"chosen": layout.headings, "in_fen": layout.in_fen} if layout else {}


def check_totals(taken: Taken, said: Mapping[str, Any]) -> None:
    """The control totals hold, each that is said; else the file is half there, or another one."""
    check_totals_of(taken.count, taken.totals, said)


def check_totals_of(count: int, totals: Mapping[str, Decimal], said: Mapping[str, Any]) -> None:
    """Likewise, from what a file was found to hold."""
    wrong = []
    for name, title in (("count", "笔数"), ("medfee", "总费用"), ("fund", "基金支付"), ("cash", "个人现金"), ("benefit", "互助支付")):
        if said.get(name) in (None, ""):
            continue
        found = Decimal(count) if name == "count" else totals[name]
        try:
            if Decimal(str(said[name])) != found:
                wrong.append(f"{title}：控制总额 {said[name]}，文件里 {found}")
        except ArithmeticError:
            wrong.append(f"{title}的控制总额“{said[name]}”不是数字")
    if wrong:
        refuse("文件和控制总额对不上。" + "；".join(wrong) + "。请医保核对后重新传送完整的文件和总额。")


def _note_control(known: Intake, said: Mapping[str, Any] | None, signed_by: str, by: Actor, on: date | None) -> None:
    """Totals and signature that came after the file, where it had none."""
    totals, key = (dict(said) if said and known.said is None else known.said), known.signed_by or signed_by
    if (totals, key) != (known.said, known.signed_by):
        Intake.objects.filter(pk=known.pk).update(said=totals, signed_by=key)
        record("mutual_aid.confirm_totals", subject=known.subject, by=by, org=known.org_id, on=on, code=known.code, key=key)


def _told_again(known: Intake) -> Outcome:
    totals = {name: Decimal(amount) for name, amount in known.totals.items()}
    refusals = [Refusal(row, reason) for row, reason in known.refusals]
    return Outcome(known.code, known.rows, totals, known.states["states"], Decimal(known.states["benefit"]), refusals, known=True)


class _Run:
    """One file on its way through the working tables."""

    def __init__(self, taken: Taken, by: Actor, on: date, district: int) -> None:
        self.taken, self.by, self.on, self.district = taken, by, on, district
        self.refusals = list(taken.refusals)
        self.values: dict[str, Any] = {"district": district, "on": on, "at": now(), "prefix": f"JS{on:%y%m}-"}

    def through(self, cursor: CursorWrapper, digest: str, name: str, said: Mapping[str, Any] | None, **more: Any) -> Outcome:
        code = f"JSWJ-{self.on:%Y%m%d}-{digest[:8].upper()}"
        self.values |= {"base": sql.next_arrival(cursor), "batch": code}
        self._copy(cursor)
        plans = sql.plans_of(cursor)
        self._merge(cursor, plans)
        sql.reckon(cursor, self.district, self.on, plans)
        self._write(cursor, code)
        alone.settle_alone(cursor, plans, self.values | codes_in_force().parameters)
        outcome = self._outcome(cursor, code)
        Intake.objects.create(
            code=code, org_id=self.district, name=clean_text(name)[:120], digest=digest, rows=outcome.rows, refused=len(self.refusals),
            totals={key: str(amount) for key, amount in outcome.totals.items()}, said=dict(said) if said is not None else None,
            states={"states": dict(outcome.states), "benefit": str(outcome.benefit)}, received_at=now(), by=self.by.actor_key,
            refusals=[[refusal.row, refusal.reason] for refusal in self.refusals[:MOST_REFUSALS]], **more,
        )  # fmt: skip
        touches = f"{sql.TOUCHES} UNION ALL {alone.TOUCHES}"
        record_bulk("mutual_aid.settle", touches=touches, subject=f"intake:{code}", by=self.by, org=self.district, on=self.on, batch=code)
        cursor.execute("DROP TABLE settle_line, settle_stay, settle_version, settle_rule, settle_alone, settle_found, settle_written")
        return outcome

    def _copy(self, cursor: CursorWrapper) -> None:
        """The rows into the database, numbers sealed and indexed before they leave this process."""
        rows = self.taken.rows
        empty = [pl.col(name).fill_null("") for name in ("orig_setl_id", "fixmedins_name", "mdtrt_id", "med_type", "insutype", "psn_type")]
        amounts = [
            pl.when("is_reversal").then(pl.col(name).str.strip_prefix("-")).otherwise(pl.col(name)).alias(name) for name in sql.AMOUNTS
        ]
        frame = rows.with_columns(
            *empty, *amounts, pl.col("row").alias("number"), pl.col("mutual_aid_pay").fill_null("0").str.strip_prefix("-").alias("paid_elsewhere"),
            alone.stand_alone(rows),
        ).with_columns(pl.col("fixmedins_name").str.slice(0, 80))  # fmt: skip
        for table, lines in (("settle_alone", frame.filter("alone")), ("settle_line", frame.filter(~pl.col("alone")))):
            cursor.execute(sql.LINES.format(table=table))
            self._send(cursor, table, lines)
        for statement in (
            alone.KNOWN,
            "CREATE INDEX ON settle_line (fixmedins_code, setl_id)",
            sql.TURNS,
            sql.TARGETS,
            "ANALYZE settle_line",
        ):
            cursor.execute(statement)

    @staticmethod
    def _send(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
        """Slice by slice, so that one is sealed while the database takes in another."""
        force = "orig_setl_id, fixmedins_name, mdtrt_id, med_type, insutype, psn_type"
        with cursor.copy(f"COPY {table} ({', '.join(sql.COPIED)}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({force}))") as copy:
            for lines in frame.iter_slices(SLICE):
                numbers = lines["certno"].to_list()
                sealed = lines.with_columns(
                    pl.Series("certno_index", _hex(blind_many(numbers, ID_NUMBER)), dtype=pl.String),
                    pl.Series("certno_sealed", _hex(seal_many(numbers, CERTNO)), dtype=pl.String),
                )
                copy.write(sealed.select(sql.COPIED).write_csv(include_header=False).encode())

    def _merge(self, cursor: CursorWrapper, plans: Sequence[Plan]) -> None:
        """Lines join what is known: new ones, other versions one after another, and what is taken back.

        Between two versions in one file it is reckoned: one that counted keeps its place in the year, one that did not takes a new one.
        """
        cursor.execute(sql.WORKING)
        cursor.execute(sql.LOAD.format(ids=sql.OF_LINES))
        cursor.execute(sql.LOAD.format(ids=sql.OF_THEIR_PERSONS))
        cursor.execute("CREATE TEMP TABLE settle_version (settlement_id bigint, version integer, changes jsonb) ON COMMIT DROP")
        cursor.execute(sql.OTHER_PERSONS)
        self.refusals += [Refusal(number, OTHER_PERSON) for (number,) in cursor.fetchall()]
        cursor.execute("SELECT max(turn) FROM settle_line")
        for turn in range(1, (cursor.fetchone()[0] or 0) + 1):
            if turn > 1:
                sql.reckon(cursor, self.district, self.on, plans)
            for statement in (sql.VERSIONS, sql.SAY_OTHER, sql.CHANGE, sql.ARRIVE):
                cursor.execute(statement, self.values | {"turn": turn})
        for statement in (sql.TAKE_BACK, sql.TAKEN_BEFORE, sql.REVERSALS):
            cursor.execute(statement, self.values)

    def _write(self, cursor: CursorWrapper, code: str) -> None:
        cursor.execute(sql.INSERT)
        cursor.execute(sql.UPDATE)
        cursor.execute(
            """INSERT INTO mutual_aid_settlementversion (settlement_id, version, changes, received_at, batch)
            SELECT settlement_id, version, changes, %s, %s FROM settle_version ORDER BY settlement_id, version""",
            [now(), code],
        )

    def _outcome(self, cursor: CursorWrapper, code: str) -> Outcome:
        cursor.execute(
            """SELECT state, count(*), sum(benefit) FROM (
                SELECT state, benefit FROM settle_written
                UNION ALL
                SELECT stay.state, stay.benefit FROM settle_stay AS stay
                WHERE EXISTS (SELECT FROM settle_line AS line WHERE line.fixmedins_code = stay.fixmedins_code AND line.setl_id = stay.setl_id)
            ) AS stands GROUP BY state ORDER BY state"""
        )
        found = cursor.fetchall()
        granting = (SettlementState.APPROVED, SettlementState.PAID, SettlementState.ELSEWHERE)
        benefit = sum((amount for state, _, amount in found if state in granting), Decimal("0.00"))
        self.refusals.sort(key=lambda refusal: refusal.row)
        cursor.execute(COUNTED)
        new, changed, duplicates = cursor.fetchone()
        states = {state: count for state, count, _ in found}
        return Outcome(
            code, self.taken.count, self.taken.totals, states, benefit, self.refusals, new=new, changed=changed, duplicates=duplicates
        )


COUNTED = f"""SELECT (SELECT count(*) FROM settle_stay WHERE is_new) + (SELECT count(*) FROM settle_written),
    (SELECT count(*) FROM settle_stay AS stay WHERE NOT is_new AND {sql.CHANGED}
        AND EXISTS (SELECT FROM settle_line AS line WHERE line.fixmedins_code = stay.fixmedins_code AND stay.setl_id IN (line.setl_id, line.target))),
    (SELECT count(*) FROM settle_line WHERE turn > 1)"""
"""What a file came to as an import tells it: new settlements, those it changed, lines that repeat another of the file."""


def _hex(values: list[bytes | None]) -> list[str | None]:
    """As COPY reads bytea."""
    return [None if value is None else f"\\x{value.hex()}" for value in values]
