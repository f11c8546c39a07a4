"""Tables of labour disputes; every row hangs on a case of `core.cases`."""

from niangjia.work.rights.models.dispute import FACTS, MINUTES, Claim, Dispute, Proceeding, Session
from niangjia.work.rights.models.money import Instalment, Receipt, Settlement

__all__ = ["FACTS", "MINUTES", "Claim", "Dispute", "Instalment", "Proceeding", "Receipt", "Session", "Settlement"]
