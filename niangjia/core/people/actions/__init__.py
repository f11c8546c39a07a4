"""Verbs of persons and memberships: single ones and bulk ones, each in one transaction with its trail event inside."""

from niangjia.core.people.actions.batches import TakenBack, change_many, take_back_many
from niangjia.core.people.actions.bulk import Enrolled, change_standing_many, end_many, enrol_many, transfer_many
from niangjia.core.people.actions.details import (
    SEALED,
    change_details,
    elect_officer,
    end_office,
    give_account,
    receive,
    receive_newcomer,
    register_person,
    unmask,
)
from niangjia.core.people.actions.endings import dissolve_union, merge_unions
from niangjia.core.people.actions.looking import note_export, note_print
from niangjia.core.people.actions.membership import admit, change_form, change_standing, end_membership, record_death, transfer
from niangjia.core.people.actions.merging import Merge, merge_persons, preview_merge, undo_merge
from niangjia.core.people.actions.offices import appoint_many
from niangjia.core.people.actions.roster import ROSTER_COLUMNS, reserve_codes
from niangjia.core.people.actions.transfers import ask_transfer, confirm_transfer, drop_transfer, settle_silent_transfers
from niangjia.core.people.actions.withdrawing import person_for_office, withdraw_unions

__all__ = [
    "ROSTER_COLUMNS",
    "SEALED",
    "Enrolled",
    "Merge",
    "TakenBack",
    "admit",
    "appoint_many",
    "ask_transfer",
    "change_details",
    "change_form",
    "change_many",
    "change_standing",
    "change_standing_many",
    "confirm_transfer",
    "dissolve_union",
    "drop_transfer",
    "elect_officer",
    "end_many",
    "end_membership",
    "end_office",
    "enrol_many",
    "give_account",
    "merge_persons",
    "merge_unions",
    "note_export",
    "note_print",
    "person_for_office",
    "preview_merge",
    "receive",
    "receive_newcomer",
    "record_death",
    "register_person",
    "reserve_codes",
    "settle_silent_transfers",
    "take_back_many",
    "transfer",
    "transfer_many",
    "undo_merge",
    "unmask",
    "withdraw_unions",
]
