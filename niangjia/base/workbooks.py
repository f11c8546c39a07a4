"""Reads workbooks as people send them: .xlsx, .xlsm, .xls and .csv, by content and never by name.

Cells come as text. Formulas are neither run nor shown: a cell gives the value its author last saw. A number of 16 digits or more
has lost its last ones in the spreadsheet itself; such cells are named in ``Row.lost_digits``, so that the importer can say
"format the column as text". Everything the reader refuses it refuses with ``UnreadableFile`` when the file is opened.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

import polars as pl
import python_calamine

from niangjia.base.csvblocks import Irregular, frames
from niangjia.base.unpacking import MOST_BYTES, SAVE_AS, WIDEST, UnreadableFile, check_archive, kind_of, too_many_rows

__all__ = ["Row", "Sheet", "UnreadableFile", "Workbook", "open_workbook"]

MOST_ROWS = 1_000_000
EXACT_NUMBERS = 10**15
LONGEST_FIELD = 32_767
SEPARATORS = (",", ";", "\t")
BLOCK = 1 << 20

LOOKED_AT = 50
"""Rows of a CSV that show how many columns it has."""
Blocks = Callable[[int], Iterator[pl.DataFrame]]
Source = Path | str | bytes | Callable[[], IO[bytes]]
"""A path, the content, or a function that opens it anew (a file kept sealed is never laid down in clear)."""


class Row(NamedTuple):
    """One row that is not empty; ``number`` as the spreadsheet shows it, ``lost_digits`` columns from 1."""

    number: int
    cells: list[str]
    lost_digits: tuple[int, ...] = ()


class Sheet:
    """Rows of one sheet, read anew each time they are asked for; one sheet at a time is in memory."""

    def __init__(self, name: str, hidden: bool, read: Callable[[], Iterator[Row]], blocks: Blocks | None = None) -> None:
        self.name = name
        self.hidden = hidden
        self._read = read
        self._blocks = blocks

    def rows(self) -> Iterator[Row]:
        """Rows without trailing empty cells, at most 200 columns."""
        return self._read()

    def chunks(self, size: int = 10_000) -> Iterator[pl.DataFrame]:
        """Frames of up to ``size`` rows: row (number), c1 … cN (text, null where empty), lost_digits (columns).

        N is the widest row of that chunk, of a CSV the widest of the first rows.
        """
        done = 0
        if self._blocks:
            try:
                for frame in self._blocks(size):
                    yield frame.with_columns(lost_digits=pl.lit([], pl.List(pl.Int64)))
                    done = frame["row"][-1]
            except Irregular:
                pass
            else:
                return
        rows = (row for row in self._read() if row.number > done)
        while some := list(islice(rows, size)):
            width = max(len(row.cells) for row in some)
            columns: dict[str, Any] = {"row": pl.Series([row.number for row in some], dtype=pl.Int64)}
            for index in range(width):
                values = [(row.cells[index] or None) if index < len(row.cells) else None for row in some]
                columns[f"c{index + 1}"] = pl.Series(values, dtype=pl.String)
            columns["lost_digits"] = pl.Series([list(row.lost_digits) for row in some], dtype=pl.List(pl.Int64))
            yield pl.DataFrame(columns)


class Workbook(NamedTuple):
    """``kind`` is xlsx, xls or csv."""

    kind: str
    sheets: list[Sheet]


def open_workbook(source: Source, *, limit: int = MOST_ROWS) -> Workbook:
    """Check the file and list its sheets; ``limit`` is the number of rows allowed in the whole file."""
    with _opened(source) as file:
        if file.seek(0, io.SEEK_END) > MOST_BYTES:
            raise UnreadableFile(f"文件超过 {MOST_BYTES >> 20} MB：请拆成几份，分别上传。")
        kind = kind_of(file)
        if kind == "text":
            return _open_csv(source, file, limit)
        if kind == "xlsx":
            check_archive(file, limit)
    return _open_spreadsheet(source, kind, limit)


@contextmanager
def _opened(source: Source) -> Iterator[IO[bytes]]:
    with _file(source) as file:
        yield file


def _file(source: Source) -> IO[bytes]:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source() if callable(source) else Path(source).open("rb")


def _open_spreadsheet(source: Source, kind: str, limit: int) -> Workbook:
    with _refusing_broken(), _opened(source) as file:
        book = python_calamine.load_workbook(str(source) if isinstance(source, Path | str) else io.BytesIO(file.read()))
    sheets = [
        Sheet(about.name, about.visible is not python_calamine.SheetVisibleEnum.Visible, _reader(book, about.name))
        for about in book.sheets_metadata
        if about.typ is python_calamine.SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        raise UnreadableFile("工作簿里没有工作表：请检查后重新上传。")
    if kind == "xls":
        _check_old_sheets(book, sheets, limit)
    return Workbook(kind, sheets)


def _check_old_sheets(book: python_calamine.CalamineWorkbook, sheets: list[Sheet], limit: int) -> None:
    """An .xls is not read beforehand, as it cannot be large: 65,536 rows by 256 columns a sheet."""
    rows = 0
    for sheet in sheets:
        with _refusing_broken():
            rows += book.get_sheet_by_name(sheet.name).height
        if rows > limit:
            raise UnreadableFile(too_many_rows(limit))


def _reader(book: python_calamine.CalamineWorkbook, name: str) -> Callable[[], Iterator[Row]]:
    def read() -> Iterator[Row]:
        with _refusing_broken():
            sheet = book.get_sheet_by_name(name)
        left = (sheet.start or (0, 0))[1]
        indent = [""] * min(left, WIDEST)
        for number, values in enumerate(sheet.iter_rows(), start=1):  # from the first row, but only from the first column in use
            cells, lost = _as_text(values[: WIDEST - len(indent)], left)
            if cells:
                yield Row(number, indent + cells, lost)

    return read


@contextmanager
def _refusing_broken() -> Iterator[None]:
    """The reader's errors, and its panics, which are no ordinary exceptions."""
    try:
        yield
    except python_calamine.PasswordError as error:
        raise UnreadableFile("这个工作簿设了打开密码：请去掉密码另存后再上传。") from error
    except BaseException as error:
        if isinstance(error, python_calamine.CalamineError | OSError | ValueError) or type(error).__name__ == "PanicException":
            raise UnreadableFile(f"工作簿已损坏，打不开：{SAVE_AS}") from error
        raise


