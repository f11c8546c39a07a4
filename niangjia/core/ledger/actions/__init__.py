"""Verbs of the ledger: opening funds, posting, reversing, closing, paying."""

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
    "Payment",
    "Posting",
    "add_account",
    "add_earmark",
    "approve",
    "check_batch",
    "close_period",
    "drop_batch",
    "freeze",
    "make_batch",
    "note_taken",
    "open_fund",
    "post",
    "post_many",
    "read_return",
    "reverse",
    "send_to_bank",
]
