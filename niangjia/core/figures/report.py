"""The five-year account: the lines' prose with its numbers from records, the tables behind it, and every definition."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from niangjia.base.calendar import chinese_date
from niangjia.core.faces.numbers import grouped, short
from niangjia.core.figures import queries
from niangjia.core.figures.figure import PERIOD, AnyFigure, Awaited, Figure, Rank, all_figures, get
from niangjia.core.figures.queries import Branch, Reading
from niangjia.core.figures.survey import Number, Survey, Window
from niangjia.core.line import lines, part
from niangjia.core.orgs.models import Organisation

NUMBER = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")
BREAKS = re.compile(r"\n\s*")
OPTIONAL = re.compile(r"\[([^\]]*)\]")
DIGITS = "零一二三四五六七八九十"
LINES_OF_WORK = {
    "organising": "组建与会员发展", "guidance": "思想引领", "honours": "劳模工匠", "stations": "服务阵地", "relief": "困难帮扶",
    "mutual_aid": "医疗互助", "cooperation": "协作与疗休养", "contests": "劳动竞赛", "reform": "产业工人队伍建设改革",
    "skills": "鄞匠成长营", "homes": "建家与民主管理", "bargaining": "协商与和谐", "rights": "维权服务", "funding": "经费与补贴",
    "appraisal": "重点工作考核", "office": "综合办公",
}  # fmt: skip
"""What a federation's account covers; the report names those of which the house keeps no records yet."""


@dataclass(frozen=True)
class Piece:
    """A stretch of prose: plain text, or the number of a reading in words (50.6万人)."""

    text: str
    reading: Reading | None = None


@dataclass(frozen=True)
class Table:
    """Figures side by side: one row a town or a year, a cell for each figure."""

    title: str
    heading: str
    figures: Sequence[AnyFigure]
    rows: Sequence[tuple[str, str, Sequence[Number | None]]]
    """Name, the question as an address' parameters, a cell for each figure."""
    total: Sequence[Number | None] = ()


@dataclass(frozen=True)
class Report:
    """Everything the report says, ready for a page, a file or JSON."""

    org: Organisation
    window: Window
    sections: Sequence[tuple[str, Sequence[Sequence[Piece]]]]
    readings: Sequence[Reading]
    tables: Sequence[Table]

    @property
    def awaited(self) -> list[str]:
        """Lines of work whose records do not exist yet: the report says so instead of 0."""
        kept = {config.label for config in lines()}
        return [title for label, title in LINES_OF_WORK.items() if label not in kept]

    @property
    def title(self) -> str:
        return f"{self.org.short_name or self.org.name}五年工作数据（{chinese_date(self.window.start)}至{chinese_date(self.window.end)}）"

    def as_json(self) -> dict[str, Any]:
        """Every figure with code, value, definition and as-of day; the prose; the tables."""
        return {
            "title": self.title,
            "org": self.org.code,
            "from": self.window.start,
            "to": self.window.end,
            "figures": [_reading_json(reading) for reading in self.readings],
            "paragraphs": ["".join(piece.text for piece in paragraph) for _, paragraphs in self.sections for paragraph in paragraphs],
            "tables": [_table_json(table) for table in self.tables],
            "without_records": self.awaited,
        }


def compose(about: Survey) -> Report:
    """The report of one node over the period of the survey; states are as of its last day."""
    readings = [queries.read(figure, about) for figure in all_figures()]
    known = {reading.figure.code: reading for reading in readings}
    sections = [
        (str(config.verbose_name), [_pieces(prose, about.org, known) for prose in getattr(part(config, "figures"), "PROSE", ())])
        for config in lines()
    ]
    headline = [get(code) for config in lines() for code in getattr(part(config, "figures"), "HEADLINE", ())]
    tables = [
        _by_town(headline, about, known),
        _by_year([figure for figure in all_figures() if isinstance(figure, Figure)], headline, about),
    ]
    return Report(about.org, about.window, [section for section in sections if section[1]], readings, tables)


def as_html(told: Report) -> str:
    """One file that needs no other: its style lies inside, its numbers lead to the definitions at its end."""
    with open(finders.find("figures/report.css"), encoding="utf-8") as file:  # type: ignore[arg-type]  # noqa: PTH123
        return render_to_string("figures/report_file.html", {"report": told, "style": file.read()})


