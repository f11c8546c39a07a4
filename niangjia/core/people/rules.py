"""What facts must be like before somebody may join, move or leave; refusals say how to mend them (domain: 会籍)."""

from datetime import date
from typing import NoReturn

from django.core.exceptions import ValidationError

from niangjia.base.calendar import add_months, chinese_date, today
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Membership, Person

YOUNGEST = 16
"""Nobody below the minimum working age joins (劳动法第十五条)."""
SHORTEST_REASON = 4


def refuse(text: str, field: str | None = None) -> NoReturn:
    """Raise a refusal that a form shows beside ``field``, or on top."""
    raise ValidationError({field: text} if field else text)


def check_day(on: date, what: str = "日期") -> None:
    """Nothing is registered as done on a day still to come."""
    if on > today():
        refuse(f"{what}{chinese_date(on)}还没有到，请填今天或以前的日子。", "on")


def check_living(person: Person, on: date) -> None:
    """Not merged into another record, not deceased by that day."""
    if person.merged_into_id:
        refuse(f"{person.name}的这份档案已并入另一份，请打开那一份办理。")
    if person.deceased_on and on >= person.deceased_on:
        refuse(f"{person.name}已于{chinese_date(person.deceased_on)}去世，不能再办会籍。")


def check_receiving(union: Organisation, on: date) -> None:
    """A grassroots union or federation that exists on that day receives members."""
    if union.ended_on and on >= union.ended_on:
        refuse(f"{union.name}已于{chinese_date(union.ended_on)}{union.get_end_reason_display()}，不能接收会员。", "union")
    if on < union.founded_on:
        refuse(f"{union.name}{chinese_date(union.founded_on)}才建会，入会日期不能更早。", "on")


def check_may_join(person: Person, union: Organisation, on: date) -> None:
    """Old enough, living, in no union today; whoever is in another union is transferred, never entered twice."""
    check_day(on, "入会日期")
    check_living(person, on)
    check_receiving(union, on)
    if person.birth and add_months(person.birth, YOUNGEST * 12) > on:
        refuse(f"{person.name}到{chinese_date(on)}未满{YOUNGEST}周岁，不能入会。")
    open_span = person.memberships.filter(until__isnull=True).select_related("union").first()
    if open_span and open_span.union_id == union.pk:
        refuse(f"{person.name}已经是{union.name}的会员。")
    if open_span:
        refuse(f"{person.name}已是{open_span.union.name}的会员，请办转会，不要重复登记。")


def open_span_of(person: Person) -> Membership:
    """The span that goes on today, locked; refused for somebody without membership."""
    span = person.memberships.select_for_update(of=("self",)).select_related("union").filter(until__isnull=True).first()
    if span is None:
        refuse(f"{person.name}现在没有会籍，请先办入会。")
    return span


def check_after_start(span: Membership, on: date) -> None:
    """A span has at least one day."""
    if on <= span.during.lower:
        refuse(f"这一段会籍{chinese_date(span.during.lower)}才开始，变更日期要在它之后。", "on")


def check_reason(reason: str) -> str:
    """Whoever looks at or changes something sensitive says why, in at least four characters."""
    if len(reason.strip()) < SHORTEST_REASON:
        refuse(f"请写明理由，至少{SHORTEST_REASON}个字，例如“核对转账户名”。", "reason")
    return reason.strip()
