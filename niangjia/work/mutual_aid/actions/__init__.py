"""Verbs of mutual aid: plans of a year, enrolling, bills and premiums, settlements and what they pay."""

from niangjia.work.mutual_aid.actions.billing import (
    Billed,
    bill_many,
    bill_unit,
    cancel_bill,
    enrol_paid,
    forward,
    pay_bill,
    pay_bills,
    refund,
)
from niangjia.work.mutual_aid.actions.enrolling import Enrolled, Left, consent, enrol, enrol_many, enrol_oneself, withdraw
from niangjia.work.mutual_aid.actions.paying import (
    after_payments,
    confirm_totals,
    make_payments,
    note_repaid,
    post_settlements,
    write_off,
)
from niangjia.work.mutual_aid.actions.plans import (
    discard_draft,
    open_next,
    open_plan,
    publish_plan,
    publish_version,
    set_books,
    take_back_plan,
    write_draft,
    write_version,
)
from niangjia.work.mutual_aid.actions.reviewing import decide, look_again
from niangjia.work.mutual_aid.actions.settling import take_settlements
from niangjia.work.mutual_aid.actions.simulating import simulate, stop_simulation, work_on

__all__ = [
    "Billed",
    "Enrolled",
    "Left",
    "after_payments",
    "bill_many",
    "bill_unit",
    "cancel_bill",
    "confirm_totals",
    "consent",
    "decide",
    "discard_draft",
    "enrol",
    "enrol_many",
    "enrol_oneself",
    "enrol_paid",
    "forward",
    "look_again",
    "make_payments",
    "note_repaid",
    "open_next",
    "open_plan",
    "pay_bill",
    "pay_bills",
    "post_settlements",
    "publish_plan",
    "publish_version",
    "refund",
    "set_books",
    "simulate",
    "stop_simulation",
    "take_back_plan",
    "take_settlements",
    "withdraw",
    "work_on",
    "write_draft",
    "write_off",
    "write_version",
]
