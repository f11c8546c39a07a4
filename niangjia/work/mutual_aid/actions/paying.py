"""Approved settlements become money: posted as owed, put into a payment batch, paid by the bank's return, or taken back (给付)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, DecimalField, F, QuerySet, Value, When

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger.actions import Line, Payment, Posting, make_batch, post_many
from niangjia.core.ledger.enums import LineState
from niangjia.core.ledger.models import Account, Fund, PaymentBatch, PaymentLine
from niangjia.core.trail.actions import record, record_bulk
from niangjia.work.mutual_aid.actions.clawing import keep_up
from niangjia.work.mutual_aid.actions.comparing import check_days, held_back
from niangjia.work.mutual_aid.actions.looking import ask_for_looks
from niangjia.work.mutual_aid.actions.settling import ONE_AT_A_TIME, check_totals_of, refuse
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import Intake, Plan, Settlement

CHUNK = 5000
"""Settlements posted in one transaction: a run that is broken off goes on with the rest."""
KEY = "settlement "
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Made:
    """A payment batch that was made: how many settlements are paid by offset alone, who has no bank account, what a second person must see."""

    batch: PaymentBatch | None
    settled_by_offset: int
    without_account: list[Settlement]
    to_look: list[Settlement] = field(default_factory=list)


TARGET = Case(
    When(state__in=[State.APPROVED, State.PAID], then=F("benefit")),
    When(state=State.WRITTEN_OFF, then=F("paid")),
    default=Value(NOTHING),
    output_field=DecimalField(max_digits=16, decimal_places=2),
)
"""What the books should hold as granted; where it is not yet ``posted``, an entry is due."""


def post_settlements(fund: Fund, *, by: Actor, on: date | None = None) -> int:
    """Post what was granted since the last run, and in red what was taken back, chunk by chunk. Returns how many entries are new."""
    posted = 0
    while done := _post_chunk(fund, by, on or today()):
        posted += done
    return posted


@transaction.atomic
def _post_chunk(fund: Fund, by: Actor, on: date) -> int:
    require(by, "ledger.post", fund.org)
    with elevated("post_settlements: the right over the fund was checked"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        rows = Settlement.objects.filter(enrolment__plan__pool=fund).exclude(posted=TARGET)
        chunk = list(rows.order_by("pk")[:CHUNK])
        if not chunk:
            return 0
        held, person_owed = Account.objects.get(code="231"), Account.objects.get(code="225")
        postings = []
        for one in chunk:
            target = _target(one)
            change = target - one.posted
            text = "医疗互助给付核定" if change > 0 else "医疗互助给付冲回"
            lines = [Line(held, change, one.person_id), Line(person_owed, -change, one.person_id)]
            postings.append(Posting(f"{KEY}{one.pk} {one.postings + 1}", text, lines, one.subject))
            one.posted, one.postings = target, one.postings + 1
        made = post_many(fund, postings=postings, by=by, on=on, subject=fund.subject)
        Settlement.objects.bulk_update(chunk, ["posted", "postings"], batch_size=1000)
    return made


def _target(one: Settlement) -> Decimal:
    """TARGET of one row."""
    if one.state in (State.APPROVED, State.PAID):
        return one.benefit
    return one.paid if one.state == State.WRITTEN_OFF else NOTHING


@transaction.atomic
def confirm_totals(intake: Intake, *, said: Mapping[str, Any], by: Actor, on: date | None = None) -> Intake:
    """The bureau's control totals for a file, where they came after it; a difference is refused and must be cleared with the bureau."""
    with elevated("confirm_totals: the file decides about the right"):
        held = Intake.objects.select_related("org").select_for_update(of=("self",)).get(pk=intake.pk)
        require(by, "mutual_aid.import", held.org)
        if not said.get("count"):
            refuse("控制总额至少要有笔数。")
        check_totals_of(held.rows, {name: Decimal(amount) for name, amount in held.totals.items()}, said)
        held.said = {name: str(value) for name, value in said.items()}
        held.save(update_fields=["said"])
        record("mutual_aid.confirm_totals", subject=held.subject, by=by, org=held.org_id, on=on, code=held.code)
    return held


