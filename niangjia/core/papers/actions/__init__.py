"""Verbs of papers: issue, void, file what comes back. Each is one transaction with its trail event inside."""

from niangjia.core.papers.actions.filing import file_scan
from niangjia.core.papers.actions.issuing import Issued, issue, issue_many, set_head, void_paper
from niangjia.core.papers.actions.scanning import Received, drop_pages, file_by_hand, receive_pile, try_pile_again, work_on_pile

__all__ = [
    "Issued",
    "Received",
    "drop_pages",
    "file_by_hand",
    "file_scan",
    "issue",
    "issue_many",
    "receive_pile",
    "set_head",
    "try_pile_again",
    "void_paper",
    "work_on_pile",
]
