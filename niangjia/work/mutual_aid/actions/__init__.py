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
from niangjia.work.mutual_aid.actions.clearing import (
    Sums,
    agree_clearing,
    compare_clearing,
    decide_line,
    reopen_clearing,
    sums_of,
    transfer_clearing,
)
from niangjia.work.mutual_aid.actions.codes import confirm_code, enter_code, withdraw_code
from niangjia.work.mutual_aid.actions.comparing import decide_difference, state_day, state_days
from niangjia.work.mutual_aid.actions.enrolling import Enrolled, Left, consent, enrol, enrol_many, enrol_oneself, withdraw
from niangjia.work.mutual_aid.actions.layouts import choose_headings, read_headings
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
    "Sums",
    "after_payments",
    "agree_clearing",
    "bill_many",
    "bill_unit",
    "cancel_bill",
    "change_rule",
    "choose_headings",
    "compare_clearing",
    "confirm_code",
    "confirm_totals",
    "consent",
    "decide",
    "decide_difference",
    "decide_line",
    "enrol",
    "enrol_many",
    "enrol_oneself",
    "enrol_paid",
    "enter_code",
    "forward",
    "look_again",
    "make_payments",
    "note_repaid",
    "open_plan",
    "pay_bill",
    "pay_bills",
    "post_settlements",
    "read_headings",
    "refund",
    "reopen_clearing",
    "set_books",
    "state_day",
    "state_days",
    "sums_of",
    "take_settlements",
    "transfer_clearing",
    "withdraw",
    "withdraw_code",
    "write_off",
]