@transaction.atomic
def make_payments(fund: Fund, *, by: Actor, on: date | None = None) -> Made:
    """Put everything approved and posted from this fund into one payment batch; what is owed back for the same stay is kept back from it.

    Raises ValidationError while a file of settlements stands there without its control totals, or a day of theirs differs from what the
    bureau says of it and nobody decided what to do.
    """
    require(by, "ledger.make", fund.org)
    on = on or today()
    with elevated("make_payments: the right over the fund was checked"), connection.cursor() as cursor:
        post_settlements(fund, by=SYSTEM, on=on)
        cursor.execute(ONE_AT_A_TIME)
        cursor.execute(_DUE, {"fund": fund.pk})
        rows = Settlement.objects.filter(enrolment__plan__pool=fund, state=State.APPROVED, paying="", posted=F("benefit"), benefit__gt=0)
        rows = rows.exclude(pk__in=held_back())
        waiting = list(rows.exclude(pk__in=_second_of_visit(rows)).select_related("person", "claim").order_by("arrival"))
        _check_files(waiting)
        check_days(waiting, by=by, on=on)
        unseen = ask_for_looks(fund, waiting, by=by, on=on)
        to_look, waiting = [one for one in waiting if one.pk in unseen], [one for one in waiting if one.pk not in unseen]
        by_offset = [one for one in waiting if not one.due]
        _paid(by_offset, dict.fromkeys([one.pk for one in by_offset], NOTHING), on)
        payees = {one.pk: payee_of(one) for one in waiting if one.due}
        payable = [one for one in waiting if one.due and payees[one.pk][1]]
        without = [one for one in waiting if one.due and not payees[one.pk][1]]
        if not payable:
            return Made(None, len(by_offset), without, to_look)
        account = Account.objects.get(code="225")
        payments = [
            Payment(f"{KEY}{one.pk}", *payees[one.pk], one.due, account, person_id=one.person_id, about=one.subject) for one in payable
        ]
        batch = make_batch(fund, title="医疗互助给付", payments=payments, by=by, on=on)
        Settlement.objects.filter(pk__in=[one.pk for one in payable]).update(paying=batch.code)
        touches = "SELECT 'settlement:' || unnest(%s::bigint[]), NULL::jsonb, jsonb_build_object('paying', %s::text)"
        params = [[one.pk for one in payable], batch.code]
        record_bulk("mutual_aid.make_payments", touches=touches, params=params, subject=batch.subject, by=by, org=fund.org_id, on=on)
    return Made(batch, len(by_offset), without, to_look)


def payee_of(one: Settlement) -> tuple[str, str]:
    """Name and account of who is paid: those that a claim by hand names, else the person's own."""
    claim = getattr(one, "claim", None)
    if claim and claim.payee_account:
        return claim.payee_name, claim.payee_account
    return (one.person.name, one.person.bank_account) if one.person else ("", "")


def _second_of_visit(rows: QuerySet[Settlement]) -> list[int]:
    """Where two of one visit were approved, the later waits: what is owed back for the stay is taken from one at a time."""
    seen: set[tuple[bytes, str]] = set()
    later = []
    busy = Settlement.objects.exclude(paying="").values_list("certno_index", "mdtrt_id")
    seen.update((bytes(index), visit) for index, visit in busy if visit and index)
    for pk, index, visit in rows.order_by("arrival").values_list("pk", "certno_index", "mdtrt_id"):
        key = (bytes(index or b""), visit)
        if visit and key in seen:
            later.append(pk)
        seen.add(key)
    return later


def _check_files(waiting: Sequence[Settlement]) -> None:
    files = {one.batch for one in waiting if one.batch}
    if open_ := sorted(Intake.objects.filter(code__in=files, said__isnull=True).values_list("code", flat=True)):
        refuse(f"结算文件 {'、'.join(open_[:5])} 还没有和医保核对控制总额，核对一致以后才能付款。")


_SAME_VISIT = "gone.certno_index = stay.certno_index AND gone.mdtrt_id = stay.mdtrt_id AND stay.mdtrt_id <> '' AND gone.paid > 0"
_OWED_BACK = f"gone.state IN ('{State.CLAWBACK}', '{State.OFFSET}')"
_DUE = f"""UPDATE mutual_aid_settlement AS stay SET due = greatest(0, stay.benefit - coalesce(back.sum, 0))
FROM mutual_aid_settlement AS self
    JOIN mutual_aid_enrolment AS enrolment ON enrolment.id = self.enrolment_id JOIN mutual_aid_plan AS plan ON plan.id = enrolment.plan_id
    LEFT JOIN LATERAL (SELECT sum(gone.paid) AS sum FROM mutual_aid_settlement AS gone
        WHERE {_SAME_VISIT.replace("stay.", "self.")} AND {_OWED_BACK}) AS back ON TRUE
WHERE self.id = stay.id AND plan.pool_id = %(fund)s AND stay.state = '{State.APPROVED}' AND stay.paying = ''
    AND stay.due IS DISTINCT FROM greatest(0, stay.benefit - coalesce(back.sum, 0))"""
