"""Whether a paper may be made, voided, filed to; refusals say what, where and how to mend it."""

from datetime import date

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.actor import Actor
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of
from niangjia.core.cases.rules import refuse, require_reach
from niangjia.core.papers.kinds import PaperKind
from niangjia.core.papers.models import IssuedPaper
from niangjia.core.papers.queries import SCAN, in_force, is_for, kind_of, kinds

MOST_BYTES = 60 * 1024 * 1024
MOST_PAGES = 600


def kind_named(name: str) -> PaperKind:
    """The kind with this name. Raises ValidationError for one that no line declares."""
    kind = kinds().get(name)
    if kind is None:
        refuse(f"没有“{name}”这种文书。")
    return kind


def check_may_issue(case: Case, kind: PaperKind, on: date) -> None:
    """The case stands where this paper belongs; the day lies between the case and today."""
    if case.merged_into_id:
        refuse(f"这件案子已并入 {case.merged_into}，请在那一件里出文书。")
    if not is_for(kind, case):
        refuse(f"现在是“{flow_of(case).state(case.state).title}”，不能出“{kind.title}”。")
    if on > today():
        refuse(f"{chinese_date(on)}还没有到，请填今天或以前的日子。", "on")
    if on < case.opened_on:
        refuse(f"这件案子{chinese_date(case.opened_on)}才收到，日期不能更早。", "on")
    if kind.once and (before := in_force(case, kind.name)):
        refuse(f"已经出过“{before}”，要重出，先把它作废。")


def check_in_force(paper: IssuedPaper) -> None:
    """Refuse anything about a void paper."""
    if paper.voided_on:
        refuse(f"“{paper}”已于{chinese_date(paper.voided_on)}作废。")


def may_change(actor: Actor, paper: IssuedPaper) -> bool:
    """Whether this actor's post may void the paper."""
    kind = kind_of(paper)
    return kind is not None and actor.may(kind.right_of(actor))


def require_filing(by: Actor, case: Case, paper: IssuedPaper) -> None:
    """Whoever files scans, or makes papers of this kind, inside the reach of their post."""
    kind = kind_of(paper)
    require_reach(by, case, kind.right_of(by) if kind and not by.may(SCAN) else SCAN)
