"""Reading a short list of one file at once, by headings as people write them: some hundred rows that need no batch."""

from collections.abc import Sequence

from niangjia.base.workbooks import open_workbook
from niangjia.core.imports.headings import LOOK_DOWN, find
from niangjia.core.imports.sheets import Column


def read_short(data: bytes, columns: Sequence[Column], *, key: str, limit: int) -> list[tuple[int, dict[str, str]]] | None:
    """The rows below the headings of the first sheet that has the column ``key``: (number in the file, column → text); None where no sheet has it.

    Raises UnreadableFile where the file is none, or has more than ``limit`` rows.
    """
    for sheet in open_workbook(data, limit=limit).sheets:
        rows = [(row.number, row.cells) for row in sheet.rows()]
        found = find(columns, rows[: LOOK_DOWN + 1])
        if found and key in found.mapping.values():
            return [
                (number, {name: cells[place].strip() for place, name in found.mapping.items() if place < len(cells)})
                for number, cells in rows
                if number > found.row
            ]
    return None
