"""The desk's pages about people: the list and its export, and one person."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, IntegerChoices, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.base.calendar import add_months, today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Bulk, Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import Link
from niangjia.core.home.queries import usual_filters
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.views.reach import address as org_address
from niangjia.core.people import actions, queries
from niangjia.core.people.enums import (
    COUNTED_STANDINGS,
    Education,
    EmploymentForm,
    Household,
    JoinWay,
    Political,
    Post,
    Sex,
    SkillLevel,
    Standing,
)
from niangjia.core.people.forms import ExportForm
from niangjia.core.people.models import Officer, Person
from niangjia.core.people.views.card import PersonCard
from niangjia.core.people.views.change import doable_links
from niangjia.core.people.views.reach import address, seen

TOWNS = (Kind.TOWN, Kind.ZONE, Kind.SYSTEM)
AGES = {
    "16": ("16–24 岁", 16, 25),
    "25": ("25–34 岁", 25, 35),
    "35": ("35–44 岁", 35, 45),
    "45": ("45–59 岁", 45, 60),
    "60": ("60 岁以上", 60, 150),
}


def age(person: Person, day: date) -> int | None:
    """Full years on a day."""
    birth = person.birth
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)) if birth else None


COLUMNS = (
    Column("name", "姓名", lambda person: person.name, url=address, order="name_key"),
    Column("code", "编号", lambda person: person.code, order="code", optional=True),
    Column("sex", "性别", lambda person: person.get_sex_display()),
    Column("age", "年龄", lambda person: age(person, today()), numeric=True),
    Column("number", "证件号", lambda person: person.masked_id_number),
    Column("phone", "手机", lambda person: person.masked_phone),
    Column("union", "所属工会", lambda person: person.home_org.name, url=lambda person: org_address(person.home_org)),
    Column("form", "就业形态", lambda person: EmploymentForm(person.form).label if person.form else ""),
    Column("standing", "会籍", lambda person: Standing(person.standing).label if person.standing else "没有会籍"),
    Column("joined", "入会日期", lambda person: person.joined_on),
    Column("card", "会员卡号", lambda person: person.card_number, optional=True),
    Column("household", "户籍", lambda person: person.get_household_display(), optional=True),
    Column("skill", "技能等级", lambda person: person.get_skill_level_display(), optional=True),
    Column("job", "岗位", lambda person: person.job, optional=True),
    Column("employer", "工作单位", lambda person: person.employer.name if person.employer else person.platform, optional=True),
    Column("political", "政治面貌", lambda person: person.get_political_display(), optional=True),
    Column("education", "学历", lambda person: person.get_education_display(), optional=True),
    Column("way", "入会方式", lambda person: JoinWay(person.join_way).label if person.join_way else "", optional=True),
    Column("registered", "建档日期", lambda person: person.registered_on, order="registered_on", optional=True),
)  # fmt: skip


def _of_state(persons: QuerySet[Person], state: str) -> QuerySet[Person]:
    match state:
        case "members":
            return persons.filter(standing__in=COUNTED_STANDINGS)  # type: ignore[misc]
        case "retained":
            return persons.filter(standing=Standing.RETAINED)  # type: ignore[misc]
        case "transferring":
            return persons.filter(transferring_to__isnull=False)  # type: ignore[misc]
        case "former":
            return persons.filter(queries.ever_member(), ~queries.is_in_a_union())
        case _:
            return persons.filter(~queries.ever_member())


def _of_age(persons: QuerySet[Person], band: str) -> QuerySet[Person]:
    _, youngest, older = AGES[band]
    return persons.filter(birth__lte=add_months(today(), -12 * youngest), birth__gt=add_months(today(), -12 * older))


def _of_new_form(persons: QuerySet[Person], answer: str) -> QuerySet[Person]:
    return persons.filter(is_new_form=answer == "yes")  # type: ignore[misc]


def _below(persons: QuerySet[Person], code: str) -> QuerySet[Person]:
    org = Organisation.objects.get(code=code)
    return persons.filter(scope__range=(org.lft, org.rgt))


def _of_office(persons: QuerySet[Person], answer: str) -> QuerySet[Person]:
    holders = Officer.objects.filter(person=OuterRef("pk"), valid_to=None)
    return persons.filter(Exists(holders if answer == "any" else holders.filter(post=answer)))


def _of_gap(persons: QuerySet[Person], field: str) -> QuerySet[Person]:
    """Records that still lack something the register asks for."""
    return persons.filter(**{f"{field}__isnull": True})


SPAN = ("standing", "form", "is_new_form", "joined_on", "card_number", "join_way", "transferring_to")
"""Of the open membership, by these names: filters ask for them too, for a condition on ``open__…`` joins the memberships once more."""
STATES = (("members", "在册会员"), ("retained", "保留会籍"), ("transferring", "转会中"), ("former", "曾是会员"), ("never", "非会员"))
GAPS = (("id_index", "没有证件号"), ("phone_index", "没有手机"), ("birth", "没有出生日期"), ("employer", "没有工作单位"))


def _coded(key: str, title: str, codes: type[IntegerChoices], field: str) -> Filter:
    """A filter over a table of codes."""
    choices = [(str(code.value), str(code.label)) for code in codes]
    return Filter(key, title, choices, lambda persons, code: persons.filter(**{field: int(code)}), more=True)


FIXED_FILTERS = (
    Filter("state", "会籍", STATES, _of_state, default="members"),
    Filter("new", "新就业形态", (("yes", "是"), ("no", "不是")), _of_new_form),
    Filter("form", "就业形态", EmploymentForm.choices, lambda persons, form: persons.filter(form=form)),
    Filter("sex", "性别", (("1", "男"), ("2", "女")), lambda persons, sex: persons.filter(sex=int(sex)), more=True),
    Filter("age", "年龄", [(key, band[0]) for key, band in AGES.items()], _of_age, more=True),
    _coded("household", "户籍", Household, "household"),
    _coded("skill", "技能等级", SkillLevel, "skill_level"),
    _coded("political", "政治面貌", Political, "political"),
    _coded("education", "学历", Education, "education"),
    _coded("way", "入会方式", JoinWay, "join_way"),
    Filter("office", "工会职务", (("any", "担任职务的"), *Post.choices), _of_office, more=True),
    Filter("gap", "缺什么", GAPS, _of_gap, more=True),
)
DAYS = (Days("joined", "入会日期", "joined_on"), Days("registered", "建档日期", "registered_on"))
VIEWS = (
    Link("在册会员", "?"),
    Link("新就业形态会员", "?new=yes"),
    Link("女会员", f"?sex={Sex.FEMALE}"),
    Link("保留会籍", "?state=retained"),
    Link("转会中", "?state=transferring"),
    Link("担任职务的", "?office=any"),
    Link("非会员", "?state=never"),
)


def _place_filters(request: Request) -> list[Filter]:
    """Towns within reach, and the one union that the address names."""
    orgs = visible(request.actor, Organisation.objects.all(), "orgs.view")
    towns = orgs.filter(kind__in=TOWNS, ended_on__isnull=True).order_by("-kind", "pinyin").values_list("code", "short_name")
    union = orgs.filter(code=request.GET.get("union") or request.POST.get("union")).values_list("code", "short_name")
    filters = [Filter("town", "镇街", list(towns), _below), Filter("union", "工会", list(union), _below)]
    return [filter_ for filter_ in filters if filter_.choices]


def _listing(request: Request) -> Listing:
    persons = queries.with_open_span(Person.objects.filter(merged_into__isnull=True)).prefetch_related("home_org", "employer")
    spans = {name: F(f"open__{name}") for name in SPAN}
    return Listing(
        request,
        visible(request.actor, persons.annotate(**spans), "people.view"),
        COLUMNS,
        title="会员名册",
        unit="人",
        filters=[*FIXED_FILTERS[:1], *_place_filters(request), *FIXED_FILTERS[1:]],
        search=lambda rows, q: rows.filter(queries.matching(q)),
        search_hint="姓名、拼音首字母、证件号、手机、编号、卡号",
        order="scope",
        days=DAYS,
        views=[*VIEWS, *usual_filters(request.actor.user_id, "people")],
        save_url=reverse("home:keep-filters", args=["people"]),
        bulk=[Bulk("把 {n} 人转会", "转会", reverse("people:transfer-many"))] if request.actor.may("people.change") else [],
        empty=Empty("还没有会员", "登记新会员，或者在“导入”里交来会员花名册。"),
        may_export=request.actor.may("people.export"),
        export_url=reverse("people:export"),
        discreet=True,
    )


@page("people.view")
def person_list(request: Request) -> HttpResponse:
    """Everybody the reader's post reaches, members first of all; the filter form is posted, so that no name stands in an address."""
    listing = _listing(request)
    if request.method == "POST":
        return redirect(reverse("people:list") + listing.asked)
    return render(request, "people/list.html", {"list": listing, "can_change": request.actor.may("people.change")})


