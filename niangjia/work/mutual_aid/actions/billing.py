"""Bills of units, their premiums in the books, handing them on to the owner of the pool, refunds (缴费、汇缴、退费)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.ledger import actions as ledger
from niangjia.core.ledger.actions import Line, Posting
from niangjia.core.ledger.models import Account, Fund
from niangjia.core.ledger.queries import bank_account
from niangjia.core.orgs.actions.codes import take_codes
from niangjia.core.orgs.models import Organisation
from niangjia.core.trail.actions import record, record_bulk
from niangjia.work.mutual_aid.actions.enrolling import INSERT_PAID, TOUCHES, check_reach, facts_of, fill, judge
from niangjia.work.mutual_aid.enums import BillState, EnrolmentState, Via
from niangjia.work.mutual_aid.models import Bill, Enrolment, Forwarding, Plan
from niangjia.work.mutual_aid.queries import reached, unforwarded
from niangjia.work.mutual_aid.rules import check_open, check_reason, refuse

ENROL, MANAGE, POST = "mutual_aid.enrol", "mutual_aid.plan", "ledger.post"
HELD = "231"
"""The account of money held for others (代管经费): premiums until they are handed on, the pool where it is held here."""


@dataclass(frozen=True)
class Billed:
    """What billing came to: bills made, persons on them, yuan."""

    bills: int
    heads: int
    amount: Decimal


@transaction.atomic
def bill_unit(plan: Plan, *, org: Organisation, by: Actor, insured: int | None = None, note: str = "", on: date | None = None) -> Bill:
    """The bill of a union for those who wait for one. Where fewer than the plan's share take part, ``note`` must say why it may be so."""
    require(by, ENROL, org)
    on = on or today()
    insured = insured or org.staff_total or 0
    with elevated("bill_unit: the right over the union was checked"):
        inside, asked = reached(org, plan, insured)
        if inside < asked and len(note.strip()) < 4:
            share = "全部" if plan.declared.unit_share and insured <= plan.declared.all_below else f"{plan.declared.unit_share:.0%}"
            refuse(
                f"本单位参加职工医保 {insured} 人，要有{share}（{asked} 人）参加，现在 {inside} 人。请补上，或写明为什么可以少。", "note"
            )
        made = _bill(plan, on, [org.pk])
        if not made.bills:
            refuse("没有等着出账单的人。")
        bill = Bill.objects.select_related("plan", "org").get(plan=plan, org=org, state=BillState.OPEN)
        bill.insured, bill.note = insured or None, clean_text(note)[:120]
        bill.save(update_fields=["insured", "note"])
        record("mutual_aid.bill", subject=f"org:{org.pk}", by=by, org=org.pk, on=on, code=bill.code, amount=bill.amount, insured=insured)
    return bill


@transaction.atomic
def bill_many(plan: Plan, *, by: Actor, on: date | None = None) -> Billed:
    """A bill for every union of the district with somebody waiting for one."""
    require(by, MANAGE)
    on = on or today()
    with elevated("bill_many: the right over the plans was checked"):
        made = _bill(plan, on, None)
        if made.bills:
            touches = "SELECT 'org:' || org_id, NULL::jsonb, jsonb_build_object('bill', code, 'amount', amount) FROM mutual_aid_billed"
            record_bulk("mutual_aid.bill_many", touches=touches, subject=plan.subject, by=by, on=on, plan=plan.slug, bills=made.bills)
    return made


def _bill(plan: Plan, on: date, orgs: list[int] | None) -> Billed:
    values: dict[str, Any] = {"plan": plan.pk, "on": on, "orgs": orgs}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.mutual_aid_billed")
        cursor.execute(_WAITING, values)
        count = cursor.rowcount
        if not count:
            return Billed(0, 0, Decimal(0))
        _give_codes(cursor, values, on, count)
        cursor.execute(_PUT_ON_BILL, values)
        cursor.execute("SELECT count(*), sum(headcount)::bigint, sum(amount) FROM mutual_aid_billed")
        return Billed(*cursor.fetchone())


