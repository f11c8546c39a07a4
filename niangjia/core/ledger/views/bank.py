"""The desk's pages of the bank: statements taken in, what is not matched, matching by hand, one line down to its persons, the reconciliation."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.calendar import parse_date, today
from niangjia.base.chinese import mask_name
from niangjia.base.tables import download
from niangjia.base.unpacking import UnreadableFile
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.subjects import address_of
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber, Fact, Link
from niangjia.core.ledger import actions, queries
from niangjia.core.ledger.forms import OnlyAsk, StatementForm
from niangjia.core.ledger.models import BankLine, BankStatement, Fund, PaymentLine
from niangjia.core.ledger.views.desk import VIEW, crumbs, seen
from niangjia.core.ledger.views.statement_file import read_statement

MOST_BYTES = 20 << 20
SHOWN = 60
"""Rows of each side that may be matched by hand at a time."""


def line_url(line: BankLine) -> str:
    return reverse("ledger:bank-line", args=[line.code])


def bank_url(fund: Fund) -> str:
    return reverse("ledger:bank", args=[fund.code])


@page(VIEW)
def bank(request: Request, code: str) -> HttpResponse:
    """What the bank said of a fund so far: its statements, and what only one side knows of."""
    fund = seen(request, code)
    lines, legs = queries.open_lines(fund), queries.open_legs(fund)
    up_to = queries.known_up_to(fund)
    context = {
        "fund": fund, "crumbs": [*crumbs(fund), Link("银行对账")], "up_to": up_to, "lines": list(lines[:SHOWN]), "legs": list(legs[:SHOWN]),
        "counts": (lines.count(), legs.count()), "sums": _sums(queries.reconcile(fund, up_to)) if up_to else [],
        "statements": list(BankStatement.objects.filter(fund=fund).order_by("-end", "-pk")[:24]), "may_match": request.actor.may("ledger.post"),
    }  # fmt: skip
    return render(request, "ledger/bank.html", context)


def _sums(both: queries.Reconciliation | None) -> list[BigNumber]:
    if both is None:
        return []
    return [
        BigNumber("账面余额", both.book, "元", exact=True),
        BigNumber("银行余额", both.bank, "元", exact=True),
        BigNumber("调节后差额", both.difference, "元", tone="late" if both.difference else "ok", exact=True),
    ]


@page("ledger.post")
def take(request: Request, code: str) -> HttpResponse:
    """Take in a statement's file."""
    fund = seen(request, code)
    form = StatementForm(request.POST or None, request.FILES or None)
    return confirmed(
        request,
        form,
        lambda data: _taken(fund, data, request.actor),
        done=lambda taken: (
            "这份流水以前收过，没有变化。" if taken.again else f"收了 {taken.fresh} 笔新的流水，自动勾对 {taken.matched} 组。"
        ),
        to=bank_url(fund),
        heading=f"收银行流水：{fund.title}",
        what="逐笔收进来，能肯定的自动和账上勾对；余额接不上的整个不收",
        to_how_many="1 份文件",
        undo="同一份文件、同一笔流水再收不会重复；勾对可以撤销",
        action="收进来",
        back_url=bank_url(fund),
    )


def _taken(fund: Fund, data: dict[str, Any], by: Any) -> actions.Taken:
    file = data["file"][0]
    if getattr(file, "too_large", False) or file.size > MOST_BYTES:
        raise ValidationError({"file": f"流水文件超过 {MOST_BYTES >> 20} MB，请分几段导出。"})
    content = file.read()
    try:
        read = read_statement(content)
    except UnreadableFile as error:
        raise ValidationError({"file": str(error)}) from error
    opening = data["opening"] if read.opening is None else read.opening
    closing = data["closing"] if read.closing is None else read.closing
    if opening is None or closing is None:
        raise ValidationError({"opening": "文件里没有余额列，请照对账单填期初、期末余额。"})
    return actions.take_statement(
        fund, lines=read.lines, opening=opening, closing=closing, data=content, name=str(file.name), by=by, start=data["start"], end=data["end"]
    )  # fmt: skip


@page("ledger.post")
@require_POST
def match(request: Request, code: str) -> HttpResponse:
    """Match what was ticked on both sides; with nothing ticked, whatever is beyond doubt by now."""
    fund = seen(request, code)
    lines, entries = request.POST.getlist("line"), request.POST.getlist("entry")
    try:
        if lines or entries:
            actions.match_by_hand(fund, lines=lines, entries=entries, by=request.actor)
            messages.success(request, "已勾对。")
        else:
            messages.success(request, f"自动勾对了 {actions.match_fund(fund, by=request.actor)} 组。")
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return redirect(bank_url(fund))


def party(line: BankLine) -> str:
    """The other party as a page shows it: a person's name masked, a body's in full."""
    name = line.counterparty
    return mask_name(name) if 1 < len(name) <= 4 else name


LINE_COLUMNS = (
    Column("on", "日期", lambda line: line.on, url=line_url, order="on"),
    Column("income", "收入", lambda line: line.amount if line.amount > 0 else "", numeric=True),
    Column("outgo", "支出", lambda line: -line.amount if line.amount < 0 else "", numeric=True, order="amount"),
    Column("party", "对方", party),
    Column("remark", "摘要", lambda line: line.remark, url=line_url),
    Column("number", "流水号", lambda line: line.number, optional=True),
    Column(
        "match", "勾对", lambda line: line.match.get_how_display() if line.match else "没有勾对", tone=lambda line: "ok" if line.match_id else "notice"
    ),
)  # fmt: skip


