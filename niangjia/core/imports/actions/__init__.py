"""Verbs of a batch, from receipt to undo. Long work goes in chunks, each with its progress in one transaction, and may be killed at any moment."""

from niangjia.core.imports.actions.applying import approve, give_back, submit, try_again, work_on
from niangjia.core.imports.actions.receiving import Received, receive, settle_columns, settle_unions
from niangjia.core.imports.actions.undoing import forget_staging, note_hand_back, undo

__all__ = [
    "Received", "approve", "forget_staging", "give_back", "note_hand_back", "receive", "settle_columns", "settle_unions", "submit", "try_again", "undo", "work_on",
]  # fmt: skip
