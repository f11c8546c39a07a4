"""The desk's pages about organisations: the list, one organisation with its tree, and the tree's branches."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import chinese_date, parse_date, today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Bulk, Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import Happening, Link, TreeNode
from niangjia.core.home.queries import usual_filters
from niangjia.core.line import verb_title
from niangjia.core.orgs import queries
from niangjia.core.orgs.enums import COUNTED_AS_UNION, Kind, LegalStatus, Route
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.views.card import UnionCard
from niangjia.core.orgs.views.change import doable_links
from niangjia.core.orgs.views.reach import address, seen
from niangjia.core.people.queries import members_below
from niangjia.core.trail.queries import events_about

TOWNS = (Kind.TOWN, Kind.ZONE, Kind.SYSTEM)
EVENTS_SHOWN = 8
MOST_REMINDED = 100
BRANCHES_SHOWN = 40
"""Organisations of one level in the tree; the rest is a click away in the list."""


def _term_word(org: Any) -> str:
    """Until when; a term past its end says so."""
    if not org.term_ends:
        return "没有登记" if not org.ended_on else ""
    return f"{chinese_date(org.term_ends)}{'，逾期' if org.term_ends < today() else ''}"


COLUMNS = (
    Column("name", "工会", lambda org: org.name, url=address, order="pinyin"),
    Column("parent", "上级", lambda org: org.parent.short_name if org.parent else ""),
    Column("kind", "类型", lambda org: org.get_kind_display(), order="kind"),
    Column("route", "建会方式", lambda org: org.get_route_display()),
    Column("founded", "建会日期", lambda org: org.founded_on, order="founded_on"),
    Column("legal", "法人", lambda org: org.get_legal_status_display()),
    Column("valid", "法人证书到", lambda org: org.certificate_valid_to, order="certificate_valid_to", optional=True),
    Column("staff", "职工", lambda org: org.staff_total, order="staff_total", numeric=True),
    Column("members", "会员", lambda org: org.members, numeric=True),
    Column("term", "任期到", _term_word, tone=lambda org: "late" if org.term_ends and org.term_ends < today() else ""),
    Column("state", "状态", lambda org: f"{chinese_date(org.ended_on)}{org.get_end_reason_display()}" if org.ended_on else "正常"),
    Column("code", "编码", lambda org: org.code, order="code", optional=True),
    Column("credit", "信用代码", lambda org: org.credit_code, optional=True),
    Column("dues", "经费收缴", lambda org: org.get_dues_mode_display(), optional=True),
)


def _told_more(orgs: Sequence[Organisation]) -> None:
    """Members and the end of the term, of all rows at once."""
    ids = [org.pk for org in orgs]
    members = members_below(ids, today())
    ends = dict(queries.terms_on(today()).filter(org__in=ids).values_list("org", "ends_on"))  # type: ignore[misc]
    for org in orgs:
        org.members, org.term_ends = members.get(org.pk, 0), ends.get(org.pk)  # type: ignore[attr-defined]


def _of_state(orgs: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
    return orgs.filter(ended_on__isnull=state == "alive")


def _of_news(orgs: QuerySet[Organisation], field: str) -> QuerySet[Organisation]:
    return orgs.filter(**{f"{field}__isnull": False})


def _of_term(orgs: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
    if state == "none":
        return orgs.filter(ended_on=None).exclude(pk__in=queries.terms_on(today()).values("org"))
    terms = queries.terms_overdue(today()) if state == "overdue" else queries.terms_due(today())
    return orgs.filter(pk__in=terms.values("org"))


def _below(orgs: QuerySet[Organisation], code: str) -> QuerySet[Organisation]:
    above = Organisation.objects.get(code=code)
    return orgs.filter(lft__gt=above.lft, lft__lte=above.rgt)


FILTERS = (
    Filter("state", "状态", (("alive", "正常"), ("ended", "已撤并")), _of_state),
    Filter("kind", "类型", [(str(kind.value), kind.label) for kind in COUNTED_AS_UNION], lambda orgs, kind: orgs.filter(kind=int(kind))),
    Filter("term", "任期", (("overdue", "届满未换届"), ("due", "半年内届满"), ("none", "没有登记任期")), _of_term),
    Filter("route", "建会方式", Route.choices, lambda orgs, route: orgs.filter(route=route), more=True),
    Filter("news", "三新", (("new_form_on", "新就业形态"), ("new_economy_on", "新经济"), ("new_field_on", "新领域")), _of_news, more=True),
    Filter("legal", "法人", LegalStatus.choices, lambda orgs, status: orgs.filter(legal_status=status), more=True),
)
DAYS = (Days("founded", "建会日期", "founded_on"), Days("valid", "法人证书到期", "certificate_valid_to"))
VIEWS = (
    Link("正常的工会", "?state=alive"),
    Link("届满未换届", "?state=alive&term=overdue"),
    Link("半年内届满", "?state=alive&term=due"),
    Link("新业态工会", "?state=alive&news=new_form_on"),
    Link("没有法人证书", "?state=alive&legal=none"),
)


@page("orgs.view")
def org_list(request: Request) -> HttpResponseBase:
    """Every organisation the reader's post reaches, filtered, sorted, exported."""
    reach = visible(request.actor, Organisation.objects.all(), "orgs.view")
    listing = Listing(
        request,
        reach.filter(kind__in=COUNTED_AS_UNION).select_related("parent"),
        COLUMNS,
        title="工会组织",
        unit="家",
        filters=[*FILTERS[:1], *_place_filters(request), *FILTERS[1:]],
        days=DAYS,
        prepare=_told_more,
        search=lambda orgs, q: orgs.filter(pk__in=queries.search(q).order_by().values("pk")),
        search_hint="工会名称、拼音首字母、编码、信用代码",
        order="lft",
        views=[*VIEWS, *usual_filters(request.actor.user_id, "orgs")],
        save_url=reverse("home:keep-filters", args=["orgs"]),
        may_export=request.actor.may("people.export"),
        bulk=[Bulk("写 {n} 家的催办通知", "写催办通知", reverse("orgs:remind"))],
        empty=Empty("还没有工会", "建会登记以后，或者导入工会组织表以后，会列在这里。"),
    )
    top = reach.order_by("lft").first()
    context = {"list": listing, "top": top, "may_found": request.actor.may("orgs.change")}
    return listing.file() or render(request, "orgs/list.html", context)


