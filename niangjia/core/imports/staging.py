"""Staging: cleaned chunks become rows of the batch. Personal numbers are sealed and indexed here, before they leave this process."""

import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import polars as pl

from niangjia.base.sealing import blind_many, seal_many
from niangjia.core.imports.cleaning import clean
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.reading import Portion, Reading
from niangjia.core.imports.sheets import Cleaned, Column, Context, Problem, Sheet

COLUMNS = "number, worksheet, row, key, facts, decision, problems"
LOST = "被表格当成数字，丢了后几位：请把这一列设为“文本”后重新填写"


@dataclass(frozen=True)
class Staged:
    """A chunk ready for COPY: CSV bytes with COLUMNS, and its first and last number."""

    csv: bytes
    first: int
    last: int


def staged(reading: Reading, sheet: Sheet, context: Context) -> Iterator[Staged]:
    """Chunks ready for COPY; while the database takes one, the next is read and cleaned."""
    chunks = _prepared(reading, sheet, context)
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(next, chunks, None)
        while chunk := coming.result():
            coming = ahead.submit(next, chunks, None)
            yield chunk


def _prepared(reading: Reading, sheet: Sheet, context: Context) -> Iterator[Staged]:
    first = 1
    for portion in reading.portions():
        yield _stage(portion, first, sheet, context)
        first += len(portion.raw)


def _stage(portion: Portion, first: int, sheet: Sheet, context: Context) -> Staged:
    cleaned = Cleaned(portion.raw)
    for name, lost in portion.lost.items():
        if lost.any():
            messages = pl.select(pl.when(lost).then(pl.lit(f"{sheet.title_of(name)}{LOST}"))).to_series()
            cleaned.problems.append(Problem(name, "lost_digits", messages))
    clean(sheet, cleaned, context)
    problems, refused = _problems(cleaned, sheet)
    keys = _seal(cleaned, sheet)
    size = len(portion.raw)
    frame = pl.DataFrame(
        {
            "number": pl.Series(range(first, first + size), dtype=pl.Int64),
            "worksheet": pl.Series([portion.worksheet] * size, dtype=pl.Int16),
            "row": portion.row,
            "key": keys,
            "facts": _as_json(cleaned),
            "decision": refused,
            "problems": problems,
        }
    )
    return Staged(frame.write_csv(include_header=False).encode(), first, first + size - 1)


def _seal(cleaned: Cleaned, sheet: Sheet) -> pl.Series:
    """Replace the columns with a stem by their sealed value and blind index; returns the index of the key."""
    key: pl.Series | None = None
    for column in sheet.columns:
        if not column.stem or column.name not in cleaned.facts:
            continue
        values = cleaned.facts.pop(column.name).to_list()
        cleaned.facts[f"{column.stem}_sealed"] = _hex(seal_many(values, column.sealed))
        cleaned.facts[f"{column.stem}_index"] = index = _hex(blind_many(values, column.sealed))
        if column.name == sheet.key:
            key = index
    if sheet.keyed_by:
        return cleaned.facts.pop(sheet.keyed_by)
    return key if key is not None else cleaned.facts[sheet.key].cast(pl.String)


def _as_json(cleaned: Cleaned) -> pl.Series:
    said = [series.alias(name) for name, series in cleaned.facts.items() if series.null_count() < len(series)]
    frame = pl.DataFrame(said).with_columns(pl.selectors.date().dt.to_string("iso"))
    return frame.to_struct("facts").struct.json_encode()


def _problems(cleaned: Cleaned, sheet: Sheet) -> tuple[pl.Series, pl.Series]:
    """One JSON list a row, the first message of each cell only; and the decision «refused» where one of them refuses."""
    rows: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for problem in cleaned.problems:
        hits = problem.messages.is_not_null().arg_true().to_list()
        for index, message in zip(hits, problem.messages.gather(hits).to_list(), strict=True):
            found = {"column": problem.column, "kind": problem.kind, "message": message, "refuses": problem.refuses}
            if problem.column not in rows[index]:
                rows[index][problem.column] = found
    _say_what_was(rows, cleaned, sheet)
    size = len(cleaned.raw)
    texts: list[str | None] = [None] * size
    refused: list[int | None] = [None] * size
    for index, cells in rows.items():
        texts[index] = json.dumps(list(cells.values()), ensure_ascii=False)
        if any(cell["refuses"] for cell in cells.values()):
            refused[index] = int(Decision.REFUSED)
    return pl.Series(texts, dtype=pl.String), pl.Series(refused, dtype=pl.Int16)


def _say_what_was(rows: dict[int, dict[str, dict[str, Any]]], cleaned: Cleaned, sheet: Sheet) -> None:
    """What a faulty cell said, for the preview; numbers that are personal are sealed."""
    faulty: dict[str, list[int]] = defaultdict(list)
    for index, cells in rows.items():
        for name in cells:
            faulty[name].append(index)
    for name, indexes in faulty.items():
        column = sheet.column(name)
        texts = cleaned.text(name).gather(indexes).to_list()
        shown = _hex(seal_many(texts, column.sealed)).to_list() if column and column.stem else texts
        for index, text in zip(indexes, shown, strict=True):
            if text is not None:
                rows[index][name]["was"] = text


def _hex(values: list[bytes | None]) -> pl.Series:
    """bytea as PostgreSQL writes it."""
    return pl.Series([None if value is None else f"\\x{value.hex()}" for value in values], dtype=pl.String)


def sealed_columns(sheet: Sheet) -> list[Column]:
    """The columns of a sheet whose values are sealed."""
    return [column for column in sheet.columns if column.stem]
