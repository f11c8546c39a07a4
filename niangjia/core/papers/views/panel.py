"""The papers of a case, as its page shows them."""

from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.views.card import Panel
from niangjia.core.papers import queries


def panel(case: Case, actor: Actor) -> Panel | None:
    """What was issued, and what may be made now; None where there is neither."""
    issued, makable = list(queries.papers_of(case)), queries.makable(actor, case)
    if not issued and not makable:
        return None
    lead = [kind for kind in makable if kind.lead]
    context = {"case": case, "papers": issued, "lead": lead, "others": [kind for kind in makable if not kind.lead]}
    return Panel("文书", "papers/panel.html", context, note=f"{len(issued)} 份" if issued else "")
