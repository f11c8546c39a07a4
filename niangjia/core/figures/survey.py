"""Counting one node of the tree on one day or over one period: sums, splits and series.

Nothing here asks for rights: ``queries`` does, and then counts elevated, because a sum uses the tree of that day while rows open by
today's rights.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth

from niangjia.base.calendar import add_months, month_end
from niangjia.core.figures import tally
from niangjia.core.figures.figure import PERIOD, Change, Figure, Share, get
from niangjia.core.figures.models import ChangeOver
from niangjia.core.figures.tree import Tree
from niangjia.core.orgs.models import Organisation

Number = int | Decimal
Part = Number | frozenset[Any] | tuple[Any, ...]
"""What one organisation contributes: a number, the things themselves where one thing may count under two organisations, or every single
value where the middle one is asked for.
"""
Countable = Figure | Share | Change


@dataclass(frozen=True)
class Window:
    """The day ``on`` for states, and ``start``..``end`` (both included) for what happened in a period."""

    on: date
    start: date
    end: date

    def days_of(self, figure: Any) -> tuple[date, date]:
        return (self.start, self.end) if figure.timing == PERIOD else (self.on, self.on)


class Survey:
    """The counted numbers of one node in one window; trees and sums are read once."""

    def __init__(self, org: Organisation, window: Window) -> None:
        self.org, self.window = org, window
        self.sums = cache(self._sums)
        self.branches = cache(self._branches)
        self._states: dict[tuple[str, date], dict[date, Number]] = {}

    @cached_property
    def is_root(self) -> bool:
        return self.org.parent_id is None

    @cached_property
    def change_overs(self) -> dict[str, date]:
        """Figure code → the day from which it is counted from rows."""
        return dict(ChangeOver.objects.values_list("figure", "counted_from"))

    def within(self, day: date) -> set[int] | None:
        """The organisations of this node on a day; None means all."""
        return None if self.is_root else set(self.branches(day))

    def value(self, figure: Countable, start: date, end: date) -> Number | None:
        """The figure over the whole node; None for a share of nothing."""
        match figure:
            case Share():
                return _ratio(*(self.value(_countable(code), start, end) for code in (figure.part, figure.whole)))
            case Change():
                after, before = self.on_days(_state(figure.of), [end, _eve(start)])
                return after - before
        sums, inside = self.sums(figure, start, end), self.within(end)
        return _add(part for org, part in sums.items() if inside is None or org in inside)

    def by_branch(self, figure: Countable, start: date, end: date) -> dict[int, Number | None]:
        """Child of the node (or the node itself for what is its own) → value, by the tree of ``end``."""
        match figure:
            case Share():
                part, whole = (self.by_branch(_countable(code), start, end) for code in (figure.part, figure.whole))
                return {branch: _ratio(part.get(branch, 0), whole[branch]) for branch in whole}
            case Change():
                after, before = (self.by_branch(_state(figure.of), day, day) for day in (end, _eve(start)))
                return {branch: (after.get(branch) or 0) - (before.get(branch) or 0) for branch in after | before}
        branches, parts = self.branches(end), dict[int, list[Part]]()
        for org, own in self.sums(figure, start, end).items():
            if org in branches:
                parts.setdefault(branches[org], []).append(own)
        children = {branch for branch in branches.values() if branch != self.org.pk}
        return {branch: _add(parts.get(branch, ())) for branch in children | parts.keys()}

    def by_split(self, figure: Figure, split: str, start: date, end: date) -> dict[Any, Number]:
        """Value of the split → number, over the whole node."""
        cut = figure.split(split)
        if cut is None:
            raise KeyError(split)
        rows = self.narrowed(figure, figure.records(start, end), end).annotate(cut=cut.expression(end))
        return dict(rows.order_by().values_list("cut").annotate(measured=figure.measure()))

    def by_month(self, figure: Countable, year: int, until: date) -> list[Number | None]:
        """The twelve months of a year, as far as ``until``: states at month's end (or ``until``), periods within the month."""
        firsts = [date(year, month, 1) for month in range(1, 13) if date(year, month, 1) <= until]
        ends = [min(month_end(first), until) for first in firsts]
        match figure:
            case Figure(timing="period"):
                return self._happened_by_month(figure, firsts, until)
            case Change():
                states = self.on_days(_state(figure.of), [_eve(firsts[0]), *ends])
                return [after - before for before, after in pairwise(states)]
            case Share():
                part, whole = (self.by_month(_countable(code), year, until) for code in (figure.part, figure.whole))
                return [_ratio(*pair) for pair in zip(part, whole, strict=True)]
        return list(self.on_days(figure, ends))

    def on_days(self, figure: Figure, days: Sequence[date]) -> list[Number]:
        """A state's value on each of several days, over the organisations of the node on the last of them; a day is counted once."""
        last = max(days)
        states = self._states.setdefault((figure.code, last), {})
        if last not in states:
            states[last] = self.value(figure, last, last) or 0
        if wanted := [day for day in dict.fromkeys(days) if day not in states]:
            states |= zip(wanted, self._count_on(figure, wanted, self.within(last)), strict=True)
        return [states[day] for day in days]

    def _count_on(self, figure: Figure, days: Sequence[date], inside: set[int] | None) -> Sequence[Number]:
        if figure.kept and (values := tally.on_days(figure, days, inside)) is not None:
            return values
        asked = {f"day{number}": figure.measure(filter=figure.condition(day, day)) for number, day in enumerate(days)}
        rows = figure.of._default_manager.filter(figure.where)
        counted = (rows if inside is None else rows.filter(**{f"{figure.org}__in": inside})).aggregate(**asked)
        return [counted[name] or 0 for name in asked]

    def narrowed(self, figure: Figure, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        """Only rows of organisations that stood in this node on that day."""
        inside = self.within(day)
        return rows if inside is None else rows.filter(**{f"{figure.org}__in": inside})

    def _happened_by_month(self, figure: Figure, firsts: Sequence[date], until: date) -> list[Number | None]:
        rows = self.narrowed(figure, figure.records(firsts[0], min(until, month_end(add_months(firsts[0], 11)))), until)
        months = rows.order_by().values_list(TruncMonth(figure.on)).annotate(measured=figure.measure())
        found: Mapping[date, Number] = {day: value or 0 for day, value in months}
        return [found.get(first, 0) for first in firsts]

    def _branches(self, day: date) -> dict[int, int]:
        return Tree(day).branches(self.org.pk)

    def _sums(self, figure: Figure, start: date, end: date) -> Mapping[int, Part]:
        if figure.kept and (kept := tally.by_org(figure, end)) is not None:
            return kept
        rows = figure.records(start, end).order_by()
        if figure.is_distinct:
            things: dict[int, set[Any]] = {}
            for org, thing in rows.values_list(figure.org, *_counted_field(figure)).distinct():
                things.setdefault(org, set()).add(thing)
            return {org: frozenset(found) for org, found in things.items()}
        if figure.is_middle:
            (single,) = figure.measure().get_source_expressions()[:1]
            values: dict[int, list[Any]] = {}
            for org, value in rows.annotate(single=single).values_list(figure.org, "single"):
                values.setdefault(org, []).append(value)
            return {org: tuple(found) for org, found in values.items()}
        return {org: value or 0 for org, value in rows.values_list(figure.org).annotate(measured=figure.measure())}


def _countable(code: str) -> Countable:
    figure = get(code)
    assert isinstance(figure, Figure | Share | Change)
    return figure


def _state(code: str) -> Figure:
    figure = get(code)
    assert isinstance(figure, Figure)
    return figure


def _counted_field(figure: Figure) -> Collection[str]:
    return [expression.name for expression in figure.measure().get_source_expressions() if hasattr(expression, "name")]


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _add(parts: Iterable[Part]) -> Number:
    """Numbers are added; things are counted once; of single values the middle one is taken."""
    parts = list(parts)
    if parts and isinstance(parts[0], frozenset):
        return len(frozenset().union(*parts))  # type: ignore[arg-type]
    if parts and isinstance(parts[0], tuple):
        return Decimal(str(median(value for part in parts for value in part)))  # type: ignore[union-attr]
    return sum(parts)  # type: ignore[arg-type]


def _ratio(part: Number | None, whole: Number | None) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if part is not None and whole else None
