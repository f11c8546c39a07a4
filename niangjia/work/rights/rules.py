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
from niangjia.work.rights.enums import Kind, Path

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


def path_of(kinds: Sequence[str], facts: Any) -> tuple[str, list[str]]:
    """Which way the matter goes, and why, in words for the person.

    Riders and people past the pension age may stand outside a labour relation; they have ways of their own (D17).
    """
    if not (facts.outside_labour_relation or facts.over_age or Kind.NEW_FORM in kinds):
        return Path.LABOUR, []
    why = []
    if facts.over_age:
        why.append("过了退休年龄，和单位多半算劳务关系")
    if facts.outside_labour_relation:
        why.append("没有合同、自己接单，不一定算劳动关系")
    if facts.injured:
        if facts.over_age:
            return Path.SINGLE_INJURY, [*why, "受了伤：单位给超龄人员单独参加工伤保险的，走这条路"]
        return Path.NEW_FORM_INJURY, [*why, "接单时受了伤：先走职业伤害保障"]
    if facts.fined:
        return Path.PLATFORM, [*why, "平台扣罚、封号：先向平台申诉，工会帮你写"]
    if facts.outside_labour_relation is None and Kind.NEW_FORM in kinds:
        return Path.UNSURE, ["先弄清是不是劳动关系：谁派活、谁管时间、谁发钱"]
    return Path.CIVIL, [*why, "可以按劳务报酬要，工会照样帮你调解"]


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
