"""The desk's pages of enrolling: the campaign, one union in one plan, bills, plans in plain words."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.base.chinese import mask_name
from niangjia.base.tables import download
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.access.request import Request
from niangjia.core.faces.confirming import confirmed
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import BarRow, BigNumber, Link, Portion, Series, Stage
from niangjia.core.orgs.models import Organisation
from niangjia.work.mutual_aid import actions, queries
from niangjia.work.mutual_aid import campaign as going
from niangjia.work.mutual_aid.enums import BillState, EnrolmentState
from niangjia.work.mutual_aid.forms import BillForm, EnrolForm, PaidForm, ReasonForm
from niangjia.work.mutual_aid.models import Bill, Enrolment, Plan

VIEW, ENROL, MANAGE, POST = "mutual_aid.view", "mutual_aid.enrol", "mutual_aid.plan", "ledger.post"
MISSING_SHOWN, BEHIND_SHOWN = 12, 10


def plan_of(slug: str) -> Plan:
    """The plan that the address names; else 404."""
    found = queries.plan_by(slug)
    if found is None:
        raise Http404
    return found


def union_of(request: Request, code: str) -> Organisation:
    """The union within reach; else 404."""
    return get_object_or_404(visible(request.actor, Organisation.objects.all(), VIEW), code=code)


def bill_of(request: Request, code: str) -> Bill:
    """The bill within reach; else 404."""
    return get_object_or_404(visible(request.actor, Bill.objects.select_related("org", "plan"), VIEW), code=code)


def _asked(request: Request) -> Plan | None:
    """The plan that is looked at: the one asked for, else the first of this year's."""
    return queries.plan_by(request.GET.get("plan", "")) or queries.current_plans().first()


@page(VIEW)
def campaign(request: Request) -> HttpResponseBase:
    """How far everybody below has come in a plan; who sees one town only learns the median and the best beside it."""
    asked, home = _asked(request), visible(request.actor, Organisation.objects.all(), VIEW).filter(pk=request.actor.org_id or 0).first()
    if asked is None or home is None:
        return render(request, "mutual_aid/campaign.html", {"plan": None, "may_manage": request.actor.may(MANAGE)})
    if home.is_grassroots:
        return redirect("mutual_aid:unit", code=home.code, plan=asked.slug)
    below = visible(request.actor, Organisation.objects.filter(parent=home, ended_on__isnull=True).order_by("lft"), VIEW)
    whole, *rows = going.towns(asked, [home, *below])
    if kind := request.GET.get("format"):
        return download(f"{asked}参保进度", TOWN_HEADINGS, [_cells(row) for row in (*rows, whole)], kind=kind)
    labels, now, past = going.weeks(asked, home)
    lacking = _behind(request, asked)
    context = {
        "plan": asked, "home": home, "rows": [row for row in rows if row.eligible or row.enrolled or row.last_year], "whole": whole,
        "others": going.standing_of_siblings(asked, home), "tabs": _tabs(request, asked), "sums": _sums(whole),
        "open": asked.window_from <= today() <= asked.window_to, "over": today() > asked.window_to, "quiet": [row for row in rows if not (row.eligible or row.enrolled or row.last_year)],
        "chart": (labels, [Series("上一年", past, quiet=True), Series(f"{asked.policy_year} 年度", now)]), "vias": [BarRow(title, n) for title, n in going.vias(asked, home)],
        "lacking": lacking.order_by("-lacking", "-owes")[:BEHIND_SHOWN], "lacking_count": lacking.count(),
        "reminders": going.reminders(asked, lacking) if request.actor.may(ENROL) else [], "address": request.build_absolute_uri(reverse("mutual_aid:campaign")),
        "may_fund": request.actor.may("mutual_aid.fund"), "may_simulate": request.actor.may("mutual_aid.simulate"),
    }  # fmt: skip
    return render(request, "mutual_aid/campaign.html", context)


TOWN_HEADINGS = ("单位", "可参加", "已参保", "占可参加（%）", "去年同日", "有人参保的单位", "出账单的单位", "缴了费的单位", "已缴（元）")


