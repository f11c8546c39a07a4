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
from niangjia.work.mutual_aid.models.enrolment import Bill, Enrolment, Forwarding
from niangjia.work.mutual_aid.models.plans import Plan
from niangjia.work.mutual_aid.models.settlement import CERTNO, DIAGNOSIS, Intake, Settlement, SettlementVersion

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
    "Decision",
    "Draw",
    "Enrolment",
    "Forwarding",
    "Intake",
    "Look",
    "Plan",
    "Settlement",
    "SettlementVersion",
]
