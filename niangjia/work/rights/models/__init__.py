"""Tables of labour disputes; every row hangs on a case of `core.cases`."""

from niangjia.work.rights.models.asking import DRAFT, Draft, Evidence
from niangjia.work.rights.models.dispute import FACTS, MINUTES, Claim, Dispute, Proceeding, Session
from niangjia.work.rights.models.money import Instalment, Receipt, Settlement
from niangjia.work.rights.models.reckoning import SHEET, Reckoning

__all__ = [
    "DRAFT",
    "FACTS",
    "MINUTES",
    "SHEET",
    "Claim",
    "Dispute",
    "Draft",
    "Evidence",
    "Instalment",
    "Proceeding",
    "Receipt",
    "Reckoning",
    "Session",
    "Settlement",
]
