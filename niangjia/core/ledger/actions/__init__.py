"""Verbs of the ledger: opening funds, posting, reversing, closing, paying."""

from niangjia.core.ledger.actions.banking import Moved, Taken, match_by_hand, match_fund, take_statement, unmatch
from niangjia.core.ledger.actions.budgeting import Planned, approve_budget, enter_budget, make_commitment, refuse_budget, release
from niangjia.core.ledger.actions.closing import close_period
from niangjia.core.ledger.actions.funds import add_account, add_earmark, open_fund
from niangjia.core.ledger.actions.paying import (
    Payment,
    approve,
    check_batch,
    drop_batch,
    freeze,
    make_batch,
    note_taken,
    read_return,
    send_to_bank,
)
from niangjia.core.ledger.actions.posting import Line, Posting, post, post_many, reverse

__all__ = [
    "Line",
    "Moved",
    "Payment",
    "Planned",
    "Posting",
    "Taken",
    "add_account",
    "add_earmark",
    "approve",
    "approve_budget",
    "check_batch",
    "close_period",
    "drop_batch",
    "enter_budget",
    "freeze",
    "make_batch",
    "make_commitment",
    "match_by_hand",
    "match_fund",
    "note_taken",
    "open_fund",
    "post",
    "post_many",
    "read_return",
    "refuse_budget",
    "release",
    "reverse",
    "send_to_bank",
    "take_statement",
    "unmatch",
]
