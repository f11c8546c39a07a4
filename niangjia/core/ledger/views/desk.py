"""The desk's pages of books: funds, one fund's balances, an account's legs, an entry, taking it back, closing a month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import parse_date, today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Listing
from niangjia.core.faces.shapes import BigNumber, Fact, Link
from niangjia.core.ledger import actions, queries
from niangjia.core.ledger.enums import Nature
from niangjia.core.ledger.forms import CloseForm, EntryForm, FundForm, ReverseForm
from niangjia.core.ledger.models import Account, Entry, Fund, Leg

VIEW = "ledger.view"


def seen(request: Request, code: str) -> Fund:
    """The fund with this code within reach; else 404."""
    return get_object_or_404(visible(request.actor, Fund.objects.select_related("org"), VIEW), code=code)


def period(request: Request) -> tuple[date, date]:
    """The days that the address asks for; this year up to today where it does not."""
    start, end = (parse_date(request.GET.get(name, "")) for name in ("from", "to"))
    end = min(end or today(), today())
    start = start or end.replace(month=1, day=1)
    return (start, end) if start <= end else (end, end)


FUND_COLUMNS = (
    Column("code", "编码", lambda fund: fund.code, url=lambda fund: reverse("ledger:fund", args=[fund.code]), order="code"),
    Column("title", "名称", lambda fund: fund.title, url=lambda fund: reverse("ledger:fund", args=[fund.code])),
    Column("org", "工会", lambda fund: fund.org.short_name),
    Column("source", "来源", lambda fund: fund.get_source_display()),
    Column("cash", "银行存款（元）", lambda fund: fund.cash, numeric=True),
    Column("opened", "建账", lambda fund: fund.opened_on, order="opened_on"),
)


def _with_cash(rows: Sequence[Any]) -> None:
    """The column of money in the bank, for a page of funds at a time."""
    held = queries.cash_of(rows)
    for fund in rows:
        fund.cash = held.get(fund.pk, Decimal(0))


@page(VIEW)
def funds(request: Request) -> HttpResponseBase:
    """Every fund within reach."""
    rows = visible(request.actor, Fund.objects.select_related("org"), VIEW)
    listing = Listing(
        request, rows, FUND_COLUMNS, title="账务", unit="本账", order="code", search=lambda found, q: found.filter(title__icontains=q),
        search_hint="名称", may_export=True, prepare=_with_cash, empty=Empty("还没有账", "建账以后，这笔钱的每一分都从这里查。"),
    )  # fmt: skip
    return listing.file() or render(request, "ledger/funds.html", {"list": listing, "may_open": request.actor.may("ledger.manage")})


@page("ledger.manage")
def new_fund(request: Request) -> HttpResponse:
    """Open books of their own."""
    form = FundForm(request.POST or None, initial={"on": today()})
    return confirmed(
        request,
        form,
        lambda data: actions.open_fund(by=request.actor, **data),
        done=lambda fund: f"“{fund.title}”已建账。",
        to=lambda fund: redirect("ledger:fund", code=fund.code),
        heading="建账",
        what="这笔钱单独记账、单独结账",
        undo="建账以后不能删，可以销账",
        action="建账",
        back_url=reverse("ledger:funds"),
    )


@page(VIEW)
def fund(request: Request, code: str) -> HttpResponse:
    """One fund: what it has, and every account's balance and turnover in a period; each opens down to its legs."""
    found = seen(request, code)
    start, end = period(request)
    rows = queries.balances(found, start, end)
    context = {
        "fund": found, "rows": rows, "start": start, "end": end, "closed": queries.closed_up_to(found), "sums": _sums(rows),
        "crumbs": [Link("账务", reverse("ledger:funds")), Link(found.title)],
        "facts": [Fact("工会", found.org.name), Fact("来源", found.get_source_display()), Fact("用途", found.purpose)],
        "batches": list(found.payment_batches.order_by("-pk")[:8]),
        "may_post": request.actor.may("ledger.post"), "may_close": request.actor.may("ledger.close"),
    }  # fmt: skip
    return render(request, "ledger/fund.html", context)


def _sums(rows: list[queries.Balance]) -> list[BigNumber]:
    """What is in the bank, came in and went out."""
    cash = next((row.end for row in rows if row.account.code == "102"), Decimal(0))
    income = sum((row.credit - row.debit for row in rows if row.account.nature == Nature.INCOME), Decimal(0))
    spent = sum((row.debit - row.credit for row in rows if row.account.nature == Nature.EXPENSE), Decimal(0))
    return [
        BigNumber("银行存款", cash, "元", exact=True),
        BigNumber("本期收入", income, "元", exact=True),
        BigNumber("本期支出", spent, "元", exact=True),
    ]


def _address(entry: Entry) -> str:
    return reverse("ledger:entry", args=[entry.code])


def _leg_url(leg: Leg) -> str:
    return _address(leg.entry)


