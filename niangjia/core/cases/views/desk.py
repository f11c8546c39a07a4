"""The desk's pages of cases: the list, one case, taking a step, and what else may be done about it."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.models import User
from niangjia.core.access.request import Request
from niangjia.core.cases import actions, queries
from niangjia.core.cases.forms import LeaveForm, StepForm
from niangjia.core.cases.models import Absence, Case
from niangjia.core.cases.rules import Refused
from niangjia.core.cases.views.card import card_of
from niangjia.core.cases.views.change import doable_links
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.listing import Bulk, Column, Filter, Listing
from niangjia.core.faces.shapes import Link

MOST_AT_ONCE = 200
"""Cases of one bulk step."""


def address(case: Case) -> str:
    """The page of a case."""
    return reverse("cases:detail", args=[case.code])


def seen(request: Request, code: str) -> Case:
    """The case with this code if the reader may read it; else 404."""
    return queries.with_names([get_object_or_404(queries.readable(request.actor), code=code)])[0]


def _state(case: Case) -> str:
    return queries.flow_of(case).state(case.state).title


def _tone(case: Case) -> str:
    if case.closed_on:
        return "ok"
    return "late" if case.due_on and case.due_on < today() else "info"


COLUMNS = (
    Column("code", "案号", lambda case: case.code, url=address, order="code"),
    Column("title", "案由", lambda case: case.title),
    Column("kind", "种类", lambda case: queries.flow_of(case).title, optional=True),
    Column("state", "状态", _state, tone=_tone),
    Column("due", "最近期限", lambda case: case.due_on, order="due_on", tone=lambda case: _tone(case) if _tone(case) == "late" else ""),
    Column("org", "承办单位", lambda case: case.org.short_name),
    Column("holder", "承办人", lambda case: case.holder.name if case.holder else "", order="holder"),
    Column("opened", "收到", lambda case: case.opened_on, order="opened_on"),
    Column("employer", "对方", lambda case: case.employer.name if case.employer else "", optional=True),
    Column("risk", "风险", lambda case: case.get_risk_display(), optional=True),
    Column("closed", "办结", lambda case: case.closed_on, order="closed_on", optional=True),
)


def _of_stand(cases: QuerySet[Case], stand: str) -> QuerySet[Case]:
    match stand:
        case "open":
            return cases.filter(closed_on__isnull=True)
        case "late":
            return cases.filter(closed_on__isnull=True, due_on__lt=today())
        case "nobody":
            return cases.filter(closed_on__isnull=True, holder__isnull=True)
        case _:
            return cases.filter(closed_on__isnull=False)


def _filters(request: Request) -> list[Filter]:
    flows = [(f"{flow.line}.{flow.name}", flow.title) for flow in queries.flows().values()]
    states = {state.key: state.title for flow in queries.flows().values() for state in flow.states if not state.final}
    return [
        Filter(
            "stand", "进度", (("open", "在办"), ("late", "逾期"), ("nobody", "没人承办"), ("closed", "已办结")), _of_stand, default="open"
        ),
        Filter("kind", "种类", flows, _of_kind),
        Filter("state", "状态", list(states.items()), lambda cases, key: cases.filter(state=key)),
        Filter("mine", "承办", (("me", "我承办的"),), lambda cases, _: cases.filter(holder=request.actor.user_id)),
        Filter("risk", "风险", (("watch", "关注"), ("high", "重大")), lambda cases, risk: cases.filter(risk=risk)),
    ]


def _of_kind(cases: QuerySet[Case], kind: str) -> QuerySet[Case]:
    line, _, flow = kind.partition(".")
    return cases.filter(line=line, flow=flow)


VIEWS = (
    Link("在办", "?"),
    Link("逾期", "?stand=late"),
    Link("我承办的", "?mine=me"),
    Link("没人承办", "?stand=nobody"),
    Link("已办结", "?stand=closed"),
)


def _bulk(request: Request) -> list[Bulk]:
    """Steps that may be taken for many at once, and papers."""
    steps = (step for flow in queries.flows().values() for step in flow.steps if step.bulk and request.actor.may(step.may))
    offered = [Bulk(f"{step.title} {{n}} 件", step.title, reverse("cases:bulk", args=[step.name])) for step in steps]
    return [*offered, Bulk("出文书 {n} 件", "出文书", reverse("papers:bulk"))]


@page("cases.view")
def case_list(request: Request) -> HttpResponseBase:
    """Every case the reader may read, the nearest deadline first."""
    listing = Listing(
        request, queries.readable(request.actor), COLUMNS, title="案件", unit="件", filters=_filters(request), search=queries.found, search_hint="案号、姓名、证件号、对方单位",
        order="due_on", views=VIEWS, may_export=request.actor.may("cases.export"), discreet=True,
        bulk=_bulk(request), prepare=queries.with_names,
    )  # fmt: skip
    if request.method == "POST":
        return redirect(reverse("cases:list") + listing.asked)
    return listing.file() or render(request, "cases/list.html", {"list": listing})


@page("cases.view")
def detail(request: Request, code: str) -> HttpResponse:
    """One case: its way, its clocks, what to do next, who is in it, what happened."""
    case = seen(request, code)
    card = card_of(case, request.actor)
    context = {
        "case": case,
        "card": card,
        "doables": doable_links(request.actor, case),
        "crumbs": [Link("案件", reverse("cases:list")), Link(card.flow.title), Link(case.code)],
    }
    return render(request, "cases/detail.html", context)


@page("cases.view")
def step(request: Request, code: str, name: str) -> HttpResponse:
    """Ask for the facts of one step and take it."""
    case = seen(request, code)
    flow = queries.flow_of(case)
    taken = flow.step(name)
    if taken is None:
        raise Http404
    if not queries.is_open_to(request.actor, case, taken):
        messages.error(request, f"现在是“{flow.state(case.state).title}”，这个岗位不能办“{taken.title}”。")
        return redirect(address(case))
    form = (taken.form or StepForm)(request.POST or None, request.FILES or None, case=case, initial={"on": today()})
    if request.method == "POST" and form.is_valid() and _advanced(request, case, name, form):
        return redirect(address(case))
    context = {"case": case, "card": card_of(case, request.actor), "step": taken, "form": form, "back_url": address(case)}
    return render(request, "cases/step.html", context, status=422 if form.errors else 200)


def _advanced(request: Request, case: Case, name: str, form: Any) -> bool:
    """Take the step; what the facts do not allow is shown in the form."""
    shown, facts = request.POST.get("seen", ""), dict(form.cleaned_data)
    files = facts.pop("attachments", [])
    try:
        with transaction.atomic():
            done = actions.advance(case, name, by=request.actor, seen=int(shown) if shown.isdecimal() else None, **facts)
            actions.attach_to_step(done, files=files, by=request.actor)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, f"{done.title}：已办好，记入经过。")
    return True


@page("cases.view")
@require_POST
def bulk(request: Request, name: str) -> HttpResponse:
    """The same step for the cases ticked in the list: its form first, then how many were done and why others were not."""
    codes = request.POST.getlist("pick")[:MOST_AT_ONCE]
    cases = queries.with_names(queries.readable(request.actor).filter(code__in=codes))
    taken = next((step for flow in queries.flows().values() if (step := flow.step(name)) and step.bulk), None)
    if taken is None or not cases:
        messages.error(request, "先在列表里勾选要办的案件。")
        return redirect("cases:list")
    form = (taken.form or StepForm)(request.POST if "on" in request.POST else None, initial={"on": today()})
    form.fields.pop("attachments", None)
    if form.is_bound and form.is_valid():
        _say(request, actions.advance_many(cases, name, by=request.actor, **form.cleaned_data))
        return redirect("cases:list")
    context = {
        "form": form, "heading": f"{taken.title} {len(cases)} 件", "what": f"勾选的案件都办“{taken.title}”，各自起算期限；不能办的留着，说明原因",
        "to_how_many": f"{len(cases)} 件", "undo": "一件一件可以接着办，不能一起撤销", "action": taken.title,
        "carried": [("pick", case.code) for case in cases], "back_url": reverse("cases:list"),
        "listed": [Link(f"{case.code}　{case.title}", address(case)) for case in cases],
    }  # fmt: skip
    return render(request, "faces/confirm.html", context, status=422 if form.errors else 200)


def _say(request: Request, came: actions.Advanced) -> None:
    if came.done:
        messages.success(request, f"办好 {len(came.done)} 件。")
    for case, why in came.refused[:10]:
        messages.error(request, f"{case.code}：{why}")


@page("cases.view")
def leave(request: Request) -> HttpResponse:
    """Say when one is away and who stands in; come back early."""
    user = cast("User", request.user)
    form = LeaveForm(request.POST if request.POST.get("what") == "go" else None, initial={"first_day": today()})
    if request.method == "POST" and request.POST.get("what") == "back":
        number = actions.come_back(user=user, by=request.actor)
        messages.success(request, f"已销假，{number} 件案子不再托付。")
        return redirect("cases:leave")
    if request.method == "POST" and form.is_valid():
        try:
            actions.go_on_leave(user=user, by=request.actor, **form.cleaned_data)
        except (ValidationError, Refused) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
        else:
            messages.success(request, "已登记。这些天里，你的案子也会出现在对方的收件箱。")
            return redirect("cases:leave")
    absences = Absence.objects.filter(user=user.pk).select_related("deputy").order_by("-first_day")[:20]
    return render(request, "cases/leave.html", {"form": form, "absences": absences, "day": today()}, status=422 if form.errors else 200)
