"""The desk's pages of what the bureau says: months of one-stop payments, days of settlements, codes and headings of its own."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import BigNumber, Fact, Link
from niangjia.core.orgs.enums import PartnerKind
from niangjia.core.orgs.models import PartnerBody
from niangjia.work.mutual_aid import actions
from niangjia.work.mutual_aid import clearing_forms as asked
from niangjia.work.mutual_aid.actions.clearing import MAY
from niangjia.work.mutual_aid.actions.codes import NATIONAL
from niangjia.work.mutual_aid.enums import ClearingState, CodeField, LineKind, SettlementState
from niangjia.work.mutual_aid.forms import ReasonForm
from niangjia.work.mutual_aid.models import Clearing, ClearingLine, DayDifference, DayTotal, KnownCode, Layout, Settlement

SEE, REVIEW, IMPORT, FUND = "mutual_aid.settlements", "mutual_aid.review", "mutual_aid.import", "mutual_aid.fund"
TONES = {ClearingState.DRAFT: "grey", ClearingState.DIFFERENCES: "notice", ClearingState.AGREED: "info", ClearingState.TRANSFERRED: "ok"}
SUMS = (
    ("count", "笔数"),
    ("medfee", "总费用（元）"),
    ("fund", "基金支付（元）"),
    ("cash", "个人现金（元）"),
    ("benefit", "互助支付（元）"),
)
HOME, PURSE = Link("互助给付", "/desk/mutual-aid/settlements/"), Link("互助资金", "/desk/mutual-aid/fund/")


def _bodies(request: Request) -> QuerySet[PartnerBody]:
    rows = visible(request.actor, PartnerBody.objects.filter(kind=PartnerKind.HEALTH_INSURANCE), IMPORT)
    return rows.order_by("code")


# -- Months of one-stop payments --------------------------------------------------------------------------------------------------

CLEARING_COLUMNS = (
    Column("code", "清算单", lambda one: one.code, url=lambda one: reverse("mutual_aid:clearing", args=[one.code]), order="code"),
    Column("plan", "计划", lambda one: str(one.plan)),
    Column("month", "月份", lambda one: f"{one.month:%Y年%-m月}", order="month"),
    Column("state", "状态", lambda one: one.get_state_display(), tone=lambda one: TONES[ClearingState(one.state)]),
    Column("count", "笔数", lambda one: one.count, numeric=True),
    Column("differing", "差异", lambda one: one.differing, numeric=True, tone=lambda one: "notice" if one.undecided else ""),
    Column("said", "医保清算单（元）", lambda one: one.said_amount, numeric=True),
    Column("transferred", "划款日期", lambda one: one.transferred_on, order="transferred_on"),
)


@page(FUND)
def clearings(request: Request) -> HttpResponseBase:
    """Every month of one-stop payments."""
    differs = ~Q(lines__kind=LineKind.SAME)
    rows = visible(request.actor, Clearing.objects.select_related("plan"), FUND).annotate(
        count=Count("lines"), differing=Count("lines", filter=differs), undecided=Count("lines", filter=differs & Q(lines__decision=""))
    )
    states = Filter("state", "状态", ClearingState.choices, lambda found, state: found.filter(state=state))
    listing = Listing(
        request, rows, CLEARING_COLUMNS, title="一站式清算", unit="张", filters=(states,), order="-month", may_export=True,
        search=lambda found, q: found.filter(code__iexact=q.strip()), search_hint="清算单号",
        empty=Empty("还没有一站式清单", "医院出院时扣了互助金的，医保每月送清单来：收结算文件时选上计划，就按月列在这里。"),
    )  # fmt: skip
    return listing.file() or render(
        request, "mutual_aid/list.html", {"list": listing, "title": "一站式清算", "crumbs": [PURSE, Link("一站式清算")]}
    )


def _asked(one: Any) -> str:
    """What stands where nothing is decided: asked of who may decide, told to the others."""
    if one.kind == LineKind.SAME:
        return ""
    return "定一下" if one.where else "没定"


LINE_COLUMNS = (
    Column("number", "行", lambda one: one.place, numeric=True),
    Column("setl", "医保结算号", lambda one: one.setl_id),
    Column(
        "settlement", "结算", lambda one: one.settlement.code if one.settlement else "",
        url=lambda one: one.opens,
    ),
    Column("on", "结算日期", lambda one: one.settled_on, order="settled_on"),
    Column("theirs", "医院已扣（元）", lambda one: one.theirs, order="theirs", numeric=True),
    Column("ours", "按规则（元）", lambda one: one.ours, order="ours", numeric=True),
    Column("difference", "多扣（元）", lambda one: one.difference, numeric=True),
    Column("kind", "差异", lambda one: one.get_kind_display(), tone=lambda one: "ok" if one.kind == LineKind.SAME else "notice"),
    Column("decision", "怎么办", lambda one: one.get_decision_display() or _asked(one), url=lambda one: one.where),
    Column("cleared", "清算（元）", lambda one: one.cleared, numeric=True),
    Column("reason", "理由", lambda one: one.reason, optional=True),
)  # fmt: skip


def _clearing(request: Request, code: str) -> Clearing:
    rows = visible(request.actor, Clearing.objects.select_related("plan__pool", "entry"), FUND)
    return get_object_or_404(rows, code=code)


def _with_places(found: Clearing, rows: Any, *, may: bool, sees: bool) -> None:
    """The place of each line in its clearing, by which it is addressed, and where it is decided."""
    places = {pk: place for place, pk in enumerate(found.lines.order_by("pk").values_list("pk", flat=True), 1)}
    for line in rows:
        line.place = places[line.pk]
        line.opens = reverse("mutual_aid:settlement", args=[line.settlement.code]) if line.settlement and sees else ""
        undecided = may and found.state == ClearingState.DIFFERENCES and MAY.get(LineKind(line.kind))
        line.where = reverse("mutual_aid:decide-line", args=[found.code, line.place]) if undecided else ""


@page(FUND)
def clearing(request: Request, clearing: str) -> HttpResponseBase:
    """One month: sums of both sides, what may be done next, and every line with its difference."""
    found = _clearing(request, clearing)
    sums, may = actions.sums_of(found), request.actor.may(REVIEW)
    kinds = Filter("kind", "差异", [("open", "没定的"), *LineKind.choices], _of_kind)
    listing = Listing(
        request, found.lines.select_related("settlement"), LINE_COLUMNS, title=found.code, unit="行", filters=(kinds,), order="settled_on", may_export=True,
        search=lambda rows, q: rows.filter(setl_id=q.strip()), search_hint="医保结算号", prepare=lambda rows: _with_places(found, rows, may=may, sees=request.actor.may(SEE)),
        empty=Empty("清单是空的", "收到医保的清单以后，一行一笔列在这里。"),
    )  # fmt: skip
    numbers = [
        BigNumber("清单", sums.count, "笔"), BigNumber("医院已扣", sums.theirs, "元", exact=True), BigNumber("按规则", sums.ours, "元", exact=True),
        BigNumber("清算金额", sums.cleared, "元", exact=True),
        BigNumber("差异", sums.differing, "处", note=f"{sums.undecided} 处没定" if sums.undecided else "都定了", tone="notice" if sums.undecided else ""),
    ]  # fmt: skip
    context = {
        "one": found, "list": listing, "numbers": numbers, "facts": _facts(found), "tone": TONES[ClearingState(found.state)],
        "doables": [(verb, title) for verb, (title, states) in NEXT.items() if found.state in states and _may(request, found, verb)],
        "crumbs": [PURSE, Link("一站式清算", reverse("mutual_aid:clearings")), Link(found.code)],
    }  # fmt: skip
    return listing.file() or render(request, "mutual_aid/clearing.html", context)


def _of_kind(rows: QuerySet[ClearingLine], kind: str) -> QuerySet[ClearingLine]:
    return rows.exclude(kind=LineKind.SAME).filter(decision="") if kind == "open" else rows.filter(kind=kind)


def _facts(found: Clearing) -> list[Fact]:
    payer = "本级资金池" if found.plan.pool else f"{found.plan.pool_owner}，本级只留清算单"
    facts = [Fact("计划", str(found.plan)), Fact("月份", f"{found.month:%Y年%-m月}"), Fact("谁付给医保", payer)]
    if found.said_amount is not None:
        facts.append(Fact("医保清算单", f"{found.said_count} 笔 {found.said_amount:,.2f} 元 {found.statement}".strip()))
    facts += [Fact("核对", f"{found.compared_by_name} {found.compared_on}")] if found.compared_on else []
    facts += [Fact("确认", f"{found.agreed_by_name} {found.agreed_on}")] if found.agreed_on else []
    facts += [Fact("划款", f"{found.transferred_on} {found.reference}")] if found.transferred_on else []
    return [*facts, Fact("凭证", found.entry.code, reverse("ledger:entry", args=[found.entry.code]))] if found.entry else facts


NEXT = {
    "compare": ("和医保清算单核对", (ClearingState.DRAFT, ClearingState.DIFFERENCES)), "agree": ("确认", (ClearingState.DIFFERENCES,)),
    "transfer": ("登记划款", (ClearingState.AGREED,)), "reopen": ("重开", (ClearingState.AGREED,)),
}  # fmt: skip
SAYS = {
    "compare": ("清单的笔数、金额和医保清算单相同才核对得上；每一行按我们的规则重算，不同的列成差异", "可以再核对"),
    "agree": ("差异都定了，双方数字一致；要向本人收回的，立即开追回", "划款以前、没有追回的可以重开"),
    "transfer": ("钱已经拨给医保；本级资金池的同时记账", "不能撤回，记错了在账务里红字冲销"),
    "reopen": ("退回核对差异", "可以再确认"),
}  # fmt: skip


def _may(request: Request, found: Clearing, verb: str) -> bool:
    return request.actor.may("ledger.post" if verb == "transfer" and found.plan.pool else REVIEW)


def _form(verb: str, data: Any) -> Any:
    kinds = {"compare": asked.CompareForm, "transfer": asked.TransferForm, "reopen": ReasonForm, "agree": forms.Form}
    return kinds[verb](data)


@page(FUND)
def do_clearing(request: Request, clearing: str, verb: str) -> HttpResponse:
    """Take the next step of a month's clearing."""
    found = _clearing(request, clearing)
    if verb not in NEXT or not _may(request, found, verb):
        raise Http404
    act: Any = {
        "compare": actions.compare_clearing, "agree": actions.agree_clearing, "transfer": actions.transfer_clearing, "reopen": actions.reopen_clearing,
    }[verb]  # fmt: skip
    title, (what, undo) = NEXT[verb][0], SAYS[verb]
    back = reverse("mutual_aid:clearing", args=[found.code])
    return confirmed(
        request, _form(verb, request.POST or None), lambda data: act(found, by=request.actor, **data), done=f"{title}：已办。", to=back,
        heading=f"{title}：{found}", what=what, undo=undo, action=title, back_url=back,
    )  # fmt: skip


