"""Verbs of disputes: asking for help, claims, papers that bring money, money in hand."""

from niangjia.work.rights.actions.arriving import Arrived, arrive
from niangjia.work.rights.actions.asking import Asked, Facts, ask, reckon_limitation
from niangjia.work.rights.actions.drafts import add_evidence, draft_of, forget_draft, forget_old_drafts, keep_draft
from niangjia.work.rights.actions.hearing import file_at, note_dispute, note_proceeding, plan_session, record_session
from niangjia.work.rights.actions.money import agree, confirm_settlement, receive, reverse_receipt, tell_late_instalments
from niangjia.work.rights.actions.paths import decide_path
from niangjia.work.rights.actions.reckoning import keep_reckoning, take_over
from niangjia.work.rights.actions.warning import warn_of_limitation

__all__ = [
    "Arrived",
    "Asked",
    "Facts",
    "add_evidence",
    "agree",
    "arrive",
    "ask",
    "confirm_settlement",
    "decide_path",
    "draft_of",
    "file_at",
    "forget_draft",
    "forget_old_drafts",
    "keep_draft",
    "keep_reckoning",
    "note_dispute",
    "note_proceeding",
    "plan_session",
    "receive",
    "reckon_limitation",
    "record_session",
    "reverse_receipt",
    "take_over",
    "tell_late_instalments",
    "warn_of_limitation",
]
