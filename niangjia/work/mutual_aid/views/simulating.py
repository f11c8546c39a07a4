"""The simulator's pages: ask for a run, watch it, read it, put runs side by side. Losers by town are shown by a right of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.fields import show_refusal
from niangjia.core.faces.listing import Bulk, Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber, Link, Series
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid.enums import SimulationState as State
from niangjia.work.mutual_aid.models import Simulation
from niangjia.work.mutual_aid.plan.rule import rule_of
from niangjia.work.mutual_aid.plan.words import differences
from niangjia.work.mutual_aid.simulation_forms import SimulationForm
from niangjia.work.mutual_aid.views.fund import wan
from niangjia.work.mutual_aid.views.plans import plan_of

SIMULATE, BY_TOWN = "mutual_aid.simulate", "mutual_aid.simulate_towns"
MOST_COMPARED = 4
TONES = {State.DONE: "ok", State.FAILED: "late", State.STOPPED: ""}


def run_of(request: Request, code: str) -> Simulation:
    """The run within reach; else 404."""
    return get_object_or_404(visible(request.actor, queries.simulations(), SIMULATE), code=code)


def _more(row: Simulation) -> str:
    if not row.result:
        return ""
    return f"{Decimal(row.told['after']) - Decimal(row.told['before']):+,.2f}"


COLUMNS = (
    Column("title", "试算", lambda row: row.title, url=lambda row: reverse("mutual_aid:simulation", args=[row.code])),
    Column("plan", "计划", lambda row: str(row.plan)),
    Column("state", "状态", lambda row: row.get_state_display(), tone=lambda row: TONES.get(State(row.state), "notice")),
    Column("more", "比实际多给（元）", _more, numeric=True),
    Column("who", "谁算的", lambda row: row.made_by.name if row.made_by else "系统"),
    Column("when", "时间", lambda row: row.made_at, order="made_at", export=lambda row: f"{row.made_at:%Y-%m-%d %H:%M}"),
    Column("seconds", "用时（秒）", lambda row: row.seconds, numeric=True, optional=True),
    Column("code", "编号", lambda row: row.code, optional=True),
)


@page(SIMULATE)
def simulations(request: Request) -> HttpResponseBase:
    """Every run; ticked ones are put side by side."""
    rows = visible(request.actor, queries.simulations(), SIMULATE)
    listing = Listing(
        request, rows, COLUMNS, title="试算", unit="次", order="-made_at", may_export=True, row_key=lambda row: row.code,
        filters=(Filter("state", "状态", State.choices, lambda found, state: found.filter(state=state)),),
        bulk=(Bulk("把 {n} 次并排看", "并排看", reverse("mutual_aid:pick-simulations")),),
        empty=Empty("还没有试算过", "在一个计划的页面点“试算”，改一改比例、分段、上限、收费，看真实的结算会怎样。", reverse("mutual_aid:plans"), "去看计划"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/simulations.html", {"list": listing})


@page(SIMULATE)
@require_POST
def pick(request: Request) -> HttpResponse:
    """The ticked runs, as an address of the page that puts them side by side."""
    codes = request.POST.getlist("pick")[:MOST_COMPARED]
    return redirect(f"{reverse('mutual_aid:compare-simulations')}?{'&'.join(f'run={code}' for code in codes)}")


@page(SIMULATE)
def simulate(request: Request, plan: str) -> HttpResponse:
    """Change a plan's rule and ask what its real settlements would have come to."""
    found = plan_of(request, plan)
    like = visible(request.actor, queries.simulations(), SIMULATE).filter(code=request.GET.get("like", ""), plan=found).first()
    base = rule_of(like.rule) if like else found.declared
    form = SimulationForm(request.POST if request.method == "POST" else None, base=base)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.simulate(found, rule=form.rule(), assumed=form.assumed(), title=form.cleaned_data["title"], by=request.actor)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("mutual_aid:simulation", run=made.code)
    crumbs = [Link("计划", reverse("mutual_aid:plans")), Link(str(found), reverse("mutual_aid:plan", args=[plan])), Link("试算")]
    context = {"plan": found, "form": form, "crumbs": crumbs}
    return render(request, "mutual_aid/simulate.html", context, status=422 if form.errors else 200)


@page(SIMULATE)
def simulation(request: Request, run: str) -> HttpResponse:
    """One run: its progress, or what it came to."""
    found = run_of(request, run)
    context: dict[str, Any] = {
        "run": found, "changes": differences(found.plan.declared, rule_of(found.rule)), "again": f"{_ask(found)}?like={found.code}",
        "crumbs": [Link("试算", reverse("mutual_aid:simulations")), Link(found.title)], "may_see_towns": request.actor.may(BY_TOWN),
    }  # fmt: skip
    if found.result:
        context |= read(found, by_town=request.actor.may(BY_TOWN))
    return render(request, "mutual_aid/simulation.html", context)


def _ask(found: Simulation) -> str:
    return reverse("mutual_aid:simulate", args=[found.plan.slug])


@page(SIMULATE)
def progress(request: Request, run: str) -> HttpResponse:
    """How far a run is, for the page to ask again; when it is over the whole page is asked for anew."""
    found = run_of(request, run)
    response = render(request, "mutual_aid/parts/running.html", {"run": found})
    if not found.is_running:
        response["HX-Refresh"] = "true"
    return response


