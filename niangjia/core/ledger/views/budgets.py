"""The desk's pages of budgets and commitments: what a fund may spend in a year, its change by two persons, money promised and released."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.subjects import address_of
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import BarRow, BigNumber, Fact, Link
from niangjia.core.ledger import actions, queries
from niangjia.core.ledger.enums import CommitmentState
from niangjia.core.ledger.forms import BudgetForm, CommitmentForm, DropForm, OnlyAsk, ReleaseForm
from niangjia.core.ledger.models import Budget, Commitment, Fund
from niangjia.core.ledger.views.desk import VIEW, crumbs, seen


def budgeted(request: Request, code: str) -> Fund:
    """A fund within reach whose spending wants a budget; else 404."""
    fund = seen(request, code)
    if not fund.is_budgeted:
        raise Http404
    return fund


def _year(request: Request) -> int:
    said = request.GET.get("year", "")
    return int(said) if said.isdecimal() and len(said) == 4 else today().year


def _address(fund: Fund, year: int) -> str:
    return reverse("ledger:budget", args=[fund.code]) + f"?year={year}"


@page(VIEW)
def budget(request: Request, code: str) -> HttpResponse:
    """How a year's budget stands line by line, the version that waits, and the versions before."""
    fund, year = budgeted(request, code), _year(request)
    uses, waiting = queries.use_of_budget(fund, year), queries.budget_waiting(fund, year)
    versions = list(Budget.objects.filter(fund=fund, year=year).select_related("entered_by", "approved_by").order_by("-version"))
    changes = {(line.account_id, line.earmark_id): line.amount for line in waiting.lines.all()} if waiting else {}
    context = {
        "fund": fund, "year": year, "uses": uses, "total": queries.total_use(uses), "waiting": waiting, "versions": versions,
        "rows": _changed(uses, changes, waiting), "sums": _sums(queries.total_use(uses)), "crumbs": [*crumbs(fund), Link(f"{year}年预算")],
        "years": [Link(f"{one}年", f"?year={one}", active=one == year) for one in _years(fund)],
        "may_change": request.actor.may("ledger.manage") and waiting is None,
        "may_approve": waiting is not None and request.actor.may("ledger.approve") and request.actor.user_id != waiting.entered_by_id,
        "may_take_back": waiting is not None and request.actor.user_id == waiting.entered_by_id,
        "bars": [BarRow(use.title, use.spent, text=f"{use.rate}%") for use in uses if use.amount],
    }  # fmt: skip
    return render(request, "ledger/budget.html", context)


def _years(fund: Fund) -> list[int]:
    """This year, those with a budget, and the next, whose budget may be made."""
    known = set(Budget.objects.filter(fund=fund).values_list("year", flat=True))
    return sorted({*known, today().year, today().year + 1})


def _sums(total: queries.Use | None) -> list[BigNumber]:
    if total is None:
        return []
    rate = f"执行率 {total.rate}%" if total.rate is not None else ""
    return [
        BigNumber("预算", total.amount, "元", exact=True),
        BigNumber("已承诺", total.committed, "元", exact=True),
        BigNumber("已支出", total.spent, "元", rate, exact=True),
        BigNumber("还可用", total.free, "元", tone="late" if total.free < 0 else "", exact=True),
    ]


def _changed(uses: list[queries.Use], changes: dict[Any, Decimal], waiting: Budget | None) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """What the waiting version changes: title, amount now, amount then, difference."""
    if waiting is None:
        return []
    now = {(use.account.pk, use.earmark.pk if use.earmark else None): use for use in uses if use.line}
    titles = {
        (line.account_id, line.earmark_id): f"{line.account.title}·{line.earmark.title}" if line.earmark else line.account.title
        for line in waiting.lines.select_related("account", "earmark")
    } | {cell: use.title for cell, use in now.items()}
    rows = [
        (titles[cell], now[cell].amount if cell in now else Decimal(0), changes.get(cell, Decimal(0))) for cell in sorted(titles, key=str)
    ]
    return [(title, before, after, after - before) for title, before, after in rows if before != after]


@page("ledger.manage")
def change_budget(request: Request, code: str, year: int) -> HttpResponse:
    """Enter the next version of a year's budget, whole, starting from the one that holds."""
    fund = budgeted(request, code)
    form = BudgetForm(request.POST or None, fund=fund, uses=queries.use_of_budget(fund, year))
    return confirmed(
        request,
        form,
        lambda data: actions.enter_budget(
            fund, year=year, lines=form.planned(), resolution=data["resolution"], note=data["note"], by=request.actor
        ),
        done="已提交，等另一个人审定。",
        to=_address(fund, year),
        heading=f"{fund.title}：{year}年预算",
        what="编一版新的预算，第二个人审定以后生效；以前的版本都留着",
        to_how_many="全部科目，空着的就是没有预算",
        undo="审定以前可以退回重编",
        action="提交审定",
        back_url=_address(fund, year),
    )


@page(VIEW)
def decide_budget(request: Request, code: str, year: int, verb: str) -> HttpResponse:
    """A second person approves the waiting version, or it goes back with a reason."""
    fund = budgeted(request, code)
    waiting = queries.budget_waiting(fund, year)
    if waiting is None or verb not in ("approve", "refuse"):
        raise Http404
    approves = verb == "approve"
    form = OnlyAsk(request.POST if request.method == "POST" else None) if approves else DropForm(request.POST or None)
    title = "审定" if approves else "退回"

    def act(data: dict[str, Any]) -> Budget:
        if approves:
            return actions.approve_budget(waiting, by=request.actor)
        return actions.refuse_budget(waiting, by=request.actor, reason=data["reason"])

    return confirmed(
        request,
        form,
        act,
        done=f"已{title}。",
        to=_address(fund, year),
        heading=f"{title}：{fund.title}{waiting}",
        what=f"依据“{waiting.resolution}”，{waiting.entered_by.name}编制；"
        + ("审定以后按这一版控制支出" if approves else "不生效，原来的版本照旧"),
        to_how_many=f"{waiting.lines.count()} 项",
        undo="不能撤回，可以再编一版" if approves else "可以重编",
        action=title,
        back_url=_address(fund, year),
        dangerous=not approves,
    )


