"""The fund of mutual aid for leaders and auditors: every plan and year, and one of them down to its payments."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from niangjia.base.chinese import mask_name
from niangjia.base.tables import download
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Column, Days, Empty, Filter, Listing
from niangjia.core.faces.shapes import BarRow, BigNumber, Fact, Link, Series
from niangjia.work.mutual_aid import pooling
from niangjia.work.mutual_aid.enums import SettlementState
from niangjia.work.mutual_aid.models import Plan
from niangjia.work.mutual_aid.pooling import FUND, Purse
from niangjia.work.mutual_aid.views.desk import plan_of

TEN_THOUSAND = Decimal(10_000)
HEADINGS = (
    "计划",
    "年度",
    "参保（人）",
    "互助费（元）",
    "已汇缴（元）",
    "已给付（元）",
    "待付（元）",
    "结余（元）",
    "给付率（%）",
    "受益（人）",
    "笔数",
    "平均一笔（元）",
    "平均几天到账",
)


@page(FUND)
def fund(request: Request) -> HttpResponseBase:
    """Every plan of every policy year: what came in, went on, was paid, and is left; the way over the years."""
    found = pooling.purses(request.actor)
    if kind := request.GET.get("format"):
        return download("互助资金", HEADINGS, [_cells(one) for one in found], kind=kind)
    years = pooling.years(found)
    newest = years[-1] if years else None
    asked = request.GET.get("year") or (newest.year if newest else "")
    switch = [Link(one.year, f"?year={one.year}", active=one.year == asked) for one in reversed(years)] + [
        Link("全部", "?year=all", active=asked == "all")
    ]
    context = {
        "purses": [(one, _bills_url(one.plan)) for one in found if asked in (one.plan.policy_year, "all")], "switch": switch, "years": years, "numbers": _numbers(found, newest.year) if newest else [], "newest": newest,
        "money_chart": ([one.year for one in years], [Series("互助费", wan([one.premiums for one in years]), quiet=True), Series("互助金", wan([one.paid or None for one in years]))]),
        "cover_chart": ([one.year for one in years], [Series("参保", [one.covered for one in years])]),
        "crumbs": [Link("医疗互助", reverse("mutual_aid:campaign")), Link("资金")],
    }  # fmt: skip
    return render(request, "mutual_aid/fund.html", context)


def wan(amounts: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Amounts in yuan as 万元 for a chart."""
    return [None if amount is None else round(amount / TEN_THOUSAND, 2) for amount in amounts]


def _bills_url(plan: Plan) -> str:
    return f"{reverse('mutual_aid:bills')}?plan={plan.code}&year={plan.policy_year}&state=paid"


def _cells(one: Purse) -> tuple[Any, ...]:
    rounded = [None if value is None else round(value, 2) for value in (one.ratio, one.average, one.waited)]
    return (
        one.plan.title, one.plan.policy_year, one.covered, one.premiums, one.forwarded, one.paid, one.due, one.balance, rounded[0], one.persons,
        one.stays, rounded[1], rounded[2],
    )  # fmt: skip


def _numbers(found: Sequence[Purse], year: str) -> list[BigNumber]:
    mine = [one for one in found if one.plan.policy_year == year]
    seen = [one for one in mine if one.stays]
    held, given = (sum((getattr(one, name) for one in seen), Decimal(0)) for name in ("premiums", "paid"))
    premiums, paid = (sum((getattr(one, name) for one in mine), Decimal(0)) for name in ("premiums", "paid"))
    stays, days = sum(one.stays for one in mine), sum(one.days for one in mine)
    figure = {code: reverse("figures:detail", args=[f"mutual_aid.{code}"]) for code in ("income", "payout", "days_to_pay")}
    return [
        BigNumber(f"{year} 年度互助费", premiums, "元", url=figure["income"]), BigNumber("互助金给付", paid, "元", url=figure["payout"]),
        BigNumber("给付率", round(given * 100 / held, 1) if held else "—", "%" if held else "", note=f"只算看得到给付的 {len(seen)} 个计划"),
        BigNumber("帮到的人", sum(one.persons for one in mine), "人次", note="一个人在一个计划里算一次", exact=True),
        BigNumber("平均几天到账", round(Decimal(days) / stays, 1) if stays else "—", "天" if stays else "", url=figure["days_to_pay"], note="从医保结算到付款"),
    ]  # fmt: skip


