"""The desk's pages of legal aid beside the case page: where everything stands, applying at the window, fees, reviews, notes."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.cases.models import Case
from niangjia.core.cases.queries import readable
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Bulk, Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber
from niangjia.core.ledger.forms import PayForm
from niangjia.core.ledger.models import Fund
from niangjia.core.orgs.models import Organisation
from niangjia.core.people.models import Person
from niangjia.work.rights import actions
from niangjia.work.rights.flow.aid import STATES
from niangjia.work.rights.models import Fee, LegalAid
from niangjia.work.rights.roster_forms import ApplyForm, DrawForm, NoteForm
from niangjia.work.rights.views.asking import employer_or_name

OPEN = ("applied", "granted", "assigned", "working", "closed", "reviewed", "fee_due")


@page("rights.aid")
def overview(request: Request) -> HttpResponse:
    """Where matters of legal aid stand, and the ways to everything around them."""
    rows = readable(request.actor).filter(line="rights", flow="aid", closed_on__isnull=True).values("state").annotate(n=Count("pk"))
    counted = {row["state"]: row["n"] for row in rows}
    titles = {state.key: state.title for state in STATES}
    numbers = [
        BigNumber(titles[key], counted.get(key, 0), "件", url=f"{reverse('cases:list')}?kind=rights.aid&state={key}") for key in OPEN
    ]  # fmt: skip
    return render(request, "rights/aid.html", {"numbers": numbers})


@page("rights.register")
def apply_for_aid(request: Request) -> HttpResponse:
    """An application at the window, without a dispute."""
    own = Organisation.objects.filter(pk=request.actor.org_id or 0).values_list("name", flat=True).first() or ""
    form = ApplyForm(request.POST or None, initial={"org": own, "on": today(), "applicants": request.GET.get("person", "")})
    return confirmed(
        request, form, lambda data: _applied(request, data), done=lambda case: f"已登记，编号 {case.code}。",
        to=lambda case: reverse("cases:detail", args=[case.code]), heading="登记法律援助申请",
        what="建一件法律援助，七天内要决定（法律援助法第四十三条）；免予核查的情形自动认定", to_how_many="1 件", undo="登记错了可以撤回，不能删除",
        action="登记", back_url=reverse("cases:list"),
    )  # fmt: skip


def _applied(request: Request, data: dict[str, Any]) -> Case:
    codes = data["applicants"].replace("、", " ").replace("，", " ").split()
    known = {person.code: person for person in visible(request.actor, Person.objects.filter(code__in=codes), "people.view")}
    if missing := [code for code in codes if code not in known]:
        raise ValidationError({"applicants": f"找不到这些编号，或者不在管辖范围内：{'、'.join(missing)}"})
    employer, respondent = employer_or_name(data["respondent"])
    said = {key: data[key] for key in ("kinds", "exempt", "means", "told", "limitation_on", "channel", "org", "on")}
    return actions.apply_for_aid(
        by=request.actor, applicants=[known[code] for code in codes], employer=employer, respondent=respondent, forms=data["forms_of_aid"], **said
    )  # fmt: skip


FEE_COLUMNS = (
    Column("code", "案号", lambda fee: fee.mandate.case.code, url=lambda fee: reverse("cases:detail", args=[fee.mandate.case.code])),
    Column("lawyer", "律师", lambda fee: fee.mandate.helper.name),
    Column("firm", "律所", lambda fee: fee.mandate.helper.firm, order="mandate__helper__firm_key"),
    Column("form", "环节", lambda fee: fee.get_form_display(), order="form"),
    Column("amount", "金额（元）", lambda fee: fee.amount, order="amount", numeric=True),
    Column("month", "发放月份", lambda fee: f"{fee.month:%Y年%-m月}", order="month"),
    Column("approved", "审批", lambda fee: fee.approved_on, order="approved_on"),
    Column(
        "paid", "付款", lambda fee: fee.standing, order="paid_on", tone=lambda fee: "ok" if fee.paid_on else "", url=lambda fee: fee.voucher
    ),
    Column("basis", "依据", lambda fee: fee.basis, optional=True),
)


STANDS = (("due", "待审批"), ("approved", "已审批"), ("owed", "待付款"), ("paid", "已付款"))


def _of_stand(rows: QuerySet[Fee], stand: str) -> QuerySet[Fee]:
    return rows.filter(
        {
            "due": Q(approved_on__isnull=True), "approved": Q(approved_on__isnull=False), "owed": Q(entry__isnull=False, paid_on__isnull=True),
            "paid": Q(paid_on__isnull=False),
        }[stand]
    )  # fmt: skip


@page("rights.aid")
def fees(request: Request) -> HttpResponseBase:
    """What is due to lawyers, month by month; approved by a second person, posted and paid."""
    rows = visible(request.actor, Fee.objects.select_related("mandate__case", "mandate__helper", "entry"), "rights.aid")
    months = sorted(set(rows.values_list("month", flat=True)), reverse=True)[:24]
    filters = [
        Filter("stand", "状态", STANDS, _of_stand, default="due"),
        Filter("month", "月份", [(f"{month:%Y-%m}", f"{month:%Y年%-m月}") for month in months], lambda rows, said: rows.filter(month__startswith=said)),
    ]  # fmt: skip
    listing = Listing(
        request, rows, FEE_COLUMNS, title="法律援助补贴", unit="笔", filters=filters, order="-month", may_export=True,
        bulk=[Bulk("审批 {n} 件，结清", "审批，结清", reverse("cases:bulk", args=["approve"]))], row_key=lambda fee: fee.mandate.case.code,
        prepare=lambda found: _with_vouchers(request, found),
        empty=Empty("没有补贴", "评查以后核算，核算了列在这里，等第二个人审批。"),
    )  # fmt: skip
    return listing.file() or render(request, "rights/fees.html", {"list": listing, "may_pay": request.actor.may("ledger.make")})


def _with_vouchers(request: Request, found: Iterable[Fee]) -> None:
    """For readers of the books, where each fee is posted."""
    may = request.actor.may("ledger.view")
    for fee in found:
        fee.voucher = reverse("ledger:entry", args=[fee.entry.code]) if may and fee.entry else ""  # type: ignore[attr-defined]


@page("ledger.make")
def pay_fees(request: Request) -> HttpResponse:
    """Put what is owed to lawyers into a payment batch."""
    funds = visible(request.actor, Fund.objects.filter(pk__in=Fee.objects.filter(entry__isnull=False).values("fund")), "ledger.make")
    return confirmed(
        request, PayForm(request.POST or None, funds=funds), lambda data: actions.make_fee_payments(data["fund"], by=request.actor), done="",
        to=lambda made: _made(request, made), heading="编制援助补贴付款", what="已审批、记了账、到了发放月份的编成一个付款批次，再由复核、批准的人往下办",
        undo="锁定以前可以作废重编", action="编制", back_url=reverse("rights:fees"),
    )  # fmt: skip


def _made(request: Request, made: actions.MadeFees) -> HttpResponse:
    if made.without_account:
        names = "、".join(sorted({fee.mandate.helper.name for fee in made.without_account}))
        messages.warning(request, f"{len(made.without_account)} 笔没有编进去，律师没有登记收款账号：{names}。在名册里补上再编。")
    if made.batch is None:
        messages.warning(request, "现在没有可以付的。")
        return redirect("rights:fees")
    return redirect("ledger:batch", payment=made.batch.code)


@page("rights.aid")
def draw(request: Request) -> HttpResponse:
    """Draw matters for review by a seed."""
    org = get_object_or_404(Organisation, pk=request.actor.org_id or 0)
    pool = visible(request.actor, LegalAid.objects.filter(reported_on__isnull=False), "rights.aid")
    waiting = pool.filter(sampled_on__isnull=True).count()
    return confirmed(
        request, DrawForm(request.POST or None, initial={"number": max(1, waiting // 10)}),
        lambda data: actions.draw_reviews(org=org, by=request.actor, **data),
        done=lambda drawn: f"抽中 {len(drawn)} 件：{'、'.join(case.code for case in drawn)}",
        to=lambda _: reverse("rights:aid"), heading="抽查法律援助", what="按种子从结案报告已归档、没有抽过的里面抽，抽中的写在案件上；种子和结果记入留痕",
        to_how_many=f"{waiting} 件里抽", undo="不能重来，可以用新种子再抽", action="抽", back_url=reverse("rights:aid"),
    )  # fmt: skip


@page("rights.lawyer")
def note(request: Request, code: str) -> HttpResponse:
    """The lawyer's own note about a matter."""
    case = get_object_or_404(readable(request.actor), code=code, line="rights", flow="aid")
    back = reverse("cases:detail", args=[code])
    return confirmed(
        request, NoteForm(request.POST or None), lambda data: actions.add_lawyers_note(case, by=request.actor, **data), done=lambda _: "已记下。",
        to=lambda _: back, heading=f"手记：{code}", what="封存，只有你的账号读得到；留痕只记写过，不记内容", to_how_many="1 条", undo="写下不能改，可以再写一条",
        action="记下", back_url=back,
    )  # fmt: skip
