"""Entering a federation's past: the list, one value, a sheet, the second person's signature, voiding."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import chinese_date
from niangjia.base.tables import xlsx_file
from niangjia.base.unpacking import UnreadableFile
from niangjia.core.access.gate import page
from niangjia.core.access.models import User
from niangjia.core.access.queries import visible
from niangjia.core.access.rules import require
from niangjia.core.faces.listing import Column, Filter, Listing
from niangjia.core.figures import actions, history, queries
from niangjia.core.figures.figure import all_figures
from niangjia.core.figures.forms import EntryForm, SheetForm, VoidForm
from niangjia.core.figures.models import ChangeOver, EnteredValue
from niangjia.core.orgs.models import Organisation

FAULTS_SHOWN = 100
YEARS_OF_TEMPLATE = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = (("waiting", "待签核"), ("signed", "已签核"), ("void", "已作废"))
TONES = {"待签核": "notice", "已签核": "ok", "已作废": ""}


@page("figures.view")
def entered(request: HttpRequest) -> HttpResponseBase:
    """Entered values with their documents; those waiting for a signature first."""
    titles = {figure.code: figure.title for figure in all_figures()}
    values = visible(request.actor, EnteredValue.objects.select_related("org"), "figures.view")  # type: ignore[attr-defined]
    names = _names(values)
    listing = Listing(
        request, values, _columns(titles, names), title="录入的历史数据", unit="条", order="-period_to", may_export=True,
        filters=[
            Filter("state", "状态", STATES, _in_state),
            Filter("figure", "指标", list(titles.items()), lambda rows, code: rows.filter(figure=code)),
        ],
    )  # fmt: skip
    if file := listing.file():
        return file
    overs = [(titles.get(over.figure, over.figure), over) for over in ChangeOver.objects.order_by("figure")]
    return render(request, "figures/entered.html", {"listing": listing, "overs": overs, "may_enter": request.actor.may("figures.enter")})  # type: ignore[attr-defined]


@page("figures.enter")
def enter(request: HttpRequest) -> HttpResponse:
    """The form for one value."""
    form = EntryForm(request.POST or None, initial={"figure": request.GET.get("figure", ""), "org": request.GET.get("org", "")})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        org = visible(request.actor, Organisation.objects.filter(code=facts.pop("org").strip()), "figures.enter").first()  # type: ignore[attr-defined]
        try:
            if org is None:
                raise ValidationError({"org": "没有这个编码的组织，或者它不在当前岗位的管辖范围内。"})
            one = actions.enter(**facts, org=org, by=request.actor)  # type: ignore[attr-defined]
            messages.success(request, f"已录入 {one.code}。另一位同事签核后开始生效。")
            return redirect("figures:value", one.code)
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "figures/enter.html", {"form": form, "sheet": SheetForm()})


@page("figures.enter")
def sheet(request: HttpRequest) -> HttpResponse:
    """A workbook of values: all of them or none (POST)."""
    form = SheetForm(request.POST or None, request.FILES or None)
    faults: list[history.Fault] = []
    if request.method == "POST" and form.is_valid():
        try:
            checked = history.check(form.cleaned_data["file"].read(), request.actor)  # type: ignore[attr-defined]
            faults = checked.faults
            if not faults:
                made = actions.enter_many(values=checked.new, by=request.actor)  # type: ignore[attr-defined]
                messages.success(request, _said_of(len(made), checked.same))
                return redirect("figures:entered")
        except UnreadableFile as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            form.add_error(None, error)
    return render(
        request, "figures/sheet.html", {"form": form, "faults": faults[:FAULTS_SHOWN], "more": max(0, len(faults) - FAULTS_SHOWN)}
    )


@page("figures.enter")
def template(request: HttpRequest) -> HttpResponse:
    """An empty sheet with the years before the term, the reader's towns and every figure."""
    last = queries.window().start.year
    headings, rows = history.template(request.actor, range(last - YEARS_OF_TEMPLATE + 1, last + 1))  # type: ignore[attr-defined]
    with xlsx_file(headings, rows, "历史数据") as file:
        name = "attachment; filename=\"history.xlsx\"; filename*=UTF-8''" + quote("历史数据模板.xlsx")
        return HttpResponse(file.read(), content_type=XLSX, headers={"Content-Disposition": name})


