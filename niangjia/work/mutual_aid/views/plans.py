"""The desk's pages of plans: the list, one plan with its history, writing a draft or another version with what it would grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.ledger.models import Fund
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid.actions.plans import a_year_on
from niangjia.work.mutual_aid.enums import PlanState
from niangjia.work.mutual_aid.forms import ForwardForm, ReasonForm
from niangjia.work.mutual_aid.models import Plan, PlanVersion
from niangjia.work.mutual_aid.plan.catalogue import EXAMPLES
from niangjia.work.mutual_aid.plan.rule import Rule
from niangjia.work.mutual_aid.plan.whatif import Granted, year_of
from niangjia.work.mutual_aid.plan.words import by_heading, differences
from niangjia.work.mutual_aid.plan_forms import GrantsForm, OpenPlanForm, PlanForm, SamplesForm, VersionForm

VIEW, MANAGE, PUBLISH, SIMULATE, POST = "mutual_aid.view", "mutual_aid.plan", "mutual_aid.publish", "mutual_aid.simulate", "ledger.post"
LATEST_FORWARDINGS = 12


def plan_of(request: Request, slug: str) -> Plan:
    """The plan that the address names, drafts for those who write or publish them; else 404."""
    found = queries.plan_by(slug, drafts=request.actor.may(MANAGE) or request.actor.may(PUBLISH))
    if found is None:
        raise Http404
    return found


def _state(row: Plan) -> str:
    if row.is_draft:
        return "草稿"
    return "窗口开着" if row.window_from <= today() <= row.window_to else "保障中" if row.effective_to >= today() else "已届满"


PLAN_COLUMNS = (
    Column("title", "计划", lambda row: row.title, url=lambda row: reverse("mutual_aid:plan", args=[row.slug])),
    Column("year", "年度", lambda row: row.policy_year, order="policy_year"),
    Column("state", "状态", _state, tone=lambda row: "notice" if row.is_draft else "ok" if row.effective_to >= today() else ""),
    Column("fee", "费用（元/份）", lambda row: row.declared.fee, numeric=True),
    Column("window", "参保窗口", lambda row: f"{row.window_from:%Y-%m-%d} 至 {row.window_to:%Y-%m-%d}"),
    Column("mode", "给付方式", lambda row: row.get_mode_display()),
    Column("owner", "资金池", lambda row: row.pool_owner),
    Column("source", "依据", lambda row: "示例，待核" if row.is_example else row.document_number or row.declared.source),
    Column("version", "版次", lambda row: row.version, numeric=True, optional=True),
)


@page(VIEW)
def plans(request: Request) -> HttpResponseBase:
    """Every plan of every year; drafts for those who write or publish them."""
    may_write = request.actor.may(MANAGE)
    found = queries.plans(drafts=may_write or request.actor.may(PUBLISH))
    years = [(year, year) for year in found.order_by("-policy_year").values_list("policy_year", flat=True).distinct()]
    filters = (
        Filter("year", "年度", years, lambda rows, year: rows.filter(policy_year=year)),
        Filter("state", "状态", PlanState.choices, lambda rows, state: rows.filter(state=state)),
    )
    listing = Listing(
        request, found, PLAN_COLUMNS, title="互助计划", unit="个", order="-policy_year", may_export=True, filters=filters,
        empty=Empty("还没有计划", "按当年的文件开计划以后，才能参保。"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/plans.html", {"list": listing, "may_write": may_write})


@page(VIEW)
def plan(request: Request, plan: str) -> HttpResponse:
    """One plan: its rule in plain words, windows, who holds the pool, which version settled what, and what is waiting to be published."""
    found = plan_of(request, plan)
    left, draft = queries.unforwarded(found), queries.draft_of(found)
    waiting = found if found.is_draft else draft
    may_write, may_publish = request.actor.may(MANAGE), request.actor.may(PUBLISH)
    context = {
        "plan": found, "facts": _facts(found), "words": by_heading(found.declared), "left": left if not found.pool_id else None, "draft": draft if may_write or may_publish else None,
        "changes": _changes(found, draft), "before": queries.earlier(found) if found.is_draft else None, "history": queries.history(found),
        "forwardings": list(visible(request.actor, found.forwardings.order_by("-pk"), VIEW)[:LATEST_FORWARDINGS]),
        "may_forward": request.actor.may(POST) and left.bills and not found.pool_id, "may_write": may_write,
        "may_publish": waiting and may_publish and request.actor.user_id != waiting.made_by_id,
        "waits_for_another": waiting and waiting.made_by_id == request.actor.user_id,
        "may_take_back": may_write and not found.is_draft and today() < found.window_from,
        "may_change": may_write and not found.is_draft and today() < found.effective_to,
        "next": queries.plan_by(f"{found.code}-{int(found.policy_year) + 1}", drafts=True) if found.policy_year.isdecimal() else None,
        "may_simulate": request.actor.may(SIMULATE) and not found.is_draft and queries.pays_stays(found),
        "crumbs": [Link("医疗互助", reverse("mutual_aid:campaign")), Link("计划", reverse("mutual_aid:plans")), Link(str(found))],
    }  # fmt: skip
    return render(request, "mutual_aid/plan.html", context)


def _changes(found: Plan, draft: PlanVersion | None) -> list[tuple[str, list[str], list[str]]]:
    """What is waiting to be published changes: of this plan's rule, or of last year's."""
    if draft:
        return differences(found.declared, draft.declared)
    before = queries.earlier(found) if found.is_draft else None
    return differences(before.declared, found.declared) if before else []


def _facts(found: Plan) -> list[Fact]:
    books = found.pool or found.collects
    return [
        Fact("保障年度", found.policy_year), Fact("参保窗口", f"{found.window_from:%Y-%m-%d} 至 {found.window_to:%Y-%m-%d}"),
        Fact("保障期", f"{found.effective_from:%Y-%m-%d} 至 {found.effective_to:%Y-%m-%d}"), Fact("给付方式", found.get_mode_display()),
        Fact("资金池归谁", found.pool_owner), Fact("互助费记哪本账", books.title if books else "还没有选"), Fact("规则版次", f"第 {found.version} 版"),
        Fact("依据", found.declared.source, found.document_url), Fact("文号", found.document_number),
        Fact("发布", f"{found.published_on:%Y-%m-%d}" if found.published_on else ""),
    ]  # fmt: skip


@page(MANAGE)
def open_plan(request: Request) -> Any:
    """A draft from an example, for a plan that no earlier year has."""
    examples = [(code, f"{rule.title}（{rule.edition}）") for code, rule in EXAMPLES.items()]
    form = OpenPlanForm(request.POST if request.method == "POST" else None, examples=examples)

    def act(data: dict[str, Any]) -> Plan:
        window, period = (data["window_from"], data["window_to"]), (data["effective_from"], data["effective_to"])
        return actions.open_plan(code=data["code"], policy_year=data["policy_year"], window=window, period=period, by=request.actor)

    return confirmed(
        request, form, act, done="草稿开好了，逐条核对。", to=lambda made: redirect("mutual_aid:edit-plan", plan=made.slug),
        heading="开一个新计划", what="按范本起一份草稿，发布以前谁也参加不了", to_how_many="1 个计划", undo="草稿可以丢弃",
        action="起草", back_url=reverse("mutual_aid:plans"),
    )  # fmt: skip


@page(MANAGE)
def next_plan(request: Request, plan: str) -> Any:
    """Next year's draft from this year's plan."""
    found = plan_of(request, plan)
    days = " 至 ".join(f"{a_year_on(day):%Y-%m-%d}" for day in (found.window_from, found.window_to))
    return confirmed(
        request, forms_none(request), lambda _data: actions.open_next(found, by=request.actor), done="草稿开好了，日期都往后挪了一年，请逐项核对。",
        to=lambda made: redirect("mutual_aid:edit-plan", plan=made.slug), heading=f"开下一年的：{found.title}",
        what=f"照 {found.policy_year} 年度的规则起一份草稿，窗口先写 {days}，发布以前谁也参加不了", to_how_many="1 个计划",
        undo="草稿可以丢弃", action="起草", back_url=reverse("mutual_aid:plan", args=[plan]),
    )  # fmt: skip


@page(MANAGE)
def edit(request: Request, plan: str) -> HttpResponse:
    """Write a draft, with its words and what it would grant beside it; nothing is kept until it is saved."""
    found = plan_of(request, plan)
    if not found.is_draft:
        return redirect("mutual_aid:plan", plan=plan)
    funds = visible(request.actor, Fund.objects.filter(closed_on__isnull=True), "ledger.view").order_by("code")
    posted = request.POST if request.method == "POST" else None
    form, tried = PlanForm(posted, plan=found, funds=funds), SamplesForm(posted)
    before = queries.earlier(found)
    if _is_saved(request, form):
        try:
            actions.write_draft(found, rule=form.rule(), facts=form.facts(), by=request.actor)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "草稿存好了。请另一位同事核对以后发布。")
            return redirect("mutual_aid:plan", plan=plan)
    old = (f"{before.policy_year} 年度", before.declared) if before else ("存着的草稿", found.declared)
    return _editor(request, found, form, tried, old)


@page(MANAGE)
def version(request: Request, plan: str) -> HttpResponse:
    """Write another version of a published rule; it holds for what is settled from a day to come."""
    found = plan_of(request, plan)
    draft = queries.draft_of(found)
    said = {"from_on": draft.from_on, "reason": draft.reason} if draft else {}
    posted = request.POST if request.method == "POST" else None
    form, tried = VersionForm(posted, base=draft.declared if draft else found.declared, initial=said), SamplesForm(posted)
    if _is_saved(request, form):
        data = form.cleaned_data
        try:
            actions.write_version(found, rule=form.rule(), from_on=data["from_on"], reason=data["reason"], by=request.actor)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "新版规则存成了草稿。请另一位同事核对以后发布。")
            return redirect("mutual_aid:plan", plan=plan)
    return _editor(request, found, form, tried, (f"现在的第 {found.version} 版", found.declared))


def _is_saved(request: Request, form: GrantsForm) -> bool:
    """Whether the form was sent to be kept, and can be; sent for the preview only, it is not."""
    return request.method == "POST" and "preview" not in request.POST and form.is_valid()


@dataclass(frozen=True)
class Trial:
    """One made-up stay by the old and the new rule."""

    number: int
    old: Granted
    new: Granted

    @property
    def more(self) -> Any:
        return self.new.benefit - self.old.benefit


def _editor(request: Request, found: Plan, form: GrantsForm, tried: SamplesForm, old: tuple[str, Rule]) -> HttpResponse:
    rule = _written(form)
    trials = _trials(tried, old[1], rule) if rule else []
    context = {
        "plan": found, "form": form, "tried": tried, "old_title": old[0], "rule": rule, "words": by_heading(rule) if rule else [],
        "changes": differences(old[1], rule) if rule else [], "trials": trials, "whole": isinstance(form, PlanForm),
        "old_sum": sum(one.old.benefit for one in trials), "new_sum": sum(one.new.benefit for one in trials),
        "crumbs": [Link("计划", reverse("mutual_aid:plans")), Link(str(found), reverse("mutual_aid:plan", args=[found.slug])), Link("起草")],
    }  # fmt: skip
    refused = request.method == "POST" and form.errors and "preview" not in request.POST
    return render(request, "mutual_aid/editor.html", context, status=422 if refused else 200)


def _written(form: GrantsForm) -> Rule | None:
    """The rule as it stands in the form; none where it cannot be read."""
    if not form.is_bound:
        return form.base
    return form.rule() if form.is_valid() else None


def _trials(tried: SamplesForm, old: Rule, new: Rule) -> Sequence[Trial]:
    if tried.is_bound and not tried.is_valid():
        return []
    samples, first = tried.samples(), bool(tried.is_bound and tried.cleaned_data["is_first"])
    pairs = zip(year_of(old, samples, is_first=first), year_of(new, samples, is_first=first), strict=True)
    return [Trial(number, before, after) for number, (before, after) in enumerate(pairs, 1)]


@page(PUBLISH)
def publish(request: Request, plan: str) -> Any:
    """Publish a draft, or the drafted version of a published plan; for somebody else than who wrote it."""
    found = plan_of(request, plan)
    draft = None if found.is_draft else queries.draft_of(found)
    back = reverse("mutual_aid:plan", args=[plan])
    if draft is None and not found.is_draft:
        return redirect(back)
    act = actions.publish_version if draft else actions.publish_plan
    what = (
        f"第 {draft.version} 版规则，{draft.from_on:%Y-%m-%d} 起结算的按它算；以前结算的不变"
        if draft
        else "从窗口开的那天起可以参保，规则就定了"
    )
    return confirmed(
        request, forms_none(request), lambda _data: act(found, by=request.actor), done="已发布。", to=back, heading=f"发布：{found}", what=what,
        to_how_many=_how_many(found, draft), undo=_undo(draft), action="核对过了，发布", back_url=back,
    )  # fmt: skip


def _how_many(found: Plan, draft: PlanVersion | None) -> str:
    return f"{queries.headcount(found)} 人参保" if draft else "1 个计划"


def _undo(draft: PlanVersion | None) -> str:
    return "不能撤回；还要改的，再立一版" if draft else "窗口开以前可以退回草稿；有人参保以后，只能另立一版"


@page(MANAGE)
def take_back(request: Request, plan: str) -> Any:
    """A published plan becomes a draft again before its window opens."""
    found, back = plan_of(request, plan), reverse("mutual_aid:plan", args=[plan])
    return confirmed(
        request, ReasonForm(request.POST if request.method == "POST" else None), lambda data: actions.take_back_plan(found, by=request.actor, **data),
        done="退回草稿了，改好再发布。", to=back, heading=f"退回草稿：{found}", what="这个计划又成了草稿，重新发布以前不能参保",
        to_how_many="1 个计划", undo="可以再发布，要第二个人", action="退回草稿", back_url=back, dangerous=True,
    )  # fmt: skip


@page(MANAGE)
def discard(request: Request, plan: str) -> Any:
    """A draft that is not wanted goes."""
    found = plan_of(request, plan)
    back = reverse("mutual_aid:plan", args=[plan])
    return confirmed(
        request, ReasonForm(request.POST if request.method == "POST" else None), lambda data: actions.discard_draft(found, by=request.actor, **data),
        done="草稿丢弃了。", to=reverse("mutual_aid:plans") if found.is_draft else back, heading=f"丢弃草稿：{found}",
        what="写的都不要了" if found.is_draft else "新版规则不要了，现在的规则不变", to_how_many="1 份草稿", undo="不能找回", action="丢弃",
        back_url=back, dangerous=True,
    )  # fmt: skip


def forms_none(request: Request) -> forms.Form:
    """A form that asks for nothing but the word to go."""
    return forms.Form(request.POST if request.method == "POST" else None)


@page(POST)
def forward(request: Request, plan: str) -> HttpResponse:
    """Hand on the premiums of a plan to the owner of its pool."""
    found = plan_of(request, plan)
    left = queries.unforwarded(found)
    form = ForwardForm(request.POST if request.method == "POST" else None, initial={"on": today()})
    back = reverse("mutual_aid:plan", args=[plan])
    return confirmed(
        request, form, lambda data: actions.forward(found, by=request.actor, **data),
        done=lambda made: f"汇缴单 {made.code}：{made.amount} 元。", to=back, back_url=back,
        heading=f"汇缴：{found}", what=f"把收到还没有汇缴的 {left.amount} 元转给{found.pool_owner}，附账单清单",
        to_how_many=f"{left.bills} 张账单，{left.heads} 人次", undo="记了账不能改，可以红字冲销", action="汇缴",
    )  # fmt: skip
