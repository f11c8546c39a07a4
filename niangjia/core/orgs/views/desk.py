"""The desk's pages about organisations: the list, one organisation with its tree, and the tree's branches."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.calendar import chinese_date, parse_date, today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Column, Filter, Listing
from niangjia.core.faces.shapes import Happening, Link, TreeNode
from niangjia.core.orgs import queries
from niangjia.core.orgs.enums import COUNTED_AS_UNION, Kind, LegalStatus, Route
from niangjia.core.orgs.models import Organisation
from niangjia.core.orgs.views.card import UnionCard
from niangjia.core.trail.queries import events_about


def seen(request: Request, code: str) -> Organisation:
    """The organisation with this code if the reader's post reaches it; else 404."""
    return get_object_or_404(visible(request.actor, Organisation.objects.select_related("parent", "merged_into"), "orgs.view"), code=code)


def address(org: Organisation) -> str:
    """The page of an organisation."""
    return reverse("orgs:detail", args=[org.code])


COLUMNS = (
    Column("name", "工会", lambda org: org.name, url=address, order="pinyin"),
    Column("parent", "上级", lambda org: org.parent.short_name if org.parent else ""),
    Column("kind", "类型", lambda org: org.get_kind_display(), order="kind"),
    Column("route", "建会方式", lambda org: org.get_route_display()),
    Column("founded", "建会日期", lambda org: org.founded_on, order="founded_on"),
    Column("legal", "法人", lambda org: org.get_legal_status_display()),
    Column("valid", "法人证书到", lambda org: org.certificate_valid_to, order="certificate_valid_to", optional=True),
    Column("staff", "职工", lambda org: org.staff_total, order="staff_total", numeric=True),
    Column("state", "状态", lambda org: f"{chinese_date(org.ended_on)}{org.get_end_reason_display()}" if org.ended_on else "正常"),
    Column("code", "编码", lambda org: org.code, order="code", optional=True),
    Column("credit", "信用代码", lambda org: org.credit_code, optional=True),
)


def _of_state(orgs: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
    return orgs.filter(ended_on__isnull=state == "alive")


def _of_news(orgs: QuerySet[Organisation], field: str) -> QuerySet[Organisation]:
    return orgs.filter(**{f"{field}__isnull": False})


def _of_term(orgs: QuerySet[Organisation], state: str) -> QuerySet[Organisation]:
    terms = queries.terms_overdue(today()) if state == "overdue" else queries.terms_due(today())
    return orgs.filter(pk__in=terms.values("org"))


FILTERS = (
    Filter("state", "状态", (("alive", "正常"), ("ended", "已撤并")), _of_state),
    Filter("kind", "类型", [(str(kind.value), kind.label) for kind in Kind], lambda orgs, kind: orgs.filter(kind=int(kind))),
    Filter("route", "建会方式", Route.choices, lambda orgs, route: orgs.filter(route=route)),
    Filter("news", "三新", (("new_form_on", "新就业形态"), ("new_economy_on", "新经济"), ("new_field_on", "新领域")), _of_news),
    Filter("term", "任期", (("overdue", "届满未换届"), ("due", "半年内届满")), _of_term),
    Filter("legal", "法人", LegalStatus.choices, lambda orgs, status: orgs.filter(legal_status=status)),
)
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
    rows = visible(request.actor, Organisation.objects.filter(kind__in=COUNTED_AS_UNION).select_related("parent"), "orgs.view")
    listing = Listing(
        request,
        rows,
        COLUMNS,
        title="工会组织",
        unit="家",
        filters=FILTERS,
        search=lambda orgs, q: orgs.filter(pk__in=queries.search(q).order_by().values("pk")),
        search_hint="工会名称、拼音首字母、编码、信用代码",
        order="lft",
        views=VIEWS,
        may_export=request.actor.may("people.export"),
    )
    return listing.file() or render(request, "orgs/list.html", {"list": listing})


@page("orgs.view")
def detail(request: Request, code: str) -> HttpResponse:
    """One organisation: facts, term, committee, members, history; `?on=` shows the tree as it was."""
    org = seen(request, code)
    day = _day(request)
    context = {
        "org": org,
        "card": UnionCard(org, day),
        "path": [Link(step.short_name, address(step)) for step in visible_path(request, org)],
        "tree": _tree(request, org, day),
        "day": day,
        "as_of": day != today(),
        "history": [Happening(line.on, line.what, _told(line)) for line in reversed(queries.history(org))],
        "events": events_about(f"org:{org.pk}")[:8] if request.actor.may("trail.view") else None,
        "share_text": f"{org.name}：找工会、入会、办事，扫码看怎么联系。",
        "share_url": request.build_absolute_uri(reverse("orgs:public", args=[org.code])),
    }
    return render(request, "orgs/detail.html", context)


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
    for child in queries.children_with_counts(org, day):
        inner = _children(request, child.org, day, opened, active) if child.org.pk in opened and child.children else ()
        nodes.append(
            TreeNode(
                child.org.short_name,
                address(child.org) + suffix,
                child.unions if child.children else None,
                inner,
                reverse("orgs:branch", args=[child.org.code]) + suffix if child.children and not inner else "",
                open=bool(inner),
                active=child.org.pk == active,
            )
        )
    return nodes
