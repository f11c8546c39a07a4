"""The desk's pages of books: funds, one fund as leaders and auditors read it, an account's legs, an entry, taking it back, closing a month."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import parse_date, today
from niangjia.base.chinese import mask_name
from niangjia.base.money import round_fen
from niangjia.base.tables import download
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.subjects import address_of
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Listing
from niangjia.core.faces.shapes import BarRow, BigNumber, Fact, Link, Portion, Series
from niangjia.core.ledger import actions, queries
from niangjia.core.ledger.enums import Nature
from niangjia.core.ledger.forms import CloseForm, EntryForm, FundForm, ReverseForm
from niangjia.core.ledger.models import Account, Entry, Fund, Leg

VIEW = "ledger.view"
TEN_THOUSAND = 10_000


def seen(request: Request, code: str) -> Fund:
    """The fund with this code within reach; else 404."""
    return get_object_or_404(visible(request.actor, Fund.objects.select_related("org"), VIEW), code=code)


def crumbs(fund: Fund) -> list[Link]:
    """The way to a page below a fund."""
    return [Link("账务", reverse("ledger:funds")), Link(fund.title, reverse("ledger:fund", args=[fund.code]))]


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
    return listing.file() or render(
        request,
        "ledger/funds.html",
        {"list": listing, "may_open": request.actor.may("ledger.manage"), "may_audit": request.actor.may("ledger.audit")},
    )


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
def fund(request: Request, code: str) -> HttpResponseBase:
    """One fund: what it has, what came in and went out, what comes next, and every account; each opens down to its legs."""
    found = seen(request, code)
    start, end = period(request)
    rows = queries.balances(found, start, end)
    if kind := request.GET.get("format", ""):
        return _balances_file(found, rows, kind)
    months = queries.cash_by_month(found, end)
    use = queries.total_use(queries.use_of_budget(found, end.year)) if found.is_budgeted else None
    context = {
        "fund": found, "rows": rows, "start": start, "end": end, "closed": queries.closed_up_to(found), "sums": _sums(rows),
        "crumbs": [Link("账务", reverse("ledger:funds")), Link(found.title)], "months": [month.label for month in months],
        "moved": [Series("收入", [_wan(month.income) for month in months]), Series("付出", [_wan(month.outgo) for month in months])],
        "facts": [Fact("工会", found.org.name), Fact("来源", found.get_source_display()), Fact("用途", found.purpose)],
        "largest": queries.largest(found, start, end), "batches": list(found.payment_batches.order_by("-pk")[:8]),
        "due": queries.payments_due(found), "kinds": _by_account(found, rows, start, end),
        "use": use, "parts": _parts(use) if use else [], "known_up_to": queries.known_up_to(found),
        "may_post": request.actor.may("ledger.post"), "may_close": request.actor.may("ledger.close"),
    }  # fmt: skip
    return render(request, "ledger/fund.html", context)


def _wan(amount: Decimal) -> Decimal | None:
    """In units of ten thousand, for the chart; None where nothing moved."""
    return round_fen(amount / TEN_THOUSAND) if amount else None


def _parts(use: queries.Use) -> list[Portion]:
    """A year's budget in what was spent, promised and is free."""
    sums = (("已支出", use.spent, "ok"), ("已承诺", use.committed, "notice"), ("还可用", max(use.free, Decimal(0)), "grey"))
    return [Portion(title, amount, tone, f"{amount:,.2f} 元") for title, amount, tone in sums]


def _by_account(found: Fund, rows: list[queries.Balance], start: date, end: date) -> list[tuple[str, list[BarRow]]]:
    """Income and expense of the period by account, the largest first."""
    kinds = []
    for nature, title in ((Nature.INCOME, "收入"), (Nature.EXPENSE, "支出")):
        sums = [(row.account, abs(row.debit - row.credit)) for row in rows if row.account.nature == nature and row.debit != row.credit]
        bars = [
            BarRow(of.title, amount, f"{reverse('ledger:account', args=[found.code, of.code])}?from={start}&to={end}", f"{amount:,.2f}")
            for of, amount in sorted(sums, key=lambda one: -one[1])
        ]
        kinds.append((title, bars))
    return [(title, bars) for title, bars in kinds if bars]