TONES = {CommitmentState.OPEN: "info", CommitmentState.SPENT: "ok"}


def address(commitment: Commitment) -> str:
    return reverse("ledger:commitment", args=[commitment.code])


COLUMNS = (
    Column("code", "编号", lambda one: one.code, url=address, order="code"),
    Column("text", "事由", lambda one: one.text, url=address),
    Column("account", "科目", lambda one: one.account.title),
    Column("earmark", "专项", lambda one: one.earmark.title if one.earmark else "", optional=True),
    Column("on", "签订", lambda one: one.on, order="on"),
    Column("amount", "承诺（元）", lambda one: one.amount, order="amount", numeric=True),
    Column("used", "已用（元）", lambda one: one.used, numeric=True),
    Column("left", "未付（元）", lambda one: one.amount - one.used if one.state == CommitmentState.OPEN else Decimal(0), numeric=True),
    Column("state", "状态", lambda one: one.get_state_display(), tone=lambda one: TONES.get(CommitmentState(one.state), "")),
)


@page(VIEW)
def commitments(request: Request, code: str) -> HttpResponseBase:
    """Money of a fund that was promised, the newest first."""
    fund = budgeted(request, code)
    rows = queries.with_used(Commitment.objects.filter(fund=fund).select_related("account", "earmark"))
    states = Filter("state", "状态", CommitmentState.choices, lambda found, state: found.filter(state=state))
    listing = Listing(
        request, rows, COLUMNS, title=f"{fund.title}：承诺", unit="笔", filters=(states,), order="-on", may_export=True,
        search=lambda found, q: found.filter(text__icontains=q) | found.filter(code__iexact=q), search_hint="事由、编号",
        empty=Empty("还没有承诺", "合同签了、钱还没有付的，登记在这里，预算就留着这一份。"),
    )  # fmt: skip
    context = {"list": listing, "fund": fund, "crumbs": [*crumbs(fund), Link("承诺")], "may_commit": request.actor.may("ledger.post")}
    return listing.file() or render(request, "ledger/commitments.html", context)


@page("ledger.post")
def commit(request: Request, code: str) -> HttpResponse:
    """Promise money of the year's budget."""
    fund = budgeted(request, code)
    form = CommitmentForm(request.POST or None, fund=fund, initial={"on": today()})
    return confirmed(
        request,
        form,
        lambda data: actions.make_commitment(fund, by=request.actor, **data),
        done=lambda made: f"已登记 {made.code}，预算给它留着。",
        to=address,
        heading=f"登记承诺：{fund.title}",
        what="从这一年的预算里留出这笔钱，记账时用掉它",
        to_how_many="1 笔",
        undo="不能改，可以释放",
        action="登记",
        back_url=reverse("ledger:commitments", args=[code]),
    )


def _seen(request: Request, code: str) -> Commitment:
    rows = queries.with_used(Commitment.objects.select_related("fund__org", "account", "earmark"))
    return get_object_or_404(visible(request.actor, rows, VIEW), code=code)


@page(VIEW)
def commitment(request: Request, commitment: str) -> HttpResponse:
    """One commitment: what was promised, the entries and payments that used it."""
    found: Any = _seen(request, commitment)
    left = found.amount - found.used if found.state == CommitmentState.OPEN else Decimal(0)
    facts = [
        Fact("科目", found.account, reverse("ledger:account", args=[found.fund.code, found.account.code])),
        Fact("专项", found.earmark.title if found.earmark else ""), Fact("签订", found.on), Fact("登记", f"{found.made_at.astimezone():%Y-%m-%d}"),
        Fact("关于", "看办的事" if found.about else "", address_of(request.actor, found.about)),
        Fact("释放", f"{found.released_on}：{found.reason}" if found.released_on else ""),
    ]  # fmt: skip
    sums = [BigNumber("承诺", found.amount, "元", exact=True), BigNumber("已用", found.used, "元", exact=True),
            BigNumber("未付", left, "元", exact=True)]  # fmt: skip
    context = {
        "commitment": found, "facts": facts, "sums": sums, "entries": list(found.entries.order_by("on", "pk")[:200]),
        "payments": list(found.payments.select_related("batch").order_by("pk")[:200]),
        "may_release": request.actor.may("ledger.post") and found.state == CommitmentState.OPEN,
        "crumbs": [*crumbs(found.fund), Link("承诺", reverse("ledger:commitments", args=[found.fund.code])), Link(found.code)],
    }  # fmt: skip
    return render(request, "ledger/commitment.html", context)


@page("ledger.post")
def release(request: Request, commitment: str) -> HttpResponse:
    """Let go what is left of a commitment."""
    found: Any = _seen(request, commitment)
    if found.state != CommitmentState.OPEN:
        raise Http404
    return confirmed(
        request,
        ReleaseForm(request.POST or None, initial={"on": today()}),
        lambda data: actions.release(found, by=request.actor, **data),
        done="已释放，预算又能用了。",
        to=address(found),
        heading=f"释放承诺：{found.text}",
        what=f"还没有付的 {found.amount - found.used:,.2f} 元不再留着",
        undo="不能恢复，可以另外登记",
        action="释放",
        back_url=address(found),
        dangerous=True,
    )