def _cells(row: going.Town) -> tuple[object, ...]:
    return (row.org.name, row.eligible, row.enrolled, row.share, row.last_year, row.units, row.billed, row.paid_units, row.paid)


def _behind(request: Request, asked: Plan) -> QuerySet[Any]:
    return going.behind(visible(request.actor, Organisation.objects.all(), VIEW), asked)


def _tabs(request: Request, asked: Plan) -> list[Link]:
    same_year = queries.plans().filter(policy_year=asked.policy_year)
    return [Link(one.title, f"?plan={one.slug}", active=one == asked) for one in same_year]


def _sums(whole: going.Town) -> list[BigNumber]:
    than = f"比去年同日{'多' if whole.more >= 0 else '少'} {abs(whole.more):,} 人" if whole.last_year else "去年同日还没有"
    return [
        BigNumber("已参保", whole.enrolled, "人", note=than, exact=True),
        BigNumber("占可参加的", whole.share, "%", note=f"可参加 {whole.eligible:,} 人"),
        BigNumber("出了账单的单位", whole.billed, "家", note=f"有人参保的 {whole.units:,} 家", exact=True),
        BigNumber("缴了费的单位", whole.paid_units, "家", exact=True),
        BigNumber("已缴互助费", whole.paid, "元"),
    ]


BEHIND_COLUMNS = (
    Column("union", "工会", lambda row: row.short_name or row.name, order="lft"),
    Column("insured", "职工医保人数", lambda row: row.insured, numeric=True, order="insured"),
    Column("enrolled", "已参保", lambda row: row.enrolled, numeric=True, order="enrolled"),
    Column("wanted", "至少要", lambda row: row.wanted, numeric=True),
    Column("lacking", "还差", lambda row: max(0, row.lacking), numeric=True, order="lacking"),
    Column("owes", "账单没缴（元）", lambda row: row.owes, numeric=True, order="owes"),
)


