"""Payment batches at the desk: the list, one batch, and each verb of its way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from niangjia.base.chinese import mask_name
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.rules import require
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.files.queries import open_file
from niangjia.core.ledger import actions
from niangjia.core.ledger.enums import BatchState, LineState
from niangjia.core.ledger.forms import ApproveForm, CheckForm, DropForm, ReturnForm
from niangjia.core.ledger.models import PaymentBatch
from niangjia.core.ledger.views.desk import VIEW

MOST_BYTES = 50 << 20
TONES = {BatchState.SETTLED: "ok", BatchState.DROPPED: "late"}


def address(batch: PaymentBatch) -> str:
    return reverse("ledger:batch", args=[batch.code])


COLUMNS = (
    Column("code", "批次", lambda batch: batch.code, url=address, order="code"),
    Column("title", "付什么", lambda batch: batch.title),
    Column("fund", "哪本账", lambda batch: batch.fund.title),
    Column("state", "状态", lambda batch: batch.get_state_display(), tone=lambda batch: TONES.get(BatchState(batch.state), "info")),
    Column("count", "笔数", lambda batch: batch.count, numeric=True),
    Column("total", "总额（元）", lambda batch: batch.total, numeric=True, order="total"),
    Column("made", "编制", lambda batch: f"{batch.made_at.astimezone():%Y-%m-%d}", order="made_at"),
)


@page(VIEW)
def batches(request: Request) -> HttpResponseBase:
    """Every payment batch within reach, the newest first."""
    rows = visible(request.actor, PaymentBatch.objects.select_related("fund"), VIEW)
    states = Filter("state", "状态", BatchState.choices, lambda found, state: found.filter(state=state))
    listing = Listing(
        request, rows, COLUMNS, title="付款批次", unit="批", filters=(states,), order="-made_at", may_export=True,
        search=lambda found, q: found.filter(code__iexact=q) | found.filter(title__icontains=q), search_hint="批次号、付什么",
        empty=Empty("还没有付款批次", "业务里批准了要付的钱，在那里编成批次，会列在这里。"),
    )  # fmt: skip
    return listing.file() or render(request, "ledger/batches.html", {"list": listing})


def seen(request: Request, code: str) -> PaymentBatch:
    rows = visible(
        request.actor, PaymentBatch.objects.select_related("fund__org", "made_by", "checked_by", "approved_by", "bank_file"), VIEW
    )
    return get_object_or_404(rows, code=code)


LINE_COLUMNS = (
    Column("number", "序号", lambda line: line.number, order="number", numeric=True),
    Column("payee", "户名", lambda line: mask_name(line.payee)),
    Column("account", "账号", lambda line: f"{line.account_number[:4]}****{line.account_number[-4:]}"),
    Column("amount", "金额（元）", lambda line: line.amount, order="amount", numeric=True),
    Column(
        "state", "状态", lambda line: line.get_state_display(),
        tone=lambda line: {"paid": "ok", "failed": "late"}.get(line.state, ""),
    ),
    Column("paid", "付款日", lambda line: line.paid_on),
    Column("fault", "原因", lambda line: line.fault),
    Column("entry", "凭证", lambda line: "看凭证" if line.entry else "", url=lambda line: reverse("ledger:entry", args=[line.entry.code]) if line.entry else ""),
)  # fmt: skip


@page(VIEW)
def batch(request: Request, payment: str) -> HttpResponseBase:
    """One batch: who made, checked and approved it, its lines, and what may be done next."""
    found = seen(request, payment)
    lines = Listing(
        request, found.lines.select_related("entry"), LINE_COLUMNS, title=found.code, unit="笔", order="number",
        filters=(Filter("state", "状态", LineState.choices, lambda rows, state: rows.filter(state=state)),), row_key=lambda line: str(line.number),
    )  # fmt: skip
    doable = [(verb, one) for verb, one in DOABLES.items() if found.state in one.states and request.actor.may(one.permission)]
    context = {
        "batch": found, "list": lines, "doables": doable, "facts": _facts(found), "may_take": request.actor.may("ledger.make"),
        "crumbs": [Link("账务", reverse("ledger:funds")), Link(found.fund.title, reverse("ledger:fund", args=[found.fund.code])), Link(found.code)],
    }  # fmt: skip
    return lines.file() or render(request, "ledger/batch.html", context)


def _facts(found: PaymentBatch) -> list[Fact]:
    who = (("编制", found.made_by), ("复核", found.checked_by), ("批准", found.approved_by))
    facts = [Fact("笔数", found.count), Fact("控制总额", f"{found.total:,.2f} 元")] + [
        Fact(title, user.name if user else "") for title, user in who
    ]
    return [*facts, Fact("依据的决议", found.resolution)]


@dataclass(frozen=True)
class Doable:
    """A verb of a batch: its words, the right and the states it wants, its form, what it calls."""

    title: str
    permission: str
    states: tuple[str, ...]
    form: type[forms.Form]
    act: Callable[[PaymentBatch, Any, dict[str, Any]], Any]
    what: str
    undo: str
    dangerous: bool = False


def _returned(batch: PaymentBatch, by: Any, data: dict[str, Any]) -> Any:
    file = data["file"][0]
    if getattr(file, "too_large", False) or file.size > MOST_BYTES:
        raise ValidationError({"file": f"回盘文件超过 {MOST_BYTES >> 20} MB，请确认是不是选错了。"})
    return actions.read_return(batch, data=file.read(), by=by)


BEFORE_BANK = (BatchState.DRAFT, BatchState.FROZEN, BatchState.CHECKED, BatchState.APPROVED)
DOABLES = {
    "freeze": Doable(
        "锁定，送复核", "ledger.make", (BatchState.DRAFT,), forms.Form, lambda batch, by, data: actions.freeze(batch, by=by),
        "明细和总额从此不能改，等另一个人复核", "编错了作废重编",
    ),
    "check": Doable(
        "复核", "ledger.check", (BatchState.FROZEN,), CheckForm, lambda batch, by, data: actions.check_batch(batch, by=by, **data),
        "你自己核出的笔数和总额要和锁定的一样", "批准以前可以请编制人作废",
    ),
    "approve": Doable(
        "批准", "ledger.approve", (BatchState.CHECKED,), ApproveForm, lambda batch, by, data: actions.approve(batch, by=by, **data),
        "批准以后可以出银行文件", "送银行以前可以作废",
    ),
    "send": Doable(
        "出银行文件", "ledger.make", (BatchState.APPROVED,), forms.Form, lambda batch, by, data: actions.send_to_bank(batch, by=by),
        "写出给银行的文件，批次不能再作废", "不能撤回，没付成的等回盘后重付",
    ),
    "return": Doable(
        "上传回盘", "ledger.make", (BatchState.SENT, BatchState.SETTLED), ReturnForm, _returned,
        "付了的逐笔记账并告诉本人，没付出去的列出来", "同一个文件再传一次不会重复",
    ),
    "drop": Doable(
        "作废", "ledger.make", BEFORE_BANK, DropForm, lambda batch, by, data: actions.drop_batch(batch, by=by, **data),
        "这一批不付了，里面的每一笔可以编进别的批次", "不能恢复", dangerous=True,
    ),
}  # fmt: skip


@page(VIEW)
def do(request: Request, payment: str, verb: str) -> HttpResponse:
    """Ask for what a verb wants, say what will happen, and do it."""
    found, doable = seen(request, payment), DOABLES.get(verb)
    if doable is None or found.state not in doable.states:
        raise Http404
    require(request.actor, doable.permission)
    form = doable.form(request.POST if request.method == "POST" else None, request.FILES or None)
    return confirmed(
        request,
        form,
        lambda data: doable.act(found, request.actor, data),
        done=f"{doable.title}：已办好。",
        to=address(found),
        heading=f"{doable.title}：{found.code}",
        what=doable.what,
        to_how_many=f"{found.count or found.lines.count()} 笔",
        undo=doable.undo,
        action=doable.title,
        back_url=address(found),
        dangerous=doable.dangerous,
    )


@page("ledger.make")
@require_POST
def bank_file(request: Request, payment: str) -> FileResponse:
    """The bank's file as a download; it holds full account numbers, so it is taken by a POST and stands in the trail."""
    found = seen(request, payment)
    if found.bank_file is None:
        raise Http404
    actions.note_taken(found, by=request.actor)
    return FileResponse(open_file(found.bank_file), as_attachment=True, filename=found.bank_file.name, content_type="text/plain")
