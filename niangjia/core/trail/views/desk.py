"""The trail for whoever may read it: what was done, by which post, to what; one event in full; whether the chains still hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.base.chinese import clean_text
from niangjia.base.scope import elevated
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.queries import names_of, visible
from niangjia.core.access.request import Request
from niangjia.core.access.subjects import address_of
from niangjia.core.faces.listing import Column, Filter, Listing
from niangjia.core.faces.shapes import Fact
from niangjia.core.line import verb_title, verb_titles
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.views.telling import label
from niangjia.core.trail.models import Event, Touch
from niangjia.core.trail.queries import LOOKS, by_code, checks, facts_of

SUBJECTS = {
    "person": "会员", "org": "工会", "batch": "导入批次", "user": "账号", "grant": "岗位", "figure": "指标",
    "register": "名册", "file": "文件",
}  # fmt: skip
TOWNS = (Kind.TOWN, Kind.ZONE, Kind.SYSTEM)
DAYS = {"1": "当天", "7": "7 天内", "31": "31 天内", "366": "一年内"}
ROWS_SHOWN = 20
WORDS = {
    "new": "新增", "same": "相同", "changed": "变更", "duplicates": "重复", "refused": "退回", "rows": "行数", "before": "以前", "after": "以后",
    "changes": "改了", "list": "名册", "title": "名称", "role": "角色", "username": "账号", "filters": "条件", "wrong": "哪里不对", "number": "第几",
    "years": "每届几年", "elected_on": "当选日期", "valid_from": "起", "valid_to": "止", "extended_to": "延到", "absorbed": "并入的工会",
    "members": "会员", "officers": "干部", "file": "文件", "sha256": "指纹", "size": "大小", "sheet": "表", "mapping": "列名", "figure": "指标",
    "period": "期间", "value": "值", "document": "依据", "version": "口径版本", "parent": "上级", "drop": "并入的档案", "keep": "留下的档案",
    "merge": "哪次合并", "what": "什么", "state": "状态", "faults": "错误", "removed": "退回了", "row": "表里第几行", "joined_on": "入会日期",
}  # fmt: skip


def address(event: Event) -> str:
    """The page of one event."""
    return reverse("trail:event", args=[event.code])


@contextmanager
def reading(actor: Actor) -> Iterator[QuerySet[Event]]:
    """The events within reach. Whoever reads for the whole district also reads those that belong to no single organisation."""
    if visible(actor, Organisation.objects.filter(parent=None), "trail.view").exists():
        with elevated("the trail of the whole district, read under a post over all of it"):
            yield Event.objects.all()
    else:
        yield visible(actor, Event.objects.all(), "trail.view")


def _when(event: Event) -> str:
    return f"{event.at.astimezone():%Y-%m-%d %H:%M:%S}"


def _what(event: Event) -> str:
    return SUBJECTS.get(event.subject.partition(":")[0], event.subject)


COLUMNS = (
    Column("at", "时间", _when, url=address, order="id"),
    Column("verb", "动作", lambda event: verb_title(event.verb)),
    Column("what", "对象", _what),
    Column("org", "组织", lambda event: event.org.short_name if event.org else "全区"),
    Column("post", "岗位", lambda event: event.post),
    Column("on", "业务日", lambda event: event.on),
    Column("reason", "理由", lambda event: event.reason),
    Column("batch", "批次", lambda event: event.batch, optional=True),
)


def _within(events: QuerySet[Event], days: str) -> QuerySet[Event]:
    return events.filter(on__gt=today() - timedelta(days=int(days)), on__lte=today())


def _of_kind(events: QuerySet[Event], subject: str) -> QuerySet[Event]:
    return events.filter(Q(subject=subject) | Q(subject__startswith=f"{subject}:"))


def _below(events: QuerySet[Event], code: str) -> QuerySet[Event]:
    org = Organisation.objects.get(code=code)
    return events.filter(org__lft__range=(org.lft, org.rgt))


def _filters(actor: Actor) -> list[Filter]:
    towns = visible(actor, Organisation.objects.filter(kind__in=TOWNS, ended_on__isnull=True), "trail.view").order_by("-kind", "pinyin")
    return [
        Filter("verb", "动作", sorted(verb_titles().items()), lambda events, verb: events.filter(verb=verb)),
        Filter("looks", "看号码", (("yes", "只看查看、导出、打印"),), lambda events, _: events.filter(verb__in=LOOKS)),
        Filter("what", "对象", list(SUBJECTS.items()), _of_kind),
        Filter("days", "业务日", list(DAYS.items()), _within),
        Filter("town", "镇街", list(towns.values_list("code", "short_name")), _below),
    ]


@page("trail.view")
def events(request: Request) -> HttpResponse:
    """/desk/trail/: every event within reach, newest first; `?check=1` recomputes the chains."""
    with reading(request.actor) as rows:
        listing = Listing(
            request,
            rows.select_related("org"),
            COLUMNS,
            title="留痕",
            filters=_filters(request.actor),
            search=lambda found, q: found.filter(Q(post__icontains=clean_text(q)) | Q(batch__iexact=clean_text(q))),
            search_hint="岗位或批次编号",
            order="-id",
        )
        return render(request, "trail/events.html", {"list": listing, "checks": _checked(request)})


def _checked(request: Request) -> Any:
    """The chains recomputed over the whole trail, if asked for; they tell numbers only."""
    if not request.GET.get("check"):
        return None
    with elevated("a chain is whole or broken for everybody"):
        return checks()


@page("trail.view")
def event(request: Request, code: str) -> HttpResponse:
    """One event: who, when, for whom, what in full, and the rows a bulk event touched."""
    with reading(request.actor) as rows:
        found = get_object_or_404(by_code(rows.select_related("org", "payload"), code))
        touched = Touch.objects.filter(event=found)
        context = {
            "event": found,
            "facts": _facts(request.actor, found),
            "said": [(_word(name), _told(value)) for name, value in facts_of(found).items() if name != "touches"],
            "hash": bytes(found.hash).hex(),
            "touches": [
                (SUBJECTS.get(touch.subject.partition(":")[0], touch.subject), _told(touch.before), _told(touch.after))
                for touch in touched.order_by("id")[:ROWS_SHOWN]
            ],
            "touched": touched.count(),
        }
        return render(request, "trail/event.html", context)


def _word(name: str) -> str:
    """A fact's name in Chinese, as far as a column or the table here knows it."""
    return WORDS.get(name) or label(name)


def _told(value: Any) -> str:
    """A fact in words; what holds several is told one after another."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{_word(name)}：{_told(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "、".join(_told(inner) for inner in value)
    return str(value)


def _facts(actor: Actor, found: Event) -> list[Fact]:
    names = names_of([found.actor, found.acting_for]) if actor.may("trail.names") else {}
    return [
        Fact("时间", _when(found)),
        Fact("业务日", found.on),
        Fact("动作", verb_title(found.verb)),
        Fact("对象", _what(found), url=address_of(actor, found.subject)),
        Fact("组织", found.org.name if found.org else "全区"),
        Fact("岗位", found.post),
        Fact("经办人", names.get(found.actor, "要有看姓名的权限" if not actor.may("trail.names") else found.actor)),
        Fact("代谁办理", names.get(found.acting_for, found.acting_for)),
        Fact("理由", found.reason),
        Fact("批次", found.batch, url=reverse("imports:batch", args=[found.batch]) if found.batch and actor.may("imports.view") else ""),
    ]
