"""Working days (工作日): the State Council's yearly notices as the chinesecalendar library holds them, and what an editable table adds.

A year that neither knows is reckoned by weekends alone, and every answer that touched it says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from chinese_calendar.constants import Holiday, holidays, workdays

from niangjia.base.calendar import WEEKDAYS, chinese_date

ONE = timedelta(days=1)
SATURDAY = 5
PROVISIONAL = "该年放假安排未公布或未录入，暂按周末推算"
BUILT_IN_YEARS = range(min(holidays).year, max(holidays).year + 1)
"""Years whose notices the library holds."""


class Kind(StrEnum):
    """What a day is."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"

    @property
    def label(self) -> str:
        return {"working": "工作日", "make_up": "调休上班", "weekend": "休息日", "holiday": "放假"}[self]


@cache
def _chinese(name: str) -> str:
    found = next((holiday for holiday in Holiday if holiday.value == name), None)
    chinese = str(getattr(found, "chinese", name))
    return "清明节" if chinese == "清明" else chinese


@dataclass(frozen=True)
class Day:
    """One day of the calendar: its kind, the holiday it belongs to, whether its year is known, whether the table corrected it."""

    on: date
    kind: Kind
    name: str = ""
    is_known: bool = True
    is_corrected: bool = False

    @property
    def is_working(self) -> bool:
        return self.kind in (Kind.WORKING, Kind.MAKE_UP)

    @property
    def words(self) -> str:
        """The day as a reader sees it: date, weekday, and what it is unless an ordinary one."""
        what = {Kind.HOLIDAY: f"{self.name}放假", Kind.MAKE_UP: "调休上班", Kind.WEEKEND: "休息日"}.get(self.kind, "")
        return f"{chinese_date(self.on)} 周{WEEKDAYS[self.on.weekday()]}" + (f"（{what}）" if what else "")


@dataclass(frozen=True)
class Special:
    """A day as a notice in the table arranges it."""

    is_workday: bool
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """The working-day calendar. ``special`` and ``years`` come from the table and go before the library.

    ``weekends_roll``: whether a period that ends on a weekly rest day runs on to the next working day, as on a holiday.
    """

    special: Mapping[date, Special] = field(default_factory=lambda: MappingProxyType({}))
    years: frozenset[int] = frozenset()
    weekends_roll: bool = True

    def knows(self, year: int) -> bool:
        """Whether somebody published how this year is arranged."""
        return year in BUILT_IN_YEARS or year in self.years

    def day(self, on: date) -> Day:
        """What this day is."""
        is_known = self.knows(on.year)
        is_weekend = on.weekday() >= SATURDAY
        if special := self.special.get(on):
            kind = (Kind.MAKE_UP if is_weekend else Kind.WORKING) if special.is_workday else Kind.HOLIDAY
            return Day(on, kind, special.name, is_known, is_corrected=True)
        if on.year not in self.years:
            if on in workdays:
                return Day(on, Kind.MAKE_UP, _chinese(workdays[on]), is_known)
            if on in holidays:
                return Day(on, Kind.HOLIDAY, _chinese(holidays[on]), is_known)
        return Day(on, Kind.WEEKEND if is_weekend else Kind.WORKING, "", is_known)

    def is_workday(self, on: date) -> bool:
        return self.day(on).is_working

    def rolls(self, on: date) -> bool:
        """Whether a period may not end on this day."""
        kind = self.day(on).kind
        return kind is Kind.HOLIDAY or (kind is Kind.WEEKEND and self.weekends_roll)

    def roll_forward(self, on: date) -> date:
        """The day itself, or the first after it on which a period may end (民法典第二百零三条)."""
        while self.rolls(on):
            on += ONE
        return on

    def add_workdays(self, on: date, number: int) -> date:
        """The ``number``-th working day after ``on`` (before it, if negative); the day itself is not counted."""
        step = ONE if number >= 0 else -ONE
        left = abs(number)
        while left:
            on += step
            left -= self.is_workday(on)
        return on

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and with ``end``."""
        return sum(self.is_workday(on) for on in days_between(start + ONE, end))

    def year(self, number: int) -> list[Day]:
        """Every day of a year."""
        return [self.day(on) for on in days_between(date(number, 1, 1), date(number, 12, 31))]

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether any day from ``start`` to ``end`` lies in a year nobody published."""
        return not all(self.knows(year) for year in range(start.year, end.year + 1))

    def without_weekends_rolling(self) -> "Calendar":
        return replace(self, weekends_roll=False)


def days_between(start: date, end: date) -> Iterator[date]:
    """Every day from ``start`` to ``end``, both counted."""
    for offset in range((end - start).days + 1):
        yield start + timedelta(days=offset)


BUILT_IN = Calendar()
"""The library alone, without a table."""