COLUMNS = (
    Column("code", "结算", lambda row: row.code, url=lambda row: reverse("mutual_aid:settlement", args=[row.code]), order="code"),
    Column("name", "姓名", lambda row: mask_name(row.person.name) if row.person else ""),
    Column("union", "工会", lambda row: row.org.short_name or row.org.name),
    Column("settled", "医保结算日", lambda row: row.settled_on, order="settled_on"),
    Column("paid_on", "付款日", lambda row: row.paid_on, order="paid_on"),
    Column("days", "几天到账", lambda row: (row.paid_on - row.settled_on).days if row.paid_on else "", numeric=True),
    Column("paid", "互助金（元）", lambda row: row.paid + row.paid_elsewhere, numeric=True),
    Column("state", "状态", lambda row: row.get_state_display(), optional=True),
)


@page(FUND)
def purse(request: Request, plan: str) -> HttpResponseBase:
    """One plan of one year: its money, how big the payments are, and each of them."""
    found = plan_of(plan)
    rows, [one] = pooling.given(request.actor, found), pooling.purses(request.actor, found)
    ways = [(state.value, str(state.label)) for state in (SettlementState.PAID, SettlementState.ELSEWHERE)]
    columns = COLUMNS if request.actor.may("mutual_aid.review") else (replace(COLUMNS[0], url=None), *COLUMNS[1:])
    listing = Listing(
        request, rows, columns, title=f"{found}给付", unit="笔", order="-paid_on", days=(Days("on", "付款日", "paid_on"),),
        filters=(Filter("state", "怎么付的", ways, lambda found, state: found.filter(state=state)),), may_export=request.actor.may("people.export"),
        empty=Empty("还没有付过", "结算核定、付款以后，一笔一笔列在这里。"),
    )  # fmt: skip
    if file := listing.file():
        return file
    labels, sums = pooling.months(rows)
    context = {
        "plan": found, "one": one, "list": listing, "facts": _facts(one), "sizes": [BarRow(title, n) for title, n in pooling.sizes(rows)],
        "month_chart": (labels, [Series("互助金", sums)]), "bills_url": _bills_url(found), "books": found.pool or found.collects,
        "may_ledger": request.actor.may("ledger.view"), "crumbs": [Link("医疗互助", reverse("mutual_aid:campaign")), Link("资金", reverse("mutual_aid:fund")), Link(str(found))],
    }  # fmt: skip
    return render(request, "mutual_aid/purse.html", context)


def _facts(one: Purse) -> list[Fact]:
    return [
        Fact("互助费", f"{one.premiums:,.2f} 元", _bills_url(one.plan)), Fact("已汇缴", "不用，资金池在本级" if one.is_ours else f"{one.forwarded:,.2f} 元", "" if one.is_ours else reverse("mutual_aid:plan", args=[one.plan.slug])),
        Fact("已给付", f"{one.paid:,.2f} 元", "#list"), Fact("已核定，待付", f"{one.due:,.2f} 元"), Fact("结余" if one.is_ours else "还没汇缴", f"{one.balance:,.2f} 元"),
        Fact("给付率", "" if one.ratio is None else f"{one.ratio:.1f}%"), Fact("帮到的人", f"{one.persons:,} 人，{one.stays:,} 笔", "#list"),
        Fact("平均一笔", "" if one.average is None else f"{one.average:,.2f} 元"), Fact("平均几天到账", "" if one.waited is None else f"{one.waited:.1f} 天"),
    ]  # fmt: skip