@page(REVIEW)
def decide_line(request: Request, clearing: str, number: int) -> HttpResponse:
    """Say what is done about one line's difference."""
    found = _clearing(request, clearing)
    line = found.lines.order_by("pk")[number - 1 : number].first() if number else None
    if line is None:
        raise Http404
    may = [(one.value, one.label) for one in MAY.get(LineKind(line.kind), ())]
    back = reverse("mutual_aid:clearing", args=[found.code])
    return confirmed(
        request, asked.LineForm(request.POST or None, may=may), lambda data: actions.decide_line(line, by=request.actor, **data), done="已定下。", to=back,
        heading=f"第 {number} 行：{line.get_kind_display()}", what=f"医院已扣 {line.theirs:,.2f} 元，按规则 {line.ours:,.2f} 元；清算金额按你定的算",
        undo="确认以前可以再改", action="定下", back_url=back,
    )  # fmt: skip


# -- Days -----------------------------------------------------------------------------------------------------------------------------

DAY_COLUMNS = (
    Column("on", "结算日期", lambda one: one.on, url=lambda one: reverse("mutual_aid:day", args=[one.code]), order="on"),
    Column("body", "医保", lambda one: one.body.name),
    Column("said", "医保说（笔）", lambda one: one.said.get("count"), numeric=True),
    Column("ours", "我方（笔）", lambda one: one.ours.get("count"), numeric=True),
    Column("lines", "明细", lambda one: "逐笔" if one.has_lines else "只有合计"),
    Column("open", "没定的差异", lambda one: one.open, numeric=True, tone=lambda one: "late" if one.open else "ok"),
    Column("code", "编号", lambda one: one.code, optional=True),
)