def _place_filters(request: Request) -> list[Filter]:
    """Towns within reach, and the one organisation that the address names."""
    orgs = visible(request.actor, Organisation.objects.all(), "orgs.view")
    towns = orgs.filter(kind__in=TOWNS, ended_on__isnull=True).order_by("-kind", "pinyin").values_list("code", "short_name")
    above = orgs.filter(code=request.GET.get("below", "")).values_list("code", "short_name")
    filters = [Filter("town", "镇街", list(towns), _below), Filter("below", "下级", list(above), _below)]
    return [filter_ for filter_ in filters if filter_.choices]


@page("orgs.view")
@require_POST
def remind(request: Request) -> HttpResponse:
    """A text for the group: it names unions and days, never persons. Nothing is written."""
    picked = visible(request.actor, Organisation.objects.filter(code__in=request.POST.getlist("pick")), "orgs.view").order_by("lft")
    orgs = list(picked[:MOST_REMINDED])
    _told_more(orgs)
    lines = [f"{number}. {org.name}：{_reminder(org)}" for number, org in enumerate(orgs, 1)]
    text = f"各位主席：以下 {len(orgs)} 家工会请对照办理，办好后在系统里登记。\n" + "\n".join(lines)
    context = {"orgs": orgs, "text": text, "url": request.build_absolute_uri(reverse("orgs:list"))}
    return render(request, "orgs/remind.html", context)


