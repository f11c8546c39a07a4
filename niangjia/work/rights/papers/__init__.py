"""The papers of a dispute (维权文书): each is made from the case's facts; what is not known is left as a line to fill in."""

from django.urls import reverse

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import open_steps
from niangjia.core.faces.shapes import Link
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.models import IssuedPaper
from niangjia.work.rights.actions.intake import REPLY
from niangjia.work.rights.enums import Ground
from niangjia.work.rights.papers import applications, asked, helping, letters, records, together
from niangjia.work.rights.queries import settlement_of

WORK, FLOW, SERIES = "rights.mediate", "rights.dispute", "维"
LAWYER = "rights.lawyer"
"""Lawyers named on a case make what they hand in for the worker."""
CLEAR = ("id_number", "phone")
TALKING, OPEN = ("accepted", "mediating"), ("registered", "accepted", "mediating")
PERFORMING = ("agreed", "confirming", "performing", "breached", "enforcing", "performed")
TO_ARBITRATION = (*OPEN, "failed", "agreed", "performing", "breached", "filed")
OVERDUE = ("agreed", "performing", "breached", "awarded", "judged")
ENDED = ("performed", "oral", "dropped", "withdrawn", "handed_over", "refused", "lost")


def _agreed(case: Case) -> bool:
    paper = settlement_of(case)
    return paper is not None and paper.ground == Ground.AGREEMENT


def _has_session(case: Case) -> bool:
    return case.sessions.exists()


def _has_evidence(case: Case) -> bool:
    return case.evidence.filter(removed_on__isnull=True).exists()


def _from_elsewhere(case: Case) -> bool:
    """Whether another body sent the matter and waits for an answer."""
    return bool(case.outside_number) or case.channel in (
        "12345",
        "solve",
        "centre",
        "court",
        "platform",
        "arrears",
        "arb",
        "inspect",
        "petition",
    )


def _after_the_slip(paper: IssuedPaper, actor: Actor) -> list[Link]:
    """When the slip is back, what the other side said is entered: it took the matter over, or sent it back."""
    if not paper.slip_back:
        return []
    steps = [step for step in open_steps(actor, paper.case) if step.name in ("refer", "taken_over", "sent_back")]
    return [Link(f"办“{step.title}”", reverse("cases:step", args=[paper.case.code, step.name])) for step in steps]


def _after_the_answer(paper: IssuedPaper, actor: Actor) -> list[Link]:
    """Once the sheet went to whoever sent the matter, the day of answering is kept."""
    waits = actor.may(WORK) and paper.case.clocks.filter(term=REPLY, state="running").exists()
    return [Link("答复送出了，记下", reverse("rights:answered", args=[paper.case.code]))] if waits else []


PAPERS = (
    PaperKind("rights-application", "调解申请书", FLOW, WORK, applications.mediation, states=OPEN, for_worker=True, unmasks=CLEAR, lead=True),
    PaperKind("rights-acceptance", "受理通知书", FLOW, WORK, letters.acceptance, states=TALKING, for_worker=True, series=SERIES, once=True, lead=True),
    PaperKind("rights-refusal", "不予受理通知书", FLOW, WORK, letters.refusal, states=("refused",), for_worker=True, series=SERIES, once=True, lead=True),
    PaperKind("rights-minutes", "调解笔录", FLOW, WORK, records.minutes, when=_has_session, form=asked.MinutesForm, lead=True),
    PaperKind(
        "rights-agreement", "调解协议书", FLOW, WORK, records.agreement, states=PERFORMING, when=_agreed, form=asked.AgreementForm,
        for_worker=True, once=True, unmasks=CLEAR, lead=True,
    ),
    PaperKind(
        "rights-confirmation", "司法确认申请书", FLOW, WORK, applications.confirmation, states=("agreed", "confirming"), when=_agreed,
        form=asked.CourtForm, bulk=True, for_worker=True, unmasks=CLEAR, lead=True, also=LAWYER,
    ),
    PaperKind("rights-ending", "终止调解告知书", FLOW, WORK, letters.ending, states=("failed", "dropped"), for_worker=True, series=SERIES, once=True, lead=True),
    PaperKind(
        "rights-arbitration", "劳动仲裁申请书", FLOW, WORK, applications.arbitration, states=TO_ARBITRATION, form=asked.BodyForm,
        for_worker=True, unmasks=CLEAR, lead=True, also=LAWYER,
    ),
    PaperKind("rights-elements", "要素表", FLOW, WORK, together.elements, when=together.has_elements, for_worker=True),
    PaperKind("rights-worksheet", "金额计算表", FLOW, WORK, together.worksheet, when=together.has_worksheet, for_worker=True),
    PaperKind("rights-mandate", "推举代表书", FLOW, WORK, together.mandate, when=together.has_representatives),
    PaperKind("rights-shares", "集体争议每人金额表", FLOW, WORK, together.shares, when=together.has_shares),
    PaperKind("rights-evidence", "证据目录", FLOW, WORK, applications.evidence_list, when=_has_evidence, for_worker=True, also=LAWYER,),
    PaperKind("rights-attorney", "授权委托书", FLOW, WORK, applications.attorney, form=asked.PowerForm, for_worker=True, unmasks=CLEAR, also=LAWYER,),
    PaperKind("rights-handover", "转办函", FLOW, WORK, letters.hand_over, states=("registered", "accepted", "referred"), form=asked.HandOverForm, series=SERIES, offers=_after_the_slip),
    PaperKind("rights-answer", "来件答复单", FLOW, WORK, letters.answer, when=_from_elsewhere, form=asked.AnswerForm, series=SERIES, offers=_after_the_answer),
    PaperKind("rights-dunning", "催告函", FLOW, WORK, letters.dunning, states=OVERDUE, when=letters.is_overdue, form=asked.DunForm, bulk=True, series=SERIES, lead=True),
    PaperKind("rights-visit", "回访记录", FLOW, WORK, letters.visit, states=ENDED, form=asked.VisitForm, lead=True),
    *helping.KINDS,
)  # fmt: skip