def plain(value: Any) -> Any:
    """Days and decimals as JSON holds them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat()


def in_words(reading: Reading) -> str:
    """A number as a report prints it: 3956家, 50.6万人, 全市第一; ▲ where it comes from a document."""
    value, figure = reading.value, reading.figure
    if value is None:
        return "（还没有记录）" if isinstance(figure, Awaited) else "（没有数）"
    if isinstance(figure, Rank) and figure.is_place:
        return f"第{DIGITS[int(value)] if value <= 10 else int(value)}▲"
    mark = "▲" if reading.is_entered else ""
    if figure.unit == "%":
        return f"{Decimal(value) * 100:.1f}%{mark}"
    number, wan = short(value) if value >= 10_000 else (grouped(value, 0 if isinstance(value, int) else 1).replace(",", ""), "")
    return f"{number}{wan}{figure.unit}{mark}"


def _pieces(prose: str, org: Organisation, known: dict[str, Reading]) -> list[Piece]:
    """The prose with its numbers; a [stretch] is left out where one of its figures has no value."""
    prose = BREAKS.sub("", prose).replace("{org}", org.short_name or org.name)
    prose = OPTIONAL.sub(lambda found: found[1] if all(known[code].value is not None for code in NUMBER.findall(found[1])) else "", prose)
    pieces = []
    for number, stretch in enumerate(NUMBER.split(prose)):
        if number % 2:
            pieces.append(Piece(in_words(known[stretch]), known[stretch]))
        elif stretch:
            pieces.append(Piece(stretch))
    return pieces


def _by_town(figures: Sequence[AnyFigure], about: Survey, known: dict[str, Reading]) -> Table:
    columns = [{row.org: row for row in queries.by_town(figure, about)} for figure in figures]
    names: dict[int, Branch] = {org: row for column in columns for org, row in column.items()}
    order = sorted(names.values(), key=lambda row: (row.is_own, -(columns[0][row.org].value or 0 if row.org in columns[0] else 0)))
    rows = [
        (
            "本级直属" if row.is_own else row.name,
            _asked(about.window.start, about.window.end, about.org.code if row.is_own else row.code),
            [column[row.org].value if row.org in column else 0 for column in columns],
        )
        for row in order
    ]
    return Table("按下一级组织", "组织", figures, rows, [known[figure.code].value for figure in figures])


def _by_year(counted: Iterable[Figure], headline: Sequence[AnyFigure], about: Survey) -> Table:
    """States at each year's end, what happened within each year; a year cut by the period counts only its days inside."""
    states = [figure for figure in headline if isinstance(figure, Figure)]
    happened = [figure for figure in counted if figure.timing == PERIOD]
    rows = []
    for year in range(about.window.start.year, about.window.end.year + 1):
        start, end = max(date(year, 1, 1), about.window.start), min(date(year, 12, 31), about.window.end)
        within = Survey(about.org, Window(end, start, end))
        name = f"{year}年" if start.month == 1 and start.day == 1 and end.month == 12 else f"{year}年（{_near(start)}—{_near(end)}）"
        rows.append((name, _asked(start, end), [queries.read(figure, within).value for figure in (*states, *happened)]))
    return Table("按年（存量为年末数，其余为当年数）", "年份", [*states, *happened], rows)


def _asked(start: date, end: date, org: str = "") -> str:
    """The question behind a cell, as the page of a figure understands it."""
    return urlencode({"on": end, "period": "custom", "from": start, "to": end} | ({"org": org} if org else {}))


def _near(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _reading_json(reading: Reading) -> dict[str, Any]:
    figure = reading.figure
    return {
        "code": figure.code, "title": figure.title, "value": reading.value, "unit": figure.unit, "definition": figure.definition,
        "version": figure.version, "kind": figure.source, "as_of": reading.end, "from": reading.start, "entered": reading.is_entered,
        "note": reading.note, "documents": [one.document_title for one in reading.entered],
    }  # fmt: skip


def _table_json(table: Table) -> dict[str, Any]:
    codes = [figure.code for figure in table.figures]
    return {"title": table.title, "rows": [{"name": name, "values": dict(zip(codes, cells, strict=True))} for name, _, cells in table.rows]}
