"""Tables of labour disputes; every row hangs on a case of `core.cases`."""

from niangjia.work.rights.models.aid import (
    AID_FACTS,
    LAWYERS_NOTE,
    MEANS,
    REPORT,
    Effort,
    Fee,
    LawyerNote,
    LegalAid,
    Mandate,
)
from niangjia.work.rights.models.asking import DRAFT, Draft, Evidence
from niangjia.work.rights.models.dispute import FACTS, MINUTES, Claim, Dispute, Proceeding, Session
from niangjia.work.rights.models.helpers import HELPER_NAME, HELPER_PHONE, FeedToken, FeeRate, Helper, Tie
from niangjia.work.rights.models.money import Instalment, Receipt, Settlement
from niangjia.work.rights.models.reckoning import SHEET, Reckoning

__all__ = [
    "AID_FACTS",
    "DRAFT",
    "FACTS",
    "HELPER_NAME",
    "HELPER_PHONE",
    "LAWYERS_NOTE",
    "MEANS",
    "MINUTES",
    "REPORT",
    "SHEET",
    "Claim",
    "Dispute",
    "Draft",
    "Effort",
    "Evidence",
    "Fee",
    "FeeRate",
    "FeedToken",
    "Helper",
    "Instalment",
    "LawyerNote",
    "LegalAid",
    "Mandate",
    "Proceeding",
    "Receipt",
    "Reckoning",
    "Session",
    "Settlement",
    "Tie",
]
