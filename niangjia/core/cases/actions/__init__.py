"""Verbs of cases: opening, stepping, clocks, people, joining. Each is one transaction with its trail event inside."""

from niangjia.core.cases.actions.attaching import attach, attach_to_step, withdraw
from niangjia.core.cases.actions.clocks import (
    extend_term,
    lapse_overdue,
    meet_term,
    pause_term,
    propose_term,
    resume_term,
    settle_term,
    start_promise,
    start_term,
    void_term,
)
from niangjia.core.cases.actions.joining import hand_over, merge, split
from niangjia.core.cases.actions.opening import add_party, open_case
from niangjia.core.cases.actions.people import assign, come_back, go_on_leave, name_accounts, release, seal_case, unseal_case
from niangjia.core.cases.actions.reminding import remind
from niangjia.core.cases.actions.stepping import Advanced, advance, advance_many, note

__all__ = [
    "Advanced",
    "add_party",
    "advance",
    "advance_many",
    "assign",
    "attach",
    "attach_to_step",
    "come_back",
    "extend_term",
    "go_on_leave",
    "hand_over",
    "lapse_overdue",
    "meet_term",
    "merge",
    "name_accounts",
    "note",
    "open_case",
    "pause_term",
    "propose_term",
    "release",
    "remind",
    "resume_term",
    "seal_case",
    "settle_term",
    "split",
    "start_promise",
    "start_term",
    "unseal_case",
    "void_term",
    "withdraw",
]