def _balances_file(found: Fund, rows: list[queries.Balance], kind: str) -> FileResponse:
    """The balances as a file."""
    headings = ("科目编码", "科目", "类别", "期初", "本期借方", "本期贷方", "期末")
    cells = (
        (row.account.code, row.account.title, row.account.get_nature_display(), row.before, row.debit, row.credit, row.end) for row in rows
    )
    return download(f"{found.title}科目余额", headings, cells, kind="xlsx" if kind == "xlsx" else "csv")


def _sums(rows: list[queries.Balance]) -> list[BigNumber]:
    """What is in the bank, came in and went out."""
    bank = next((row for row in rows if row.account.code == "102"), None)
    income = sum((row.credit - row.debit for row in rows if row.account.nature == Nature.INCOME), Decimal(0))
    spent = sum((row.debit - row.credit for row in rows if row.account.nature == Nature.EXPENSE), Decimal(0))
    shown = [
        BigNumber("银行存款", bank.end if bank else Decimal(0), "元", exact=True),
        BigNumber("本期进账", bank.debit if bank else Decimal(0), "元", exact=True),
        BigNumber("本期出账", bank.credit if bank else Decimal(0), "元", exact=True),
    ]
    if income or spent:
        shown += [BigNumber("本期收入", income, "元", exact=True), BigNumber("本期支出", spent, "元", exact=True)]
    return shown


def _address(entry: Entry) -> str:
    return reverse("ledger:entry", args=[entry.code])


ENTRY_COLUMNS = (
    Column("on", "日期", lambda entry: entry.on, order="on"),
    Column(
        "number", "凭证号", lambda entry: f"{entry.voucher.month} 月第 {entry.voucher.number} 号" if hasattr(entry, "voucher") else "未编号"
    ),
    Column("text", "摘要", lambda entry: entry.text, url=_address),
    Column("amount", "金额（元）", lambda entry: entry.total, numeric=True, order="total"),
    Column("reason", "冲销理由", lambda entry: entry.reason, optional=True),
    Column("code", "编码", lambda entry: entry.code, url=_address, optional=True),
)


@page(VIEW)
def entries(request: Request, code: str) -> HttpResponseBase:
    """The vouchers of a fund, the newest first."""
    found = seen(request, code)
    rows = queries.vouchers(found)
    listing = Listing(
        request, rows, ENTRY_COLUMNS, title=f"{found.title}：凭证", unit="张", order="-on", days=(Days("on", "日期", "on"),),
        search=lambda rows, q: rows.filter(text__icontains=q) | rows.filter(code__iexact=q), search_hint="摘要、编码", may_export=True,
        empty=Empty("还没有凭证", "记了第一张，会列在这里。"),
    )  # fmt: skip
    return listing.file() or render(
        request, "ledger/entries.html", {"list": listing, "fund": found, "crumbs": [*crumbs(found), Link("凭证")]}
    )


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
    found = get_object_or_404(
        visible(request.actor, Entry.objects.select_related("fund__org", "reverses", "commitment"), VIEW), code=voucher
    )
    legs: list[Any] = list(found.legs.select_related("account", "earmark", "person").order_by("-amount", "id"))
    for leg in legs:
        leg.who = mask_name(leg.person.name) if leg.person else ""
    context = {
        "entry": found, "legs": legs, "red": Entry.objects.filter(reverses=found).first(),
        "may_reverse": request.actor.may("ledger.post") and not found.reverses_id and not Entry.objects.filter(reverses=found).exists(),
        "about": address_of(request.actor, found.about), "bank_lines": queries.bank_lines_of(found),
        "may_see_people": request.actor.may("people.view"), "voucher": getattr(found, "voucher", None), "payment": getattr(found, "payment", None),
        "crumbs": [*crumbs(found.fund), Link("凭证")],
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
        named = data.get("commitment")
        return actions.post(found, lines=lines, key=once[:80], text=data["text"], by=request.actor, on=data["on"], commitment=named)

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