@page(VIEW)
def behind(request: Request, plan: str) -> HttpResponseBase:
    """Unions within reach that lack persons or owe a bill."""
    asked = plan_of(plan)
    kinds = (("lacking", "人数不够"), ("owes", "账单没缴"))
    columns = (replace(BEHIND_COLUMNS[0], url=lambda row: reverse("mutual_aid:unit", args=[row.code, plan])), *BEHIND_COLUMNS[1:])
    listing = Listing(
        request, _behind(request, asked), columns, title=f"{asked}还差的单位", unit="家", order="-lacking", may_export=True,
        filters=(Filter("why", "差什么", kinds, lambda rows, why: rows.filter(**{f"{why}__gt": 0})),),
        search=lambda rows, q: rows.filter(name__icontains=q), search_hint="工会名称",
        empty=Empty("没有还差的单位", "人数都够了，账单也都缴了。", reverse("mutual_aid:campaign"), "回到进度"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/list.html", {"list": listing, "title": f"{asked}：还差的单位"})


@page(VIEW)
def unit(request: Request, code: str, plan: str) -> HttpResponse:
    """One union in one plan: who is in, who is missing, its bills."""
    org, asked = union_of(request, code), plan_of(plan)
    lacking = queries.missing(org, asked)
    inside, wanted = queries.reached(org, asked, org.staff_total or 0)
    waiting = queries.enrolments_of(org, asked).filter(state=EnrolmentState.ENTERED, bill__isnull=True).count()
    count = lacking.count()
    bills = list(queries.bills_of(org, asked))
    context = {
        "org": org, "plan": asked, "inside": inside, "wanted": wanted, "count": count, "waiting": waiting, "short": max(0, wanted - inside),
        "bills": bills, "tabs": _unit_tabs(org, asked), "stages": _stages(inside, waiting, bills),
        "missing": [(span.person.code, mask_name(span.person.name), span.joined_on) for span in lacking.order_by("person_id")[:MISSING_SHOWN]],
        "members": _members(request, org, asked), "portions": _portions(inside, wanted),
        "sums": [
            BigNumber("已参保", inside, "人", exact=True), BigNumber("还可以参加", count, "人", exact=True),
            BigNumber("至少要参加", wanted, "人", note=f"按登记的职工 {org.staff_total or 0:,} 人算", exact=True) if wanted else BigNumber("参加比例", "不要求"),
            BigNumber("已缴", sum((one.amount - one.refunded for one in bills if one.state == BillState.PAID), Decimal(0)), "元", exact=True),
        ],
        "crumbs": [Link("医疗互助", f"{reverse('mutual_aid:campaign')}?plan={asked.slug}"), Link(org.short_name or org.name)],
        "may_enrol": request.actor.may(ENROL) and asked.window_from <= today() < asked.effective_to, "open": asked.window_from <= today() <= asked.window_to,
        "may_bill": request.actor.may(ENROL), "may_post": request.actor.may(POST), "late": today() > asked.window_to,
    }  # fmt: skip
    return render(request, "mutual_aid/unit.html", context)


def _stages(inside: int, waiting: int, bills: Sequence[Bill]) -> list[Stage]:
    """How far a union has come: enrolled, billed, paid and so covered."""
    owed, paid = (sum(one.headcount for one in bills if one.state == state) for state in (BillState.OPEN, BillState.PAID))
    entered = Stage("录入", "now" if not inside else "done", [f"{inside} 人" if inside else "一次把名册上的人录进来"])
    billed = Stage(
        "出账单",
        "now" if waiting else "done" if bills else "todo",
        [f"{waiting} 人等着出账单" if waiting else f"{owed + paid} 人在账单上" if bills else ""],
    )
    return [
        entered,
        billed,
        Stage(
            "缴费",
            "now" if owed else "done" if paid else "todo",
            [f"{owed} 人的还没缴" if owed else f"{paid} 人的缴了，已生效" if paid else ""],
        ),
    ]


def _portions(inside: int, wanted: int) -> list[Portion]:
    """How much of what the plan asks for is there."""
    reached = min(inside, wanted)
    return [Portion("已参保", reached, "ok"), Portion("还差", wanted - reached, "grey")] if wanted else []


def _members(request: Request, org: Organisation, asked: Plan) -> list[tuple[str, str, Enrolment, str]]:
    """The first of those who are in: code, masked name, the enrolment, and what this reader may do about it."""
    rows = queries.enrolments_of(org, asked).order_by("state", "person_id")[:MISSING_SHOWN]
    may = {EnrolmentState.ENTERED: request.actor.may(ENROL), EnrolmentState.EFFECTIVE: request.actor.may(POST)}
    words = {EnrolmentState.ENTERED: "撤回", EnrolmentState.EFFECTIVE: "退费"}
    return [
        (row.person.code, mask_name(row.person.name), row, words[state] if may[state := EnrolmentState(row.state)] else "") for row in rows
    ]


def _unit_tabs(org: Organisation, asked: Plan) -> list[Link]:
    same_year = queries.plans().filter(policy_year=asked.policy_year)
    return [Link(one.title, reverse("mutual_aid:unit", args=[org.code, one.slug]), active=one == asked) for one in same_year]


@page(ENROL)
def enrol(request: Request, code: str, plan: str) -> HttpResponse:
    """Everybody who is missing in a union, with one click."""
    org, asked = union_of(request, code), plan_of(plan)
    lacking = queries.missing(org, asked)
    form = EnrolForm(request.POST if request.method == "POST" else None, plan=asked)

    def act(data: dict[str, Any]) -> actions.Enrolled:
        ids = list(lacking.values_list("person_id", flat=True))
        params = {"ids": ids, "org": org.pk, "shares": data["shares"], "consent": data["consent_on"]}
        rows = "SELECT id, %(org)s, %(shares)s, %(consent)s::date FROM unnest(%(ids)s::bigint[]) AS ids (id)"
        return actions.enrol_many(asked, rows=rows, params=params, by=request.actor, leave_out=True)

    late = "窗口期已过，生效日从明天起，没有连续参保的还有等待期" if today() > asked.window_to else "缴费以后生效"
    here = reverse("mutual_aid:unit", args=[code, plan])
    return confirmed(
        request, form, act, done=_told, to=here, back_url=here,
        heading=f"{org.short_name or org.name}：参加{asked}", what=f"把名册上还没有参加、又符合条件的人都录进来；{late}",
        to_how_many=f"{lacking.count()} 人", undo="出账单以前可以撤回；缴费以后不能中途退保", action="全部参保",
    )  # fmt: skip


def _told(made: actions.Enrolled) -> str:
    left = f"，{len(made.left)} 人没有录：{made.left[0].why}" + ("等" if len(made.left) > 1 else "") if made.left else ""
    return f"录入 {made.enrolled} 人{left}。下一步出账单。"


@page(ENROL)
def bill(request: Request, code: str, plan: str) -> HttpResponse:
    """The bill of a union for those who wait for one."""
    org, asked = union_of(request, code), plan_of(plan)
    waiting = queries.enrolments_of(org, asked).filter(state=EnrolmentState.ENTERED, bill__isnull=True)
    form = BillForm(request.POST if request.method == "POST" else None, initial={"insured": org.staff_total})
    here = reverse("mutual_aid:unit", args=[code, plan])
    return confirmed(
        request, form, lambda data: actions.bill_unit(asked, org=org, by=request.actor, **data),
        done=lambda made: f"账单 {made.code}：{made.headcount} 人，{made.amount} 元。", to=here, back_url=here,
        heading=f"{org.short_name or org.name}：出账单", what="按已录入的人出一张账单，单位照此缴费", to_how_many=f"{waiting.count()} 人",
        undo="缴费以前可以作废重出", action="出账单",
    )  # fmt: skip


@page(VIEW)
def end(request: Request, code: str, plan: str, member: str) -> HttpResponse:
    """Take one person out: withdrawn before the premium is in, refunded afterwards on the unit's statement."""
    org, asked = union_of(request, code), plan_of(plan)
    found = get_object_or_404(queries.enrolments_of(org, asked), person__code=member)
    is_paid = found.state == EnrolmentState.EFFECTIVE
    act = actions.refund if is_paid else actions.withdraw
    form = ReasonForm(request.POST if request.method == "POST" else None)
    what = f"退回 {found.fee} 元，这份参保不再作数，记账" if is_paid else "这份参保不再作数，还没有收费"
    here = reverse("mutual_aid:unit", args=[code, plan])
    return confirmed(
        request, form, lambda data: act(found, by=request.actor, **data), done=lambda made: f"{made.get_state_display()}。",
        to=here, back_url=here, heading=f"{'退费' if is_paid else '撤回'}：{mask_name(found.person.name)}（{member}）",
        what=what, to_how_many="1 人", undo="参错了的才退；退了可以重新参加，按重新参加的日子算", action="退费" if is_paid else "撤回", dangerous=True,
    )  # fmt: skip


@page(POST)
def paid(request: Request, bill: str) -> HttpResponse:
    """The premium of a bill came in."""
    found = bill_of(request, bill)
    form = PaidForm(request.POST if request.method == "POST" else None, initial={"on": today()})
    return confirmed(
        request, form, lambda data: actions.pay_bill(found, by=request.actor, **data),
        done=lambda made: f"已入账，收据号 {made.receipt}。", to=_unit_url(found), back_url=_unit_url(found),
        heading=f"收到互助费：{found.code}", what=f"{found.amount} 元记入代收互助费，给收据号，账单上的人全部生效",
        to_how_many=f"{found.headcount} 人", undo="不能撤销；参错了人的，按单位说明办退费", action="确认到账",
    )  # fmt: skip


@page(ENROL)
def cancel(request: Request, bill: str) -> HttpResponse:
    """Take back a bill that was not paid."""
    found = bill_of(request, bill)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return confirmed(
        request, form, lambda data: actions.cancel_bill(found, by=request.actor, **data), done=lambda made: f"账单 {made.code} 已作废。",
        to=_unit_url(found), back_url=_unit_url(found), heading=f"作废账单：{found.code}",
        what="账单作废，上面的人回到“等着出账单”", to_how_many=f"{found.headcount} 人", undo="可以重新出账单", action="作废", dangerous=True,
    )  # fmt: skip


def _unit_url(row: Enrolment | Bill) -> str:
    return reverse("mutual_aid:unit", args=[row.org.code, row.plan.slug])


ENROLMENT_COLUMNS = (
    Column("code", "会员编号", lambda row: row.person.code, url=lambda row: reverse("people:detail", args=[row.person.code])),
    Column("name", "姓名", lambda row: mask_name(row.person.name)),
    Column("plan", "计划", lambda row: row.plan.title, url=lambda row: reverse("mutual_aid:plan", args=[row.plan.slug])),
    Column("year", "年度", lambda row: row.plan.policy_year),
    Column("union", "参保工会", lambda row: row.org.short_name or row.org.name, url=_unit_url),
    Column("from", "生效日", lambda row: row.effective_from, order="effective_from"),
    Column("fee", "费用（元）", lambda row: row.fee, numeric=True),
    Column("state", "状态", lambda row: row.get_state_display()),
    Column("to", "届满日", lambda row: row.effective_to, optional=True),
    Column("via", "途径", lambda row: row.get_via_display(), optional=True),
    Column("continuous", "连续参保", lambda row: "是" if row.continuous else "否", optional=True),
    Column("consent", "单独同意日", lambda row: row.consent_on, optional=True),
)


def _plan_filters() -> tuple[Filter, Filter]:
    known = list(queries.plans().values_list("code", "title", "policy_year"))
    years = sorted({year for _, _, year in known}, reverse=True)
    titles = {code: title for code, title, _ in reversed(known)}
    return (
        Filter("year", "年度", [(year, year) for year in years], lambda rows, year: rows.filter(plan__policy_year=year)),
        Filter("plan", "计划", list(titles.items()), lambda rows, code: rows.filter(plan__code=code)),
    )


@page(VIEW)
def enrolments(request: Request) -> HttpResponseBase:
    """Every enrolment within reach, by filters."""
    rows = visible(request.actor, Enrolment.objects.select_related("person", "plan", "org"), VIEW)
    states = Filter("state", "状态", EnrolmentState.choices, lambda found, state: found.filter(state=state))
    listing = Listing(
        request, rows, ENROLMENT_COLUMNS, title="医疗互助参保", unit="人次", filters=(*_plan_filters(), states), order="-id",
        days=(Days("from", "生效日", "effective_from"),), search=lambda found, q: found.filter(person__code=q), search_hint="会员编号",
        may_export=request.actor.may("people.export"), row_key=lambda row: str(row.pk),
        empty=Empty("还没有人参保", "在“医疗互助”里选一家工会，一次把名册上的人录进来。", reverse("mutual_aid:campaign"), "去参保"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/list.html", {"list": listing, "title": "医疗互助参保"})


BILL_COLUMNS = (
    Column("code", "账单", lambda row: row.code, order="code"),
    Column("union", "工会", lambda row: row.org.short_name or row.org.name, url=_unit_url),
    Column("plan", "计划", lambda row: str(row.plan)),
    Column("heads", "人数", lambda row: row.headcount, numeric=True, order="headcount"),
    Column("amount", "金额（元）", lambda row: row.amount, numeric=True, order="amount"),
    Column("state", "状态", lambda row: row.get_state_display()),
    Column("paid_on", "缴费日期", lambda row: row.paid_on, order="paid_on"),
    Column("receipt", "收据号", lambda row: row.receipt, optional=True),
    Column("refunded", "已退费", lambda row: row.refunded, numeric=True, optional=True),
)


@page(VIEW)
def bills(request: Request) -> HttpResponseBase:
    """Every bill within reach."""
    rows = visible(request.actor, Bill.objects.select_related("plan", "org"), VIEW)
    states = Filter("state", "状态", BillState.choices, lambda found, state: found.filter(state=state))
    listing = Listing(
        request, rows, BILL_COLUMNS, title="互助账单", unit="张", filters=(*_plan_filters(), states), order="-id",
        search=lambda found, q: found.filter(org__name__icontains=q), search_hint="工会名称", may_export=True,
        empty=Empty("还没有账单", "单位参保以后，在单位页出账单。"),
    )  # fmt: skip
    return listing.file() or render(request, "mutual_aid/list.html", {"list": listing, "title": "互助账单"})
