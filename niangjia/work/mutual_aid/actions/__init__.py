"""Verbs of mutual aid: plans of a year, enrolling, bills and premiums."""

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
from niangjia.work.mutual_aid.actions.enrolling import Enrolled, Left, enrol, enrol_many, enrol_oneself, withdraw
from niangjia.work.mutual_aid.actions.plans import change_rule, open_plan, set_books

__all__ = [
    "Billed",
    "Enrolled",
    "Left",
    "bill_many",
    "bill_unit",
    "cancel_bill",
    "change_rule",
    "enrol",
    "enrol_many",
    "enrol_oneself",
    "enrol_paid",
    "forward",
    "open_plan",
    "pay_bill",
    "pay_bills",
    "refund",
    "set_books",
    "withdraw",
]