def _give_codes(cursor: Any, values: dict[str, Any], on: date, count: int) -> None:
    """A numbered bill for every row of the working table of bills."""
    first = take_codes("ma_bills", on.year, count)
    cursor.execute(_BILL, values | {"prefix": f"HZ-{settings.DIVISION}-{on.year}-", "first": first})


@transaction.atomic
def enrol_paid(
    plan: Plan, *, rows: str, by: Actor, paid_on: date, params: Mapping[str, Any] | None = None, on: date | None = None,
    via: str = Via.HISTORY, batch: str = "",
) -> Billed:  # fmt: skip
    """Enrol a whole roster whose premiums are in already, as when years before the register are taken over.

    The rows and refusals are those of `enrol_many`; each union's bill, receipt and entry in the books are made in the same breath.
    """
    require(by, MANAGE)
    require(by, POST, _books(plan).org)
    on = on or today()
    check_open(plan.window_from, plan.effective_to, on, draft=plan.is_draft)
    with elevated("enrol_paid: rows of several unions, persons known elsewhere"), connection.cursor() as cursor:
        fill(rows, params)
        check_reach(by)
        facts = facts_of(plan, on, via, batch)
        judge(facts, leave_out=False)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.mutual_aid_billed")
        cursor.execute(_ON_ROSTER, facts)
        if not cursor.rowcount:
            return Billed(0, 0, Decimal(0))
        _give_codes(cursor, facts, on, cursor.rowcount)
        _pay(list(Bill.objects.filter(plan=plan, state=BillState.OPEN).order_by("pk")), plan, by, paid_on)
        cursor.execute(INSERT_PAID, facts)
        heads = cursor.rowcount
        record_bulk(
            "mutual_aid.enrol_many", touches=TOUCHES, subject=plan.subject, by=by, on=on, batch=batch, plan=plan.slug, enrolled=heads
        )
        cursor.execute("SELECT count(*), sum(headcount)::bigint, sum(amount) FROM mutual_aid_billed")
        return Billed(*cursor.fetchone())


_ON_ROSTER = """CREATE TEMP TABLE mutual_aid_billed ON COMMIT DROP AS
SELECT org_id, count(*) AS headcount, sum(shares) * %(fee)s::numeric AS amount, row_number() OVER (ORDER BY org_id) - 1 AS place,
    NULL::text AS code
FROM mutual_aid_roster WHERE why IS NULL GROUP BY org_id"""
_WAITING = """CREATE TEMP TABLE mutual_aid_billed ON COMMIT DROP AS
SELECT org_id, count(*) AS headcount, sum(fee) AS amount, row_number() OVER (ORDER BY org_id) - 1 AS place, NULL::text AS code
FROM mutual_aid_enrolment WHERE plan_id = %(plan)s AND state = 'entered' AND bill_id IS NULL
    AND (%(orgs)s::bigint[] IS NULL OR org_id = ANY(%(orgs)s)) GROUP BY org_id"""
_BILL = """WITH made AS (
    INSERT INTO mutual_aid_bill (code, plan_id, org_id, headcount, amount, issued_on, receipt, state, note, refunded)
    SELECT %(prefix)s || lpad((%(first)s + place)::text, 6, '0'), %(plan)s, org_id, headcount, amount, %(on)s, '', 'open', '', 0
    FROM mutual_aid_billed RETURNING org_id, code)
UPDATE mutual_aid_billed AS billed SET code = made.code FROM made WHERE made.org_id = billed.org_id"""
_PUT_ON_BILL = """UPDATE mutual_aid_enrolment AS enrolment SET bill_id = bill.id
FROM mutual_aid_billed AS billed JOIN mutual_aid_bill AS bill ON bill.code = billed.code
WHERE enrolment.org_id = billed.org_id AND enrolment.plan_id = %(plan)s AND enrolment.state = 'entered' AND enrolment.bill_id IS NULL"""


