"""Tables that leave the house as files. No cell of them is ever a formula, whatever somebody typed.

Rows are written before the response is handed back: read later, outside the request's transaction, row security would show none.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

from django.http import FileResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 4 << 20
MOST_ROWS = 1_048_575
LONGEST_CELL = 32_767
WIDEST_COLUMN = 40

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
READ_BY_WRITER = ("=", "#")  # openpyxl would make a formula or an error of such text
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BAD_TITLE = re.compile(r"[\[\]:*?/\\']")
MARK = PatternFill("solid", fgColor="FDE2E0")


class Marked(NamedTuple):
    """A cell to be shown as faulty: coloured, with the reason as its comment (xlsx) or left plain (csv)."""

    value: Any
    reason: str


def guarded(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it. Numbers and days are left as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_FORMULA) else value


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """A temporary file at its start: UTF-8 with BOM, as spreadsheet programs expect it."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (the response closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow(map(guarded, headings))
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def xlsx_file(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "Sheet1") -> IO[bytes]:
    """A temporary file at its start. Text stays text: long numbers keep their digits, nothing is computed."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(BAD_TITLE.sub("", title)[:31] or "Sheet1")
    for index, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = min(max(len(heading) * 2 + 2, 12), WIDEST_COLUMN)
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, heading) for heading in headings])
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise ValueError("一张工作表最多 1,048,575 行：请缩小范围，或改用 CSV。")
        sheet.append([_cell(sheet, value) for value in row])
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def download(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, kind: str = "csv") -> FileResponse:
    """A response with the table as ``name``.csv or ``name``.xlsx."""
    file = xlsx_file(headings, rows, name) if kind == "xlsx" else csv_file(headings, rows)
    suffix, content_type = ("xlsx", XLSX_TYPE) if kind == "xlsx" else ("csv", CSV_TYPE)
    return FileResponse(file, as_attachment=True, filename=f"{name}.{suffix}", content_type=content_type)


def _plain(cell: Any) -> Any:
    value = cell.value if isinstance(cell, Marked) else cell
    return guarded(value.replace("\x00", "") if isinstance(value, str) else value)


def _heading(sheet: Any, text: str) -> Any:
    cell = _text_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Marked):
        cell = _text_cell(sheet, "" if value.value is None else str(value.value))
        cell.fill = MARK
        cell.comment = Comment(value.reason, "娘家", width=320)
        return cell
    if isinstance(value, datetime):
        return _text_cell(sheet, value.strftime("%Y-%m-%d %H:%M:%S"))
    if value is None or isinstance(value, (bool, int, float, Decimal, date)):
        return value
    text = str(value)
    plain = not text.startswith(READ_BY_WRITER) and "\r" not in text and not UNPRINTABLE.search(text)
    return text[:LONGEST_CELL] if plain else _text_cell(sheet, text)


def _text_cell(sheet: Any, text: str) -> Any:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cell = WriteOnlyCell(sheet, UNPRINTABLE.sub("", lines)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell
