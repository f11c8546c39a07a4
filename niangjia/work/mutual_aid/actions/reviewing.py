"""Settlements that a person decides, and those looked at again because codes or enrolments are known by now (人工核对)."""

from datetime import date

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.queries import root
from niangjia.core.people.models import Person
from niangjia.core.trail.actions import record, record_bulk
from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.actions.clawing import keep_up
from niangjia.work.mutual_aid.actions.settling import ONE_AT_A_TIME, refuse
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import Claim, Decision, Settlement
from niangjia.work.mutual_aid.queries import granted_by_hand, granted_for

SHORTEST_REASON = 4
RECONSIDERED = (
    State.REFUSED, State.NOT_COVERED, State.OUT_OF_SCOPE, State.UNMATCHED, State.PARKED, State.REVIEW, State.HELD, State.APPROVED,
)  # fmt: skip
"""What an appeal may change: everything that stands and is not paid."""
OF_ONE = """SELECT other.id FROM mutual_aid_settlement AS one JOIN mutual_aid_settlement AS other ON other.certno_index = one.certno_index
WHERE one.id = %(one)s"""
OF_PERSON = """SELECT held.id FROM mutual_aid_settlement AS held JOIN people_person AS person ON person.id_index = held.certno_index
WHERE person.id = %(one)s"""
OF_OPEN = f"""SELECT other.id FROM mutual_aid_settlement AS other WHERE other.certno_index IN (
    SELECT certno_index FROM mutual_aid_settlement WHERE state IN ({sql.listed(sql.AGAIN)}))"""
AGAIN = f"""WITH latest (place) AS ({sql.ARRIVING})
UPDATE settle_stay AS stay SET state = '{State.RECEIVED}', arrival = latest.place + ranked.place
FROM (SELECT id, row_number() OVER (ORDER BY arrival) AS place FROM settle_stay WHERE state IN ({sql.listed(sql.AGAIN)})) AS ranked, latest
WHERE ranked.id = stay.id"""


