"""The desk's pages of settlements: the inbox, one with its explanation, files and their control totals, deciding, taking back, paying."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.tables import download
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.ledger.forms import PayForm
from niangjia.core.ledger.models import Fund
from niangjia.core.ledger.queries import payment_of
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.actions.paying import KEY
from niangjia.work.mutual_aid.control import LARGEST
from niangjia.work.mutual_aid.enums import SettlementState
from niangjia.work.mutual_aid.forms import ReasonForm, SameFileForm, SettlementsForm, TotalsForm
from niangjia.work.mutual_aid.intake import TOTALS
from niangjia.work.mutual_aid.models import Intake, Plan, Settlement
from niangjia.work.mutual_aid.sheet import sheet_of

SEE, REVIEW, IMPORT, PAY = "mutual_aid.settlements", "mutual_aid.review", "mutual_aid.import", "ledger.make"
MOST_BYTES = 200 << 20
SHOWN = 200
OWED_BACK = (SettlementState.CLAWBACK, SettlementState.OFFSET)
TONES = {
    SettlementState.PAID: "ok", SettlementState.ELSEWHERE: "ok", SettlementState.APPROVED: "info", SettlementState.REVIEW: "notice",
    SettlementState.PARKED: "notice", SettlementState.UNMATCHED: "notice", SettlementState.CLAWBACK: "late",
}  # fmt: skip


def _url(one: Settlement) -> str:
    return reverse("mutual_aid:settlement", args=[one.code])


COLUMNS = (
    Column("code", "结算", lambda one: one.code, url=_url, order="code"),
    Column("on", "结算日期", lambda one: one.settled_on, order="settled_on"),
    Column("hospital", "医院", lambda one: one.fixmedins_name or one.fixmedins_code),
    Column("state", "状态", lambda one: one.get_state_display(), tone=lambda one: TONES.get(SettlementState(one.state), "")),
    Column("benefit", "互助金（元）", lambda one: one.benefit, order="benefit", numeric=True),
    Column("paid", "已付（元）", lambda one: one.paid, numeric=True),
    Column("reason", "为什么", lambda one: one.reason),
    Column("org", "工会", lambda one: one.org.short_name or one.org.name, optional=True),
    Column("setl", "医保结算号", lambda one: one.setl_id, optional=True),
    Column("paid_on", "付款日期", lambda one: one.paid_on, order="paid_on", optional=True),
    Column("batch", "结算文件", lambda one: one.batch, optional=True),
)


@page(SEE)
def settlements(request: Request) -> HttpResponseBase:
    """Every settlement within reach, the newest first."""
    rows = visible(request.actor, Settlement.objects.select_related("org"), SEE)
    states = Filter("state", "状态", SettlementState.choices, lambda found, state: found.filter(state=state))
    waiting = [
        Link(title, f"?state={state}")
        for state, title in (("manual_review", "待人工核对"), ("clawback_open", "待收回"), ("unmatched", "对不上人"))
    ]
    listing = Listing(
        request, rows, COLUMNS, title="医保结算", unit="笔", filters=(states,), order="-id", days=(Days("on", "结算日期", "settled_on"),),
        search=lambda found, q: found.filter(setl_id=q.strip()) | found.filter(code__iexact=q.strip()) | found.filter(batch__iexact=q.strip()),
        search_hint="医保结算号、结算编码、文件编号", may_export=True, views=waiting,
        empty=Empty("还没有医保结算", "收下医保送来的结算文件，系统自动对人、计算、核定。", reverse("mutual_aid:take"), "收结算文件"),
    )  # fmt: skip
    context = {"list": listing, "may_import": request.actor.may(IMPORT), "may_pay": request.actor.may(PAY)}
    return listing.file() or render(request, "mutual_aid/settlements.html", context)


def seen(request: Request, code: str) -> Settlement:
    """The settlement within reach; else 404."""
    rows = visible(
        request.actor, Settlement.objects.select_related("org", "person", "enrolment__plan__pool", "claim__case", "clawback__case"), SEE
    )
    return get_object_or_404(rows, code=code)


@page(SEE)
def settlement(request: Request, settlement: str) -> HttpResponse:
    """One settlement: where it stands and why, the reckoning line by line, what the bureau said, and what may be done."""
    one = seen(request, settlement)
    context = {
        "one": one, "sheet": sheet_of(one), "tone": TONES.get(SettlementState(one.state), ""), "facts": _facts(one, may_look=request.actor.may("ledger.view")), "said": _said(one),
        "versions": list(one.versions.order_by("-version")), "owes": one.paid if one.state in OWED_BACK else Decimal(0),
        "doables": [(verb, do) for verb, do in DOABLES.items() if one.state in do.states and request.actor.may(do.permission)],
        "decisions": list(one.decisions.order_by("-pk")), "looks": list(one.looks.order_by("-pk")),
        "crumbs": [Link("互助给付", reverse("mutual_aid:settlements")), Link(one.code)],
    }  # fmt: skip
    return render(request, "mutual_aid/settlement.html", context)


def _facts(one: Settlement, *, may_look: bool) -> list[Fact]:
    person = one.person
    return [
        Fact("本人", person.name if person else "还没对上人", reverse("people:detail", args=[person.code]) if person else ""),
        Fact("参保", str(one.enrolment.plan) if one.enrolment else ""),
        Fact("工会", one.org.name),
        Fact("医院", one.fixmedins_name or one.fixmedins_code),
        Fact("医保结算号", one.setl_id),
        Fact("结算日期", one.settled_on),
        Fact("住院天数", one.days or ""),
        Fact("核定日期", one.approved_on),
        Fact("付款日期", one.paid_on),
        *_payment(one, may_look=may_look),
        *_cases(one),
    ]


def _payment(one: Settlement, *, may_look: bool) -> list[Fact]:
    """The batch in which it is, or by which it was paid, with its voucher; links for who may look into the books."""
    fund = one.enrolment.plan.pool if one.enrolment else None
    line = payment_of(fund, f"{KEY}{one.pk}") if fund else None
    if line is None:
        return [Fact("付款批次", "")]
    found = [("付款批次", f"{line.batch.code} 第 {line.number} 笔", "ledger:batch", line.batch.code)]
    found += [("凭证", line.entry.code, "ledger:entry", line.entry.code)] if line.entry else []
    return [Fact(title, text, reverse(name, args=[code]) if may_look else "") for title, text, name, code in found]


def _cases(one: Settlement) -> list[Fact]:
    """Where it came from, and what is owed back or objected to about it."""
    claim, clawback = getattr(one, "claim", None), getattr(one, "clawback", None)
    came = Fact("手工申请", one.code, reverse("cases:detail", args=[claim.case.code])) if claim else None
    file = Fact("结算文件", one.batch, reverse("mutual_aid:intake", args=[one.batch]) if one.batch else "")
    back = [Fact("追回", clawback.case.code, reverse("cases:detail", args=[clawback.case.code]))] if clawback else []
    return [came or file, *back]


def _said(one: Settlement) -> list[Fact]:
    """The amounts of the national record that were there."""
    titles = {field.name: str(field.verbose_name) for field in Settlement._meta.fields}
    names = ("medfee_sumamt", "fund_pay_sumamt", "hifp_pay", "inscp_scp_amt", "act_pay_dedc", "psn_part_amt", "psn_cash_pay", "acct_pay")
    values = [(titles[name], getattr(one, name)) for name in names]
    return [Fact(title, f"{value:,.2f} 元") for title, value in values if value is not None]


@dataclass(frozen=True)
class Doable:
    """Something that may be done to a settlement: in which states, by whom, and what the page says before it is done."""

    title: str
    permission: str
    states: tuple[str, ...]
    form: type[forms.Form]
    do: Callable[[Settlement, Any, dict[str, Any]], Any]
    what: str
    undo: str
    dangerous: bool = False


DOABLES = {
    "approve": Doable(
        "核定给付", REVIEW, (SettlementState.REVIEW,), ReasonForm, lambda one, by, data: actions.decide(one, approved=True, by=by, **data),
        "按算出的互助金核定，进入下一个付款批次", "付款以前医保冲正的会自动取消；付了以后只能收回",
    ),
    "refuse": Doable(
        "不付", REVIEW, (SettlementState.REVIEW,), ReasonForm, lambda one, by, data: actions.decide(one, approved=False, by=by, **data),
        "这笔不付，理由写在这笔结算上", "医保送来新的一版会重新计算", dangerous=True,
    ),
}  # fmt: skip


@page(REVIEW)
def do(request: Request, settlement: str, verb: str) -> HttpResponse:
    """Ask for what a verb wants, say what will happen, and do it."""
    one, doable = seen(request, settlement), DOABLES.get(verb)
    if doable is None or not request.actor.may(doable.permission):
        raise Http404
    form = doable.form(request.POST or None)
    return confirmed(
        request,
        form,
        lambda data: doable.do(one, request.actor, data),
        done=f"{doable.title}：已办。",
        to=_url(one),
        heading=f"{doable.title}：{one.code}",
        what=doable.what,
        undo=doable.undo,
        action=doable.title,
        back_url=_url(one),
        dangerous=doable.dangerous,
    )


INTAKE_COLUMNS = (
    Column("code", "编号", lambda one: one.code, url=lambda one: reverse("mutual_aid:intake", args=[one.code]), order="code"),
    Column("at", "收到", lambda one: f"{one.received_at.astimezone():%Y-%m-%d %H:%M}", order="received_at"),
    Column("way", "怎么来的", lambda one: one.way),
    Column("name", "文件名", lambda one: one.name),
    Column("rows", "行数", lambda one: one.rows, numeric=True, order="rows"),
    Column("refused", "退回", lambda one: one.refused, numeric=True, order="refused"),
    Column("benefit", "核定互助金（元）", lambda one: Decimal(one.states["benefit"]), numeric=True),
    Column("said", "控制总额", lambda one: "一致" if one.said else "待核对", tone=lambda one: "ok" if one.said else "notice"),
)
_BY_INTERFACE = Q(by__startswith="partner:")
CAME = {
    "file": Q(signed_by="") & ~_BY_INTERFACE, "signed": ~Q(signed_by="") & ~_BY_INTERFACE, "interface": _BY_INTERFACE, "list": Q(plan__isnull=False),
}  # fmt: skip
WAYS = [("file", "文件"), ("signed", "签名文件"), ("interface", "接口"), ("list", "一站式清单")]


@page(IMPORT)
def intakes(request: Request) -> HttpResponseBase:
    """Every file that was taken in."""
    rows = visible(request.actor, Intake.objects.all(), IMPORT)
    ways = Filter("way", "怎么来的", WAYS, lambda found, way: found.filter(CAME[way]))
    open_ = Filter("said", "控制总额", [("no", "待核对")], lambda found, _: found.filter(said__isnull=True))
    listing = Listing(
        request, rows, INTAKE_COLUMNS, title="结算文件", unit="个", filters=(open_, ways), order="-id", may_export=True,
        search=lambda found, q: found.filter(code__iexact=q.strip()) | found.filter(name__icontains=q.strip()), search_hint="编号、文件名",
        empty=Empty("还没有收过结算文件", "医保每天送一个文件，连同控制总额。", reverse("mutual_aid:take"), "收结算文件"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/list.html", {"list": listing, "title": "结算文件"})


@page(IMPORT)
def take(request: Request) -> HttpResponse:
    """Take in a file; afterwards its own page says what came of it."""
    bodies = visible(request.actor, PartnerBody.objects.filter(kind=PartnerKind.HEALTH_INSURANCE), IMPORT).order_by("code")
    form = SettlementsForm(request.POST or None, request.FILES or None, bodies=bodies)

    def act(data: dict[str, Any]) -> Any:
        file, control = _one(data, "file", MOST_BYTES), _one(data, "control_file", LARGEST)
        about = {"name": file.name, "by": request.actor, "plan": data["plan"], "body": data["body"]}
        if control is None:
            return actions.take_settlements(data=file.read(), said=form.said(), **about)
        if form.said():
            raise ValidationError({"control_file": "有控制文件的，不用再填控制总额：留一样。"})
        return actions.take_with_control(data=file.read(), control=control.read(), **about)

    return confirmed(
        request,
        form,
        act,
        done=lambda outcome: "这个文件以前收过，没有重复处理。" if outcome.known else f"已收下 {outcome.rows} 行。",
        to=lambda outcome: reverse("mutual_aid:intake", args=[outcome.code]),
        heading="收结算文件",
        what="逐笔对人、计算、核定；读不了的行退回并写明原因；同一个文件不会收两次",
        undo="不能整批撤销；医保的冲正记录会逐笔取消",
        action="收下",
        back_url=reverse("mutual_aid:settlements"),
    )


def _one(data: dict[str, Any], field: str, most: int) -> Any:
    """The one file of a field, None where there is none."""
    if not (files := data[field]):
        return None
    if files[1:] or getattr(files[0], "too_large", False) or files[0].size > most:
        size = f"{most >> 20} MB" if most >> 20 else f"{most >> 10} KB"
        raise ValidationError({field: f"一次收一个文件，不超过 {size}。"})
    return files[0]


def intake_of(request: Request, code: str) -> Intake:
    """The file within reach; else 404."""
    return get_object_or_404(visible(request.actor, Intake.objects.all(), IMPORT), code=code)


@page(IMPORT)
def intake(request: Request, intake: str) -> HttpResponseBase:
    """One file: its totals beside what the bureau said, what became of its settlements, and the rows that were refused."""
    one = intake_of(request, intake)
    if request.GET.get("export") == "csv":
        return download(f"{one.code}-退回", ("行号", "退回原因"), one.refusals)
    labels = dict(SettlementState.choices)
    context = {
        "one": one, "states": [(labels[state], count, f"{reverse('mutual_aid:settlements')}?q={one.code}&state={state}") for state, count in one.states["states"].items()],
        "totals": [(title, found, _said_so(one, name)) for name, title, found in _totals(one)],
        "refusals": one.refusals[:SHOWN], "crumbs": [Link("互助给付", reverse("mutual_aid:settlements")), Link("结算文件", reverse("mutual_aid:intakes")), Link(one.code)],
        "benefit": Decimal(one.states["benefit"]), "days": _days(request, one),
    }  # fmt: skip
    return render(request, "mutual_aid/intake.html", context)


@page(IMPORT)
def marked(request: Request, intake: str) -> HttpResponseBase:
    """The refused rows as they stand in the file, each with its reason, to send back."""
    one = intake_of(request, intake)
    back = reverse("mutual_aid:intake", args=[one.code])
    return confirmed(
        request,
        SameFileForm(request.POST or None, request.FILES or None),
        lambda data: actions.marked_again(one, data=_one(data, "file", MOST_BYTES).read()),
        done="",
        to=lambda made: download(f"{one.code}-退回", *made),
        heading=f"下载退回的行：{one.code}",
        what="把退回的行原样取出来，每行前面写上行号和原因，交给医保改正",
        undo="只取不改；文件里有证件号码，请只交给医保",
        action="下载",
        back_url=back,
    )


def _days(request: Request, one: Intake) -> list[dict[str, Any]]:
    """What first came with a file, by the day of settlement, as it stands now: count and sums."""
    rows = visible(request.actor, Settlement.objects.filter(batch=one.code), SEE)
    sums = {name: Sum(field, default=Decimal(0)) for name, field in TOTALS.items() if name != "benefit"}
    days = rows.values("settled_on").annotate(count=Count("pk"), **sums, granted=Sum("benefit", default=Decimal(0)))
    return [dict(day) for day in days.order_by("settled_on")]


def _totals(one: Intake) -> list[tuple[str, str, str]]:
    titles = {"medfee": "总费用（元）", "fund": "基金支付（元）", "cash": "个人现金（元）", "benefit": "医院一站式互助支付（元）"}
    return [("count", "笔数", f"{one.rows:,}"), *((name, title, f"{Decimal(one.totals[name]):,.2f}") for name, title in titles.items())]


def _said_so(one: Intake, name: str) -> str | None:
    """What the bureau says of a total, written as ours is; it was a number when the file was taken in."""
    said = (one.said or {}).get(name)
    return None if said is None else f"{Decimal(str(said)):{',' if name == 'count' else ',.2f'}}"


@page(IMPORT)
def totals(request: Request, intake: str) -> HttpResponse:
    """Enter the bureau's control totals; where they differ nothing is kept and the differences are named."""
    one = intake_of(request, intake)
    form = TotalsForm(request.POST or None)
    back = reverse("mutual_aid:intake", args=[one.code])
    return confirmed(
        request,
        form,
        lambda data: actions.confirm_totals(one, said=form.said(), by=request.actor),
        done="和医保的控制总额一致。",
        to=back,
        heading=f"核对控制总额：{one.code}",
        what="和文件逐项比，一致才记下；记下以后才能付款",
        undo="记下以后不改",
        action="核对",
        back_url=back,
    )


