"""What goes back to the officer: the counts with their refusals, and the refused rows as a workbook with the cells marked."""

from collections.abc import Iterator
from typing import IO, Any

import polars as pl

from niangjia.base.tables import Marked, xlsx_file
from niangjia.base.workbooks import Sheet as Worksheet
from niangjia.base.workbooks import open_workbook
from niangjia.core.files.queries import open_file
from niangjia.core.imports.models import Batch
from niangjia.core.imports.queries import refused_rows
from niangjia.core.imports.sheets import sheets

REASON = "原因"
PLACE = "原来的位置"
Problems = dict[str, str]
"""Message by column."""


def summary(batch: Batch, *, settled: bool = False, most: int = 10_000) -> dict[str, Any]:
    """The batch in numbers, and its refusals one by one, as `niangjia import --json` prints them.

    ``settled``: the same bytes were applied before, so that nothing of them is new or changed any more.
    """
    counts = {"new": batch.new, "same": batch.same, "changed": batch.changed}
    if settled:
        counts = {"new": 0, "same": sum(counts.values()), "changed": 0}
    return {
        "rows": batch.rows, **counts, "duplicates": batch.duplicates, "refused": batch.refused, "refusals": list(refusals(batch, most)),
        "batch": batch.code, "state": batch.state, "message": batch.message,
    }  # fmt: skip


def refusals(batch: Batch, most: int) -> Iterator[dict[str, Any]]:
    """Sheet, row, column, kind and message of every refused or doubled cell, at most ``most``."""
    sheet, names = sheets()[batch.sheet], worksheet_names(batch)
    for row in refused_rows(batch)[:most]:
        for problem in row.problems or ():
            if problem["refuses"]:
                yield {
                    "sheet": names.get(row.worksheet, ""), "row": row.row, "column": sheet.title_of(problem["column"]),
                    "kind": problem["kind"], "message": problem["message"],
                }  # fmt: skip


def marked_workbook(batch: Batch) -> IO[bytes]:
    """The refused rows under their original headings, the faulty cells coloured, each row with its reasons: mended, it may be sent in again.

    The original cells are read from the kept file; FileGone when its term is over.
    """
    headings, rows = _original(batch)
    return xlsx_file([*headings, REASON, PLACE], rows, "要改的行")


def _original(batch: Batch) -> tuple[list[str], Iterator[list[Any]]]:
    workbook = open_workbook(lambda: open_file(batch.file))
    wanted = _wanted(batch)
    read = [number for number in sorted(wanted) if number <= len(workbook.sheets)]
    names = worksheet_names(batch)
    first = batch.worksheets[(read or [1])[0] - 1]
    headings = _headings(first)

    def rows() -> Iterator[list[Any]]:
        for number in read:
            places = {name: int(place) for place, name in batch.worksheets[number - 1]["mapping"].items()}
            order = _same_order(first, batch.worksheets[number - 1], len(headings))
            for row, cells in _rows(workbook.sheets[number - 1], set(wanted[number])):
                problems = wanted[number][row]
                marks = {places[name]: message for name, message in problems.items() if name in places}
                shown = [Marked(_cell(cells, place), marks[place]) if place in marks else _cell(cells, place) for place in order]
                yield [*shown, "；".join(problems.values()), f"{names[number]} 第 {row} 行"]

    return headings, rows()


def _wanted(batch: Batch) -> dict[int, dict[int, Problems]]:
    """Worksheet → row → message by column."""
    wanted: dict[int, dict[int, Problems]] = {}
    for row in refused_rows(batch).iterator(chunk_size=5000):
        said = {problem["column"]: problem["message"] for problem in row.problems or () if problem["refuses"]}
        wanted.setdefault(row.worksheet, {})[row.row] = said
    return wanted


def _rows(worksheet: Worksheet, wanted: set[int]) -> Iterator[tuple[int, list[str | None]]]:
    for frame in worksheet.chunks():
        chosen = frame.filter(pl.col("row").is_in(list(wanted)))
        for values in chosen.drop("lost_digits").iter_rows():
            yield values[0], list(values[1:])


def _headings(worksheet: dict[str, Any]) -> list[str]:
    places = {int(place): text for place, text in worksheet["headings"].items()}
    return [places.get(place, "") for place in range(max(places, default=-1) + 1)]


def _same_order(first: dict[str, Any], other: dict[str, Any], width: int) -> list[int]:
    """Where the columns of the first sheet stand in another one; columns that cannot be found there are left empty."""
    if first["headings"] == other["headings"]:
        return list(range(width))
    by_name = {name: int(place) for place, name in other["mapping"].items()}
    by_heading = {text: int(place) for place, text in other["headings"].items()}
    found = []
    for place in range(width):
        name = first["mapping"].get(str(place))
        found.append(by_name.get(name, -1) if name else by_heading.get(first["headings"].get(str(place), ""), -1))
    return found


def _cell(cells: list[str | None], place: int) -> str | None:
    return cells[place] if 0 <= place < len(cells) else None


def worksheet_names(batch: Batch) -> dict[int, str]:
    """Names of the sheets that were read, by their number in the file."""
    return {number: seen["name"] for number, seen in enumerate(batch.worksheets, start=1) if not seen["ignored"]}