@transaction.atomic
def decide(settlement: Settlement, *, approved: bool, reason: str, by: Actor, on: date | None = None) -> Settlement:
    """Approve or refuse what was put aside for a person; the rest of the person's year is reckoned anew behind it."""
    on, why = on or today(), reason.strip()
    if len(why) < SHORTEST_REASON:
        refuse(f"请写明理由，至少 {SHORTEST_REASON} 个字。")
    with elevated("decide: the settlement's union decides about the right"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        held = Settlement.objects.select_related("org", "enrolment", "person").select_for_update(of=("self",)).get(pk=settlement.pk)
        require(by, "mutual_aid.review", held.org)
        if held.state != State.REVIEW:
            refuse(f"这笔现在是“{held.get_state_display()}”，不用人工核对。")
        if approved:
            _check_payable(held)
        held.by_hand, held.approved_on = True, on
        if approved:
            if held.paid_elsewhere:
                held.state, held.paid_on = State.ELSEWHERE, held.settled_on
            else:
                _check_visit(held)
                held.state = State.APPROVED
            held.reason, held.due = f"人工核定：{why}"[:200], held.benefit
        else:
            held.state, held.reason = State.REFUSED, f"不付：{why}"[:200]
            held.benefit = held.due = held.burden = held.benefit * 0
            held.had_first = False
        held.save(update_fields=["by_hand", "approved_on", "paid_on", "state", "reason", "due", "benefit", "burden", "had_first"])
        note_decision(held, approved=approved, reason=why, by=by, on=on)
        record("mutual_aid.decide", subject=held.subject, by=by, org=held.org_id, on=on, reason=why[:120], state=held.state)
        reckon_of(cursor, OF_ONE, held.pk, subject=held.subject, by=by, on=on)
    return held


def _check_visit(one: Settlement) -> None:
    """What was deducted at discharge is not paid once more."""
    if not one.mdtrt_id:
        return
    others = Settlement.objects.filter(certno_index=one.certno_index, mdtrt_id=one.mdtrt_id, state=State.ELSEWHERE).exclude(pk=one.pk)
    if known := others.first():
        refuse(f"同一次就诊已由一站式结算付过（{known.code}），不能再付。要改请先请医保冲正那一笔。")


def note_decision(settlement: Settlement, *, approved: bool, reason: str, by: Actor, on: date) -> None:
    """Keep who decided; the trail's event is the deciding verb's."""
    Decision.objects.create(
        settlement=settlement, approved=approved, benefit=settlement.benefit, reason=reason[:200], on=on, by=by.actor_key, by_name=by.name
    )


def _check_payable(held: Settlement) -> None:
    claim = Claim.objects.filter(settlement=held).first()
    if held.enrolment and held.enrolment.consent_on is None and claim is None:
        refuse("本人还没有单独同意用医保结算信息，不能核定给付。请本人在手机上点“我同意”，或凭签过的同意书办手工申请。")
    if same := granted_for(claim) if claim else granted_by_hand(held):
        refuse(f"同一次住院已经按 {same.setl_id} 核定过（{same.benefit:,.2f} 元），不能再付。请办“不付”。")


@transaction.atomic
def reconsider(settlement: Settlement, *, reason: str, by: Actor, on: date | None = None) -> Settlement:
    """Decide anew what was refused or reckoned wrongly and is not paid: by the same rule, on what is known today.

    Raises ValidationError with the rule's own reason where it still grants nothing.
    """
    on = on or today()
    with elevated("reconsider: the settlement's union decides about the right"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        held = Settlement.objects.select_related("org").select_for_update(of=("self",)).get(pk=settlement.pk)
        require(by, "mutual_aid.review", held.org)
        if held.state not in RECONSIDERED or held.paying:
            refuse(f"这笔现在是“{held.get_state_display()}”，不能改：已付的等医保冲正、重新结算，在付款批次里的等银行回盘。")
        held.state, held.by_hand = State.RECEIVED, False
        held.save(update_fields=["state", "by_hand"])
        reckon_of(cursor, OF_ONE, held.pk, subject=held.subject, by=by, on=on)
        held.refresh_from_db()
        if held.state == State.REVIEW:
            return decide(held, approved=True, reason=reason, by=by, on=on)
        if held.state not in (State.APPROVED, State.HELD):
            refuse(f"按现在登记的情况重新核算，还是“{held.get_state_display()}”：{held.reason}请先把参保、证件号码改对。")
        note_decision(held, approved=True, reason=reason, by=by, on=on)
    return held


@transaction.atomic
def release_held(person: Person, *, by: Actor, on: date | None = None) -> int:
    """What waited for a person's consent is reckoned on; returns how many changed."""
    with elevated("release_held: the person's own settlements"), connection.cursor() as cursor:
        if not Settlement.objects.filter(person=person, state=State.HELD).exists():
            return 0
        cursor.execute(ONE_AT_A_TIME)
        return reckon_of(cursor, OF_PERSON, person.pk, subject=person.subject, by=by, on=on or today())


@transaction.atomic
def look_again(*, by: Actor, on: date | None = None) -> int:
    """What was parked, matched nobody or was not covered is tried again: codes and enrolments may be there now. Returns how many changed."""
    with elevated("look_again: the district decides about the right"):
        district = root()
    if district is None:
        return 0
    require(by, "mutual_aid.import", district)
    with elevated("look_again: settlements of the whole district"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        return _reckon(cursor, sql.LOAD.format(ids=OF_OPEN), {}, f"org:{district.pk}", by, on or today(), again=True)


def reckon_of(cursor: CursorWrapper, ids: str, one: int, *, subject: str, by: Actor, on: date) -> int:
    """Reckon anew the settlements that ``ids`` selects for ``one``, all of the same person; the run is one at a time already."""
    return _reckon(cursor, sql.LOAD.format(ids=ids), {"one": one}, subject, by, on)


def _reckon(cursor: CursorWrapper, load: str, params: dict[str, int], subject: str, by: Actor, on: date, *, again: bool = False) -> int:
    district = root()
    assert district is not None
    cursor.execute(sql.WORKING)
    cursor.execute(load, params)
    if again:
        cursor.execute(AGAIN)
    sql.reckon(cursor, district.pk, on)
    cursor.execute(f"SELECT count(*) FROM settle_stay AS stay WHERE {sql.CHANGED}")
    changed = int(cursor.fetchone()[0])
    if changed:
        cursor.execute(sql.UPDATE)
        record_bulk("mutual_aid.reckon", touches=sql.TOUCHES, subject=subject, by=by, org=district.pk, on=on)
        keep_up(by=by, on=on)
    cursor.execute("DROP TABLE settle_stay, settle_rule")
    return changed
