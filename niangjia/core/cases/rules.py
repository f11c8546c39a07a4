"""Whether a step may be taken, a case read or changed; refusals say what, where and how to mend it."""

from datetime import date
from typing import NoReturn

from django.core.exceptions import ValidationError

from niangjia.base.calendar import chinese_date, today
from niangjia.core.access.actor import Actor
from niangjia.core.access.roles import PERMISSIONS
from niangjia.core.access.rules import Refused
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import flow_of, reaches
from niangjia.core.cases.steps import WORKER, Step

SHORTEST_REASON = 4
COLLECTIVE = 10
"""Workers with one common claim that make a collective case (调解仲裁法第七条)."""


def refuse(text: str, field: str | None = None) -> NoReturn:
    """Raise a refusal that a form shows beside ``field``, or on top."""
    raise ValidationError({field: text} if field else text)


def check_reason(reason: str, field: str = "reason") -> str:
    """A reason of at least four characters."""
    if len(reason.strip()) < SHORTEST_REASON:
        refuse(f"请写明理由，至少{SHORTEST_REASON}个字。", field)
    return reason.strip()


def require_reach(by: Actor, case: Case, permission: str) -> None:
    """Raise Refused unless the actor's post has the permission and the case lies in its reach or names the account."""
    if not by.may(permission):
        raise Refused(f"当前岗位“{by.post_title or '无'}”没有“{PERMISSIONS[permission]}”的权限。请切换岗位，或请承办人办理。")
    if not reaches(by, case):
        raise Refused(f"案件 {case.code} 不在当前岗位“{by.post_title}”的范围内，也没有交给你办。请承办工会办理，或请它交办。")


def check_step(case: Case, step: Step, by: Actor, on: date, seen: int | None) -> None:
    """Refuse a step out of order, by the wrong person, on an impossible day, or on a page that is no longer true."""
    _check_right(case, step, by)
    if case.merged_into_id:
        refuse(f"这件案子已并入 {case.merged_into}，请在那一件里办理。")
    if case.closed_on and not step.after_end:
        refuse(f"这件案子已于{chinese_date(case.closed_on)}办结，不能再办“{step.title}”。")
    if seen is not None and seen != case.steps_taken:
        refuse("你打开这一页以后，别人已经办过一步。请看一看新的经过，再决定办不办。")
    if case.state not in step.source:
        now = flow_of(case).state(case.state).title
        before = "、".join(flow_of(case).state(key).title for key in step.source)
        refuse(f"现在是“{now}”，不能办“{step.title}”：它要在“{before}”时办。")
    check_day(case, on)


def _check_right(case: Case, step: Step, by: Actor) -> None:
    if step.may == WORKER:
        if by.person_id not in case.persons:
            raise Refused("这一步要本人办理。")
        return
    require_reach(by, case, step.may)


def check_day(case: Case, on: date) -> None:
    """Not in the future, not before the case, not before the step that led to the present state."""
    if on > today():
        refuse(f"{chinese_date(on)}还没有到，请填今天或以前的日子。", "on")
    if on < case.opened_on:
        refuse(f"这件案子{chinese_date(case.opened_on)}才收到，日期不能更早。", "on")
    if on < case.state_since:
        refuse(f"上一步是{chinese_date(case.state_since)}办的，这一步不能更早。", "on")


def check_open(case: Case) -> None:
    """Refuse anything about a closed or merged case."""
    if case.merged_into_id or case.closed_on:
        refuse("这件案子已经办结或并案，不能再改。")
