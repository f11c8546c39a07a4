"""Settlements that a person decides, and those looked at again because codes or enrolments are known by now (人工核对)."""

from datetime import date

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from niangjia.base.calendar import today
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import require
from niangjia.core.orgs.queries import root
from niangjia.core.trail.actions import record, record_bulk
from niangjia.work.mutual_aid.actions import reckoning as sql
from niangjia.work.mutual_aid.actions.settling import ONE_AT_A_TIME, refuse
from niangjia.work.mutual_aid.enums import SettlementState as State
from niangjia.work.mutual_aid.models import Settlement

SHORTEST_REASON = 4
OF_ONE = """SELECT other.id FROM mutual_aid_settlement AS one JOIN mutual_aid_settlement AS other ON other.certno_index = one.certno_index
WHERE one.id = %(one)s"""
OF_OPEN = f"""SELECT other.id FROM mutual_aid_settlement AS other WHERE other.certno_index IN (
    SELECT certno_index FROM mutual_aid_settlement WHERE state IN ({sql.listed(sql.AGAIN)}))"""
AGAIN = f"""UPDATE settle_stay AS stay SET state = '{State.RECEIVED}', arrival = latest.arrival + ranked.place
FROM (SELECT id, row_number() OVER (ORDER BY arrival) AS place FROM settle_stay WHERE state IN ({sql.listed(sql.AGAIN)})) AS ranked,
    (SELECT max(arrival) AS arrival FROM mutual_aid_settlement) AS latest
WHERE ranked.id = stay.id"""


@transaction.atomic
def decide(settlement: Settlement, *, approved: bool, reason: str, by: Actor, on: date | None = None) -> Settlement:
    """Approve or refuse what was put aside for a person; the rest of the person's year is reckoned anew behind it."""
    on, why = on or today(), reason.strip()
    if len(why) < SHORTEST_REASON:
        refuse(f"请写明理由，至少 {SHORTEST_REASON} 个字。")
    with elevated("decide: the settlement's union decides about the right"), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        held = Settlement.objects.select_related("org").select_for_update(of=("self",)).get(pk=settlement.pk)
        require(by, "mutual_aid.review", held.org)
        if held.state != State.REVIEW:
            refuse(f"这笔现在是“{held.get_state_display()}”，不用人工核对。")
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
        record("mutual_aid.decide", subject=held.subject, by=by, org=held.org_id, on=on, reason=why[:120], state=held.state)
        _reckon(cursor, sql.LOAD.format(ids=OF_ONE), {"one": held.pk}, held.subject, by, on)
    return held


def _check_visit(one: Settlement) -> None:
    """What was deducted at discharge is not paid once more."""
    if not one.mdtrt_id:
        return
    others = Settlement.objects.filter(certno_index=one.certno_index, mdtrt_id=one.mdtrt_id, state=State.ELSEWHERE).exclude(pk=one.pk)
    if known := others.first():
        refuse(f"同一次就诊已由一站式结算付过（{known.code}），不能再付。要改请先请医保冲正那一笔。")


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
    cursor.execute("DROP TABLE settle_stay, settle_rule")
    return changed
