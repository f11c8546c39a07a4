"""The sheet of entered history: years × towns × figures in one workbook.

Two shapes are read: one value a row with its figure, organisation, last day and document, or one year and organisation a row with a column for each figure, as the
template has it. Empty cells of the second shape say nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from niangjia.base.calendar import parse_date
from niangjia.base.chinese import clean_text
from niangjia.base.workbooks import Source, open_workbook
from niangjia.core.access.actor import Actor
from niangjia.core.access.queries import visible
from niangjia.core.figures import rules
from niangjia.core.figures.figure import AnyFigure, Figure, all_figures
from niangjia.core.figures.models import EnteredValue, whole
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation

HEADINGS = {
    "figure": ("指标", "指标代码", "指标名称"),
    "org": ("组织", "镇街", "单位", "工会", "组织编码"),
    "value": ("数值", "数", "数据"),
    "period_from": ("期间起", "起"),
    "period_to": ("截至", "期间止", "截至日", "止", "年份", "年度"),
    "document_title": ("依据文件", "依据", "文件", "来源"),
    "document_number": ("文号",),
    "page": ("页码", "页"),
}
NEEDED = ("figure", "org", "value", "period_to", "document_title")
OF_EVERY_ROW = ("org", "period_to", "document_title")
HEADING_ROWS = 20
Said = dict[str, str]
Values = list[dict[str, Any]]


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be entered: where, what, and how to mend it."""

    sheet: str
    row: int
    message: str


@dataclass(frozen=True)
class Checked:
    """What a workbook comes to: values to enter, how many are entered already just so, and what is wrong."""

    new: Values
    same: int
    faults: list[Fault]

    @property
    def rows(self) -> int:
        return len(self.new) + self.same + len(self.faults)


def check(source: Source, actor: Actor) -> Checked:
    """A workbook against what is entered already: the same value again changes nothing, another one is at fault."""
    found, faults = read(source, actor)
    codes = {value["figure"] for _, value in found}
    rows = EnteredValue.objects.filter(figure__in=codes, voided_on__isnull=True)
    known = {(one.figure, one.org_id, one.period_from, one.period_to): one for one in visible(actor, rows, "figures.view")}
    new: dict[tuple[Any, ...], dict[str, Any]] = {}
    same = 0
    for place, value in found:
        key = (value["figure"], value["org"].pk, value["period_from"], value["period_to"])
        before = known.get(key)
        if key in new or (before and before.value != value["value"]):
            said = whole(new[key]["value"]) if key in new else f"{before.number}（{before.code}）" if before else ""
            faults.append(Fault(*place, f"这项指标这个组织这段时间已有 {said}；要改，请先作废原来的，再录"))
        elif before:
            same += 1
        else:
            new[key] = value
    return Checked(list(new.values()), same, sorted(faults, key=lambda fault: (fault.sheet, fault.row)))


def template(actor: Actor, years: Sequence[int]) -> tuple[list[str], list[list[Any]]]:
    """Headings and rows of an empty sheet: each year × the actor's organisation and its towns, a column for each figure that can be asked."""
    figures = [figure for figure in all_figures() if isinstance(figure, Figure) and not figure.only_today]
    below = visible(actor, Organisation.objects.filter(kind__in=(Kind.DISTRICT, Kind.TOWN), ended_on__isnull=True), "figures.enter")
    names = [org.name for org in below.order_by("lft")]
    headings = ["年份", "组织", *(f"{figure.title}（{figure.unit}）" for figure in figures), "依据文件", "文号", "页码"]
    return headings, [[year, name, *[""] * (len(headings) - 2)] for year in years for name in names]


def read(source: Source, actor: Actor) -> tuple[list[tuple[tuple[str, int], dict[str, Any]]], list[Fault]]:
    """Values as (sheet and row, arguments of ``actions.enter``), and the rows at fault; UnreadableFile where it is no workbook."""
    values: list[tuple[tuple[str, int], dict[str, Any]]] = []
    faults: list[Fault] = []
    figures = {name: figure.code for figure in all_figures() for name in _called(figure)}
    orgs = _organisations(actor)
    for sheet in open_workbook(source).sheets:
        places: dict[str, int] = {}
        columns: dict[str, int] = {}
        for row in sheet.rows():
            if not places:
                places, columns = _places(row.cells, figures)
                if not places and row.number >= HEADING_ROWS:
                    break
                continue
            for said in _sayings(row.cells, places, columns):
                try:
                    values.append(((sheet.name, row.number), _value(said, figures, orgs)))
                except ValidationError as error:
                    faults.append(Fault(sheet.name, row.number, "；".join(error.messages)))
        if not places and not sheet.hidden:
            faults.append(Fault(sheet.name, 1, f"没找到表头。表头要有：{'、'.join(HEADINGS[name][0] for name in NEEDED)}；或者用模板"))
    return values, faults


