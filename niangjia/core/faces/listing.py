"""The register list: one declaration gives filters, sorting, column choice, pages and exports of any list of rows.

A view builds a ``Listing`` from a queryset it may show, answers ``listing.file()`` when the reader asked for an export, and renders
``faces/parts/listing.html`` with it otherwise.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest

from niangjia.base.calendar import chinese_date, parse_date
from niangjia.base.paging import Page
from niangjia.base.tables import download
from niangjia.core.faces.discreet import LONGEST, conceal, reveal
from niangjia.core.faces.numbers import grouped
from niangjia.core.faces.shapes import Link

NOT_FILTERS = ("page", "sort", "columns", "format")
NEVER_KEPT = ("page", "format", "find", "q")
EXPORT_CHUNK = 2000
EXPORT_ROWS = 50_000
"""Rows of one export at most; a longer list is narrowed by filters first."""


@dataclass(frozen=True)
class Column:
    """One column: what a row shows there, where a click leads, by what it sorts, and what an export holds if not the same."""

    key: str
    title: str
    value: Callable[[Any], Any]
    url: Callable[[Any], str] | None = None
    order: str = ""
    export: Callable[[Any], Any] | None = None
    numeric: bool = False
    optional: bool = False
    tone: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Filter:
    """One filter: ``choices`` (value, label) of a menu; ``apply`` narrows the queryset by the chosen value.

    ``default`` is chosen where the address says nothing about this filter. ``more``: among the filters that are folded away.
    """

    key: str
    title: str
    choices: Sequence[tuple[str, str]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    default: str = ""
    more: bool = False


@dataclass(frozen=True)
class Days:
    """A filter by day: rows whose ``field`` lies between two days, both included, either of them open; ``?key_from=`` and ``?key_to=``."""

    key: str
    title: str
    field: str

    @property
    def names(self) -> tuple[str, str]:
        """The two parameters of the address."""
        return f"{self.key}_from", f"{self.key}_to"


@dataclass(frozen=True)
class Between:
    """A filter by day as shown: its two days, empty where open."""

    days: Days
    first: date | None
    last: date | None

    @property
    def label(self) -> str:
        """In words, for the chip."""
        if self.first and self.last:
            return f"{chinese_date(self.first)}至{chinese_date(self.last)}"
        return f"{chinese_date(self.first)}起" if self.first else f"到{chinese_date(self.last)}" if self.last else ""


@dataclass(frozen=True)
class Bulk:
    """Something done to the rows that were ticked: posted to ``url`` as ``pick``; ``label`` holds ``{n}``, ``idle`` stands there before."""

    label: str
    idle: str
    url: str


@dataclass(frozen=True)
class Empty:
    """What a list without a single row says: why, and the next action."""

    title: str = "这里还没有"
    text: str = "有了会列在这里。"
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Row:
    """One row as shown; ``key`` is what a tick posts, and ``title`` what it is called for whoever cannot see it."""

    key: str
    title: str
    cells: list["Cell"]


@dataclass(frozen=True)
class Heading:
    """A column's head as shown: the address that sorts by it, and whether it does now."""

    column: Column
    url: str
    sorted: str


@dataclass(frozen=True)
class Cell:
    """One cell as shown."""

    title: str
    value: Any
    url: str
    numeric: bool
    tone: str


