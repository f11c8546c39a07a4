"""The papers of a dispute (维权文书): each is made from the case's facts; what is not known is left as a line to fill in."""

from niangjia.core.papers.kinds import PaperKind
from niangjia.work.rights.papers import letters

WORK, FLOW, SERIES = "rights.mediate", "rights.dispute", "维"

PAPERS = (
    PaperKind(
        "rights-acceptance",
        "受理通知书",
        FLOW,
        WORK,
        letters.acceptance,
        states=("accepted", "mediating"),
        for_worker=True,
        series=SERIES,
        once=True,
        lead=True,
    ),
)
