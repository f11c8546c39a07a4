"""The leaders' board: the state of one node in five seconds, each number one click from its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from niangjia.base.calendar import now
from niangjia.core.access.actor import Actor
from niangjia.core.access.gate import page
from niangjia.core.access.queries import visible
from niangjia.core.faces.numbers import grouped, short
from niangjia.core.faces.shapes import BarRow, BigNumber, Link, Place, Series
from niangjia.core.figures import queries
from niangjia.core.figures.figure import BoardPart, Figure, Share, get
from niangjia.core.figures.queries import Branch, Reading
from niangjia.core.figures.survey import Number, Survey, Window
from niangjia.core.figures.views import asked as question
from niangjia.core.figures.views.asked import Asked, address
from niangjia.core.figures.views.figure_page import shown
from niangjia.core.line import lines, part
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation

YEARS_SHOWN = 5
CLOCKS_SHOWN = 5
TOWNS_SHOWN = 21
TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class TownRow:
    """One line of the comparison: the organisation, its members, and its bar in each compared share."""

    name: str
    url: str
    members: Number
    bars: list[tuple["Compared", Number, str]]


@dataclass(frozen=True)
class Compared:
    """A share drawn beside each town: the average of the node as a red line, the longest bar."""

    title: str
    url: str
    average: Number
    text: str
    code: str
    values: dict[int, Number | None]

    @property
    def top(self) -> Number:
        return max((value or 0 for value in self.values.values()), default=0)


@dataclass(frozen=True)
class Below:
    """The organisations one level below a board's node, compared; and the node itself among its like."""

    board: "Board"

    @cached_property
    def towns(self) -> list[TownRow]:
        """The level below, the most members first; past the first towns the rest are left to the figure's own page."""
        return [
            TownRow(
                row.name,
                self.board.url(self.board.part.hero, org=row.code),
                row.value or 0,
                [(one, one.values.get(row.org) or 0, shown(get(one.code), one.values.get(row.org))) for one in self.compared],
            )
            for row in self.branches[:TOWNS_SHOWN]
        ]

    @property
    def more_towns(self) -> int:
        return max(0, len(self.branches) - TOWNS_SHOWN)

    @cached_property
    def branches(self) -> list[Branch]:
        """The children of the node by members; in a district the towns and streets first, as the board is theirs."""
        rows = [row for row in queries.by_town(get(self.board.part.hero), self.board.about) if not row.is_own]
        towns = {org.pk for org in self.children if org.kind == Kind.TOWN}
        return sorted(rows, key=lambda row: (row.org not in towns, -(row.value or 0)))

    @cached_property
    def children(self) -> list[Organisation]:
        return list(visible(self.board.actor, Organisation.objects.filter(parent=self.board.asked.org), "orgs.view"))

    @cached_property
    def compared(self) -> list[Compared]:
        """The shares drawn beside the towns."""
        return [self._compared(code) for code in self.board.part.compared]

    def _compared(self, code: str) -> Compared:
        """A rate over fewer than five persons would tell of single ones: such a branch has no bar."""
        average = self.board.read(code).value
        comparable = {row.org for row in self.branches[:TOWNS_SHOWN] if (row.value or 0) >= queries.FEWEST_PERSONS}
        values = {row.org: row.value for row in queries.by_town(get(code), self.board.about) if row.org in comparable}
        return Compared(get(code).label, self.board.url(code), average or 0, shown(get(code), average), code, values)

    @property
    def level(self) -> str:
        """What stands one level below, as the heading over its rows."""
        return "镇街对比" if self.board.asked.org.kind == Kind.DISTRICT else "下面的工会"

    @cached_property
    def standings(self) -> list[tuple[str, str, list[str]]]:
        """What a town sees of the others: title, address, then itself, the middle and the best, without names."""
        if self.board.asked.org.kind != Kind.TOWN or not self.board.asked.is_own:
            return []
        codes = (*self.board.part.compared, *(code for code in self.board.part.figures if get(code).per or isinstance(get(code), Share)))
        figures = [get(code) for code in dict.fromkeys(codes)]
        told = zip(figures, queries.compare_all(figures, self.board.actor, self.board.about.window), strict=True)
        return [
            (
                f"每万会员{figure.label}" if figure.per else figure.label,
                self.board.url(figure.code),
                [shown(figure, value) for value in (one.own, one.middle, one.best)],
            )
            for figure, one in told
            if one.own is not None
        ]

    @cached_property
    def places(self) -> list[Place]:
        """Towns as dots with the number of their unions."""
        values = {row.org: row for row in queries.by_town(get(self.board.part.places), self.board.about)}
        return [
            Place(
                org.short_name.removesuffix("街道").removesuffix("镇"), float(org.longitude), float(org.latitude),
                int(values[org.pk].value or 0), self.board.url(self.board.part.places, org=org.code), urban="街道" in org.name,
            )
            for org in self.children
            if org.kind == Kind.TOWN and org.longitude is not None and org.latitude is not None and org.pk in values
        ]  # fmt: skip


