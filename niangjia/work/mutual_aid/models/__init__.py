"""Tables of mutual aid: plans of a policy year, who takes part, what the health insurance settled, what was claimed, objected to, owed back."""

from niangjia.work.mutual_aid.models.claim import (
    DRAFT,
    ILLNESS,
    NUMBER,
    PAYEE_ACCOUNT,
    Appeal,
    Claim,
    ClaimDraft,
    Clawback,
    Decision,
    Draw,
    Look,
)
from niangjia.work.mutual_aid.models.clearing import Clearing, ClearingLine, DayDifference, DayTotal, KnownCode, Layout, StatedLine
from niangjia.work.mutual_aid.models.enrolment import Bill, Enrolment, Forwarding
from niangjia.work.mutual_aid.models.plans import Plan, PlanVersion
from niangjia.work.mutual_aid.models.settlement import CERTNO, DIAGNOSIS, Intake, Settlement, SettlementVersion
from niangjia.work.mutual_aid.models.simulation import Simulation

__all__ = [
    "CERTNO",
    "DIAGNOSIS",
    "DRAFT",
    "ILLNESS",
    "NUMBER",
    "PAYEE_ACCOUNT",
    "Appeal",
    "Bill",
    "Claim",
    "ClaimDraft",
    "Clawback",
    "Clearing",
    "ClearingLine",
    "DayDifference",
    "DayTotal",
    "Decision",
    "Draw",
    "Enrolment",
    "Forwarding",
    "Intake",
    "KnownCode",
    "Layout",
    "Look",
    "Plan",
    "PlanVersion",
    "Settlement",
    "SettlementVersion",
    "Simulation",
    "StatedLine",
]