@page("people.export")
def export(request: Request) -> HttpResponseBase:
    """Ask why the list is taken out, then hand out the file; the trail keeps how many and which filters."""
    listing, form = _listing(request), ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _exported(request, listing, form.cleaned_data)
    context = {
        "form": form,
        "heading": "导出会员名册",
        "what": "按现在的条件和列导出成一张表，证件号和手机仍然遮住",
        "to_how_many": f"{listing.page.total} 人（一次最多 5 万人）" + "".join(f"，{chip.title}" for chip in listing.chips),
        "undo": "导出不改数据；谁、何时、为什么、导出多少人，都记入留痕",
        "action": "导出",
        "back_url": reverse("people:list") + "?" + request.GET.urlencode(),
    }
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _exported(request: Request, listing: Listing, asked: dict[str, Any]) -> HttpResponseBase:
    filters = {
        filter_.title: dict(filter_.choices)[listing.chosen[filter_.key]] for filter_ in listing.filters if filter_.key in listing.chosen
    }
    if listing.q:
        filters["搜索"] = "有（内容不记）"
    response = listing.written(asked["kind"])
    rows = min(listing.queryset.count(), 50_000)
    actions.note_export(rows=rows, filters=filters, reason=asked["reason"], by=request.actor)
    return response


@page("people.view")
def detail(request: Request, code: str) -> HttpResponse:
    """One person: facts, life line, history, who looked."""
    person = seen(request, code)
    if person.merged_into and (kept := Person.objects.filter(pk=person.merged_into_id).first()):  # type: ignore[misc]
        return redirect(f"{address(kept)}?was={person.code}")
    card = PersonCard(person, request.actor, today())
    towns = Organisation.objects.filter(lft__lt=person.home_org.lft, rgt__gte=person.home_org.rgt, kind__in=TOWNS)
    crumbs = [
        Link("会员", reverse("people:list")),
        *(Link(town.short_name, f"{reverse('people:list')}?town={town.code}") for town in towns),
    ]
    context = {
        "person": person,
        "card": card,
        "crumbs": [*crumbs, Link(f"会员号 {person.code}")],
        "doables": doable_links(request.actor, card),
        "can_merge": request.actor.may("people.merge"),
        "was": request.GET.get("was", "") if person.merged.filter(code=request.GET.get("was", "")).exists() else "",
    }
    return render(request, "people/detail.html", context)
