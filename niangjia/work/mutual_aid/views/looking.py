"""The desk's pages before money goes out: second looks, and drawings of the sample that anybody can do again (复核、抽查)."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.base.tables import download
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Empty, Filter, Listing
from niangjia.core.faces.shapes import Fact, Link
from niangjia.core.ledger.forms import PayForm
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid.actions.paying import pools
from niangjia.work.mutual_aid.enums import LookKind, LookState
from niangjia.work.mutual_aid.models import Draw, Look
from niangjia.work.mutual_aid.rules import is_drawn

SEE, PAY = "mutual_aid.settlements", "ledger.make"
TONES = {LookState.OPEN: "notice", LookState.PASSED: "ok", LookState.STOPPED: "late"}

LOOK_COLUMNS = (
    Column("code", "结算", lambda one: one.settlement.code, url=lambda one: reverse("mutual_aid:settlement", args=[one.settlement.code])),
    Column("kind", "为什么复核", lambda one: one.get_kind_display(), order="kind"),
    Column("benefit", "互助金（元）", lambda one: one.benefit, order="benefit", numeric=True),
    Column("opened", "提出", lambda one: one.opened_on, order="opened_on"),
    Column("state", "结果", lambda one: one.get_state_display(), tone=lambda one: TONES[LookState(one.state)]),
    Column("words", "意见", lambda one: one.words),
    Column("on", "复核日期", lambda one: one.on, order="on"),
    Column("by", "复核人", lambda one: one.by_name, optional=True),
    Column("org", "工会", lambda one: one.settlement.org.short_name or one.settlement.org.name, optional=True),
)


@page(SEE)
def looks(request: Request) -> HttpResponseBase:
    """Every second look, those that wait first asked for."""
    rows = visible(request.actor, Look.objects.select_related("settlement__org"), SEE)
    filters = (
        Filter("state", "结果", LookState.choices, lambda found, state: found.filter(state=state), default=LookState.OPEN),
        Filter("kind", "为什么复核", LookKind.choices, lambda found, kind: found.filter(kind=kind)),
    )
    listing = Listing(
        request, rows, LOOK_COLUMNS, title="互助金复核", unit="笔", filters=filters, order="opened", may_export=True,
        search=lambda found, q: found.filter(settlement__code__iexact=q.strip()), search_hint="结算编码",
        empty=Empty("没有要复核的", "编制付款的时候，金额大的、一次性给付的和抽中的，先列在这里由另一个人看。"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/looks.html", {"list": listing})


DRAW_COLUMNS = (
    Column("code", "抽查编号", lambda one: one.code, url=lambda one: reverse("mutual_aid:draw", args=[one.code]), order="code"),
    Column("fund", "哪本账", lambda one: one.fund.title),
    Column("share", "抽查比例", lambda one: f"{one.share:.2%}", numeric=True),
    Column("published", "号码摘要公布", lambda one: f"{one.published_at.astimezone():%Y-%m-%d %H:%M}", order="published_at"),
    Column("drawn", "抽取", lambda one: f"{one.drawn_at.astimezone():%Y-%m-%d %H:%M}" if one.drawn_at else "还没抽"),
    Column("of", "参加抽取", lambda one: len(one.codes), numeric=True),
    Column("digest", "摘要", lambda one: one.digest, optional=True),
)


@page(SEE)
def draws(request: Request) -> HttpResponseBase:
    """Every drawing, the newest first."""
    rows = visible(request.actor, Draw.objects.select_related("fund"), SEE)
    listing = Listing(
        request, rows, DRAW_COLUMNS, title="抽查", unit="次", order="-code", may_export=True,
        empty=Empty("还没有公布过抽查号码", "先公布号码的摘要，编制付款时用这个号码抽，抽完公布号码，谁都能重抽一遍核对。"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/draws.html", {"list": listing, "may_publish": request.actor.may(PAY)})


@page(SEE)
def draw(request: Request, draw: str) -> HttpResponseBase:
    """One drawing: the digest published before, the number once it was used, who could be drawn and who was, and how to check it."""
    one = get_object_or_404(visible(request.actor, Draw.objects.select_related("fund"), SEE), code=draw)
    number = one.number
    rows = [(code, "抽中" if is_drawn(number, code, one.share) else "") for code in one.codes] if number else []
    if request.GET.get("export") == "csv":
        return download(one.code, ("结算编码", "抽中"), rows)
    looked = list(one.looks.select_related("settlement").order_by("settlement__code"))
    facts = [
        Fact("哪本账", one.fund.title), Fact("抽查比例", f"{one.share:.2%}"), Fact("号码摘要（SHA-256）", one.digest),
        Fact("摘要公布", f"{one.published_at.astimezone():%Y-%m-%d %H:%M}"), Fact("号码", number or "抽完公布"),
        Fact("参加抽取", f"{len(one.codes)} 笔" if number else "—"), Fact("抽中", f"{sum(1 for _, drawn in rows if drawn)} 笔" if number else "—"),
    ]  # fmt: skip
    crumbs = [Link("互助给付", reverse("mutual_aid:settlements")), Link("抽查", reverse("mutual_aid:draws")), Link(one.code)]
    return render(request, "mutual_aid/draw.html", {"one": one, "facts": facts, "looks": looked, "crumbs": crumbs})


@page(PAY)
def publish(request: Request) -> HttpResponse:
    """Make the number of the next drawing from a fund, and publish its digest."""
    funds = visible(request.actor, pools(), PAY)
    return confirmed(
        request, PayForm(request.POST or None, funds=funds), lambda data: actions.publish_draw(data["fund"], by=request.actor),
        done=lambda made: f"号码摘要已公布：{made.digest[:16]}…", to=lambda made: reverse("mutual_aid:draw", args=[made.code]),
        heading="公布抽查号码", what="随机生成一个号码封存，现在只公布它的摘要；下次编制付款用它抽，抽完公布号码", undo="公布以后不能换号码",
        action="公布", back_url=reverse("mutual_aid:draws"),
    )  # fmt: skip
