"""What facts must be like before an organisation may be founded, changed, moved or ended; refusals say how to mend them."""

from collections.abc import Iterable
from datetime import date
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.db import connection

from niangjia.base.calendar import add_months, chinese_date, today
from niangjia.base.chinese import check_uscc
from niangjia.core.orgs.enums import GRASSROOTS, ROOTS, Kind
from niangjia.core.orgs.models import Employer, Organisation, Placement, Term

_AREAS = (Kind.TOWN, Kind.ZONE)
PARENT_KINDS: dict[int, tuple[Kind, ...]] = {
    Kind.CITY: (),
    Kind.DISTRICT: (Kind.CITY,),
    Kind.TOWN: (Kind.DISTRICT,),
    Kind.SYSTEM: (Kind.DISTRICT,),
    Kind.ZONE: (Kind.DISTRICT, Kind.TOWN),
    Kind.VILLAGE: _AREAS,
    Kind.PARK: (*_AREAS, Kind.DISTRICT),
    Kind.INDUSTRY: (*_AREAS, Kind.SYSTEM, Kind.DISTRICT),
    **dict.fromkeys(GRASSROOTS, (Kind.VILLAGE, Kind.PARK, Kind.INDUSTRY, *_AREAS, Kind.SYSTEM, Kind.DISTRICT)),
}
"""Under which kinds of organisation each kind may stand."""

CHANGEABLE = frozenset(
    (
        "short_name", "division", "address", "longitude", "latitude", "approval_number", "approver", "dues_mode",
        "has_own_account", "staff_total", "staff_female", "staff_migrant", "staff_as_of", "contact_person", "contact_phone",
    )
)  # fmt: skip
"""Facts of an organisation that `change_facts` may set; names, places, terms and ends have verbs of their own."""
EMPLOYER_FACTS = frozenset(("registration_type", "industry", "scale", "is_platform", "address", "staff_total", "ended_on"))

UNION_PREFIX = {True: "81", False: "8"}
"""How the credit code of a union begins: 81 for grassroots unions and the federations between them and the towns."""
LONGEST_EXTENSION = 6
"""Months by which a term may be extended, once (基层工会换届延期)."""


def refuse(text: str, field: str | None = None) -> NoReturn:
    """Raise a refusal that a form shows beside ``field``, or on top."""
    raise ValidationError({field: text} if field else text)


def check_day(day: date, what: str = "日期", field: str | None = None) -> None:
    """Nothing is registered as done on a day still to come."""
    if day > today():
        refuse(f"{what}{chinese_date(day)}还没有到，请填今天或以前的日子。", field)


def check_facts(facts: Iterable[str], allowed: frozenset[str]) -> None:
    """Only facts that have no verb of their own; another name is a programmer's slip, not a user's."""
    if unknown := set(facts) - allowed:
        raise TypeError(f"no such fact: {', '.join(sorted(unknown))}")


def check_alive(org: Organisation, on: date | None = None) -> None:
    """It has not ended, and on that day it was founded already."""
    if org.ended_on:
        refuse(f"“{org.name}”已于{chinese_date(org.ended_on)}终止，不能再办理。")
    if on and on < org.founded_on:
        refuse(f"“{org.name}”建于{chinese_date(org.founded_on)}，所填日期{chinese_date(on)}在它之前，请核对。")


def check_parent(kind: int, parent: Organisation | None, on: date) -> None:
    """The parent is alive on that day and of a kind under which this kind may stand."""
    title = Kind(kind).label
    if parent is None:
        if kind not in ROOTS:
            refuse(f"{title}要有上级工会，请选择上级。", "parent")
        return
    if parent.kind not in PARENT_KINDS[kind]:
        allowed = "、".join(Kind(each).label for each in PARENT_KINDS[kind]) or "（没有上级）"
        refuse(f"{title}不能直属于{parent.get_kind_display()}“{parent.name}”，它的上级应是：{allowed}。", "parent")
    check_alive(parent, on)


def check_free_name(name: str, parent: Organisation | None, besides: int | None = None) -> None:
    """No living neighbour under the same parent has this name."""
    neighbours = Organisation.objects.filter(parent=parent, name=name, ended_on=None).exclude(pk=besides)  # type: ignore[misc]
    if twin := neighbours.first():
        refuse(f"“{name}”在同一上级下已经登记（编码 {twin.code}）。若是同一家，请直接打开它；若不是，请在名称里加以区分。", "name")


def check_credit_code(text: str, field: str = "credit_code") -> str:
    """A well-formed credit code; returns it in its one form."""
    code, problem = check_uscc(text)
    if code is None:
        refuse(problem, field)
    return code


def check_union_code(text: str, kind: int, besides: int | None = None) -> str:
    """A credit code that a union of this kind may have, not yet given to another."""
    code = check_credit_code(text)
    prefix = UNION_PREFIX[kind < Kind.TOWN]
    if not code.startswith(prefix):
        refuse(f"工会的统一社会信用代码以 {prefix} 开头，现在是 {code[:2]}，请不要填单位的代码。", "credit_code")
    if twin := Organisation.objects.filter(credit_code=code).exclude(pk=besides).first():  # type: ignore[misc]
        refuse(f"这个代码已经登记给“{twin.name}”（编码 {twin.code}），请核对证书。", "credit_code")
    return code