# What was kept back is taken from the older settlements of the stay, the oldest first; then the new one is paid.
_TAKE = f"""WITH line AS (SELECT * FROM unnest(%(ids)s::bigint[], %(amounts)s::numeric[]) AS said (id, amount)),
stay AS (
    SELECT paid.id, paid.certno_index, paid.mdtrt_id, paid.benefit - line.amount AS taken FROM mutual_aid_settlement AS paid JOIN line USING (id)
    WHERE paid.state = '{State.APPROVED}' AND paid.benefit > line.amount
), held AS (
    SELECT gone.id, gone.paid - least(gone.paid, greatest(0, stay.taken - (sum(gone.paid) OVER (PARTITION BY stay.id ORDER BY gone.arrival) - gone.paid))) AS rest
    FROM stay JOIN mutual_aid_settlement AS gone ON {_SAME_VISIT} AND {_OWED_BACK}
)
UPDATE mutual_aid_settlement AS gone SET paid = held.rest, state = CASE WHEN held.rest = 0 THEN '{State.OFFSET}' ELSE '{State.CLAWBACK}' END
FROM held WHERE held.id = gone.id"""
# One reversed while the bank had its line in hand was paid all the same: that is owed back.
_PAY = f"""UPDATE mutual_aid_settlement AS stay SET paying = '', paid_on = %(on)s,
    paid = CASE WHEN stay.state = '{State.APPROVED}' THEN stay.benefit ELSE line.amount END,
    state = CASE WHEN stay.state = '{State.APPROVED}' THEN '{State.PAID}' WHEN line.amount > 0 THEN '{State.CLAWBACK}' ELSE stay.state END
FROM unnest(%(ids)s::bigint[], %(amounts)s::numeric[]) AS line (id, amount)
WHERE line.id = stay.id AND stay.state IN ('{State.APPROVED}', '{State.CANCELLED}')"""


def _paid(settlements: Sequence[Settlement], amounts: Mapping[int, Decimal], on: date) -> None:
    values: dict[str, Any] = {"ids": [one.pk for one in settlements], "amounts": [amounts[one.pk] for one in settlements], "on": on}
    if values["ids"]:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, values)
            cursor.execute(_PAY, values)
        keep_up(by=SYSTEM, on=on)


@transaction.atomic
def after_payments(lines: Sequence[PaymentLine], *, by: Actor) -> None:
    """The bank's answer, or the end of a batch, for lines that pay settlements: paid ones are paid, failed ones may go into another batch."""
    mine = {int(line.key.removeprefix(KEY)): line for line in lines if line.key.startswith(KEY)}
    if not mine:
        return
    require(by, "ledger.make", lines[0].fund.org)
    with elevated("after_payments: the right over the batch was checked"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        paid = {pk: line for pk, line in mine.items() if line.state == LineState.PAID}
        for day in sorted({line.paid_on for line in paid.values() if line.paid_on}):
            of_day = {pk: line.amount for pk, line in paid.items() if line.paid_on == day}
            _paid(list(Settlement.objects.filter(pk__in=of_day).order_by("arrival")), of_day, day)
        failed = [pk for pk, line in mine.items() if line.state == LineState.FAILED]
        Settlement.objects.filter(pk__in=failed, paying=lines[0].batch.code).update(paying="")
        touches = """SELECT 'settlement:' || id, NULL::jsonb, jsonb_build_object('state', state, 'paid', paid)
            FROM mutual_aid_settlement WHERE id = ANY(%s)"""
        params = [list(mine)]
        record_bulk("mutual_aid.paid", touches=touches, params=params, subject=lines[0].batch.subject, by=by, org=lines[0].fund.org_id)


def pools() -> QuerySet[Fund]:
    """The funds from which this house pays mutual aid."""
    return Fund.objects.filter(pk__in=Plan.objects.values("pool")).select_related("org")
