"""Verbs of the exchange: who takes part, sending, taking in."""

from niangjia.core.exchange.actions.answers import rows_taken, take_rows
from niangjia.core.exchange.actions.letters import note_slip, post_letter, register_letter
from niangjia.core.exchange.actions.parcels import make_parcel, note_parcel_receipt, take_out
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
    "make_parcel",
    "note_parcel_receipt",
    "note_slip",
    "own_pair",
    "post_letter",
    "queue_after",
    "queue_message",
    "read_whole",
    "receipt_of",
    "register_letter",
    "resend",
    "revoke_key",
    "rows_taken",
    "stop",
    "take_in",
    "take_out",
    "take_rows",
]