@transaction.atomic
def cancel_bill(bill: Bill, *, by: Actor, reason: str, on: date | None = None) -> Bill:
    """Take back a bill that was not paid; its persons wait for another."""
    on, why = on or today(), check_reason(reason)
    with elevated("cancel_bill: the right over the union is checked on the row"):
        held = Bill.objects.select_for_update(of=("self",)).select_related("org", "plan").get(pk=bill.pk)
        require(by, ENROL, held.org)
        if held.state != BillState.OPEN:
            refuse("只有没有缴的账单可以作废；已缴的，参错了人的办退费。")
        held.state, held.note = BillState.CANCELLED, why
        held.save(update_fields=["state", "note"])
        held.enrolments.update(bill=None)
        record("mutual_aid.cancel_bill", subject=f"org:{held.org_id}", by=by, org=held.org_id, on=on, reason=why, code=held.code)
    return held


@transaction.atomic
def pay_bill(bill: Bill, *, by: Actor, on: date | None = None) -> Bill:
    """The premium came in, says who keeps the books: posted, the receipt has its number, and everybody on the bill is covered."""
    on = on or today()
    with elevated("pay_bill: the right over the books is checked on the plan"):
        held = Bill.objects.select_for_update(of=("self",)).select_related("org", "plan").get(pk=bill.pk)
        require(by, POST, _books(held.plan).org)
        if held.state != BillState.OPEN:
            refuse("这张账单不是待缴的。")
        _pay([held], held.plan, by, on)
        held.refresh_from_db()
        record("mutual_aid.pay_bill", subject=f"org:{held.org_id}", by=by, org=held.org_id, on=on, code=held.code, receipt=held.receipt)
    return held


@transaction.atomic
def pay_bills(plan: Plan, *, by: Actor, on: date | None = None) -> int:
    """Every open bill of a plan was paid on one day, as the bank's statement says; returns how many."""
    on = on or today()
    with elevated("pay_bills: the right over the books is checked on the plan"):
        require(by, POST, _books(plan).org)
        bills = list(Bill.objects.select_for_update(of=("self",)).filter(plan=plan, state=BillState.OPEN).order_by("pk"))
        if bills:
            _pay(bills, plan, by, on)
            touches = """SELECT 'org:' || org_id, NULL::jsonb, jsonb_build_object('bill', code, 'receipt', receipt)
                FROM mutual_aid_bill WHERE id = ANY(%s)"""
            ids = [bill.pk for bill in bills]
            record_bulk("mutual_aid.pay_bills", touches=touches, params=[ids], subject=plan.subject, by=by, on=on, plan=plan.slug)
    return len(bills)


def _pay(bills: list[Bill], plan: Plan, by: Actor, on: date) -> None:
    fund = _books(plan)
    if any(bill.issued_on > on for bill in bills):
        refuse("缴费日期早于出账日期。", "on")
    bank, held = bank_account(), Account.objects.get(code=HELD)
    postings = [
        Posting(f"premium {bill.code}", f"收互助费：{plan} {bill.headcount} 人次", [Line(bank, bill.amount), Line(held, -bill.amount)], bill.subject)
        for bill in bills
    ]  # fmt: skip
    ledger.post_many(fund, postings=postings, by=by, on=on, subject=plan.subject)
    first = take_codes("ma_receipt", on.year, len(bills))
    values: dict[str, Any] = {
        "ids": [bill.pk for bill in bills],
        "on": on,
        "fund": fund.pk,
        "first": first,
        "prefix": f"SJ-{settings.DIVISION}-{on.year}-",
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAID, values)
        cursor.execute(_EFFECTIVE, values)