@page(SIMULATE)
@require_POST
def stop(request: Request, run: str) -> HttpResponse:
    """Stop a run."""
    found = run_of(request, run)
    if found.is_running:
        actions.stop_simulation(found, by=request.actor)
    return redirect("mutual_aid:simulation", run=run)


@dataclass(frozen=True)
class Row:
    """A group as the page shows it: amounts as numbers, none where it is too small to be told of."""

    title: str
    persons: int | None
    veil: bool
    winners: int | None = None
    losers: int | None = None
    gained: Decimal | None = None
    lost: Decimal | None = None
    before: Decimal | None = None
    after: Decimal | None = None


def rows_of(said: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The groups of a result."""
    return [_row(row) for row in said]


def _row(said: Mapping[str, Any]) -> Row:
    if said["veil"]:
        return Row(said["title"], said["persons"], True)
    gained, lost, before, after = (Decimal(said[name]) for name in ("gained", "lost", "before", "after"))
    return Row(said["title"], said["persons"], False, said["winners"], said["losers"], gained, lost, before, after)


def read(found: Simulation, *, by_town: bool) -> dict[str, Any]:
    """What a finished run says: numbers, groups, charts; towns only with the right to see them."""
    result, fund = found.told, found.told["fund"]
    before, after, [whole] = Decimal(result["before"]), Decimal(result["after"]), rows_of([result["whole"]])
    burdens, ages, towns = (rows_of(result[name]) for name in ("by_burden", "by_age", "by_town"))
    few = "不足 5 人"
    return {
        "result": result, "fund": fund, "whole": whole, "ages": ages, "burdens": burdens, "towns": towns if by_town else [],
        "numbers": [
            BigNumber("实际给付", before, "元", exact=True), BigNumber("改了以后", after, "元", exact=True),
            BigNumber("多给", after - before, "元", exact=True, tone="notice" if after > before else "ok" if after < before else ""),
            BigNumber("拿得多的人", few if whole.winners is None else whole.winners, "" if whole.winners is None else "人", exact=True),
            BigNumber("拿得少的人", few if whole.losers is None else whole.losers, "" if whole.losers is None else "人", exact=True),
        ],
        "burden_chart": ([row.title for row in burdens], [Series("实际", wan([row.before for row in burdens]), quiet=True), Series("改了以后", wan([row.after for row in burdens]))]),
        "fund_chart": (["互助费收入", "互助金支出"], [_of(fund, "old", "照原来的规则"), _of(fund, "new", "照改了的规则")]),
        "fund_rows": [(title, fund["old"][name], fund["new"][name]) for name, title in FUND_ROWS], "assumed": found.assumed,
    }  # fmt: skip


FUND_ROWS = (("premiums", "互助费收入（元）"), ("payouts", "互助金支出（元）"), ("left", "结余（元）"), ("ratio", "给付率（%）"))


def _of(fund: Mapping[str, Any], which: str, title: str) -> Series:
    return Series(title, wan([Decimal(fund[which][name]) for name in ("premiums", "payouts")]), quiet=which == "old")


@page(SIMULATE)
def compare(request: Request) -> HttpResponse:
    """Up to four runs side by side."""
    codes = request.GET.getlist("run")[:MOST_COMPARED]
    found = {run.code: run for run in visible(request.actor, queries.simulations(), SIMULATE).filter(code__in=codes) if run.result}
    runs = [found[code] for code in codes if code in found]
    lines = [(title, [tell(run) for run in runs]) for title, tell in LINES]
    context = {
        "runs": [(run, differences(run.plan.declared, rule_of(run.rule))) for run in runs], "lines": lines,
        "crumbs": [Link("试算", reverse("mutual_aid:simulations")), Link("并排看")],
        "chart": ([run.title for run in runs], [Series("实际给付", wan([_sum(run, "before") for run in runs]), quiet=True), Series("改了以后", wan([_sum(run, "after") for run in runs]))]),
    }  # fmt: skip
    return render(request, "mutual_aid/compare.html", context)


def _sum(run: Simulation, name: str) -> Decimal:
    return Decimal(run.told[name])


def _count(run: Simulation, name: str) -> str:
    value = run.told["whole"].get(name)
    return "不足 5 人" if value is None else f"{value:,} 人"


LINES = (
    ("实际给付", lambda run: f"{_sum(run, 'before'):,.2f} 元"), ("改了以后", lambda run: f"{_sum(run, 'after'):,.2f} 元"),
    ("多给", lambda run: f"{_sum(run, 'after') - _sum(run, 'before'):,.2f} 元"), ("拿得多的人", lambda run: _count(run, "winners")),
    ("拿得少的人", lambda run: _count(run, "losers")), ("下一年互助费收入", lambda run: f"{Decimal(run.told['fund']['new']['premiums']):,.2f} 元"),
    ("下一年互助金支出", lambda run: f"{Decimal(run.told['fund']['new']['payouts']):,.2f} 元"),
    ("下一年给付率", lambda run: f"{run.told['fund']['new']['ratio']}%" if run.told["fund"]["new"]["ratio"] else "—"),
    ("假定参保增长、费用增长", lambda run: f"{run.assumed['enrolments']}%，{run.assumed['costs']}%"), ("结算笔数", lambda run: f"{run.told['stays']:,} 笔"),
)  # fmt: skip