@page(VIEW)
def bank_lines(request: Request, code: str) -> HttpResponseBase:
    """Every line the bank told of, the newest first."""
    fund = seen(request, code)
    states = Filter(
        "state", "勾对", (("open", "没有勾对"), ("done", "已勾对")), lambda rows, said: rows.filter(match__isnull=said == "open")
    )
    listing = Listing(
        request, BankLine.objects.filter(fund=fund).select_related("match"), LINE_COLUMNS, title=f"{fund.title}：银行流水", unit="笔",
        filters=(states,), days=(Days("on", "日期", "on"),), order="-on", may_export=True, search_hint="摘要、流水号",
        search=lambda rows, q: rows.filter(remark__icontains=q) | rows.filter(number=q),
        empty=Empty("还没有收过流水", "从网银导出流水，在“银行对账”里收进来。"),
    )  # fmt: skip
    context = {"list": listing, "fund": fund, "crumbs": [*crumbs(fund), Link("银行对账", bank_url(fund)), Link("流水")]}
    return listing.file() or render(request, "ledger/bank_lines.html", context)


def _seen_line(request: Request, code: str) -> BankLine:
    rows = visible(request.actor, BankLine.objects.select_related("fund__org", "statement", "match"), VIEW)
    return get_object_or_404(rows, code=code)


@page(VIEW)
def bank_line(request: Request, line: str) -> HttpResponse:
    """One line of the bank down to whom it was paid and for what: entries, payments, the batch's three persons and resolution."""
    found = _seen_line(request, line)
    entries = list(
        queries.entries_of(found).select_related("payment__batch__made_by", "payment__batch__checked_by", "payment__batch__approved_by")[
            :200
        ]
    )
    payments = list(PaymentLine.objects.filter(entry__in=entries).select_related("person", "batch").order_by("batch", "number"))
    about = {one.pk: address_of(request.actor, one.about) for one in payments[:SHOWN]}
    context = {
        "line": found, "entries": entries, "payments": [(one, mask_name(one.payee), about.get(one.pk, "")) for one in payments],
        "batches": {one.batch_id: one.batch for one in payments}.values(), "facts": _line_facts(found),
        "may_unmatch": request.actor.may("ledger.post") and found.match_id, "may_see_people": request.actor.may("people.view"),
        "crumbs": [*crumbs(found.fund), Link("银行对账", bank_url(found.fund)), Link("一笔流水")],
    }  # fmt: skip
    return render(request, "ledger/bank_line.html", context)


def _line_facts(line: BankLine) -> list[Fact]:
    return [
        Fact("对方", party(line)), Fact("摘要", line.remark), Fact("银行流水号", line.number),
        Fact("对账单", f"{line.statement.code} 第 {line.row} 行", bank_url(line.fund)),
        Fact("勾对", f"{line.match.get_how_display()}，{line.match.at.astimezone():%Y-%m-%d}" if line.match else "没有勾对"),
    ]  # fmt: skip


@page("ledger.post")
def unmatch(request: Request, line: str) -> HttpResponse:
    """Take a match back."""
    found = _seen_line(request, line)
    matched = found.match
    if matched is None:
        raise Http404
    return confirmed(
        request,
        OnlyAsk(request.POST if request.method == "POST" else None),
        lambda data: actions.unmatch(matched, by=request.actor),
        done="勾对已撤销，两边都重新等着勾对。",
        to=line_url(found),
        heading="撤销勾对",
        what="这笔流水和账上的凭证不再算同一笔钱",
        to_how_many=f"流水 {matched.lines.count()} 笔，凭证 {matched.legs.count()} 张",
        undo="可以再勾对",
        action="撤销",
        back_url=line_url(found),
    )


@page(VIEW)
def reconciliation(request: Request, code: str) -> HttpResponseBase:
    """The reconciliation statement as of a day: on the page, printed, as a file."""
    fund = seen(request, code)
    on = parse_date(request.GET.get("on", "")) or queries.known_up_to(fund) or today()
    both = queries.reconcile(fund, on)
    if both and (kind := request.GET.get("format", "")):
        return _file(fund, both, kind)
    context = {
        "fund": fund, "on": on, "both": both, "known": queries.known_up_to(fund),
        "crumbs": [*crumbs(fund), Link("银行对账", bank_url(fund)), Link("余额调节表")], "sides": _sides(both) if both else [], "shown": SHOWN,
        "difference": f"调节后还差 {both.difference:,.2f} 元：开始收流水那天两边余额就不一样，或者更早的未达账没有勾对。" if both else "",
    }  # fmt: skip
    return render(request, "ledger/reconciliation.html", context)


def _sides(both: queries.Reconciliation) -> list[queries.Transit]:
    return [both.bank_in, both.bank_out, both.book_in, both.book_out]


def _file(fund: Fund, both: queries.Reconciliation, kind: str) -> FileResponse:
    rows: list[tuple[Any, ...]] = [("账面余额", both.on, "", both.book), ("银行余额", both.on, "", both.bank)]
    for side in _sides(both):
        rows += [(side.title, row.on, row.remark if isinstance(row, BankLine) else row.entry.text, row.amount) for row in side.rows]
    rows += [("调节后账面余额", both.on, "", both.book_adjusted), ("调节后银行余额", both.on, "", both.bank_adjusted)]
    rows.append(("差额", both.on, "", both.difference or Decimal("0.00")))
    return download(
        f"{fund.title}银行存款余额调节表{both.on:%Y%m%d}", ("项目", "日期", "摘要", "金额"), rows, kind="xlsx" if kind == "xlsx" else "csv"
    )
