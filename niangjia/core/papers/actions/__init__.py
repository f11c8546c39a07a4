"""Verbs of papers: issue, void, file what comes back. Each is one transaction with its trail event inside."""

from niangjia.core.papers.actions.issuing import Issued, issue, issue_many, set_head, void_paper

__all__ = ["Issued", "issue", "issue_many", "set_head", "void_paper"]
