"""The register list: one declaration gives filters, sorting, column choice, pages and exports of any list of rows.

A view builds a ``Listing`` from a queryset it may show, answers ``listing.file()`` when the reader asked for an export, and renders
``faces/parts/listing.html`` with it otherwise.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest

from niangjia.base.paging import Page
from niangjia.base.tables import download
from niangjia.core.faces.discreet import LONGEST, conceal, reveal
from niangjia.core.faces.shapes import Link

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

    ``default`` is chosen where the address says nothing about this filter.
    """

    key: str
    title: str
    choices: Sequence[tuple[str, str]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]
    default: str = ""


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


class Listing:
    """A list under the reader's filters. ``queryset`` is already narrowed to what the reader may see.

    ``discreet``: the words searched for are personal, so the form is posted and they stand sealed in the address; the view answers a POST
    with ``redirect(listing.asked)``. ``export_url``: where an export is asked for with its reason, instead of a file at once.
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
        views: Sequence[Link] = (),
        may_export: bool = False,
        export_url: str = "",
        discreet: bool = False,
    ) -> None:
        self.request, self.title, self.unit, self.filters = request, title, unit, filters
        self.columns, self.views, self.may_export, self.search_hint = columns, views, may_export, search_hint
        self.discreet, self._export_url = discreet, export_url
        self._base, self._search, self._order = queryset, search, order

    @cached_property
    def q(self) -> str:
        """The words searched for."""
        return reveal(self.request.GET.get("find", "")) if self.discreet else self.request.GET.get("q", "").strip()[:LONGEST]

    @property
    def asked(self) -> str:
        """The address of the list that a posted filter form asks for."""
        said = {filter_.key: self.request.POST.get(filter_.key) for filter_ in self.filters}
        kept = {filter_.key: said[filter_.key] or "" for filter_ in self.filters if said[filter_.key] is not None}
        return self._address(**kept, find=conceal(self.request.POST.get("q", "")))

    @property
    def export_address(self) -> str:
        """Where this very list may be asked for as a file."""
        return f"{self._export_url}{self._address()}" if self._export_url else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form carries along: order and columns."""
        return [(name, self.request.GET[name]) for name in ("sort", "columns") if self.request.GET.get(name)]

    @property
    def has_search(self) -> bool:
        return self._search is not None

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Filter key → chosen value; values that are no choice are left out."""
        asked = ((filter_.key, self.request.GET.get(filter_.key, filter_.default), filter_) for filter_ in self.filters)
        return {key: value for key, value, filter_ in asked if value and value in dict(filter_.choices)}

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        """The rows under filters, search and order."""
        rows = self._base
        for filter_ in self.filters:
            if filter_.key in self.chosen:
                rows = filter_.apply(rows, self.chosen[filter_.key])
        if self._search and self.q:
            rows = self._search(rows, self.q)
        return rows.order_by(*self._ordering())

    @cached_property
    def page(self) -> Page:
        return Page.of(self.request, self.queryset)

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
    def rows(self) -> Iterator[list[Cell]]:
        for row in self.page:
            yield [
                Cell(
                    column.title,
                    column.value(row),
                    column.url(row) if column.url else "",
                    column.numeric,
                    column.tone(row) if column.tone else "",
                )
                for column in self.shown
            ]

    @property
    def chips(self) -> list[Link]:
        """The filters in force, each with a cross that takes it away."""
        asked = [filter_ for filter_ in self.filters if self.chosen.get(filter_.key, filter_.default) != filter_.default]
        named = [(filter_, dict(filter_.choices)[self.chosen[filter_.key]]) for filter_ in asked]
        links = [Link(f"{filter_.title}：{label}", self._without(filter_.key), removes=True) for filter_, label in named]
        return links + ([Link(f"搜“{self.q}”", self._without("find" if self.discreet else "q"), removes=True)] if self.q else [])

    @property
    def menus(self) -> list[tuple[Filter, str]]:
        """Each filter with its chosen value, for the form."""
        return [(filter_, self.chosen.get(filter_.key, "")) for filter_ in self.filters]

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
        rows = ([(column.export or column.value)(row) for column in self.shown] for row in self.queryset[:EXPORT_ROWS].iterator(2000))
        return download(self.title, headings, rows, kind=kind)

    def _ordering(self) -> list[str]:
        sort = self.request.GET.get("sort", "")
        order = next((column.order for column in self.columns if column.key == sort.lstrip("-")), "")
        if not order:
            return [self._order, "id"]
        return [f"-{order}" if sort.startswith("-") else order, "id"]

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
