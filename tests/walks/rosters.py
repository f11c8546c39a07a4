"""A roster as a street really sends one: notes before it, a title above it, headings in its own words, subtotals, and mistakes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import openpyxl

from niangjia.base.chinese import DEMO_DIVISION, id_check_digit

HEADINGS = ("序号", "员工姓名", "居民身份证号码", "联系电话", "所属基层工会", "从业类型", "入会时间", "职务")
FIRST_ROW = 5
"""The row of the sheet in which the first person stands."""
_numbers = count()
GOOD = 505
"""New members: with the changes more rows than one person may apply alone."""


NEW_JOB, NEW_PHONE = "站点调度长", "13700000077"


@dataclass(frozen=True)
class Known:
    """A member as the register has it today."""

    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class Roster:
    """The workbook, and what a reader should find in it."""

    data: bytes
    first: str
    refused: int
    doubled: int
    changed: int
    near_union: str


def messy(union: str, known: Sequence[Known], surname: str = "桑") -> Roster:
    """New riders of ``union``; ``known`` members of whom the first is unchanged and the others have another job now; mistakes."""
    near = union[:6] + union[7:]
    right = [_row(f"{surname}{_given(number)}", union) for number in range(GOOD)]
    there = [_row(one.name, union, number=one.id_number, phone=one.phone, job=NEW_JOB if at else "") for at, one in enumerate(known)]
    there[-1] = (*there[-1][:2], NEW_PHONE, *there[-1][3:])
    twice = _row(f"{surname}重山", union)
    short = _row(f"{surname}缺号", union, phone="1385550")
    wrong = _row(f"{surname}错证", union, number=_spoilt(_number()))
    nameless = _row("", union)
    strange = _row(f"{surname}无会", "根本没有这家的工会")
    nearly = _row(f"{surname}近名", near)
    rows = [*right, *there, twice, twice, short, wrong, nameless, strange, nearly]
    return Roster(_workbook(rows), right[0][0], refused=4, doubled=1, changed=len(known) - 1, near_union=near)


def _row(name: str, union: str, *, number: str = "", phone: str = "", job: str = "") -> tuple[str, ...]:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    number = number or _number()
    return (name, number, phone or f"139{number[-8:-1]}0".translate(wide), union, "外卖骑手", "2023年12月11日", job)


def _number() -> str:
    """An identity number that no person of the demo has: places from 900 on are not given out by the seed."""
    at = next(_numbers)
    stem = f"{DEMO_DIVISION}{date(1993, 1, 1) + timedelta(days=at // 90):%Y%m%d}{900 + at % 90}"
    return stem + id_check_digit(stem)


def _given(number: int) -> str:
    return "".join("一二三四五六七八九十"[int(digit)] for digit in f"{number:03d}")


def _spoilt(number: str) -> str:
    return number[:-1] + ("0" if number[-1] != "0" else "1")


def _workbook(rows: Sequence[tuple[str, ...]]) -> bytes:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "填表说明"
    for line in ("一、每人一行，不要合并单元格。", "二、证件号请设为文本格式。", "三、十二月二十日前报街道总工会。"):
        notes.append([line])
    sheet = book.create_sheet("花名册")
    sheet.append(["2023年冬季集中入会花名册"])
    sheet.merge_cells("A1:H1")
    sheet.append(["填报单位（盖章）：", None, None, None, "填报日期：", "2023-12-15"])
    sheet.append([])
    sheet.append(HEADINGS)
    for at, row in enumerate(rows, start=1):
        sheet.append([at, *row])
    sheet.append(["合计", f"{len(rows)}人"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
