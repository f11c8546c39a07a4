"""Figures and the five-year report from the command line."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from niangjia.config import demoday
from niangjia.config.cli import Refusal
from niangjia.config.commands.ground import start_django

if TYPE_CHECKING:
    from niangjia.core.figures.figure import AnyFigure
    from niangjia.core.figures.survey import Survey
    from niangjia.core.orgs.models import Organisation

LATER = {".docx": "Word 文档 Word documents", ".pdf": "PDF 文件 PDF files"}


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser("figures", help="全部指标的数 the value of every figure")
    parser.add_argument("--on", type=_day, metavar="D", help="截至哪天，默认今天 as of which day")
    parser.add_argument("--from", dest="start", type=_day, metavar="D", help="期间起，默认本届 first day of the period")
    parser.add_argument("--to", dest="end", type=_day, metavar="D", help="期间止 last day of the period")
    parser.add_argument("--org", metavar="CODE", help="工会编码，默认全区 organisation code")
    parser.add_argument("--line", default="", help="业务条线 line of work, e.g. organising")
    parser.add_argument("--by", choices=["town", "month"], help="按下一级组织或按月分 split")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=show_figures)
    reports = subparsers.add_parser("report", help="报告 reports").add_subparsers(required=True, metavar="REPORT")
    parser = reports.add_parser("five-year", help="五年工作报告的数据 the five-year account")
    parser.add_argument("--from", dest="start", type=_day, required=True, metavar="D")
    parser.add_argument("--to", dest="end", type=_day, required=True, metavar="D")
    parser.add_argument("--org", metavar="CODE")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.(html|json)")
    parser.set_defaults(run=write_report)


def show_figures(arguments: argparse.Namespace) -> None:
    """Print every figure of one organisation, as JSON or as a table."""
    start_django()
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.figures import figure, queries, report

    _check_order(arguments)
    about = queries.survey(SYSTEM, _organisation(arguments.org), queries.window(arguments.on, arguments.start, arguments.end))
    wanted = figure.all_figures(arguments.line)
    if not wanted:
        raise Refusal(f"没有“{arguments.line}”这条业务，或者它还没有指标 no such line, or no figures yet: {arguments.line}")
    found = [_described(one, about, arguments.by) for one in wanted]
    if said := demoday.told():
        print(said, file=sys.stderr)
    if arguments.json:
        print(json.dumps({"figures": found}, ensure_ascii=False, default=report.plain))
        return
    for one in found:
        _print_line(one)


def write_report(arguments: argparse.Namespace) -> None:
    """Write the report into a file of the kind its name ends in."""
    kind = arguments.out.suffix.lower()
    if kind in LATER:
        raise Refusal(f"还不能输出 {LATER[kind]}，请用 .html（可打印）或 .json not yet; use .html or .json")
    if kind not in (".html", ".json"):
        raise Refusal(f"不认识的文件类型“{kind}”，请用 .html 或 .json unknown kind of file; use .html or .json")
    _check_order(arguments)
    start_django()
    from niangjia.core.access.actor import SYSTEM
    from niangjia.core.figures import queries, report

    about = queries.survey(SYSTEM, _organisation(arguments.org), queries.window(arguments.end, arguments.start, arguments.end))
    told = report.compose(about)
    text = json.dumps(told.as_json(), ensure_ascii=False, indent=2, default=report.plain) if kind == ".json" else report.as_html(told)
    try:
        arguments.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"写不进“{arguments.out}”：{error.strerror} cannot write the file") from None
    print(f"已写出 written: {arguments.out} {demoday.told()}".rstrip(), file=sys.stderr)


def _described(figure: "AnyFigure", about: "Survey", by: str | None) -> dict[str, Any]:
    from niangjia.core.figures import queries

    reading = queries.read(figure, about)
    told = {
        "code": figure.code, "title": figure.title, "unit": figure.unit, "value": reading.value, "definition": figure.definition,
        "version": figure.version, "kind": figure.source, "timing": figure.timing, "from": reading.start, "to": reading.end,
        "entered": reading.is_entered, "counted_from": reading.counted_from, "note": reading.note,
        "documents": [_document(one) for one in reading.entered],
    }  # fmt: skip
    if by == "town":
        told["by_town"] = [{"code": row.code, "name": row.name, "value": row.value} for row in queries.by_town(figure, about)]
    if by == "month":
        told["by_month"] = _months(figure, about)
    return told


def _document(entered: Any) -> dict[str, Any]:
    return {
        "value": entered.value, "from": entered.period_from, "to": entered.period_to, "title": entered.document_title,
        "number": entered.document_number, "page": entered.page,
    }  # fmt: skip


def _months(figure: "AnyFigure", about: "Survey") -> list[dict[str, Any]]:
    """Every month of the period; for a state those of the year of its day."""
    from niangjia.core.figures import queries

    start, end = about.window.days_of(figure)
    first = start if figure.timing == "period" else date(end.year, 1, 1)
    return [
        {"month": f"{year}-{month:02}", "value": value}
        for year in range(first.year, end.year + 1)
        for month, value in enumerate(queries.by_month(figure, about, year), 1)
        if (year, month) >= (first.year, first.month)
    ]


def _print_line(told: dict[str, Any]) -> None:
    unit, mark = told["unit"], "▲" if told["entered"] else " "
    print(f"{mark}{_number(told['value'], unit):>12} {unit}  {told['title']}  {told['code']}  {told['note']}".rstrip())
    for row in (*told.get("by_town", ()), *told.get("by_month", ())):
        print(f"{_number(row['value'], unit):>27}  {row.get('name') or row.get('month')}")


def _number(value: Any, unit: str) -> str:
    if value is None:
        return "—"
    return f"{value * 100:.1f}" if unit == "%" else f"{value:,.1f}".removesuffix(".0")


def _organisation(code: str | None) -> "Organisation | None":
    from niangjia.base.scope import elevated
    from niangjia.core.orgs.models import Organisation

    with elevated("command line: the organisation asked for, or the district"):
        found = Organisation.objects.filter(**({"code": code} if code else {"parent": None})).first()
    if found is None:
        raise Refusal(f"没有编码为 {code} 的工会 no organisation with code {code}" if code else "还没有数据 the register is empty")
    return found


def _check_order(arguments: argparse.Namespace) -> None:
    if arguments.start and arguments.end and arguments.start > arguments.end:
        raise Refusal("期间的起晚于止 the period ends before it begins")


def _day(text: str) -> date:
    from niangjia.base.calendar import parse_date

    if found := parse_date(text):
        return found
    raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2023-12-18 not a date")