@page(PAY)
def pay(request: Request) -> HttpResponse:
    """Put everything approved from one fund into a payment batch."""
    funds = visible(request.actor, Fund.objects.filter(pk__in=Plan.objects.values("pool")), PAY)
    form = PayForm(request.POST or None, funds=funds)
    return confirmed(
        request,
        form,
        lambda data: actions.make_payments(data["fund"], by=request.actor),
        done="",
        to=lambda made: _made(request, made),
        heading="编制互助给付",
        what="已核定、没付的编成一个付款批次，再由复核、批准的人往下办；同一次住院先抵要收回的",
        undo="锁定以前可以作废重编",
        action="编制",
        back_url=reverse("mutual_aid:settlements"),
    )


def _made(request: Request, made: Any) -> HttpResponse:
    if made.without_account:
        messages.warning(request, f"{len(made.without_account)} 笔没有登记银行卡，没有编进去：请联系本人补登。")
    if made.to_look:
        messages.warning(request, f"{len(made.to_look)} 笔要第二个人先复核（金额大、一次性给付或抽中），没有编进去。")
    if made.settled_by_offset:
        messages.success(request, f"{made.settled_by_offset} 笔全部抵了同一次住院要收回的钱，不用付。")
    if made.batch is None:
        messages.warning(request, "现在没有可以付的。")
        return redirect("mutual_aid:settlements")
    return redirect("ledger:batch", payment=made.batch.code)
