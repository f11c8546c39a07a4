"""Verbs of the ledger: opening funds, posting, reversing, closing."""

from niangjia.core.ledger.actions.closing import close_period
from niangjia.core.ledger.actions.funds import add_account, add_earmark, open_fund
from niangjia.core.ledger.actions.posting import Line, Posting, post, post_many, reverse

__all__ = ["Line", "Posting", "add_account", "add_earmark", "close_period", "open_fund", "post", "post_many", "reverse"]
