"""Verbs of the exchange: who takes part, sending, taking in."""

from niangjia.core.exchange.actions.partners import (
    add_partner,
    change_partner,
    confirm_key,
    enter_key,
    make_key,
    own_pair,
    revoke_key,
)
from niangjia.core.exchange.actions.receiving import apply_parked, receipt_of, take_in
from niangjia.core.exchange.actions.sending import deliver, deliver_due, queue_after, queue_message, read_whole, resend, stop

__all__ = [
    "add_partner",
    "apply_parked",
    "change_partner",
    "confirm_key",
    "deliver",
    "deliver_due",
    "enter_key",
    "make_key",
    "own_pair",
    "queue_after",
    "queue_message",
    "read_whole",
    "receipt_of",
    "resend",
    "revoke_key",
    "stop",
    "take_in",
]