class Sought:
    """What the address of a list asks for: words, filters, days; and the addresses that ask for something else."""

    request: HttpRequest
    filters: Sequence[Filter]
    discreet: bool
    _days: Sequence[Days]
    _views: Sequence[Link]

    @cached_property
    def q(self) -> str:
        """The words searched for."""
        return reveal(self.request.GET.get("find", "")) if self.discreet else self.request.GET.get("q", "").strip()[:LONGEST]

    @property
    def asked(self) -> str:
        """The address of the list that a posted filter form asks for."""
        said = {filter_.key: self.request.POST.get(filter_.key) for filter_ in self.filters}
        kept = {filter_.key: said[filter_.key] or "" for filter_ in self.filters if said[filter_.key] is not None}
        for name in (name for days in self._days for name in days.names):
            day = parse_date(self.request.POST.get(name, ""))
            kept[name] = day.isoformat() if day else ""
        return self._address(**kept, find=conceal(self.request.POST.get("q", "")))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form carries along: order and columns."""
        return [(name, self.request.GET[name]) for name in ("sort", "columns") if self.request.GET.get(name)]

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Filter key → chosen value; values that are no choice are left out."""
        asked = ((filter_.key, self.request.GET.get(filter_.key, filter_.default), filter_) for filter_ in self.filters)
        return {key: value for key, value, filter_ in asked if value and value in dict(filter_.choices)}

    @cached_property
    def betweens(self) -> list[Between]:
        """Each filter by day with what the address says."""
        said = self.request.GET
        return [Between(days, *(parse_date(said.get(name, "")) for name in days.names)) for days in self._days]

    @property
    def views(self) -> list[Link]:
        """The usual filters, the one in force marked."""
        now = {name: value for name, value in self.request.GET.items() if name not in NOT_FILTERS}
        return [replace(view, active=dict(parse_qsl(view.url.lstrip("?"))) == now) for view in self._views]

    @property
    def filters_to_keep(self) -> str:
        """The filters in force as an address keeps them, without the words searched for."""
        parameters = self.request.GET.copy()
        for name in NEVER_KEPT:
            parameters.pop(name, None)
        return parameters.urlencode()

    @property
    def chips(self) -> list[Link]:
        """The filters in force, each with a cross that takes it away."""
        asked = [filter_ for filter_ in self.filters if self.chosen.get(filter_.key, filter_.default) != filter_.default]
        named = [(filter_, dict(filter_.choices)[self.chosen[filter_.key]]) for filter_ in asked]
        links = [Link(f"{filter_.title}：{label}", self._without(filter_.key), removes=True) for filter_, label in named]
        links += [
            Link(f"{between.days.title}：{between.label}", self._address(**dict.fromkeys(between.days.names, "")), removes=True)
            for between in self.betweens
            if between.label
        ]
        return links + ([Link(f"搜“{self.q}”", self._without("find" if self.discreet else "q"), removes=True)] if self.q else [])

    @property
    def menus(self) -> list[tuple[Filter, str]]:
        """Each filter with its chosen value, for the form."""
        return [(filter_, self.chosen.get(filter_.key, "")) for filter_ in self.filters]

    @property
    def folded(self) -> int:
        """How many filters are folded away."""
        return sum(filter_.more for filter_ in self.filters) + len(self._days)

    @property
    def unfolded(self) -> bool:
        """Whether one of those is in force, so that they are shown."""
        chosen = any(filter_.more and self.chosen.get(filter_.key, "") != filter_.default for filter_ in self.filters)
        return chosen or any(between.label for between in self.betweens)

    def _address(self, **changes: str) -> str:
        """The present address with changes; an empty filter is said where it differs from its default."""
        parameters = self.request.GET.copy()
        parameters.pop("page", None)
        defaults = {filter_.key: filter_.default for filter_ in self.filters}
        for name, value in changes.items():
            parameters.pop(name, None)
            if value != defaults.get(name, ""):
                parameters[name] = value
        return f"?{parameters.urlencode()}"

    def _without(self, name: str) -> str:
        return self._address(**{name: {filter_.key: filter_.default for filter_ in self.filters}.get(name, "")})


def _shown(value: Any) -> Any:
    """A number as the page shows it, 29720.00 -> 29,720.00; an export keeps the number itself."""
    return grouped(value) if isinstance(value, int | Decimal) else value


