import codecs
import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.base import tables
from niangjia.base.tables import Marked

HEADINGS = ["姓名", "金额", "日期", "号码"]
ROW = ["王小明", Decimal("12.50"), date(2023, 12, 18), "330212199001011234"]
ATTACKS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0"]


def read_csv(rows: list[list[object]]) -> list[list[str]]:
    with tables.csv_file(HEADINGS, rows) as file:
        content = file.read()
    assert content.startswith(codecs.BOM_UTF8), "spreadsheet programs look for the mark"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(rows: list[list[object]]) -> openpyxl.worksheet.worksheet.Worksheet:
    with tables.xlsx_file(HEADINGS, rows, "名册/2023") as file:
        return openpyxl.load_workbook(file).active


def test_csv_carries_values_plainly():
    assert read_csv([ROW]) == [HEADINGS, ["王小明", "12.50", "2023-12-18", "330212199001011234"]]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_in_a_csv_is_run_as_a_formula(attack: str):
    assert read_csv([[attack, -5]])[1] == [f"'{attack}", "-5"]


@pytest.mark.parametrize("attack", [*ATTACKS, "#REF!"])
def test_no_text_in_a_workbook_is_a_formula(attack: str):
    cell = read_xlsx([[attack]])["A2"]
    said = cell.value.replace("\r", "\n")  # with lxml installed openpyxl keeps a carriage return, without it a line feed comes back
    assert (said, cell.data_type) == (attack.replace("\r", "\n"), "s")


def test_a_workbook_keeps_long_numbers_as_text_and_sums_as_numbers():
    sheet = read_xlsx([ROW])
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "d", "s"]
    assert (sheet["D2"].value, sheet["B2"].value, sheet.title, sheet.freeze_panes) == ("330212199001011234", 12.5, "名册2023", "A2")


def test_a_marked_cell_is_coloured_and_says_why():
    cell = read_xlsx([["王小明", Marked("3302", "身份证号应为 18 位。")]])["B2"]
    assert (cell.value, cell.comment.text, cell.fill.fgColor.rgb) == ("3302", "身份证号应为 18 位。", "00FDE2E0")
    assert read_csv([[Marked("=1", "不是名字。")]])[1] == ["'=1"]


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=8) | st.none()).map(list), max_size=5))
def test_any_text_can_be_written(rows: list[list[object]]):
    assert len(read_xlsx(rows)["A"]) == len(rows) + 1
    assert [row[0] for row in read_csv(rows)[1:]] == [str(row[0]) for row in rows]


def test_rows_are_read_before_the_response_leaves():
    """Outside the request's transaction row security would show none."""
    asked: list[int] = []

    def rows() -> Iterator[list[int]]:
        asked.append(1)
        yield [1]

    for kind in ("csv", "xlsx"):
        response = tables.download("会员", HEADINGS, rows(), kind=kind)
        assert f".{kind}" in response.headers["Content-Disposition"]
        response.close()
    assert asked == [1, 1]
