"""What happens to settlements after they are reckoned: those without the separate consent are held, those claimed by hand not paid twice."""

from django.db.backends.utils import CursorWrapper

from niangjia.work.mutual_aid.enums import COUNTED, SettlementState
from niangjia.work.mutual_aid.models import Claim, Enrolment

STATE = SettlementState
DAYS_APART = 15
"""Two records of one hospital whose settling lies at most so many days apart may be one stay, and are looked at."""
_COUNTED = ", ".join(f"'{state}'" for state in COUNTED)

WAITS_FOR_CONSENT = "等本人同意：单独同意用医保结算信息以后，自动接着办。"
HOLD = f"""UPDATE settle_stay AS stay SET state = '{STATE.HELD}', due = 0, approved_on = NULL,
    reason = '{WAITS_FOR_CONSENT}'
FROM {Enrolment._meta.db_table} AS enrolment WHERE enrolment.id = stay.enrolment_id AND enrolment.consent_on IS NULL
    AND stay.state = '{STATE.APPROVED}' AND stay.turn > 0
    AND NOT EXISTS (SELECT FROM {Claim._meta.db_table} AS claim WHERE claim.settlement_id = stay.id)"""

BY_HAND = f"""SELECT EXISTS (SELECT FROM {Claim._meta.db_table} AS claim JOIN settle_stay AS stay ON stay.id = claim.settlement_id
    WHERE claim.sort = 'stay')"""
_SAME_STAY = f"""claimed.certno_index = stay.certno_index AND claimed.id <> stay.id
    AND ((stay.settled_on - greatest(stay.days, 1) < claimed.settled_on AND claimed.settled_on - greatest(claimed.days, 1) < stay.settled_on)
        OR ((stay.fixmedins_name = claimed.fixmedins_name OR stay.fixmedins_code = claimed.fixmedins_code)
            AND abs(stay.settled_on - claimed.settled_on) <= {DAYS_APART}))
    AND NOT EXISTS (SELECT FROM {Claim._meta.db_table} AS own WHERE own.settlement_id = stay.id)"""
TWINS = f"""UPDATE settle_stay AS stay SET state = '{STATE.REVIEW}', due = 0, approved_on = NULL,
    reason = left('和手工申请 ' || claimed.setl_id || ' 像是同一次住院，那笔已经核定，转人工核对。', 200)
FROM settle_stay AS claimed JOIN {Claim._meta.db_table} AS claim ON claim.settlement_id = claimed.id AND claim.sort = 'stay'
WHERE {_SAME_STAY} AND claimed.state IN ({_COUNTED}) AND stay.state IN ('{STATE.APPROVED}', '{STATE.HELD}') AND stay.turn > 0"""
PAID_AT_THE_HOSPITAL = f"""UPDATE settle_stay AS claimed SET touched = TRUE, benefit = 0, due = 0, had_first = FALSE,
    state = CASE WHEN claimed.state = '{STATE.PAID}' THEN '{STATE.CLAWBACK}' ELSE '{STATE.CANCELLED}' END,
    reason = left('医院出院时已经扣过这次住院的互助金（' || stay.setl_id || '），手工申请的这笔不再付，已付的要收回。', 200)
FROM {Claim._meta.db_table} AS claim, settle_stay AS stay
WHERE claim.settlement_id = claimed.id AND claim.sort = 'stay' AND {_SAME_STAY} AND stay.state = '{STATE.ELSEWHERE}'
    AND stay.turn > 0 AND claimed.state IN ({_COUNTED})"""


def after_reckoning(cursor: CursorWrapper) -> None:
    """Over the working table of a run, before what is owed back is kept back: hold, and put what may be one stay before a person."""
    cursor.execute(HOLD)
    cursor.execute(BY_HAND)
    if cursor.fetchone()[0]:
        cursor.execute(TWINS)
        cursor.execute(PAID_AT_THE_HOSPITAL)
