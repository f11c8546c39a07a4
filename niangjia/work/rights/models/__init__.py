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
from niangjia.work.rights.models.collective import Share
from niangjia.work.rights.models.dismissal import Dismissal
from niangjia.work.rights.models.dispute import FACTS, MINUTES, Claim, Dispute, Proceeding, Session
from niangjia.work.rights.models.duty import ANSWER, CONTACT, QUESTION, Consultation, Duty, Rota
from niangjia.work.rights.models.helpers import HELPER_ACCOUNT, HELPER_NAME, HELPER_PHONE, FeedToken, FeeRate, Helper, Tie
from niangjia.work.rights.models.joint import ANSWERS, DECISION, BodyMember, Elements, Holding, Joint, Meeting, MeetingItem
from niangjia.work.rights.models.money import Instalment, Receipt, Settlement
from niangjia.work.rights.models.reckoning import SHEET, Reckoning
from niangjia.work.rights.models.rooms import Booking, JointDuty, Room
from niangjia.work.rights.models.supervision import Supervision, Supervisor

__all__ = [
    "AID_FACTS",
    "ANSWER",
    "ANSWERS",
    "CONTACT",
    "DECISION",
    "DRAFT",
    "FACTS",
    "HELPER_ACCOUNT",
    "HELPER_NAME",
    "HELPER_PHONE",
    "LAWYERS_NOTE",
    "MEANS",
    "MINUTES",
    "QUESTION",
    "REPORT",
    "SHEET",
    "BodyMember",
    "Booking",
    "Claim",
    "Consultation",
    "Dismissal",
    "Dispute",
    "Draft",
    "Duty",
    "Effort",
    "Elements",
    "Evidence",
    "Fee",
    "FeeRate",
    "FeedToken",
    "Helper",
    "Holding",
    "Instalment",
    "Joint",
    "JointDuty",
    "LawyerNote",
    "LegalAid",
    "Mandate",
    "Meeting",
    "MeetingItem",
    "Proceeding",
    "Receipt",
    "Reckoning",
    "Room",
    "Rota",
    "Session",
    "Settlement",
    "Share",
    "Supervision",
    "Supervisor",
    "Tie",
]
