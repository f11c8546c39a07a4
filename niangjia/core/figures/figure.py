"""What a figure is (指标): rows of one table that count on a day or in a period, declared once and asked in many ways.

Every line lists its figures in ``figures.py`` as ``FIGURES``. The number, its split by organisation and month, the list behind it and
the row in a report all come from that one declaration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.db.models import Aggregate, Count, F, FloatField, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThan, IsNull, LessThanOrEqual

from niangjia.core.faces.listing import Column
from niangjia.core.line import lines, part


class Median(Aggregate):
    """The middle value over all rows of a node (中位数): it cannot be added up from the middles of parts."""

    name = "Median"
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


COUNT_ROWS = partial(Count, "pk")
STATE, PERIOD = "state", "period"
"""A state holds on a day (在册会员), a period's figure happened between two days (新入会)."""


@dataclass(frozen=True, eq=False)
class Split:
    """One way to cut a figure (分组). ``by`` is a field path, or a function of the day giving an expression; ``labels`` value → 中文."""

    code: str
    title: str
    by: str | Callable[[date], Combinable]
    labels: Mapping[Any, str]

    def expression(self, day: date) -> Combinable:
        return F(self.by) if isinstance(self.by, str) else self.by(day)


@dataclass(frozen=True, kw_only=True, eq=False)
class Declared:
    """What every figure says about itself, in Chinese: unit, definition with its version, source, what it leaves out, which date counts."""

    code: str
    title: str
    unit: str
    definition: str
    version: str
    article: str = ""
    excludes: str = ""
    dated: str = ""
    short: str = ""
    """What it is called where there is little room; else the title."""
    per: str = ""
    """The figure by which towns are made comparable (每万会员): its code."""

    source: ClassVar[str] = "rows"
    timing: ClassVar[str] = STATE

    @property
    def label(self) -> str:
        return self.short or self.title

    @property
    def line(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure(Declared):
    """A figure counted from rows of ``of`` that satisfy ``where``, each belonging to the organisation at ``org``.

    Exactly one of three says when a row counts: ``during`` (a date range field; a state), ``since`` with ``until`` (expressions; a
    state; ``until`` is exclusive and may be null) or ``on`` (a date field; a period). ``kept`` names a table of summary rows for the
    biggest tables. ``only_today`` marks facts kept without their history. ``measure`` makes the aggregate: ``partial(Sum, "amount")``.
    ``columns`` are the list behind it, personal ones already masked; ``order`` is its one sort field.
    """

    of: type[Model]
    where: Q | Combinable = field(default_factory=Q)
    org: str = "org"
    during: str = ""
    since: Combinable | None = None
    until: Combinable | None = None
    on: str = ""
    measure: Callable[..., Aggregate] = COUNT_ROWS
    kept: type[Model] | None = None
    only_today: bool = False
    permission: str = "orgs.view"
    personal: bool = False
    splits: tuple[Split, ...] = ()
    columns: tuple[Column, ...] = ()
    related: tuple[str, ...] = ()
    order: str = "-pk"

    def __post_init__(self) -> None:
        if sum((bool(self.during), self.since is not None, bool(self.on))) != 1:
            raise ValueError(f"{self.code}: say exactly one of during, since, on")

    @property
    def timing(self) -> str:  # type: ignore[override]
        return PERIOD if self.on else STATE

    @property
    def is_distinct(self) -> bool:
        """Whether one thing may count under two organisations but only once above both."""
        return bool(getattr(self.measure(), "distinct", False))

    @property
    def is_middle(self) -> bool:
        """Whether its value is the middle one of all rows instead of a sum."""
        return isinstance(self.measure(), Median)

    def condition(self, start: date, end: date) -> Q:
        """When a row counts: on the day ``end`` for a state, from ``start`` to ``end`` (both included) for a period."""
        if self.on:
            return Q(**{f"{self.on}__range": (start, end)})
        if self.during:
            return Q(**{f"{self.during}__contains": end})
        begun = Q(LessThanOrEqual(self.since, end))
        return begun if self.until is None else begun & (Q(IsNull(self.until, True)) | Q(GreaterThan(self.until, end)))

    def records(self, start: date, end: date) -> QuerySet[Any]:
        """The rows counted, of the whole register: narrow them by organisation and by rights."""
        return self.of._default_manager.filter(self.where).filter(self.condition(start, end))

    def split(self, code: str) -> Split | None:
        return next((split for split in self.splits if split.code == code), None)


@dataclass(frozen=True, kw_only=True, eq=False)
class Share(Declared):
    """One figure divided by another (比率): ``part`` over ``whole``; in percent where ``unit`` is %."""

    part: str
    whole: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Change(Declared):
    """How much a state grew over a period (净增): its value on the last day less its value on the eve of the first.

    ``beside`` are figures of the same period worth reading with it (新入会, 离会).
    """

    of: str
    beside: tuple[str, ...] = ()

    timing: ClassVar[str] = PERIOD


@dataclass(frozen=True, kw_only=True, eq=False)
class Rank(Declared):
    """A place in a ranking made elsewhere (名次), or how long it was held: known only from a notice, so entered with that document."""

    source: ClassVar[str] = "rank"

    @property
    def is_place(self) -> bool:
        """Whether the value is the place itself (第1), not how many years it was held (5年)."""
        return self.unit == "名次"


@dataclass(frozen=True, kw_only=True, eq=False)
class Awaited(Declared):
    """A figure whose records the house does not keep yet: no value but what a document says, and never 0 instead."""

    source: ClassVar[str] = "awaited"
    timing: ClassVar[str] = PERIOD


@dataclass(frozen=True, kw_only=True, eq=False)
class Label(Declared):
    """The number of entries of a code table (标签): what they are called is the fact."""

    items: tuple[str, ...]

    source: ClassVar[str] = "label"


@dataclass(frozen=True, kw_only=True)
class BoardPart:
    """What a line puts on the leaders' board, by figure codes: the line's ``figures.py`` names it ``BOARD``.

    ``compared`` are shares drawn beside each town with the average of all, ``clocks`` the overdue and the soon due, ``bars`` a figure
    with the split by which it is drawn, ``gaps`` what the register lacks (数据质量).
    """

    hero: str
    beside: str
    rank: str
    figures: tuple[str, ...]
    compared: tuple[str, ...]
    places: str
    clocks: tuple[str, str]
    years: tuple[str, ...]
    bars: tuple[str, str]
    gaps: tuple[str, ...]


AnyFigure = Figure | Share | Change | Rank | Awaited | Label


def all_figures(line: str = "") -> list[AnyFigure]:
    """Every figure of the house in menu order, or those of one line."""
    wanted = [config for config in lines() if line in ("", config.label)]
    return [figure for config in wanted for figure in getattr(part(config, "figures"), "FIGURES", ())]


def get(code: str) -> AnyFigure:
    """The figure of this code; KeyError where there is none."""
    return {figure.code: figure for figure in all_figures()}[code]