@page(SEE)
def days(request: Request) -> HttpResponseBase:
    """Every day of which a bureau said something."""
    open_ = Q(differences__gone_on__isnull=True, differences__decision="")
    rows = visible(request.actor, DayTotal.objects.select_related("body"), SEE).annotate(open=Count("differences", filter=open_))
    differing = Filter("open", "差异", (("yes", "有没定的"),), lambda found, _: found.filter(open__gt=0))
    listing = Listing(
        request, rows, DAY_COLUMNS, title="日对账", unit="天", filters=(differing,), order="-on", days=(Days("on", "结算日期", "on"),), may_export=True,
        empty=Empty("还没有日对账", "医保每天给合计或明细，登记以后自动和收到的结算比；有差异没定的日子不能付款。", reverse("mutual_aid:state-day"), "登记合计"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/days.html", {"list": listing, "may_import": request.actor.may(IMPORT)})


def _day(request: Request, code: str) -> DayTotal:
    return get_object_or_404(visible(request.actor, DayTotal.objects.select_related("body"), SEE), code=code)


@page(SEE)
def day(request: Request, day: str) -> HttpResponse:
    """One day: both sides' totals, and every difference with what was decided."""
    found = _day(request, day)
    differences = list(found.differences.select_related("settlement").order_by("pk"))
    rows = [
        {"number": number, "one": one, "ours": _worth(one.ours), "theirs": _worth(one.theirs), "open": one.gone_on is None}
        for number, one in enumerate(differences, 1)
    ]
    totals = [(title, found.said.get(name), found.ours.get(name)) for name, title in SUMS if name in found.said]
    crumbs = [HOME, Link("日对账", reverse("mutual_aid:days")), Link(found.code)]
    return render(
        request,
        "mutual_aid/day.html",
        {"one": found, "rows": rows, "totals": totals, "crumbs": crumbs, "may_decide": request.actor.may(IMPORT)},
    )


def _worth(said: dict[str, str] | None) -> str:
    if not said:
        return "没有"
    return "，".join(
        f"{title.removesuffix('（元）')} {Decimal(said[name]):,}" for name, title in SUMS if said.get(name) not in (None, "0", "0.00")
    )


@page(IMPORT)
def decide_day(request: Request, day: str, number: int) -> HttpResponse:
    """Say what is done about one difference of a day."""
    found = _day(request, day)
    difference: DayDifference | None = found.differences.order_by("pk")[number - 1 : number].first() if number else None
    if difference is None:
        raise Http404
    back = reverse("mutual_aid:day", args=[found.code])
    return confirmed(
        request, asked.DifferenceForm(request.POST or None), lambda data: actions.decide_difference(difference, by=request.actor, **data), done="已定下。",
        to=back, heading=f"{difference.get_kind_display()}：{difference.setl_id or found.on}",
        what=f"我方 {_worth(difference.ours)}；医保 {_worth(difference.theirs)}。先不付的，等医保更正以后再进付款批次", undo="可以再改", action="定下", back_url=back,
    )  # fmt: skip


@page(IMPORT)
def state_day(request: Request) -> HttpResponse:
    """Enter a bureau's totals of a day."""
    form = asked.DayForm(request.POST or None, bodies=_bodies(request))
    return confirmed(
        request, form, lambda data: actions.state_day(data["body"], day=data["day"], said=form.said(), by=request.actor), done="已登记，并和收到的结算比过。",
        to=lambda made: reverse("mutual_aid:day", args=[made.code]), heading="登记日对账合计", what="和这一天收到的结算比；不同的列成差异，定下怎么办以前这一天不能付款",
        undo="再登记一次就替换", action="登记", back_url=reverse("mutual_aid:days"),
    )  # fmt: skip


@page(IMPORT)
def state_days(request: Request) -> HttpResponse:
    """Take a bureau's list of settlements in force."""
    form = asked.DayFileForm(request.POST or None, request.FILES or None, bodies=_bodies(request))

    def act(data: dict[str, Any]) -> Any:
        [file, *more] = data["file"]
        if more:
            raise ValidationError({"file": "一次收一个文件。"})
        return actions.state_days(data["body"], data=file.read(), by=request.actor)

    return confirmed(
        request, form, act, done=lambda made: f"已收下 {len(made)} 天的明细，逐笔比过。", to=lambda _: reverse("mutual_aid:days"), heading="收对账明细",
        what="每一天逐笔和收到的结算比：只有医保有、只有我方有、金额不同的列成差异", undo="同一天再收一次就替换", action="收下", back_url=reverse("mutual_aid:days"),
    )  # fmt: skip


# -- Codes and headings -----------------------------------------------------------------------------------------------------------------


@page(IMPORT)
def codes(request: Request) -> HttpResponse:
    """Codes of the bureau's own: what they mean, which wait for the second person, and which settlements are parked for unknown ones."""
    parked = visible(request.actor, Settlement.objects.filter(state=SettlementState.PARKED), IMPORT)
    counted = parked.values("med_type", "insutype").annotate(n=Count("pk")).order_by("-n")[:50]
    known = list(KnownCode.objects.order_by("field", "code"))
    unknown = [{**row, "fields": _unknown(row, known)} for row in counted]
    context = {"known": known, "unknown": unknown, "crumbs": [HOME, Link("医保代码")]}
    return render(request, "mutual_aid/codes.html", context)


def _unknown(row: Mapping[str, Any], known: Sequence[KnownCode]) -> list[tuple[str, str, str]]:
    """Field, its title and its code, for each by which such a settlement is parked and whose meaning nobody entered yet."""
    entered = {(one.field, one.code) for one in known}
    codes = [(field, row[field]) for field in (CodeField.MED, CodeField.INSURANCE) if row[field] not in NATIONAL[field] | {""}]
    return [(str(field), str(field.label), code) for field, code in codes if (field, code) not in entered]


@page(IMPORT)
def enter_code(request: Request) -> HttpResponse:
    """Say what a code means."""
    asked_for = {name: request.GET.get(name, "") for name in ("field", "code")}
    back = reverse("mutual_aid:codes")
    return confirmed(
        request, asked.CodeForm(request.POST or None, initial=asked_for), lambda data: actions.enter_code(by=request.actor, **data),
        done="已登记，等第二个人核对。", to=back, heading="登记医保代码", what="另一位同事核对以后生效，挂起的结算自动重算", undo="核对以前可以撤回", action="登记", back_url=back,
    )  # fmt: skip


@page(IMPORT)
def do_code(request: Request, field: str, code: str, verb: str) -> HttpResponse:
    """Confirm a code as the second person, or take it back before."""
    if field not in CodeField.values or verb not in ("confirm", "withdraw"):
        raise Http404
    known, back = get_object_or_404(KnownCode, field=field, code=code), reverse("mutual_aid:codes")
    act = actions.confirm_code if verb == "confirm" else actions.withdraw_code
    title = "核对" if verb == "confirm" else "撤回"
    what = f"{known.get_field_display()}“{known.code}”等于“{known.means or '不在互助范围'}”，依据：{known.source}"
    return confirmed(
        request, forms.Form(request.POST or None), lambda _: act(known, by=request.actor), done=f"已{title}。", to=back, heading=f"{title}：{known.code}",
        what=what, undo="核对生效以后不能撤回" if verb == "confirm" else "可以再登记", action=title, back_url=back,
    )  # fmt: skip


@page(IMPORT)
def layouts(request: Request) -> HttpResponse:
    """The bureaus, and how each writes its files."""
    known = {one.body_id: one for one in Layout.objects.all()}
    rows = [(body, known.get(body.pk)) for body in _bodies(request)]
    return render(request, "mutual_aid/layouts.html", {"rows": rows, "crumbs": [HOME, Link("医保列名")]})


@page(IMPORT)
def read_headings(request: Request, body: str) -> HttpResponse:
    """Look at the headings of a bureau's file."""
    found = get_object_or_404(_bodies(request), code=body)

    def act(data: dict[str, Any]) -> Any:
        return actions.read_headings(found, data=data["file"][0].read(), by=request.actor)

    return confirmed(
        request, asked.HeadingsFileForm(request.POST or None, request.FILES or None), act, done="列名读到了，认得的已经对好，其余的请对一对。",
        to=lambda _: reverse("mutual_aid:choose-headings", args=[found.code]), heading=f"读列名：{found.name}", what="只看列名，不收结算",
        undo="可以再读", action="读列名", back_url=reverse("mutual_aid:layouts"),
    )  # fmt: skip


@page(IMPORT)
def choose_headings(request: Request, body: str) -> HttpResponse:
    """Say what each heading of a bureau means."""
    found = get_object_or_404(_bodies(request), code=body)
    layout = Layout.objects.filter(body=found).first()
    form = asked.HeadingsForm(
        request.POST or None, headings=layout.headings if layout else {}, initial={"in_fen": bool(layout and layout.in_fen)}
    )
    back = reverse("mutual_aid:layouts")
    return confirmed(
        request, form, lambda data: actions.choose_headings(found, headings=form.chosen(), in_fen=data["in_fen"], by=request.actor), done="已记住。",
        to=back, heading=f"对列名：{found.name}", what="以后这家医保的文件按这样认列", undo="可以再改", action="记住", back_url=back,
    )  # fmt: skip