class Listing(Sought):
    """A list under the reader's filters. ``queryset`` is already narrowed to what the reader may see.

    ``discreet``: the words searched for are personal, so the form is posted and they stand sealed in the address; the view answers a POST
    by leading to its own address with ``listing.asked`` behind it. ``export_url``: where an export is asked for with its reason, instead of a file at once.
    ``prepare`` tells rows what their columns ask for, a page at a time. ``views`` are the usual filters on offer, ``save_url`` keeps the present ones; ``bulk`` acts on ticked rows, known by ``row_key``.
    """

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        columns: Sequence[Column],
        *,
        title: str,
        unit: str = "条",
        filters: Sequence[Filter] = (),
        search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None,
        search_hint: str = "",
        order: str = "id",
        days: Sequence[Days] = (),
        views: Sequence[Link] = (),
        save_url: str = "",
        may_export: bool = False,
        export_url: str = "",
        discreet: bool = False,
        bulk: Sequence[Bulk] = (),
        row_key: Callable[[Any], str] = lambda row: str(row.code),
        empty: Empty = Empty(),
        prepare: Callable[[Sequence[Any]], Any] = len,
    ) -> None:
        self.request, self.title, self.unit, self.filters = request, title, unit, filters
        self.columns, self.may_export, self.search_hint, self.save_url = columns, may_export, search_hint, save_url
        self.discreet, self._export_url, self.bulk, self.empty = discreet, export_url, bulk, empty
        self._days, self._views, self._row_key, self._prepare = days, views, row_key, prepare
        self._base, self._search, self._order = queryset, search, order

    @property
    def export_address(self) -> str:
        """Where this very list may be asked for as a file."""
        return f"{self._export_url}{self._address()}" if self._export_url else ""

    @property
    def has_search(self) -> bool:
        return self._search is not None

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """The rows under filters, search and order."""
        rows = self._base
        for filter_ in self.filters:
            if filter_.key in self.chosen:
                rows = filter_.apply(rows, self.chosen[filter_.key])
        for between in self.betweens:
            bounds = {f"{between.days.field}__gte": between.first, f"{between.days.field}__lte": between.last}
            rows = rows.filter(**{name: day for name, day in bounds.items() if day})
        if self._search and self.q:
            rows = self._search(rows, self.q)
        return rows.order_by(*self._ordering())

    @cached_property
    def page(self) -> Page:
        page = Page.of(self.request, self.queryset)
        self._prepare(page.rows)
        return page

    @cached_property
    def shown(self) -> list[Column]:
        """The columns in view: those asked for by ``?columns=a,b``, else all that are not optional."""
        asked = set(filter(None, self.request.GET.get("columns", "").split(",")))
        chosen = [column for column in self.columns if column.key in asked]
        return chosen or [column for column in self.columns if not column.optional]

    @property
    def headings(self) -> Iterator[Heading]:
        now = self.request.GET.get("sort", "")
        for column in self.shown:
            down = now == column.key
            state = {column.key: "ascending", f"-{column.key}": "descending"}.get(now, "")
            url = self._address(sort=f"-{column.key}" if down else column.key) if column.order else ""
            yield Heading(column, url, state)

    @property
    def rows(self) -> Iterator[Row]:
        for row in self.page:
            cells = [
                Cell(
                    column.title,
                    _shown(column.value(row)) if column.numeric else column.value(row),
                    column.url(row) if column.url else "",
                    column.numeric,
                    column.tone(row) if column.tone else "",
                )
                for column in self.shown
            ]
            yield Row(self._row_key(row) if self.bulk else "", str(cells[0].value), cells)

    @property
    def column_links(self) -> list[Link]:
        """One link a column that shows or hides it."""
        shown = {column.key for column in self.shown}
        return [
            Link(column.title, self._address(columns=",".join(sorted(shown ^ {column.key}))), active=column.key in shown)
            for column in self.columns
        ]

    def file(self) -> FileResponse | None:
        """The list as a file if the reader asked for one and may have it; else None."""
        kind = self.request.GET.get("format", "")
        return self.written(kind) if self.may_export and not self._export_url and kind in ("csv", "xlsx") else None

    def written(self, kind: str) -> FileResponse:
        """The list as a file, "csv" or "xlsx"."""
        headings = [column.title for column in self.shown]
        rows = ([(column.export or column.value)(row) for column in self.shown] for row in self._told())
        return download(self.title, headings, rows, kind=kind)

    def _told(self) -> Iterator[Any]:
        """Every row of the list, told what its columns ask for chunk by chunk."""
        rows = self.queryset[:EXPORT_ROWS].iterator(EXPORT_CHUNK)
        while chunk := list(islice(rows, EXPORT_CHUNK)):
            self._prepare(chunk)
            yield from chunk

    def _ordering(self) -> list[str]:
        sort = self.request.GET.get("sort", "")
        order = next((column.order for column in self.columns if column.key == sort.lstrip("-")), "")
        if not order:
            return [self._order, "id"]
        return [f"-{order}" if sort.startswith("-") else order, "id"]