_PAID = """UPDATE mutual_aid_bill AS bill SET state = 'paid', paid_on = %(on)s, entry_id = entry.id,
    receipt = %(prefix)s || lpad((%(first)s + place.n)::text, 6, '0')
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM unnest(%(ids)s::bigint[]) AS ids (id)) AS place
    JOIN mutual_aid_bill AS same USING (id) JOIN ledger_entry AS entry ON entry.key = 'premium ' || same.code AND entry.fund_id = %(fund)s
WHERE bill.id = place.id"""
_EFFECTIVE = "UPDATE mutual_aid_enrolment SET state = 'effective' WHERE bill_id = ANY(%(ids)s) AND state = 'entered'"


def _books(plan: Plan) -> Fund:
    """The fund in which premiums of a plan are held."""
    fund = plan.pool or plan.collects
    if fund is None:
        refuse(f"“{plan}”还没有指定代收记哪本账。请先在计划里指定。")
    return Fund.objects.select_related("org").get(pk=fund.pk)


@transaction.atomic
def forward(plan: Plan, *, by: Actor, on: date | None = None) -> Forwarding:
    """Hand on every premium collected and not yet forwarded to the owner of the pool; the list of bills is the forwarding's."""
    on = on or today()
    with elevated("forward: the right over the books is checked on the plan"):
        fund = _books(plan)
        require(by, POST, fund.org)
        if plan.pool_id:
            refuse("这个计划的资金池就在本级，不用汇缴。")
        bills = Bill.objects.select_for_update().filter(plan=plan, state=BillState.PAID, forwarding__isnull=True)
        ids = list(bills.values_list("pk", flat=True))
        waiting = unforwarded(plan)
        if not ids or waiting.amount <= 0:
            refuse("没有要汇缴的。")
        code = f"HJ-{settings.DIVISION}-{on.year}-{take_codes('ma_forward', on.year):04d}"
        lines = [Line(Account.objects.get(code=HELD), waiting.amount), Line(bank_account(), -waiting.amount)]
        entry = ledger.post(fund, lines=lines, key=f"forward {code}", text=f"汇缴{plan.pool_owner}：{plan}", by=by, on=on)
        made = Forwarding.objects.create(
            code=code, plan=plan, org=fund.org, bills_count=len(ids), headcount=waiting.heads, amount=waiting.amount, forwarded_on=on, entry=entry
        )  # fmt: skip
        Bill.objects.filter(pk__in=ids).update(forwarding=made)
        record("mutual_aid.forward", subject=made.subject, by=by, org=fund.org_id, on=on, code=code, amount=made.amount, bills=len(ids))
    return made


@transaction.atomic
def refund(enrolment: Enrolment, *, by: Actor, reason: str, on: date | None = None) -> Enrolment:
    """Give back what was paid for a person who should not have been enrolled, on the unit's statement: in the books, by red figures.

    Nobody leaves in the middle of a year otherwise. Refused where mutual aid was granted under the enrolment.
    """
    on, why = on or today(), check_reason(reason)
    with elevated("refund: the right over the books is checked on the plan"):
        held = Enrolment.objects.select_for_update(of=("self",)).select_related("org", "plan").get(pk=enrolment.pk)
        require(by, POST, _books(held.plan).org)
        if held.state != EnrolmentState.EFFECTIVE:
            refuse("只有已生效的才退费；没有缴费的直接撤回。")
        if held.settlements.filter(paid__gt=0).exists():
            refuse("已经按这份参保付过互助金，不能退费。请先收回已付的。")
        held.state, held.ended_on, held.ended_because = EnrolmentState.REFUNDED, on, why
        held.save(update_fields=["state", "ended_on", "ended_because"])
        if held.bill:
            Bill.objects.filter(pk=held.bill.pk).update(refunded=F("refunded") + held.fee)
            lines = [Line(Account.objects.get(code=HELD), held.fee), Line(bank_account(), -held.fee)]
            ledger.post(
                _books(held.plan), lines=lines, key=f"refund {held.pk}", text=f"退互助费：{held.plan}", by=by, on=on, about=held.bill.subject
            )  # fmt: skip
        record("mutual_aid.refund", subject=f"person:{held.person_id}", by=by, org=held.org_id, on=on, reason=why, plan=held.plan.slug)
    return held
