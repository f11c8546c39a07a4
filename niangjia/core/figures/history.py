"""The sheet of entered history: years × towns × figures in one workbook, one value a row."""

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
from niangjia.core.figures.figure import all_figures
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
HEADING_ROWS = 20


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be entered: where, what, and how to mend it."""

    sheet: str
    row: int
    message: str


def read(source: Source, actor: Actor) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The values of a workbook as arguments of ``actions.enter``, and the rows at fault; UnreadableFile where it is none."""
    values, faults = [], []
    figures = {name: figure.code for figure in all_figures() for name in (figure.code, figure.title)}
    orgs = _organisations(actor)
    for sheet in open_workbook(source).sheets:
        places: dict[str, int] = {}
        for row in sheet.rows():
            if not places:
                places = _places(row.cells)
                if not places and row.number >= HEADING_ROWS:
                    break
                continue
            said = {name: clean_text(row.cells[at]) if at < len(row.cells) else "" for name, at in places.items()}
            try:
                values.append(_value(said, figures, orgs))
            except ValidationError as error:
                faults.append(Fault(sheet.name, row.number, "；".join(error.messages)))
        if not places and not sheet.hidden:
            faults.append(Fault(sheet.name, 1, f"没找到表头。表头要有：{'、'.join(HEADINGS[name][0] for name in NEEDED)}"))
    return values, faults


def _places(cells: list[str]) -> dict[str, int]:
    """Column names → places where this row is the heading, else nothing."""
    named = {clean_text(cell).replace(" ", ""): at for at, cell in reversed(list(enumerate(cells)))}
    found = {name: named[word] for name, words in HEADINGS.items() for word in reversed(words) if word in named}
    return found if all(name in found for name in NEEDED) else {}


def _organisations(actor: Actor) -> dict[str, list[Organisation]]:
    """Codes and names of the organisations the actor may enter values for."""
    found: dict[str, list[Organisation]] = {}
    for org in visible(actor, Organisation.objects.only("id", "code", "name", "short_name", "lft"), "figures.enter"):
        for name in {org.code, org.name, org.short_name}:
            found.setdefault(name, []).append(org)
    return found


def _value(said: dict[str, str], figures: dict[str, str], orgs: dict[str, list[Organisation]]) -> dict[str, Any]:
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


def _first_day(said: dict[str, str]) -> date | None:
    text = said.get("period_from", "")
    if not text:
        return None
    if day := parse_date(text):
        return day
    raise ValidationError(f"“期间起”一栏的“{text}”看不懂，写成 2017年1月1日")
