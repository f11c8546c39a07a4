"""Tables of mutual aid: plans of a policy year, who takes part, what the health insurance settled."""

from niangjia.work.mutual_aid.models.clearing import Clearing, ClearingLine, DayDifference, DayTotal, KnownCode, Layout, StatedLine
from niangjia.work.mutual_aid.models.enrolment import Bill, Enrolment, Forwarding
from niangjia.work.mutual_aid.models.plans import Plan, PlanVersion
from niangjia.work.mutual_aid.models.settlement import CERTNO, DIAGNOSIS, Intake, Settlement, SettlementVersion
from niangjia.work.mutual_aid.models.simulation import Simulation

__all__ = [
    "CERTNO",
    "DIAGNOSIS",
    "Bill",
    "Clearing",
    "ClearingLine",
    "DayDifference",
    "DayTotal",
    "Enrolment",
    "Forwarding",
    "Intake",
    "KnownCode",
    "Layout",
    "Plan",
    "PlanVersion",
    "Settlement",
    "SettlementVersion",
    "Simulation",
    "StatedLine",
]
