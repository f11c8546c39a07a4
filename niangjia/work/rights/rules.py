"""What a dispute must be like; which way it goes; refusals say how to mend them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from niangjia.base.calendar import chinese_date
from niangjia.core.access.actor import Actor
from niangjia.core.access.rules import Refused
from niangjia.core.cases.rules import COLLECTIVE, refuse
from niangjia.core.orgs.models import Employer
from niangjia.core.people.models import Person
from niangjia.work.rights import ways
from niangjia.work.rights.enums import Kind

__all__ = ["COLLECTIVE", "check_asked", "check_facts", "check_instalments", "path_of"]
MOST_INSTALMENTS = 60


def check_asked(applicants: Sequence[Person], kinds: Sequence[str], by: Actor, employer: Employer | None, respondent: str) -> None:
    """Somebody asks for something against somebody; a worker only for themselves."""
    if not applicants:
        refuse("请写明是谁来求助。", "applicants")
    if len({person.pk for person in applicants}) != len(applicants):
        refuse("同一个人写了两遍。", "applicants")
    if by.person_id is not None and [person.pk for person in applicants] != [by.person_id]:
        raise Refused("只能为自己求助。几个人一起的，请到窗口登记。")
    if not kinds or not set(kinds) <= set(Kind.values):
        refuse("请选是哪种争议。", "kinds")
    if employer is None and not respondent.strip():
        refuse("请写明对方是哪家单位；说不清的，写招牌或平台的名字。", "respondent")


def check_facts(facts: Any, on: date) -> None:
    """Days of the employment in their order, none in the future."""
    for name, title in (("entry_on", "入职日期"), ("left_on", "离职日期"), ("known_on", "知道受侵害的日期")):
        day = getattr(facts, name)
        if day and day > on:
            refuse(f"{title}{chinese_date(day)}晚于收到日期{chinese_date(on)}，请核对。", name)
    if facts.entry_on and facts.left_on and facts.left_on < facts.entry_on:
        refuse("离职日期不能早于入职日期。", "left_on")


def path_of(kinds: Sequence[str], facts: Any, on: date) -> tuple[str, list[str]]:
    """Which way the matter goes by the rules of a day, and why, in words for the person.

    Riders and people past the pension age may stand outside a labour relation; they have ways of their own (D17).
    """
    outside = facts.outside_labour_relation
    rides = outside or (outside is None and Kind.NEW_FORM in kinds)
    trouble = ways.INJURED if facts.injured else ways.FINED if facts.fined else ways.OTHER
    managed = None if outside is None else False
    work = ways.ORDERS if rides else ways.CONTRACT
    found = ways.decide(ways.Situation(trouble, work, managed, facts.over_age, facts.known_on if facts.injured else None), on)
    return found.way.path, found.in_words


def check_amounts(amounts: Sequence[Decimal], total: Decimal) -> None:
    """Parts sum to the whole, exactly."""
    if sum(amounts, Decimal(0)) != total:
        refuse(f"各期合计 {sum(amounts, Decimal(0))} 元，和总额 {total} 元对不上。", "instalments")


def check_instalments(plan: Sequence[tuple[date, Decimal]], total: Decimal, since: date) -> None:
    """Days in order, not before the agreement; amounts positive, their sum the total."""
    if not plan or len(plan) > MOST_INSTALMENTS:
        refuse(f"请写明哪天付多少，最多分 {MOST_INSTALMENTS} 期。", "instalments")
    days = [day for day, _ in plan]
    if days != sorted(set(days)):
        refuse("各期日期要从早到晚，不能同一天两期。", "instalments")
    if days[0] < since:
        refuse(f"第一期{chinese_date(days[0])}早于生效日期{chinese_date(since)}。", "instalments")
    if any(amount <= 0 for _, amount in plan):
        refuse("每期金额要大于 0。", "instalments")
    check_amounts([amount for _, amount in plan], total)
