"""How a payment batch is written for a bank and its return is read (银行文件); another bank is another class named in the settings.

The house's own layout, documented in docs/operate.md: UTF-8 CSV with a heading, one line a payment, a last line with the control total.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from niangjia.base.tables import guarded

OUT = ("批次号", "序号", "户名", "账号", "开户行", "金额", "用途")
BACK = ("批次号", "序号", "金额", "结果", "原因", "付款日期")
TOTAL = "合计"
DONE, NOT_DONE = "成功", "失败"


@dataclass(frozen=True)
class Order:
    """One payment for the bank; amount in yuan."""

    number: int
    payee: str
    account: str
    bank: str
    amount: Decimal
    purpose: str


@dataclass(frozen=True)
class Answer:
    """What the bank says of one payment: done or why not, on which day (empty: not said)."""

    number: int
    amount: Decimal
    done: bool
    fault: str = ""
    on: str = ""


class Unreadable(Exception):
    """The return file cannot be read; the message says where and how to mend it, in Chinese."""


class Layout(Protocol):
    """A bank's way of writing. ``ending`` is that of the file's name."""

    ending: str

    def write(self, batch: str, orders: Iterable[Order], total: Decimal) -> bytes: ...

    def read(self, batch: str, data: bytes) -> list[Answer]:
        """Raises Unreadable, also where the file is another batch's or its own control total is wrong."""


class HouseCsv:
    """The documented layout."""

    ending = "csv"
    encoding, delimiter = "utf-8-sig", ","

    def write(self, batch: str, orders: Iterable[Order], total: Decimal) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter)
        writer.writerow(OUT)
        count = 0
        for order in orders:
            count += 1
            row = (batch, order.number, order.payee, order.account, order.bank, f"{order.amount:.2f}", order.purpose)
            writer.writerow([guarded(cell) for cell in row])
        writer.writerow((batch, TOTAL, count, "", "", f"{total:.2f}", ""))
        return text.getvalue().encode(self.encoding, errors="replace")

    def read(self, batch: str, data: bytes) -> list[Answer]:
        try:
            rows = list(csv.DictReader(io.StringIO(data.decode(self.encoding)), delimiter=self.delimiter))
        except (UnicodeDecodeError, csv.Error) as error:
            raise Unreadable(f"回盘文件读不了：应是 {self.encoding} 编码、用“{self.delimiter}”分隔的文本。") from error
        if not rows or any(heading not in rows[0] for heading in BACK):
            raise Unreadable(f"回盘文件第 1 行要有这些列：{'、'.join(BACK)}。")
        answers, last = [], None
        for line, row in enumerate(rows, 2):
            if row["批次号"] != batch:
                raise Unreadable(f"第 {line} 行是批次 {row['批次号'] or '（空）'} 的，不是 {batch} 的。整个文件没有处理。")
            if row["序号"] == TOTAL:
                last = _money(row["金额"], line)
            else:
                answers.append(_answer(row, line))
        if last is None:
            raise Unreadable("回盘文件没有“合计”行，可能只收到一半。整个文件没有处理。")
        if last != sum((answer.amount for answer in answers), Decimal(0)):
            raise Unreadable("回盘文件的“合计”和逐笔相加不一致。整个文件没有处理。")
        return answers


class PipeText(HouseCsv):
    """The same columns parted by upright strokes in GBK, as many banks' counters take them (代发文本)."""

    ending = "txt"
    encoding, delimiter = "gbk", "|"


def _answer(row: dict[str, str], line: int) -> Answer:
    if not (row["序号"] or "").isdecimal() or row["结果"] not in (DONE, NOT_DONE):
        raise Unreadable(f"第 {line} 行的序号或结果不对：结果只认“{DONE}”“{NOT_DONE}”。整个文件没有处理。")
    return Answer(
        int(row["序号"]), _money(row["金额"], line), row["结果"] == DONE, (row["原因"] or "").strip()[:120], (row["付款日期"] or "").strip()
    )


def _money(text: str | None, line: int) -> Decimal:
    try:
        amount = Decimal((text or "").replace(",", ""))
    except InvalidOperation as error:
        raise Unreadable(f"第 {line} 行的金额“{text}”不是数字。整个文件没有处理。") from error
    if not amount.is_finite():
        raise Unreadable(f"第 {line} 行的金额“{text}”不是数字。整个文件没有处理。")
    return amount


def layout() -> Layout:
    """The layout of the settings."""
    made: Layout = import_string(settings.BANK_LAYOUT)()
    return made