LEG_COLUMNS = (
    Column("on", "日期", lambda leg: leg.on, order="on"),
    Column("text", "摘要", lambda leg: leg.entry.text, url=_leg_url),
    Column("debit", "借方", lambda leg: leg.amount if leg.amount > 0 else "", numeric=True),
    Column("credit", "贷方", lambda leg: -leg.amount if leg.amount < 0 else "", numeric=True),
    Column("earmark", "专项", lambda leg: leg.earmark.title if leg.earmark else "", optional=True),
    Column("code", "凭证", lambda leg: leg.entry.code, url=_leg_url, optional=True),
)


@page(VIEW)
def account(request: Request, code: str, number: str) -> HttpResponseBase:
    """The legs of one account of a fund, the newest first."""
    found = seen(request, code)
    of = get_object_or_404(Account, code=number)
    start, end = period(request)
    listing = Listing(
        request, queries.legs_of(found, of, start, end), LEG_COLUMNS, title=f"{found.title}：{of.title}", unit="笔", order="-on",
        days=(Days("on", "日期", "on"),), search=_found, search_hint="摘要", may_export=True, row_key=lambda leg: leg.entry.code,
        empty=Empty("这段时间没有发生", "换一段日子看看。"),
    )  # fmt: skip
    context = {"list": listing, "fund": found, "account": of, "start": start, "end": end, "balance": queries.balance(found, of, end)}
    return listing.file() or render(request, "ledger/account.html", context)


def _found(legs: QuerySet[Leg], q: str) -> QuerySet[Leg]:
    return legs.filter(entry__text__icontains=q)


@page(VIEW)
def entry(request: Request, voucher: str) -> HttpResponse:
    """One entry: its legs, what it concerns, whether it was taken back."""
    found = get_object_or_404(visible(request.actor, Entry.objects.select_related("fund__org", "reverses"), VIEW), code=voucher)
    legs = list(found.legs.select_related("account", "earmark", "person").order_by("-amount", "id"))
    context = {
        "entry": found, "legs": legs, "red": Entry.objects.filter(reverses=found).first(),
        "may_reverse": request.actor.may("ledger.post") and not found.reverses_id and not Entry.objects.filter(reverses=found).exists(),
        "may_see_people": request.actor.may("people.view"), "voucher": getattr(found, "voucher", None), "payment": getattr(found, "payment", None),
        "crumbs": [Link("账务", reverse("ledger:funds")), Link(found.fund.title, reverse("ledger:fund", args=[found.fund.code])), Link("凭证")],
    }  # fmt: skip
    return render(request, "ledger/entry.html", context)


@page("ledger.post")
def new_entry(request: Request, code: str) -> HttpResponse:
    """Post an entry by hand; sent twice it is posted once."""
    found = seen(request, code)
    once = request.POST.get("once") or f"hand {uuid4().hex}"
    form = EntryForm(request.POST or None, fund=found, initial={"on": today()})

    def post(data: dict[str, Any]) -> Entry:
        lines = [
            actions.Line(data["debit"], data["amount"], earmark=data["earmark"]),
            actions.Line(data["credit"], -data["amount"], earmark=data["earmark"]),
        ]
        return actions.post(found, lines=lines, key=once[:80], text=data["text"], by=request.actor, on=data["on"])

    return confirmed(
        request,
        form,
        post,
        done="已记账。",
        to=_address,
        heading=f"记账：{found.title}",
        what="记一张凭证，一借一贷",
        undo="不能改，可以红字冲销",
        action="记账",
        back_url=reverse("ledger:fund", args=[code]),
        carried=[("once", once)],
    )


@page("ledger.post")
def take_back(request: Request, voucher: str) -> HttpResponse:
    """Take an entry back in red."""
    found = get_object_or_404(visible(request.actor, Entry.objects.select_related("fund__org"), VIEW), code=voucher)
    form = ReverseForm(request.POST or None, initial={"on": today()})
    return confirmed(
        request,
        form,
        lambda data: actions.reverse(found, by=request.actor, **data),
        done="已冲销。",
        to=_address,
        heading=f"红字冲销：{found.text}",
        what="记一张金额相反的凭证，两张都留着",
        undo="不能再冲，可以重新记",
        action="冲销",
        back_url=_address(found),
        dangerous=True,
    )


@page("ledger.close")
def close(request: Request, code: str) -> HttpResponse:
    """Close a month."""
    found = seen(request, code)
    form = CloseForm(request.POST or None)
    back = reverse("ledger:fund", args=[code])
    return confirmed(
        request,
        form,
        lambda data: actions.close_period(found, up_to=data["up_to"], by=request.actor),
        done=lambda closing: f"已结账到{closing.up_to:%Y-%m-%d}，凭证已编号。",
        to=back,
        heading=f"结账：{found.title}",
        what="这一天和以前不能再记账；凭证按月编号",
        undo="不能反结账，以后的更正记在以后",
        action="结账",
        back_url=back,
        dangerous=True,
    )