@dataclass(frozen=True)
class Board:
    """The board of one node as one reader may see it."""

    actor: Actor
    asked: Asked
    part: BoardPart

    @cached_property
    def about(self) -> Survey:
        """This year up to the day: states on the day, what happened since New Year."""
        day = self.asked.window.on
        return queries.survey(self.actor, self.asked.org, Window(day, date(day.year, 1, 1), day))

    @cached_property
    def hero(self) -> Reading:
        return self.read(self.part.hero)

    @property
    def hero_url(self) -> str:
        return self.url(self.part.hero)

    @property
    def hero_note(self) -> list[tuple[str, str]]:
        """The sentence under the hero as (text, address) pieces; every number leads to its figure."""
        years = self.by_year[self.part.hero]
        pieces = []
        if len(years) > 1 and self.hero.value is not None and years[-2].value is not None and not years[-2].is_entered:
            change = Decimal(self.hero.value) - Decimal(years[-2].value)
            words = f"比上年末{'多' if change >= 0 else '少'} {_short(abs(change))}。"
            pieces.append((words, f"{address(self.hero.figure, self.asked, on=years[-2].end)}"))
        beside, rank = self.read(self.part.beside), self.read(self.part.rank)
        pieces.append((f"其中{beside.figure.title} {_short(beside.value)}", self.url(self.part.beside)))
        if rank.value is not None and self.asked.is_own:
            pieces.append((f"，入会数全市第 {int(rank.value)} ▲", self.url(self.part.rank)))
        return pieces

    @cached_property
    def years(self) -> list[int]:
        last = self.asked.window.on.year
        return list(range(last - YEARS_SHOWN + 1, last + 1))

    @property
    def year_labels(self) -> list[str]:
        return [str(year) for year in self.years]

    @cached_property
    def by_year(self) -> dict[str, list[Reading]]:
        """State figures at each year's end, the last on the day."""
        codes = {self.part.hero, *self.part.years, *(code for code in self.part.figures if _is_state(code))}
        return queries.by_year_all(sorted(codes), self.about, self.years)

    @property
    def hero_chart(self) -> tuple[str, list[Series]]:
        """Unit and lines of the hero and what stands beside it."""
        return self._drawn(dict.fromkeys((self.part.hero, self.part.beside)))

    @property
    def year_charts(self) -> list[tuple[str, str, str, list[Series]]]:
        """Title, address, unit and series of the yearly charts."""
        return [(f"{_figure(code).label}，年末", self.url(code), *self._drawn([code])) for code in self.part.years]

    @cached_property
    def numbers(self) -> list[BigNumber]:
        """The headline figures beside the hero."""
        return [self._number(code) for code in self.part.figures]

    @cached_property
    def below(self) -> Below:
        """What stands below the node, and the node beside its like."""
        return Below(self)

    @cached_property
    def clock_sums(self) -> list[tuple[str, str, str, bool]]:
        """Overdue and due within a month, three and six: number, words, address, whether it alarms."""
        overdue, due = self._terms
        day = self.asked.window.on
        ahead = {f"within_{days}": Count("pk", filter=Q(ends_on__lte=date.fromordinal(day.toordinal() + days))) for days in (30, 90)}
        soon, late = due.order_by().aggregate(**ahead, half_a_year=Count("pk")), overdue.count()
        urls = [self.url(code) for code in self.part.clocks]
        return [
            (grouped(late), "逾期", urls[0], late > 0),
            (grouped(soon["within_30"]), "30 天内", urls[1], False),
            (grouped(soon["within_90"]), "90 天内", urls[1], False),
            (grouped(soon["half_a_year"]), "半年内", urls[1], False),
        ]

    @cached_property
    def _terms(self) -> list[QuerySet[Any]]:
        """Terms overdue and soon due, with the day on which they end."""
        return [_with_end(queries.rows(_figure(code), self.about, self.actor)) for code in self.part.clocks]

    @cached_property
    def clocks(self) -> list[Any]:
        """The longest overdue and the next to fall due."""
        overdue, due = self._terms
        late = list(overdue.order_by("ends_on")[: CLOCKS_SHOWN - 2])
        return [*late, *due.order_by("ends_on")[: CLOCKS_SHOWN - len(late)]]

    @cached_property
    def bars(self) -> list[BarRow]:
        code, split = self.part.bars
        found = queries.by_split(_figure(code), split, self.about)
        whole = sum(number for _, _, number in found) or 1
        return [
            BarRow(label, number, f"{self.url(code)}?{split}={value}#list", note=f"{Decimal(number) / whole * 100:.0f}%")
            for value, label, number in found
        ]

    @property
    def bars_title(self) -> str:
        code, split = self.part.bars
        chosen = _figure(code).split(split)
        return f"{_figure(code).label}，按{chosen.title if chosen else ''}"

    @cached_property
    def gaps(self) -> list[BarRow]:
        """What the register lacks; only of today."""
        readings = [self.read(code) for code in self.part.gaps]
        return [BarRow(one.figure.title, one.value, self.url(one.figure.code)) for one in readings if one.value is not None]

    @property
    def gaps_top(self) -> Number:
        """Bars of gaps are parts of all unions."""
        return self.read(self.part.places).value or 0

    @property
    def choices(self) -> list[Link]:
        day, base = self.asked.window.on, question.today()
        last = date(base.year - 1, 12, 31)
        return [Link("今天", "?", active=day == base), Link(f"{last.year}年末", f"?on={last}", active=day == last)]

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """Every number of the board, and what its shares are made of."""
        part, _ = self.part, self.by_year  # asked first: growth needs last year's end, too
        codes = (part.hero, part.beside, part.rank, *part.figures, *part.compared, part.places, *part.gaps)
        shares = (figure for code in codes if isinstance(figure := get(code), Share))
        return queries.read_all((*codes, *(code for share in shares for code in (share.part, share.whole))), self.about)

    def read(self, code: str) -> Reading:
        return self.readings[code]

    def url(self, code: str, **changes: Any) -> str:
        return address(get(code), self.asked, **changes)

    def _drawn(self, codes: Iterable[str]) -> tuple[str, list[Series]]:
        """Unit and series of one chart, in 万 where its numbers are that big."""
        known = {code: [one.value for one in self.by_year[code]] for code in codes}
        is_big = any((value or 0) >= TEN_THOUSAND for values in known.values() for value in values)
        drawn = [
            Series(
                get(code).label,
                [value if value is None or not is_big else round(Decimal(value) / TEN_THOUSAND, 2) for value in values],
                quiet=code != self.part.hero,
            )
            for code, values in known.items()
        ]
        return f"{'万' if is_big else ''}{get(next(iter(known))).unit}", drawn

    def _number(self, code: str) -> BigNumber:
        reading, figure = self.read(code), get(code)
        late = code == self.part.clocks[0] and bool(reading.value)
        return BigNumber(
            f"▲ {figure.title}" if reading.is_entered else figure.title,
            self._value(reading),
            figure.unit,
            self._note(code, reading),
            self.url(code, **self._this_year(code)),
            "late" if late else "",
            history=[one.value or 0 for one in self.by_year[code]] if code in self.by_year and not late else (),
        )

    def _value(self, reading: Reading) -> Number | str:
        if reading.value is None:
            return "—"
        return f"{Decimal(reading.value) * 100:.1f}" if reading.figure.unit == "%" else reading.value

    def _note(self, code: str, reading: Reading) -> str:
        if reading.note:
            return reading.note
        figure = get(code)
        if figure.timing == "period":
            return f"{self.asked.window.on.year}年以来"
        if isinstance(figure, Share):
            return f"{get(figure.part).title} {_short(self.read(figure.part).value)}"
        years = self.by_year.get(code, [])
        if len(years) < 2 or years[-2].value is None or years[-2].is_entered or reading.value is None:
            return ""
        return f"比上年末 {reading.value - years[-2].value:+,}"

    def _this_year(self, code: str) -> dict[str, str]:
        return {"period": question.YEAR} if get(code).timing == "period" else {}


@page("board.view", face="board")
def board(request: HttpRequest) -> HttpResponse:
    """The cockpit of the reader's node; ?wall=1 for a wall screen, ?on= for another day, ?org= for a node below."""
    parts = [found for config in lines() if (found := getattr(part(config, "figures"), "BOARD", None))]
    boards = [Board(request.actor, question.read(request), one) for one in parts]  # type: ignore[attr-defined]
    return render(request, "home/board.html", {"boards": boards, "read_at": localtime(now())})


def _figure(code: str) -> Figure:
    figure = get(code)
    assert isinstance(figure, Figure)
    return figure


def _is_state(code: str) -> bool:
    figure = get(code)
    return isinstance(figure, Figure) and figure.timing == "state" and not figure.only_today


def _with_end(terms: QuerySet[Any]) -> QuerySet[Any]:
    """Terms with the day on which they end, an extension counted."""
    return terms.annotate(ends_on=Coalesce("extended_to", "valid_to", output_field=DateField()))


def _short(value: Number | None) -> str:
    number, wan = short(value)
    return f"{number} {wan}".strip()