def _called(figure: AnyFigure) -> tuple[str, ...]:
    """How a sheet may name a figure: code, title, title with its unit."""
    return figure.code, figure.title, f"{figure.title}（{figure.unit}）", f"{figure.title}({figure.unit})"


def _sayings(cells: list[str], places: dict[str, int], columns: dict[str, int]) -> Iterator[Said]:
    """What one row says: one value, or one for each figure column that is filled."""
    said = {name: clean_text(cells[at]) if at < len(cells) else "" for name, at in places.items()}
    if not columns:
        yield said
        return
    for name, at in columns.items():
        if at < len(cells) and (text := clean_text(cells[at])):
            yield said | {"figure": name, "value": text}


def _places(cells: list[str], figures: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    """Column names → places and figure columns → places where this row is the heading, else nothing."""
    named = {clean_text(cell).replace(" ", ""): at for at, cell in reversed(list(enumerate(cells)))}
    found = {name: named[word] for name, words in HEADINGS.items() for word in reversed(words) if word in named}
    if all(name in found for name in NEEDED):
        return found, {}
    columns = {word: at for word, at in sorted(named.items(), key=lambda pair: pair[1]) if word in figures}
    return (found, columns) if columns and all(name in found for name in OF_EVERY_ROW) else ({}, {})


def _organisations(actor: Actor) -> dict[str, list[Organisation]]:
    """Codes and names of the organisations the actor may enter values for."""
    found: dict[str, list[Organisation]] = {}
    for org in visible(actor, Organisation.objects.only("id", "code", "name", "short_name", "lft"), "figures.enter"):
        for name in {org.code, org.name, org.short_name}:
            found.setdefault(name, []).append(org)
    return found


def _value(said: Said, figures: dict[str, str], orgs: dict[str, list[Organisation]]) -> dict[str, Any]:
    if said["figure"] not in figures:
        raise ValidationError(f"“指标”一栏的“{said['figure']}”不在指标表里，请用“数据与报表”里的名称或代码")
    candidates = orgs.get(said["org"], [])
    if len(candidates) != 1:
        reason = "不在当前岗位能录入的范围里，请核对名称或改用编码" if not candidates else "不止一家，请改用编码"
        raise ValidationError(f"“组织”一栏的“{said['org']}”{reason}")
    if not said["document_title"]:
        raise ValidationError("“依据文件”一栏是空的，请写明出自哪份文件")
    figure, value = rules.known(figures[said["figure"]]), _number(said["value"])
    period_to, period_from = _last_day(said["period_to"]), _first_day(said)
    if figure.timing == "period" and period_from is None and _is_year(said["period_to"]):
        period_from = date(period_to.year, 1, 1)
    rules.check_entry(figure, value, period_from, period_to)
    return {
        "figure": figure.code, "org": candidates[0], "value": value, "period_from": period_from, "period_to": period_to,
        "document_title": said["document_title"], "document_number": said.get("document_number", ""), "page": said.get("page", ""),
    }  # fmt: skip


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise ValidationError(f"“数值”一栏的“{text}”不是数，只写数字，例如 3956")
    return value


def _is_year(text: str) -> bool:
    digits = text.removesuffix("年").removesuffix(".0")
    return len(digits) == 4 and digits.isdecimal()


def _last_day(text: str) -> date:
    """A day, or a year that means its last day."""
    if _is_year(text) and 1949 <= int(text[:4]) <= 2100:
        return date(int(text[:4]), 12, 31)
    if day := parse_date(text):
        return day
    raise ValidationError(f"“截至”一栏的“{text}”看不懂，写成 2017年12月31日，或只写年份 2017")


def _first_day(said: Said) -> date | None:
    text = said.get("period_from", "")
    if not text:
        return None
    if day := parse_date(text):
        return day
    raise ValidationError(f"“期间起”一栏的“{text}”看不懂，写成 2017年1月1日")
