"""Counts in hand-written SQL of the figures around legal aid, and a district of the test that has some of each."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM
from niangjia.work.rights import actions
from niangjia.work.rights.tests.factories import new_dispute
from niangjia.work.rights.tests.helpers import new_aid, new_duty, new_lawyer, new_notice, to_the_letter, walk

AID = "FROM rights_legalaid a JOIN cases_case c ON c.id = a.case_id WHERE c.flow = 'aid' AND a.decided_on BETWEEN %(start)s AND %(end)s"
CLOCKS = """FROM cases_clock k JOIN cases_case c ON c.id = k.case_id WHERE c.flow = 'aid' AND k.term = 'legal_aid.decide'
    AND k.state = 'met' AND k.settled_on BETWEEN %(start)s AND %(end)s"""
TAKEN_ON = """FROM cases_case c WHERE c.line = 'rights' AND c.flow = 'dispute' AND c.opened_on BETWEEN %(start)s AND %(end)s
    AND EXISTS (SELECT FROM cases_steptaken t WHERE t.case_id = c.id AND t.step = 'accept')"""
ENDED = "FROM cases_case c WHERE c.line = 'rights' AND c.flow = 'dispute' AND c.closed_on BETWEEN %(start)s AND %(end)s"
AID_BY_HAND = {
    "rights.legal_aid_cases": f"SELECT count(*) {AID} AND a.verdict IN ('granted', 'urgent')",
    "rights.aid_to_state": f"SELECT count(*) {AID} AND a.verdict = 'state'",
    "rights.aid_decisions": f"SELECT count(*) {CLOCKS}",
    "rights.aid_in_time": f"SELECT count(*) {CLOCKS} AND k.settled_on <= k.due_on",
    "rights.consultations": """SELECT count(*) FROM rights_consultation x WHERE x.state = 'held' AND x."on" BETWEEN %(start)s AND %(end)s""",
    "rights.dismissals_answered": """SELECT count(*) FROM rights_dismissal d WHERE d.answered_on BETWEEN %(start)s AND %(end)s""",
    "rights.supervision_letters": """SELECT count(*) FROM rights_supervision v WHERE v.opinion_on BETWEEN %(start)s AND %(end)s""",
    "rights.accepted_disputes": f"SELECT count(*) {TAKEN_ON}",
    "rights.handled_disputes": f"SELECT count(*) {TAKEN_ON} AND c.closed_on IS NOT NULL",
    "rights.days_to_end": f"SELECT sum(c.closed_on - c.opened_on) {ENDED}",
    "rights.days_to_end_median": f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.closed_on - c.opened_on) {ENDED}",
    "rights.ended_disputes": f"SELECT count(*) {ENDED}",
    "rights.duty_times": """SELECT count(*) FROM rights_duty d WHERE d.state = 'planned' AND d."on" BETWEEN %(start)s AND %(end)s""",
}
GRANT: dict[str, Any] = {"forms_of_aid": ["arb"], "reason": "追索劳动报酬", "means": "月收入低"}


def tell_aid(world: Any) -> None:
    """Granted in time, with money that its dispute counts; granted late; refused; sent to the state's legal aid."""
    lawyer = new_lawyer(world)
    _advise(world, lawyer)
    walk(new_notice(world), ("answer", "12-05", {"says": "agree", "opinion": "没有异议"}))
    to_the_letter(world)
    aided = new_aid(world, new_dispute(world))
    paper = {"ground": "agreement", "amount": Decimal("30.00"), "plan": [(date(2023, 12, 8), Decimal("30.00"))]}
    walk(
        aided,
        ("grant", "11-15", GRANT),
        ("assign", "11-16", {"helper": lawyer}),
        ("accept", "11-17", {"scope": "一般代理"}),
        ("obtain", "12-01", paper),
    )
    walk(new_aid(world, new_dispute(world)), ("grant", "11-28", GRANT))
    walk(new_aid(world, new_dispute(world)), ("refuse", "11-15", {"reason": "不属于援助范围", "where": "申诉"}))
    walk(new_aid(world, new_dispute(world)), ("refer", "11-16", {"body": "法律援助中心", "reason": "符合国家援助"}))


def _advise(world: Any, lawyer: Any) -> None:
    """On duty on Mondays of December until the 18th; one came to the window, one booked and did not come."""
    duty = new_duty(world, lawyer)
    with elevated("test: advice"):
        actions.take_in(org=world.here, kind="D02", said=actions.Said("先留证据", 20), by=SYSTEM, on=date(2023, 12, 11))
        missed = actions.book(duty, at=time(9), kind="D02", by=SYSTEM, person=world.person)
        actions.miss(missed, by=SYSTEM)