def _reminder(org: Any) -> str:
    if not org.term_ends:
        return "还没有登记任期，请报批复和任期"
    late = (today() - org.term_ends).days
    return f"任期 {chinese_date(org.term_ends)}届满" + (f"，已逾期 {late} 天，请尽快换届" if late > 0 else f"，还有 {-late} 天，请准备换届")


@page("orgs.view")
def detail(request: Request, code: str) -> HttpResponse:
    """One organisation: facts, term, committee, members, history; `?on=` shows the tree as it was."""
    org = seen(request, code)
    day = _day(request)
    doables = doable_links(request, org)
    context = {
        "org": org,
        "card": UnionCard(org, day),
        "doables": doables[1:],
        "first": doables[0] if doables else None,
        "may_change": bool(doables) and day == today(),
        "path": [Link(step.short_name, address(step)) for step in visible_path(request, org)],
        "tree": _tree(request, org, day),
        "day": day,
        "as_of": day != today(),
        "history": [Happening(line.on, line.what, _told(line)) for line in reversed(queries.history(org))],
        "events": _events(request, org),
        "sees_people": request.actor.may("people.view"),
        "share_text": f"{org.name}：找工会、入会、办事，扫码看怎么联系。",
        "share_url": request.build_absolute_uri(reverse("orgs:public", args=[org.code])),
    }
    return render(request, "orgs/detail.html", context)


def _events(request: Request, org: Organisation) -> list[Happening] | None:
    """The last things done to it, for whoever may read the trail."""
    if not request.actor.may("trail.view"):
        return None
    events = events_about(f"org:{org.pk}")[:EVENTS_SHOWN]
    return [Happening(event.on, verb_title(event.verb), event.post, reverse("trail:event", args=[event.code])) for event in events]


@page("orgs.view")
def branch(request: Request, code: str) -> HttpResponse:
    """The organisations one level below, as list items for the tree."""
    return render(request, "orgs/branch.html", {"nodes": _children(request, seen(request, code), _day(request), opened={}, active=None)})


def visible_path(request: Request, org: Organisation) -> list[Organisation]:
    """The ancestors within the reader's reach, from the top, without the organisation itself."""
    above = Organisation.objects.filter(lft__lte=org.lft, rgt__gte=org.rgt).exclude(pk=org.pk).order_by("lft")
    return list(visible(request.actor, above, "orgs.view"))


def _day(request: Request) -> date:
    asked = parse_date(request.GET.get("on", ""))
    return min(asked, today()) if asked else today()


def _told(change: Any) -> str:
    return f"{change.before} → {change.after}" if change.before else change.after


def _tree(request: Request, org: Organisation, day: date) -> list[TreeNode]:
    """The reader's own top, opened down to this organisation."""
    steps = [*visible_path(request, org), org]
    top = steps[0]
    opened = {step.pk: step for step in steps[1:]}
    children = _children(request, top, day, opened, active=org.pk)
    return [TreeNode(top.short_name, address(top), sum(node.count or 0 for node in children), children, open=True, active=top.pk == org.pk)]


def _children(request: Request, org: Organisation, day: date, opened: dict[int, Organisation], active: int | None) -> list[TreeNode]:
    suffix = f"?on={day.isoformat()}" if day != today() else ""
    nodes = []
    children = queries.children_with_counts(org, day)
    shown = [child for place, child in enumerate(children) if place < BRANCHES_SHOWN or child.org.pk in opened]
    members = members_below([child.org.pk for child in shown if not child.children], day)
    for child in shown:
        inner = _children(request, child.org, day, opened, active) if child.org.pk in opened and child.children else ()
        nodes.append(
            TreeNode(
                child.org.short_name,
                address(child.org) + suffix,
                child.unions if child.children else members.get(child.org.pk, 0),
                inner,
                reverse("orgs:branch", args=[child.org.code]) + suffix if child.children and not inner else "",
                open=bool(inner),
                active=child.org.pk == active,
            )
        )
    if hidden := len(children) - len(shown):
        nodes.append(TreeNode(f"还有 {hidden:,} 家，到名册里看", f"{reverse('orgs:list')}?state=alive&below={org.code}"))
    return nodes
