"""A small district and rosters as unions send them, with made-up persons only."""

import io
from collections.abc import Sequence
from itertools import count
from typing import Any

import openpyxl

from niangjia.base.chinese import DEMO_DIVISION, id_check_digit
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.imports.actions import receive, work_on
from niangjia.core.imports.models import Batch, BatchRow
from niangjia.core.orgs.models import Organisation

HEADINGS = ("姓名", "身份证号", "手机", "工会", "就业形态", "入会日期")
_numbers = count(1)


def id_number(birth: str = "19900501") -> str:
    """A well-formed number of the reserved division, never the same twice."""
    number = next(_numbers)
    stem = f"{DEMO_DIVISION}{birth[:6]}{number // 900 % 28 + 1:02d}{number % 900:03d}"
    return stem + id_check_digit(stem)


def phone() -> str:
    return f"138{next(_numbers):08d}"


def line(home: Organisation, **said: Any) -> list[Any]:
    """A row that says what is right, but for what ``said`` says."""
    right = {
        "name": "何静川", "id": id_number(), "phone": phone(), "union": home.name, "form": "快递员", "joined": "2023-05-06",
    }  # fmt: skip
    return list((right | said).values())


def csv(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS) -> bytes:
    return "\n".join(",".join(str(cell or "") for cell in row) for row in (headings, *rows)).encode()


def workbook(sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    """An .xlsx with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def checked(data: bytes, org: Organisation, by: Actor = SYSTEM, name: str = "名册.csv") -> Batch:
    """A batch received and checked."""
    received = receive(sheet="members", data=data, name=name, org=org, by=by, queue=False)
    return worked(received.batch)


def worked(batch: Batch) -> Batch:
    work_on(code=batch.code)
    return Batch.objects.select_related("org", "file").get(pk=batch.pk)


def said(batch: Batch) -> list[str]:
    """Every message of the batch's rows, in order."""
    return [problem["message"] for row in BatchRow.objects.filter(batch=batch).order_by("number") for problem in row.problems or ()]