def _said_of(entered: int, same: int) -> str:
    already = f"，{same} 条早就录过，没有动" if same else ""
    return f"录入了 {entered} 条{already}。另一位同事签核后开始生效。" if entered else f"{same} 条早就录过，一条也没有动。"


@page("figures.view")
def value(request: HttpRequest, code: str) -> HttpResponse:
    """One entered value with its document; a second person signs here, and it can be voided."""
    one = _one(request, code)
    actor: Any = request.actor  # type: ignore[attr-defined]
    figure = next((figure for figure in all_figures() if figure.code == one.figure), None)
    context = {
        "one": one, "figure": figure, "names": _names([one]), "state": _state(one), "form": VoidForm(),
        "may_sign": actor.may("figures.enter") and not one.is_signed and not one.voided_on and one.entered_by != actor.actor_key,
        "is_mine": one.entered_by == actor.actor_key, "may_void": actor.may("figures.enter") and not one.voided_on,
    }  # fmt: skip
    return render(request, "figures/value.html", context)


@page("figures.enter")
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """The second person's signature (POST)."""
    one = _one(request, code)
    if request.method == "POST":
        try:
            actions.sign(one, by=request.actor)  # type: ignore[attr-defined]
            messages.success(request, "已签核，从现在起生效。")
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
    return redirect("figures:value", one.code)


@page("figures.enter")
def void(request: HttpRequest, code: str) -> HttpResponse:
    """Take a value out of force, with the reason (POST)."""
    one, form = _one(request, code), VoidForm(request.POST or None)
    require(request.actor, "figures.enter", one.org)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            actions.void(one, reason=form.cleaned_data["reason"], by=request.actor)  # type: ignore[attr-defined]
            messages.success(request, "已作废，不再计入。")
            return redirect("figures:value", one.code)
        except ValidationError as error:
            form.add_error(None, error)
    return render(
        request,
        "faces/confirm.html",
        {
            "heading": f"作废录入数 {one.code}", "what": "这一条不再计入指标；记录、文件和理由都留着。", "to_how_many": "1 条",
            "undo": "作废后不能恢复；要用，请重新录入。", "action": "作废", "dangerous": True, "back_url": "..", "form": form,
        },
    )  # fmt: skip


def _one(request: HttpRequest, code: str) -> EnteredValue:
    found = visible(request.actor, EnteredValue.objects.select_related("org", "file"), "figures.view")  # type: ignore[attr-defined]
    return get_object_or_404(found, code=code)


def _in_state(rows: QuerySet[EnteredValue], state: str) -> QuerySet[EnteredValue]:
    if state == "void":
        return rows.filter(voided_on__isnull=False)
    return rows.filter(voided_on__isnull=True, signed_at__isnull=state == "waiting")


def _state(one: EnteredValue) -> str:
    return "已作废" if one.voided_on else "已签核" if one.is_signed else "待签核"


def _period(one: EnteredValue) -> str:
    last = chinese_date(one.period_to)
    return f"{chinese_date(one.period_from)}至{last}" if one.period_from else f"截至 {last}"


def _names(values: Any) -> dict[str, str]:
    """Account keys as names."""
    keys = {key for one in values for key in (one.entered_by, one.signed_by) if key.startswith("user:")}
    users = User.objects.filter(pk__in=[key.partition(":")[2] for key in keys])
    return {"system": "系统", "": "", **{f"user:{user.pk}": user.name or user.username for user in users}}


def _columns(titles: dict[str, str], names: dict[str, str]) -> list[Column]:
    return [
        Column("code", "编号", lambda one: one.code, url=lambda one: reverse("figures:value", args=[one.code]), order="code"),
        Column("figure", "指标", lambda one: titles.get(one.figure, one.figure)),
        Column("org", "组织", lambda one: one.org.short_name or one.org.name),
        Column("value", "数值 ▲", lambda one: one.number, numeric=True, order="value"),
        Column("period", "期间", _period, order="period_to"),
        Column("document", "依据文件", lambda one: " ".join(filter(None, (one.document_title, one.document_number)))),
        Column("by", "录入", lambda one: names.get(one.entered_by, one.entered_by)),
        Column("signed", "签核", lambda one: names.get(one.signed_by, one.signed_by)),
        Column("state", "状态", _state, tone=lambda one: TONES[_state(one)]),
    ]
