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
from niangjia.work.mutual_aid.actions.plans import change_rule, open_plan, set_books
from niangjia.work.mutual_aid.actions.reviewing import decide, look_again
from niangjia.work.mutual_aid.actions.settling import take_settlements

__all__ = [
    "Billed",
    "Enrolled",
    "Left",
    "after_payments",
    "bill_many",
    "bill_unit",
    "cancel_bill",
    "change_rule",
    "confirm_totals",
    "consent",
    "decide",
    "enrol",
    "enrol_many",
    "enrol_oneself",
    "enrol_paid",
    "forward",
    "look_again",
    "make_payments",
    "note_repaid",
    "open_plan",
    "pay_bill",
    "pay_bills",
    "post_settlements",
    "refund",
    "set_books",
    "take_settlements",
    "withdraw",
    "write_off",
]
