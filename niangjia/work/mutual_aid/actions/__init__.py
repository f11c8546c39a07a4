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
    "Sums",
    "after_payments",
    "agree_clearing",
    "bill_many",
    "bill_unit",
    "cancel_bill",
    "choose_headings",
    "compare_clearing",
    "confirm_code",
    "confirm_totals",
    "consent",
    "decide",
    "decide_difference",
    "decide_line",
    "discard_draft",
    "enrol",
    "enrol_many",
    "enrol_oneself",
    "enrol_paid",
    "enter_code",
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
    "read_headings",
    "refund",
    "reopen_clearing",
    "set_books",
    "simulate",
    "state_day",
    "state_days",
    "stop_simulation",
    "sums_of",
    "take_back_plan",
    "take_settlements",
    "transfer_clearing",
    "withdraw",
    "withdraw_code",
    "work_on",
    "write_draft",
    "write_off",
    "write_version",
]
