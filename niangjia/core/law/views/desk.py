"""Reading the law: the list of terms, one term, the calendar of a year, local rates."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from niangjia.base.calendar import today
from niangjia.core.access.gate import page
from niangjia.core.access.request import Request
from niangjia.core.faces.listing import Column, Filter, Listing
from niangjia.core.faces.numbers import grouped
from niangjia.core.faces.shapes import Link
from niangjia.core.law import queries
from niangjia.core.law.enums import Checked, RateKind
from niangjia.core.law.models import LocalRate
from niangjia.core.law.term import Status, Term, UnknownTerm
from niangjia.core.law.terms import by_theme, unverified
from niangjia.core.law.terms import term as term_of
from niangjia.core.law.workdays import BUILT_IN_YEARS, Day, Kind

MONTHS = range(1, 13)


def tabs(active: str) -> list[Link]:
    """The pages of the law, one of them open."""
    pages = {"terms": "期限与条文", "due": "算到期日", "limitation": "算仲裁时效", "calendar": "工作日", "rates": "地方标准"}
    return [Link(title, reverse(f"law:{name}"), active=name == active) for name, title in pages.items()]


@page("law.view")
def terms(request: Request) -> HttpResponseBase:
    """Every term with its article; by words, by theme, only those not yet checked."""
    q, theme = request.GET.get("q", "").strip()[:60], request.GET.get("theme", "")
    only_unverified = request.GET.get("status") == Status.UNVERIFIED
    groups = []
    for title, all_of_theme in by_theme().items():
        found = [one for one in all_of_theme if _matches(one, q) and not (only_unverified and one.current.status is Status.VERIFIED)]
        if found and theme in ("", title):
            groups.append((title, found))
    context = {
        "tabs": tabs("terms"), "groups": groups, "q": q, "theme": theme, "themes": list(by_theme()), "only_unverified": only_unverified,
        "number": sum(len(found) for _, found in groups), "unverified": len(unverified()),
    }  # fmt: skip
    return render(request, "law/terms.html", context)


def _matches(term: Term, q: str) -> bool:
    said = (term.code, term.title, term.starts_with, term.for_whom, *(f"{one.article}{one.note}{one.length}" for one in term.editions))
    return not q or any(q.casefold() in text.casefold() for text in said)


@page("law.view")
def term(request: Request, code: str) -> HttpResponseBase:
    """One term with all its editions."""
    try:
        one = term_of(code)
    except UnknownTerm as error:
        raise Http404(str(error)) from error
    extended = term_of(one.extended_by) if one.extended_by else None
    return render(request, "law/term.html", {"term": one, "editions": list(reversed(one.editions)), "extended": extended})


@page("law.view")
def calendar(request: Request) -> HttpResponseBase:
    """A year's working days: whose notice arranges it, what was corrected, or that nobody knows yet."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else today().year
    days = queries.calendar()
    whole = days.year(year)
    context = {
        "tabs": tabs("calendar"), "year": year, "is_known": days.knows(year), "is_built_in": year in BUILT_IN_YEARS, "first": BUILT_IN_YEARS[0],
        "last": BUILT_IN_YEARS[-1], "months": [_month(whole, month) for month in MONTHS], "today": today(),
        "working": sum(day.is_working for day in whole), "make_up": [day for day in whole if day.kind is Kind.MAKE_UP],
        "holidays": sum(day.kind is Kind.HOLIDAY for day in whole), "notices": list(queries.notices().filter(year=year)),
        "years": [Link(f"{one}年", f"?year={one}", active=one == year) for one in range(year - 2, year + 3)],
        "weekends_roll": days.weekends_roll, "may_enter": request.actor.may("law.enter"),
    }  # fmt: skip
    return render(request, "law/calendar.html", context)


def _month(days: list[Day], month: int) -> dict[str, Any]:
    """The month's weeks, Monday first, filled with None."""
    own = [day for day in days if day.on.month == month]
    cells: list[Day | None] = [None] * own[0].on.weekday() + list(own)
    cells += [None] * (-len(cells) % 7)
    return {"title": f"{month}月", "weeks": [cells[at : at + 7] for at in range(0, len(cells), 7)]}


@page("law.view")
def rates(request: Request) -> HttpResponseBase:
    """Amounts set by the locality, each with its document."""
    listing = Listing(
        request, LocalRate.objects.all(), _columns(request.actor.may("law.enter")), title="地方标准", unit="条", order="-valid_from",
        may_export=True, search=_search, search_hint="地区、来源、档次",
        filters=[
            Filter("kind", "标准", RateKind.choices, lambda rows, kind: rows.filter(kind=kind)),
            Filter("status", "核对", Checked.choices, lambda rows, status: rows.filter(status=status)),
            Filter("held", "效力", [("yes", "有效"), ("no", "已作废")], _held, default="yes"),
        ],
    )  # fmt: skip
    if file := listing.file():
        return file
    return render(request, "law/rates.html", {"tabs": tabs("rates"), "listing": listing, "may_enter": request.actor.may("law.enter")})


def _search(rows: QuerySet[LocalRate], q: str) -> QuerySet[LocalRate]:
    return rows.filter(Q(area__icontains=q) | Q(source__icontains=q) | Q(tier__icontains=q))


def _held(rows: QuerySet[LocalRate], held: str) -> QuerySet[LocalRate]:
    return rows.filter(voided_on__isnull=held == "yes")


def _columns(may_enter: bool) -> list[Column]:
    columns = [
        Column("kind", "标准", lambda rate: rate.get_kind_display(), order="kind"),
        Column("area", "地区", lambda rate: " ".join(filter(None, (rate.area, rate.tier))), order="area"),
        Column("valid_from", "起用日", lambda rate: rate.valid_from.isoformat(), order="valid_from"),
        Column("amount", "数额", lambda rate: grouped(rate.amount, 2), numeric=True, order="amount", export=lambda rate: rate.amount),
        Column("unit", "单位", lambda rate: rate.unit),
        Column("source", "来源", lambda rate: rate.source),
        Column("status", "核对", _state, tone=lambda rate: "ok" if rate.is_verified and not rate.voided_on else "notice"),
    ]
    if may_enter:
        columns.append(Column("void", "更正", lambda rate: "" if rate.voided_on else "作废", url=_void_url, export=lambda rate: ""))
    return columns


def _state(rate: LocalRate) -> str:
    return f"已作废：{rate.void_reason}" if rate.voided_on else rate.get_status_display()


def _void_url(rate: LocalRate) -> str:
    return "" if rate.voided_on else reverse("law:void_rate", args=[rate.code])