def check_employer_code(text: str) -> str | None:
    """A credit code no other employer has; None where none is given (units without one)."""
    if not text:
        return None
    code = check_credit_code(text)
    if twin := Employer.objects.filter(credit_code=code).first():
        refuse(f"这个代码的单位已经登记：“{twin.name}”，请直接选用它。", "credit_code")
    return code


def check_move(org: Organisation, parent: Organisation, on: date) -> Placement:
    """The move keeps a tree on every day from ``on``; returns the placement that ends by it."""
    check_day(on, field="on")
    check_alive(org)
    if org.parent_id is None:
        refuse(f"“{org.name}”是最上级，没有可调整的隶属。")
    if parent.pk == org.parent_id:
        refuse(f"“{org.name}”现在就隶属“{parent.name}”，不用调整。", "parent")
    check_no_cycle(org, parent, on)
    check_parent(org.kind, parent, on)
    check_free_name(org.name, parent, besides=org.pk)
    placement = org.placements.get(valid_to=None)
    if on <= placement.valid_from:
        refuse(f"现在的隶属从{chinese_date(placement.valid_from)}开始，调整日期要在它之后。", "on")
    return placement


_ABOVE = """
WITH RECURSIVE above AS (
    SELECT %(parent)s::bigint AS org, daterange(%(on)s, NULL) AS during
    UNION
    SELECT place.parent_id, above.during * daterange(place.valid_from, place.valid_to)
    FROM above JOIN orgs_placement AS place ON place.org_id = above.org AND above.during && daterange(place.valid_from, place.valid_to)
    WHERE place.parent_id IS NOT NULL)
SELECT EXISTS (SELECT FROM above WHERE org = %(org)s)
"""


def check_no_cycle(org: Organisation, parent: Organisation, on: date) -> None:
    """The new parent does not lie below the organisation on any day from ``on`` (a backdated move meets later moves)."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"parent": parent.pk, "org": org.pk, "on": on})
        if cursor.fetchone()[0]:
            refuse(f"“{parent.name}”是“{org.name}”自己或它的下级，不能做它的上级，请另选。", "parent")


def check_end(org: Organisation, on: date) -> None:
    """Nothing stands below it any more, and the day lies after its last change of parent."""
    check_day(on, "终止日期", "on")
    check_alive(org)
    if org.parent_id is None:
        refuse("区总工会不能撤销或并入别的组织。")
    below = Placement.objects.filter(parent=org, valid_to=None).count()
    if below:
        refuse(f"“{org.name}”还有 {below} 家下级组织，请先把它们调整到别处或撤销。")
    last = Placement.objects.filter(parent=org).order_by("-valid_to").first()
    if last and last.valid_to and last.valid_to > on:
        refuse(f"到{chinese_date(last.valid_to)}为止它还有下级组织，终止日期不能更早。", "on")
    placement = org.placements.get(valid_to=None)
    if on <= placement.valid_from:
        refuse(f"它从{chinese_date(placement.valid_from)}起才在现在的上级之下，终止日期要在这之后。", "on")


def check_no_members(org: Organisation) -> None:
    """Nobody is left in it: an open membership never points to a union that ended. Call it elevated."""
    left = org.memberships.filter(during__upper_inf=True).count()
    if left:
        refuse(f"“{org.name}”还有 {left} 名会员，请先办理转会，或连同会员一起撤销、合并。")


def check_merger(org: Organisation, into: Organisation, on: date) -> None:
    """Like goes into like, and the one that stays is alive."""
    check_end(org, on)
    if org.pk == into.pk:
        refuse("不能并入自己，请选择另一家。", "into")
    check_alive(into, on)
    if org.is_grassroots != into.is_grassroots:
        refuse(f"{org.get_kind_display()}不能并入{into.get_kind_display()}：会员只能归基层工会。", "into")


def check_election(org: Organisation, years: int, elected_on: date, before: Term | None) -> None:
    """Three or five years, elected after the earlier election and not in the future."""
    check_day(elected_on, "选举日期", "elected_on")
    check_alive(org, elected_on)
    if years not in (3, 5):
        refuse("每届任期三年或五年（工会法第十六条），请改为 3 或 5。", "years")
    if before and elected_on <= before.elected_on:
        refuse(f"第{before.number}届选举于{chinese_date(before.elected_on)}，新一届的选举日期要在它之后。", "elected_on")


def check_extension(term: Term | None, to: date) -> Term:
    """Once, by at most six months beyond the end."""
    if term is None:
        refuse("还没有登记任期，谈不上延期，请先登记换届。")
    if term.extended_to:
        refuse(f"第{term.number}届已经延期到{chinese_date(term.extended_to)}，延期只能一次，请尽快换届。")
    latest = add_months(term.valid_to, LONGEST_EXTENSION)
    if not term.valid_to < to <= latest:
        refuse(f"延期应在{chinese_date(term.valid_to)}之后、{chinese_date(latest)}之前（至多六个月）。", "to")
    return term
