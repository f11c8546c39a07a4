"""Reading summary rows: a state's value on a day is the sum of all changes up to it.

Whole years are read from year rows, the day's own year from month rows unless the day is its last. That is exact at every month's end,
and within a month when nothing in it happened after the day; otherwise the caller counts the rows themselves.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet, Sum

from niangjia.base.calendar import month_end
from niangjia.core.figures.figure import Figure
from niangjia.core.figures.models import MONTH, YEAR


def by_org(figure: Figure, day: date) -> dict[int, int] | None:
    """Organisation → value on the day, or None where the summary cannot tell this day exactly."""
    if not is_exact(figure, [day]):
        return None
    return dict(_cells(figure).filter(_up_to(day)).order_by().values_list("union").annotate(Sum("change")))


def on_days(figure: Figure, days: Sequence[date], within: Collection[int] | None) -> list[int] | None:
    """The value on each day over the organisations ``within`` (None: all), from one grouped query; None where it is not exact."""
    if not is_exact(figure, days):
        return None
    inside = sorted({day.year for day in days if not _is_year_end(day)})
    cells = _cells(figure).filter(Q(size=YEAR, at__lt=max(map(_next_new_year, days))) | _months_of(inside))
    if within is not None:
        cells = cells.filter(union__in=within)
    changes = list(cells.order_by().values_list("size", "at").annotate(Sum("change")))
    return [_sum_up_to(day, changes) for day in days]


def is_exact(figure: Figure, days: Iterable[date]) -> bool:
    """Whether no day lies within a month in which something happened after it."""
    within_month = Q()
    for day in days:
        if day != month_end(day):
            within_month |= Q(at=day.replace(day=1), last_day__gt=day)
    return not within_month or not _cells(figure).filter(within_month, size=MONTH).exists()


def _cells(figure: Figure) -> QuerySet:
    assert figure.kept is not None
    return figure.kept._default_manager.filter(figure.where)


def _up_to(day: date) -> Q:
    new_year = _next_new_year(day)
    return Q(size=YEAR, at__lt=new_year) if new_year > day else Q(size=YEAR, at__lt=new_year) | Q(size=MONTH, at__range=(new_year, day))


def _sum_up_to(day: date, changes: Iterable[tuple[str, date, int]]) -> int:
    new_year = _next_new_year(day)
    return sum(change for size, at, change in changes if (at < new_year if size == YEAR else new_year <= at <= day))


def _months_of(years: Iterable[int]) -> Q:
    """Month rows of whole years; of no year, none."""
    found = Q(pk__in=())
    for year in years:
        found |= Q(size=MONTH, at__range=(date(year, 1, 1), date(year, 12, 1)))
    return found


def _next_new_year(day: date) -> date:
    """The first day not told by year rows: a year whose last day has passed is whole."""
    return date(day.year + _is_year_end(day), 1, 1)


def _is_year_end(day: date) -> bool:
    return (day.month, day.day) == (12, 31)
