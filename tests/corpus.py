"""Files as they really arrive and should not: each with what the officer is told. Made by code, small, made-up persons only."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl

from niangjia.base.chinese import DEMO_DIVISION, id_check_digit

OLD_XLS = Path(__file__).parent.parent / "niangjia" / "base" / "tests" / "data" / "roster.xls"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADINGS = ["姓名", "身份证号", "手机", "工会", "入会日期"]
_numbers = count(1)


@dataclass(frozen=True)
class Bad:
    """A file refused as a whole: what it is, its name and bytes, and words of the refusal: what, where, how to mend."""

    what: str
    name: str
    data: bytes
    said: tuple[str, ...]


def files() -> Iterator[Bad]:
    """Everything that is no roster at all."""
    yield Bad("nothing", "名册.xlsx", b"", ("空的", "请确认保存后再上传"))
    yield Bad("pdf", "名册.xlsx", b"%PDF-1.7\n1 0 obj", ("PDF 文件", "不是表格", "请上传"))
    yield Bad("picture", "名册.png", b"\x89PNG\r\n\x1a\n....", ("图片", "请上传"))
    yield Bad("program", "名册.xls", b"MZ\x90\x00\x03", ("程序", "请上传"))
    yield Bad("word", "名册.docx", zipped({"word/document.xml": b"<w/>"}), ("Word 文档", "请上传"))
    yield Bad("archive", "名册.zip", zipped({"名册.txt": b"x"}), ("压缩包", "请上传"))
    yield Bad("locked", "名册.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), ("打开密码", "请去掉密码另存"))
    yield Bad("cut off", "名册.xlsx", workbook({"表": [HEADINGS] * 200})[:900], ("损坏", "请"))
    yield Bad("old and broken", "名册.xls", OLE + "Workbook".encode("utf-16-le") * 40, ("损坏", "请"))
    yield Bad("bomb", "名册.xlsx", bomb(), ("大得不正常", "请"))
    yield Bad("far cells", "名册.xlsx", far_cells(), ("很远的行列", "请"))
    yield Bad("web page", "名册.xls", b"<html><table><tr><td>1</td></tr></table></html>", ("网页", "请"))
    yield Bad("another table", "天气.csv", "天气,温度\n晴,20\n".encode(), ("没有找到会员花名册的表头", "可以下载模板对照"))
    yield Bad("a column missing", "名册.csv", "姓名,手机,工会\n何静川,13800001111,甲\n".encode(), ("没有“证件号码”这一列", "请补上这一列"))
    yield Bad("an old xls without columns", "名册.xls", OLD_XLS.read_bytes(), ("没有“证件号码”“所属工会”这一列", "请补上这一列"))
    yield Bad("headings only", "名册.csv", ",".join(HEADINGS).encode(), ("没有数据行", "请确认"))
    yield Bad(
        "notes only",
        "说明.xlsx",
        workbook({"填表说明": [["请如实填写"], ["不要合并单元格"]]}),
        ("没有找到会员花名册的表头", "可以下载模板"),
    )
    yield Bad("hidden only", "名册.xlsx", workbook({"封面": [["名册"]], "名册": [HEADINGS]}, hidden="名册"), ("没有找到会员花名册的表头",))


@dataclass(frozen=True)
class Cell:
    """A faulty cell of an otherwise good row: the column, what stands there, words of the refusal."""

    what: str
    column: str
    value: Any
    said: str


CELLS = (
    Cell("a number in scientific notation", "身份证号", "3.30212E+17", "科学计数"),
    Cell("a number kept as a number", "身份证号", 330212199001011234, "丢了后几位"),
    Cell("a digit too few", "身份证号", "33021219900101123", "现在是 17 位"),
    Cell("a wrong check digit", "身份证号", "330212199001011234", "校验不符"),
    Cell("letters in a number", "身份证号", "33021219900101ABCD", "只能是数字"),
    Cell("a formula for a number", "身份证号", '="330212"&"199001011234"', "没有填写"),
    Cell("a formula for a name", "姓名", '=HYPERLINK("http://example.org","何静川")', "姓名没有填写"),
    Cell("a text that looks like a formula", "姓名", "@SUM(A1)", "不像姓名"),
    Cell("a landline", "手机", "0574-88123456", "请填 11 位手机号"),
    Cell("two numbers in a cell", "手机", "13800001111/13800002222", "一格只填一个号码"),
    Cell("no such day", "入会日期", "2023年2月30日", "不是认得的日期"),
    Cell("a month only", "入会日期", "2023年2月", "不是认得的日期"),
    Cell("a day to come", "入会日期", "2031-01-01", "晚于今天"),
    Cell("a union nobody knows", "工会", "没有这家厂工会", "找不到这家工会"),
    Cell("a town instead of a union", "工会", "桃源街道总工会", "不是基层工会"),
)

GOOD: dict[str, Callable[[str], tuple[str, Any]]] = {
    "full-width figures": lambda number: ("身份证号", "".join(chr(ord(sign) + 0xFEE0) for sign in number)),
    "spaces in between": lambda number: ("身份证号", f" {number[:6]} {number[6:14]} {number[14:]} "),
    "fifteen digits": lambda number: ("身份证号", f"{number[:6]}{number[8:17]}"),
    "an apostrophe before": lambda number: ("身份证号", f"'{number}"),
    "a phone as a number with a tail": lambda number: ("手机", 13800001234.0),
    "a phone with the country": lambda number: ("手机", "+86 138-0000-1234"),
    "a day with dots": lambda number: ("入会日期", "2023.5.6"),
    "a day in Chinese": lambda number: ("入会日期", "２０２３年５月６日"),
    "a day without marks": lambda number: ("入会日期", "20230506"),
    "a day with slashes": lambda number: ("入会日期", "2023/5/6"),
    "a day as the spreadsheet counts": lambda number: ("入会日期", 45052),
    "a real date": lambda number: ("入会日期", date(2023, 5, 6)),
    "a moment": lambda number: ("入会日期", datetime.fromisoformat("2023-05-06T08:30:00")),
}
"""Odd writings of something right: (column, cell) for an identity number; the day is always 2023-05-06."""


def id_number() -> str:
    """A well-formed number of the reserved division, never the same twice; born in the twentieth century."""
    n = next(_numbers)
    stem = f"{DEMO_DIVISION}1990{n // 28 % 12 + 1:02d}{n % 28 + 1:02d}{n % 900 + 100:03d}"
    return stem + id_check_digit(stem)


def row(union: str, **said: Any) -> list[Any]:
    """A good row but for what is said."""
    right = {"姓名": "何静川", "身份证号": id_number(), "手机": f"138{next(_numbers):08d}", "工会": union, "入会日期": "2023-05-06"}
    return list((right | said).values())


def workbook(sheets: dict[str, list[list[Any]]], hidden: str = "", merged: str = "") -> bytes:
    """An .xlsx; ``merged`` is a range of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for cells in rows:
            sheet.append(cells)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
    if merged:
        book.worksheets[0].merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def bomb() -> bytes:
    """Thirty megabytes in thirty kilobytes."""
    sheet = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * (30 << 20)}
    return zipped(sheet)


def with_sheet(book: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same workbook with the XML of its first sheet changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    return zipped(parts)


def far_cells() -> bytes:
    """Two cells with a million empty rows between them."""
    far = b'<row r="900000"><c r="XFD900000" t="n"><v>1</v></c></row></sheetData>'
    return with_sheet(workbook({"表": [HEADINGS]}), lambda sheet: sheet.replace(b"</sheetData>", far))


def lying(book: bytes) -> bytes:
    """A workbook that claims to be a million rows long."""
    start = b"<dimension ref="
    return with_sheet(book, lambda sheet: sheet.replace(sheet[sheet.index(start) :].split(b"/>")[0], start + b'"A1:XFD1048576"'))
