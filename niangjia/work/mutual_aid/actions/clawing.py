"""What is owed back of a stay that was taken back: a case a person, told, repaid, kept back from the new settlement, or given up by decision (追回)."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.actions import advance, meet_term, note, open_case, start_promise
from niangjia.core.cases.models import Case
from niangjia.core.ledger.actions import Line, Posting, post_many
from niangjia.core.ledger.models import Account
from niangjia.core.trail.actions import record
from niangjia.work.mutual_aid import clocks
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import Clawback, Settlement
from niangjia.work.mutual_aid.queries import OWING, pool_of
from niangjia.work.mutual_aid.rules import refuse

NOTHING = Decimal("0.00")
WRITE_OFF = "mutual_aid.write_off"


def start_clock(case: Case, term: clocks.Term, *, since: date, by: Actor) -> None:
    """Let a clock of this line run in a case."""
    start_promise(case, term=term.code, title=term.title, source=term.source, since=since, due_on=term.ends(since), by=by)


def keep_up(*, by: Actor, on: date) -> None:
    """Open a case for whatever is owed back and has none, and note what was kept back from new settlements since; part of the verb that made it so."""
    rows = Settlement.objects.filter(state__in=OWING, paid__gt=0, clawback__isnull=True)
    for one in rows.select_related("person", "enrolment__plan__pool__org").order_by("pk"):
        _open(one, by, on)
    for found in Clawback.objects.filter(case__closed_on__isnull=True, settlement__state__in=OWING).select_related("case", "settlement"):
        if taken := found.rest - found.settlement.paid:
            found.offset += taken
            found.save(update_fields=["offset"])
            text = f"从同一次住院重新结算的那笔里抵回 {taken:,.2f} 元，还有 {found.rest:,.2f} 元。"
            if found.rest:
                note(found.case, text=text, by=SYSTEM, permission="mutual_aid.review", on=on, for_worker=True)
            else:
                advance(found.case, "offset", by=SYSTEM, on=max(on, found.case.state_since), note=text)


def _open(one: Settlement, by: Actor, on: date) -> None:
    fund = pool_of(one)
    if fund is None or one.person is None:
        return
    case = open_case(
        line="mutual_aid", flow="clawback", org=fund.org, title=f"{one.person.name}：收回住院互助金", by=by, on=on, applicants=[one.person],
        channel="insurance", outside_number=one.setl_id, facts={"amount": one.paid},
    )  # fmt: skip
    Clawback.objects.create(case=case, settlement=one, amount=one.paid)
    start_clock(case, clocks.NOTIFY, since=on, by=by)


def note_told(case: Case, *, by: Actor, on: date) -> None:
    """The person was told; from then the time to repay runs. Part of a step."""
    Clawback.objects.filter(case=case).update(notified_on=on)
    start_clock(case, clocks.REPAY, since=on, by=by)


@transaction.atomic
def note_repaid(settlement: Settlement, *, by: Actor, on: date | None = None, amount: Decimal | None = None) -> Settlement:
    """What was owed back came in at the bank: all of it, or ``amount`` of it."""
    with elevated("note_repaid: the fund decides about the right"):
        held = _owing(settlement)
        fund = pool_of(held)
        if fund is None:
            refuse("这笔不是从本区的账付的，退款由资金池所在的工会收。")
        require(by, "ledger.post", fund.org)
        on, amount = on or today(), amount or held.paid
        if amount > held.paid:
            refuse(f"要收回的只有 {held.paid:,.2f} 元，多退的请退还本人。", "amount")
        lines = [Line(Account.objects.get(code="102"), amount), Line(Account.objects.get(code="225"), -amount, held.person_id)]
        posting = Posting(f"repaid {held.pk} {held.paid}", "医疗互助给付退回", lines, held.subject)
        post_many(fund, postings=[posting], by=by, on=on, subject=held.subject)
        held.paid -= amount
        held.state = State.REPAID if not held.paid else held.state
        held.save(update_fields=["paid", "state"])
        if found := Clawback.objects.filter(settlement=held).first():
            found.repaid += amount
            found.save(update_fields=["repaid"])
        record("mutual_aid.repaid", subject=held.subject, by=by, org=held.org_id, on=on, amount=amount)
    return held


def propose_write_off(case: Case, *, resolution: str, by: Actor) -> None:
    """Say by which decision it shall be given up; somebody else carries it out. Part of a step."""
    _check_resolution(resolution)
    Clawback.objects.filter(case=case).update(resolution=resolution.strip()[:120], proposed_by=by.actor_key)


def check_other_person(case: Case, by: Actor) -> None:
    """Whoever gives it up is another than who proposed it."""
    if case.mutual_aid_clawback.proposed_by == by.actor_key:
        raise Refused("核销要另一个人批：这是你提出的。")


@transaction.atomic
def write_off(settlement: Settlement, *, resolution: str, by: Actor, on: date | None = None) -> Settlement:
    """What is owed back is given up; only by a decision of the body, named by its resolution."""
    with elevated("write_off: the settlement decides about the right"):
        held = _owing(settlement)
        require(by, WRITE_OFF, held.org)
        _check_resolution(resolution)
        held.state, held.reason = State.WRITTEN_OFF, f"核销：{resolution.strip()}"[:200]
        held.save(update_fields=["state", "reason"])
        Clawback.objects.filter(settlement=held).update(written_off=held.paid)
        record(
            "mutual_aid.write_off", subject=held.subject, by=by, org=held.org_id, on=on, reason=resolution.strip()[:120], amount=held.paid
        )
    return held


def _check_resolution(resolution: str) -> None:
    if len(resolution.strip()) < 4:
        refuse("核销要集体决定，请写明会议决议的名称或文号。", "resolution")


def _owing(settlement: Settlement) -> Settlement:
    rows = Settlement.objects.select_related("org", "enrolment__plan__pool__org").select_for_update(of=("self",))
    held = rows.get(pk=settlement.pk)
    if held.state not in OWING or not held.paid:
        refuse(f"这笔现在是“{held.get_state_display()}”，没有要收回的钱。")
    return held


def meet(case: Case, term: clocks.Term, *, by: Actor, on: date) -> None:
    """What a clock of this line asked for was done."""
    meet_term(case, term=term.code, by=by, on=on)
