"""Tables of labour disputes; every row hangs on a case of `core.cases`."""

from niangjia.work.rights.models.asking import DRAFT, Draft, Evidence
from niangjia.work.rights.models.dispute import FACTS, MINUTES, Claim, Dispute, Proceeding, Session
from niangjia.work.rights.models.money import Instalment, Receipt, Settlement

__all__ = [
    "DRAFT",
    "FACTS",
    "MINUTES",
    "Claim",
    "Dispute",
    "Draft",
    "Evidence",
    "Instalment",
    "Proceeding",
    "Receipt",
    "Session",
    "Settlement",
]