def _as_text(values: list[Any], left: int) -> tuple[list[str], tuple[int, ...]]:
    cells = [value if type(value) is str else _text(value) for value in values]
    lost = [left + index for index, value in enumerate(values, start=1) if type(value) in (float, int) and abs(value) >= EXACT_NUMBERS]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells, tuple(lost)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return f"{value:.0f}" if value == value // 1 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _open_csv(source: Source, file: IO[bytes], limit: int) -> Workbook:
    encoding = _encoding(file)
    file.seek(0)
    with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        separator = _separator(text)
        text.seek(0)
        with _refusing_bad_csv():
            for number, _ in enumerate(_csv(text, separator), start=1):
                if number > limit:
                    raise UnreadableFile(too_many_rows(limit))

    def read() -> Iterator[Row]:
        return _csv_rows(source, encoding, separator)

    def blocks(size: int) -> Iterator[pl.DataFrame]:
        width = max((len(row.cells) for row in islice(read(), LOOKED_AT)), default=1)
        return frames(lambda: _file(source), encoding, separator, width, size)

    return Workbook("csv", [Sheet("CSV", hidden=False, read=read, blocks=blocks)])


def _encoding(file: IO[bytes]) -> str:
    """utf-16 by its mark, else utf-8, else gb18030: the first one that reads the whole file."""
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableFile("认不出文字编码，读出来会是乱码：请用 Excel 另存为“CSV UTF-8”或 .xlsx 后再上传。")


def _separator(text: IO[str]) -> str:
    """The one that most often stands in the first lines."""
    lines = [line for line in islice(text, 50) if line.strip()]
    return max(SEPARATORS, key=lambda separator: sum(line.count(separator) for line in lines))


def _csv_rows(source: Source, encoding: str, separator: str) -> Iterator[Row]:
    with _opened(source) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        for number, values in enumerate(_csv(text, separator), start=1):
            cells, _ = _as_text(list(values[:WIDEST]), 0)
            if cells:
                yield Row(number, cells)


def _csv(text: IO[str], separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    return csv.reader(text, delimiter=separator)


@contextmanager
def _refusing_bad_csv() -> Iterator[None]:
    try:
        yield
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableFile("CSV 格式有误（多半是引号没有成对）：请用 Excel 打开，另存为 .xlsx 后再上传。") from error
