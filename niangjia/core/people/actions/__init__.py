"""Verbs of persons and memberships: single ones and bulk ones, each in one transaction with its trail event inside."""

from niangjia.core.people.actions.bulk import Enrolled, change_standing_many, end_many, enrol_many, transfer_many
from niangjia.core.people.actions.roster import ROSTER_COLUMNS

__all__ = ["ROSTER_COLUMNS", "Enrolled", "change_standing_many", "end_many", "enrol_many", "transfer_many"]
