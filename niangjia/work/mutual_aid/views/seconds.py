"""The desk's pages of what is owed back, of second looks, of the drawn sample, and of an illness read against a reason."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.access.rules import Refused, require
from niangjia.core.cases.queries import flows
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber, Fact, Link
from niangjia.core.ledger.forms import PayForm
from niangjia.core.ledger.models import Fund
from niangjia.core.people.forms import ReasonForm
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.claim_forms import LookForm
from niangjia.work.mutual_aid.enums import LookKind, LookState
from niangjia.work.mutual_aid.models import Claim, Clawback, Draw, Look, Plan
from niangjia.work.mutual_aid.rules import is_drawn
from niangjia.work.mutual_aid.sheet import sheet_of

REVIEW, VIEW, MAKE = "mutual_aid.review", "mutual_aid.view", "ledger.make"


def _state(one: Clawback) -> str:
    return flows()["mutual_aid", "clawback"].state(one.case.state).title


CLAWBACKS = (
    Column("code", "案号", lambda one: one.case.code, url=lambda one: reverse("cases:detail", args=[one.case.code]), order="case__code"),
    Column("opened", "提出", lambda one: one.case.opened_on, order="case__opened_on"),
    Column("state", "状态", _state, tone=lambda one: "" if one.case.closed_on else "late"),
    Column("due", "最近期限", lambda one: one.case.due_on, order="case__due_on"),
    Column("amount", "要收回（元）", lambda one: one.amount, order="amount", numeric=True),
    Column("offset", "已抵回（元）", lambda one: one.offset, numeric=True),
    Column("repaid", "已退回（元）", lambda one: one.repaid, numeric=True),
    Column("written", "已核销（元）", lambda one: one.written_off, numeric=True),
    Column("rest", "还有（元）", lambda one: one.rest, numeric=True),
    Column("setl", "医保结算号", lambda one: one.settlement.setl_id, optional=True),
)


@page(VIEW)
def clawbacks(request: Request) -> HttpResponseBase:
    """Everything that was or is owed back, with its sums."""
    rows = visible(request.actor, Clawback.objects.select_related("case", "settlement"), VIEW)
    stands = Filter(
        "stand", "进度", (("open", "没了结"), ("closed", "已了结")), lambda found, how: found.filter(case__closed_on__isnull=how == "open")
    )
    listing = Listing(
        request, rows, CLAWBACKS, title="追回互助金", unit="件", filters=(stands,), order="-id", days=(Days("on", "提出日期", "case__opened_on"),),
        search=lambda found, q: found.filter(case__code__iexact=q.strip()) | found.filter(settlement__setl_id=q.strip()),
        search_hint="案号、医保结算号", may_export=True, empty=Empty("没有要追回的", "医保冲正已付的住院时，这里自动多一件。"),
    )  # fmt: skip
    sums = rows.aggregate(**{name: Sum(name) for name in ("amount", "offset", "repaid", "written_off")})
    known = {name: value or 0 for name, value in sums.items()}
    rest = known["amount"] - known["offset"] - known["repaid"] - known["written_off"]
    titles = (("要收回", "amount"), ("已抵回", "offset"), ("已退回", "repaid"), ("已核销", "written_off"))
    numbers = [BigNumber(title, known[name], "元", exact=True) for title, name in titles] + [BigNumber("还有", rest, "元", exact=True)]
    return listing.file() or render(request, "mutual_aid/seconds.html", {"list": listing, "title": "追回互助金", "sums": numbers})


LOOKS = (
    Column(
        "code", "结算", lambda one: one.settlement.code, url=lambda one: reverse("mutual_aid:look", args=[one.pk]), order="settlement__code"
    ),
    Column("opened", "提出", lambda one: one.opened_on, order="opened_on"),
    Column("kind", "为什么复核", lambda one: one.get_kind_display()),
    Column("benefit", "互助金（元）", lambda one: one.benefit, order="benefit", numeric=True),
    Column(
        "state", "结果", lambda one: one.get_state_display(), tone=lambda one: {"open": "notice", "passed": "ok"}.get(one.state, "late")
    ),
    Column("by", "复核人", lambda one: one.by_name),
    Column("on", "复核日期", lambda one: one.on, order="on"),
    Column("words", "意见", lambda one: one.words),
    Column("draw", "抽查", lambda one: one.draw.code if one.draw else "", optional=True),
)


@page(REVIEW)
def looks(request: Request) -> HttpResponseBase:
    """What a second person is asked to look at, and what came of it."""
    rows = visible(request.actor, Look.objects.select_related("settlement", "draw"), REVIEW)
    filters = (
        Filter("state", "结果", LookState.choices, lambda found, state: found.filter(state=state), default="open"),
        Filter("kind", "为什么", LookKind.choices, lambda found, kind: found.filter(kind=kind)),
    )
    listing = Listing(
        request, rows, LOOKS, title="第二人复核", unit="笔", filters=filters, order="-id", may_export=True,
        search=lambda found, q: found.filter(settlement__code__iexact=q.strip()), search_hint="结算编码",
        empty=Empty("没有等着复核的", "金额大的、一次性给付的、抽中的，付款以前会列在这里。"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/seconds.html", {"list": listing, "title": "第二人复核", "sums": []})


@page(REVIEW)
def look(request: Request, look: int) -> HttpResponse:
    """One settlement before a second person: how it was reckoned, and yes or no."""
    rows = visible(
        request.actor, Look.objects.select_related("settlement__person", "settlement__enrolment__plan", "settlement__org", "draw"), REVIEW
    )
    one = get_object_or_404(rows, pk=look)
    form = LookForm(request.POST or None)
    passes = request.POST.get("passes") == "yes"
    if one.state == LookState.OPEN and request.method == "POST":
        return confirmed(
            request, form, lambda data: actions.look(one, passes=passes, by=request.actor, **data), done="复核：已记下。",
            to=reverse("mutual_aid:looks"), **_asked(one, "同意付" if passes else "先不付", carried=[("passes", "yes" if passes else "no")]),
        )  # fmt: skip
    settled = one.settlement
    facts = [
        Fact("为什么复核", one.get_kind_display()), Fact("互助金", f"{one.benefit:,.2f} 元"), Fact("结算", settled.code, reverse("mutual_aid:settlement", args=[settled.code])),
        Fact("本人", settled.person.name if settled.person else ""), Fact("结果", one.get_state_display()), Fact("复核人", one.by_name), Fact("意见", one.words),
    ]  # fmt: skip
    crumbs = [Link("第二人复核", reverse("mutual_aid:looks")), Link(settled.code)]
    context = {
        "one": one,
        "facts": facts,
        "sheet": sheet_of(settled),
        "form": form,
        "crumbs": crumbs,
        "is_open": one.state == LookState.OPEN,
    }
    return render(request, "mutual_aid/look.html", context)


def _asked(one: Look, action: str, **more: Any) -> dict[str, Any]:
    return {
        "heading": f"{action}：{one.settlement.code}", "what": "同意的进入下一个付款批次；先不付的回到人工核对", "undo": "记下以后不改",
        "action": action, "back_url": reverse("mutual_aid:look", args=[one.pk]), **more,
    }  # fmt: skip


DRAWS = (
    Column("code", "抽查", lambda one: one.code, url=lambda one: reverse("mutual_aid:draw", args=[one.code]), order="code"),
    Column("fund", "哪本账", lambda one: one.fund.title),
    Column("published", "公布", lambda one: f"{one.published_at.astimezone():%Y-%m-%d %H:%M}", order="published_at"),
    Column("digest", "预先公布的摘要", lambda one: one.digest),
    Column("drawn", "抽取", lambda one: f"{one.drawn_at.astimezone():%Y-%m-%d %H:%M}" if one.drawn_at else "还没有抽"),
    Column("of", "参加抽取", lambda one: len(one.codes), numeric=True),
)


@page(VIEW)
def draws(request: Request) -> HttpResponseBase:
    """Every drawing, with the digest that was published before."""
    rows = visible(request.actor, Draw.objects.select_related("fund"), VIEW)
    listing = Listing(
        request, rows, DRAWS, title="抽查", unit="次", order="-id", may_export=True, search=lambda found, q: found.filter(code__iexact=q.strip()), search_hint="抽查编号",
        empty=Empty("还没有公布过号码", "公布以后，每次编制付款都会抽。", reverse("mutual_aid:publish-draw"), "公布抽查号码"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/seconds.html", {"list": listing, "title": "抽查", "sums": []})


@page(VIEW)
def draw(request: Request, draw: str) -> HttpResponse:
    """One drawing: the digest, the number once it was used, who took part, who was drawn, and how to do it again."""
    one = get_object_or_404(visible(request.actor, Draw.objects.select_related("fund"), VIEW), code=draw)
    rows = [(code, bool(one.number) and is_drawn(one.number, code, one.share)) for code in one.codes]
    crumbs = [Link("抽查", reverse("mutual_aid:draws")), Link(one.code)]
    context = {"one": one, "rows": rows, "drawn": sum(taken for _, taken in rows), "percent": f"{one.share:.2%}", "crumbs": crumbs}
    return render(request, "mutual_aid/draw.html", context)


@page(MAKE)
def publish_draw(request: Request) -> HttpResponse:
    """Publish the digest of the next number."""
    funds = visible(request.actor, Fund.objects.filter(pk__in=Plan.objects.values("pool")), MAKE)
    form: forms.Form = PayForm(request.POST or None, funds=funds)
    return confirmed(
        request, form, lambda data: actions.publish_draw(data["fund"], by=request.actor), done="已公布。", to=reverse("mutual_aid:draws"),
        heading="公布抽查号码", what="系统随机出一个号码，先公布它的摘要；下一次编制付款时用它抽，抽完公布号码，谁都能重算",
        undo="公布以后不改；没用掉以前不会再出新的", action="公布", back_url=reverse("mutual_aid:draws"),
    )  # fmt: skip


@page(REVIEW)
def illness(request: Request, claim: str) -> HttpResponse:
    """The illness of a claim in clear, once, against a reason that the person will see."""
    rows = visible(request.actor, Claim.objects.select_related("person", "case__org"), REVIEW)
    found = get_object_or_404(rows, case__code=claim)
    require(request.actor, REVIEW, found.case.org)
    if not found.illness_sealed:
        raise Http404
    form, shown = ReasonForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            shown = actions.see_illness(found, reason=form.cleaned_data["reason"], by=request.actor)
        except (ValidationError, Refused) as refusal:
            form.add_error(None, str(refusal))
    context = {"person": found.person, "form": form, "what": "病种", "shown": shown, "back_url": reverse("cases:detail", args=[claim])}
    response = render(request, "people/unmask.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
