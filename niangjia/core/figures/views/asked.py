"""What an address asks: which organisation, which day, which period."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from niangjia.base.calendar import chinese_date, parse_date, today
from niangjia.core.access.queries import visible
from niangjia.core.faces.shapes import Link
from niangjia.core.figures import queries
from niangjia.core.figures.figure import PERIOD, AnyFigure
from niangjia.core.figures.survey import Window
from niangjia.core.orgs.models import Organisation

TERM, YEAR, QUARTER, CUSTOM = "term", "year", "quarter", "custom"
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Asked:
    """One question: the node, the window, and by which of the four periods it was asked."""

    org: Organisation
    window: Window
    period: str
    is_own: bool

    def parameters(self, **changes: Any) -> dict[str, Any]:
        """The address' parameters, with some changed; what is usual is left out."""
        window = self.window
        said = {
            "org": "" if self.is_own else self.org.code,
            "on": window.on if window.on != today() else "",
            "period": self.period if self.period != TERM else "",
            "from": window.start if self.period == CUSTOM else "",
            "to": window.end if self.period == CUSTOM else "",
        } | changes
        return {key: value for key, value in said.items() if value}


def read(request: HttpRequest) -> Asked:
    """The question of an address; an unknown or invisible organisation is 404, a day that cannot be read is today."""
    own = queries.node_of(request.actor)  # type: ignore[attr-defined]
    org = _node(request, own)
    on = _day(request, "on") or today()
    period = request.GET.get("period", TERM)
    start, end = _period(period, _day(request, "from"), _day(request, "to"))
    if start is None or end is None or start > end:
        period, start, end = TERM, None, None
    return Asked(org, queries.window(on, start, end), period, org.pk == own.pk)


def _node(request: HttpRequest, own: Organisation) -> Organisation:
    code = request.GET.get("org", "")
    if code in ("", own.code):
        return own
    found = visible(request.actor, Organisation.objects.filter(code=code), "figures.view").first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404("没有这个组织，或者它不在当前岗位的管辖范围内。")
    return found


def address(figure: AnyFigure, asked: Asked, **changes: Any) -> str:
    """Where the figure is shown for this question."""
    parameters = urlencode(asked.parameters(**changes))
    return reverse("figures:detail", args=[figure.code]) + (f"?{parameters}" if parameters else "")


def choices(figure: AnyFigure, asked: Asked) -> list[Link]:
    """The switch on top: periods for what happened, days for what is."""
    if figure.timing == PERIOD:
        return _periods(figure, asked)
    day, last = today(), date(today().year - 1, 12, 31)
    links = [
        Link(f"截至今天 {chinese_date(day)}", address(figure, asked, on=""), active=asked.window.on == day),
        Link(f"{last.year}年末", address(figure, asked, on=last), active=asked.window.on == last),
    ]
    if asked.window.on not in (day, last):
        links.append(Link(chinese_date(asked.window.on), address(figure, asked), active=True))
    return links


def _periods(figure: AnyFigure, asked: Asked) -> list[Link]:
    term = queries.window()
    links = [
        Link(f"本届 {term.start.year}—{term.end.year}", address(figure, asked, period=""), active=asked.period == TERM),
        Link(f"{today().year}年", address(figure, asked, period=YEAR), active=asked.period == YEAR),
        Link("本季", address(figure, asked, period=QUARTER), active=asked.period == QUARTER),
    ]
    if asked.period == CUSTOM:
        links.append(Link(f"{asked.window.start}—{asked.window.end}", address(figure, asked), active=True))
    return links


def _period(period: str, start: date | None, end: date | None) -> tuple[date | None, date | None]:
    day = today()
    if period == YEAR:
        return date(day.year, 1, 1), day
    if period == QUARTER:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1), day
    return (start, end) if period == CUSTOM else (queries.window().start, queries.window().end)


def _day(request: HttpRequest, name: str) -> date | None:
    found = parse_date(request.GET.get(name, ""))
    return found if found and FIRST_DAY <= found <= LAST_DAY else None
