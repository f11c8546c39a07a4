"""Verbs of disputes: asking for help, claims, papers that bring money, money in hand."""

from niangjia.work.rights.actions.aid import (
    apply_for_aid,
    decide_aid,
    draw_reviews,
    file_report,
    name_opposing_agent,
    note_aid,
    refusal_words,
    reopen_aid,
    start_assigning,
)
from niangjia.work.rights.actions.arriving import Arrived, arrive
from niangjia.work.rights.actions.asking import Asked, Facts, ask, reckon_limitation
from niangjia.work.rights.actions.drafts import add_evidence, draft_of, forget_draft, forget_old_drafts, keep_draft
from niangjia.work.rights.actions.hearing import file_at, note_dispute, note_proceeding, plan_session, record_session
from niangjia.work.rights.actions.mandates import (
    accept,
    add_lawyers_note,
    approve_fees,
    finish,
    give_back,
    log_effort,
    offer,
    proposals,
    reckon_fees,
    take_back_unanswered,
)
from niangjia.work.rights.actions.money import agree, confirm_settlement, receive, reverse_receipt, tell_late_instalments
from niangjia.work.rights.actions.paths import decide_path
from niangjia.work.rights.actions.reckoning import keep_reckoning, take_over
from niangjia.work.rights.actions.roster import (
    change_helper,
    declare_tie,
    end_helper,
    enlist,
    feed_hash,
    renew_feed,
    revoke_feed,
    set_fee_rate,
)
from niangjia.work.rights.actions.warning import warn_of_limitation

__all__ = [
    "Arrived",
    "Asked",
    "Facts",
    "accept",
    "add_evidence",
    "add_lawyers_note",
    "agree",
    "apply_for_aid",
    "approve_fees",
    "arrive",
    "ask",
    "change_helper",
    "confirm_settlement",
    "decide_aid",
    "decide_path",
    "declare_tie",
    "draft_of",
    "draw_reviews",
    "end_helper",
    "enlist",
    "feed_hash",
    "file_at",
    "file_report",
    "finish",
    "forget_draft",
    "forget_old_drafts",
    "give_back",
    "keep_draft",
    "keep_reckoning",
    "log_effort",
    "name_opposing_agent",
    "note_aid",
    "note_dispute",
    "note_proceeding",
    "offer",
    "plan_session",
    "proposals",
    "receive",
    "reckon_fees",
    "reckon_limitation",
    "record_session",
    "refusal_words",
    "renew_feed",
    "reopen_aid",
    "reverse_receipt",
    "revoke_feed",
    "set_fee_rate",
    "start_assigning",
    "take_back_unanswered",
    "take_over",
    "tell_late_instalments",
    "warn_of_limitation",
]
