"""The auditor's page of questions: each rule in words with what it finds, and the rows behind it. Everything is read only."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from niangjia.base.chinese import mask_name
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Column, Empty, Listing
from niangjia.core.faces.shapes import Link
from niangjia.core.ledger.models import BankLine, Entry, Leg, PaymentBatch, PaymentLine
from niangjia.core.ledger.queries.flags import FLAGS
from niangjia.core.ledger.views.bank import line_url, party
from niangjia.core.ledger.views.payments import address as batch_url

AUDIT = "ledger.audit"


def _fund(row: Entry | Leg | PaymentLine | PaymentBatch | BankLine) -> str:
    return str(row.fund)


def _entry_url(code: str) -> str:
    return reverse("ledger:entry", args=[code])


PAYMENTS = (
    Column("paid", "付款日", lambda line: line.paid_on, order="paid_on"),
    Column("payee", "付给谁", lambda line: mask_name(line.payee), url=lambda line: _entry_url(line.entry.code)),
    Column("amount", "金额（元）", lambda line: line.amount, order="amount", numeric=True),
    Column("batch", "批次", lambda line: line.batch.code, url=lambda line: batch_url(line.batch)),
    Column("title", "付什么", lambda line: line.batch.title),
    Column("fund", "哪本账", _fund),
)
BATCHES = (
    Column("code", "批次", lambda batch: batch.code, url=batch_url, order="code"),
    Column("title", "付什么", lambda batch: batch.title),
    Column("total", "总额（元）", lambda batch: batch.total, order="total", numeric=True),
    Column("made", "编制", lambda batch: batch.made_by.name if batch.made_by else "没有人"),
    Column("checked", "复核", lambda batch: batch.checked_by.name if batch.checked_by else "没有人"),
    Column("approved", "批准", lambda batch: batch.approved_by.name if batch.approved_by else "没有人"),
    Column("resolution", "决议", lambda batch: batch.resolution),
    Column("fund", "哪本账", _fund, optional=True),
)
ENTRIES = (
    Column("on", "日期", lambda entry: entry.on, order="on"),
    Column("text", "摘要", lambda entry: entry.text, url=lambda entry: _entry_url(entry.code)),
    Column("fund", "哪本账", _fund),
    Column("code", "凭证", lambda entry: entry.code, optional=True),
)
LINES = (
    Column("on", "日期", lambda line: line.on, url=line_url, order="on"),
    Column("amount", "金额（元）", lambda line: line.amount, order="amount", numeric=True),
    Column("party", "对方", party),
    Column("remark", "摘要", lambda line: line.remark, url=line_url),
    Column("fund", "哪本账", _fund),
)
LEGS = (
    Column("on", "日期", lambda leg: leg.on, order="on"),
    Column("text", "摘要", lambda leg: leg.entry.text, url=lambda leg: _entry_url(leg.entry.code)),
    Column("amount", "金额（元）", lambda leg: leg.amount, order="amount", numeric=True),
    Column("fund", "哪本账", _fund),
)
SHAPES = {
    PaymentLine: (PAYMENTS, ("fund", "batch", "entry"), "-paid_on"),
    PaymentBatch: (BATCHES, ("fund", "made_by", "checked_by", "approved_by"), "-total"),
    Entry: (ENTRIES, ("fund",), "-on"),
    BankLine: (LINES, ("fund",), "-on"),
    Leg: (LEGS, ("fund", "entry"), "-on"),
}
"""How the rows of each table are listed: columns, what is read with them, their order."""


@page(AUDIT)
def flags(request: Request) -> HttpResponse:
    """Every rule with how many rows it finds within reach."""
    found = [(flag, flag.words(), visible(request.actor, flag.rows(), AUDIT).count()) for flag in FLAGS]
    crumbs = [Link("账务", reverse("ledger:funds")), Link("审计疑点")]
    return render(request, "ledger/flags.html", {"flags": found, "crumbs": crumbs})


@page(AUDIT)
def flag(request: Request, flag: str) -> HttpResponseBase:
    """What one rule finds."""
    one = next((each for each in FLAGS if each.key == flag), None)
    if one is None:
        raise Http404
    rows = visible(request.actor, one.rows(), AUDIT)
    columns, related, order = SHAPES[rows.model]
    listing = Listing(
        request, rows.select_related(*related), columns, title=one.title, order=order, may_export=True, row_key=lambda row: str(row.pk),
        empty=Empty("没有查到", "按这条规则，管辖范围里现在一笔也没有。"),
    )  # fmt: skip
    crumbs = [Link("账务", reverse("ledger:funds")), Link("审计疑点", reverse("ledger:audit")), Link(one.title)]
    return listing.file() or render(request, "ledger/flag.html", {"list": listing, "flag": one, "words": one.words(), "crumbs": crumbs})
