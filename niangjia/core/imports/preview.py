"""A staged row as the preview shows it: each cell as it is, as it changes, or with what is wrong; personal numbers masked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from niangjia.base.chinese import mask_bank, mask_id, mask_phone
from niangjia.base.sealing import SealBroken, unseal
from niangjia.core.imports.enums import Decision
from niangjia.core.imports.models import BatchRow
from niangjia.core.imports.sheets import Column, Kind, Sheet

MASKS = {Kind.IDENTITY: mask_id, Kind.PHONE: mask_phone, Kind.BANK: mask_bank}
ICONS = {
    Decision.NEW: ("user-plus", "ok"), Decision.SAME: ("equal", ""), Decision.CHANGED: ("arrows-exchange", "notice"),
    Decision.DOUBLE: ("copy", ""), Decision.REFUSED: ("alert-triangle", "late"),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell: ``state`` is "", "bad" or "chg"; ``before`` is struck through."""

    title: str
    value: str
    state: str = ""
    before: str = ""


@dataclass(frozen=True)
class Shown:
    """One row of the preview."""

    worksheet: str
    row: int
    title: str
    icon: str
    tone: str
    cells: Sequence[Cell]
    why: str


class Preview:
    """Shows rows of one batch; ``unions`` are names by id, as far as the reader may see them."""

    def __init__(self, sheet: Sheet, worksheets: dict[int, str], unions: dict[int, str]) -> None:
        self.sheet, self._worksheets, self._unions = sheet, worksheets, unions
        self.columns = [column for column in sheet.columns if column.shown]

    def rows(self, staged: Iterable[BatchRow]) -> list[Shown]:
        return [self._row(row) for row in staged]

    def _row(self, row: BatchRow) -> Shown:
        decision = Decision(row.decision)
        icon, tone = ICONS[decision]
        problems = {problem["column"]: problem for problem in row.problems or ()}
        cells = [self._cell(column, row, problems.get(column.name)) for column in self.columns]
        several = len(self._worksheets) > 1
        return Shown(
            self._worksheets.get(row.worksheet, "") if several else "", row.row, decision.label, icon, tone, cells, self._why(row, problems)
        )

    def _cell(self, column: Column, row: BatchRow, problem: dict[str, Any] | None) -> Cell:
        fact = f"{column.stem}_sealed" if column.stem else column.name
        if problem and problem["refuses"] and row.decision == Decision.REFUSED:
            return Cell(column.title, self._was(column, problem) or self._words(column, (row.facts or {}).get(fact)) or "空", "bad")
        changes = row.changes or {}
        if fact in changes and row.decision == Decision.CHANGED:
            before, after = changes[fact]
            return Cell(column.title, self._words(column, after), "chg", self._words(column, before) or "空")
        return Cell(column.title, self._words(column, (row.facts or {}).get(fact)))

    def _was(self, column: Column, problem: dict[str, Any]) -> str:
        was = problem.get("was")
        if was is None:
            return ""
        return self._words(column, was) if column.stem else str(was)

    def _words(self, column: Column, value: Any) -> str:
        if value is None or value == "":
            return ""
        if column.stem:
            return _masked(column, str(value))
        if column.kind in (Kind.UNION, Kind.FEDERATION):
            return self._unions.get(int(value), "范围外的工会")
        if column.kind is Kind.CODE:
            return word_of(column, value)
        return str(value)

    def _why(self, row: BatchRow, problems: dict[str, dict[str, Any]]) -> str:
        said = [problem["message"] for problem in problems.values()]
        if row.decision == Decision.CHANGED:
            said += [
                f"{column.title}：{self._words(column, before) or '空'} → {self._words(column, after) or '空'}"
                for name, (before, after) in (row.changes or {}).items()
                if (column := self.sheet.column(name)) and not column.shown
            ]
        return "；".join(said)


def word_of(column: Column, value: Any) -> str:
    """The first word a code stands for: 4 → 外卖配送员."""
    return next((word for word, code in column.codes.items() if code == value and not word.isascii()), str(value))


def _masked(column: Column, sealed: str) -> str:
    try:
        return MASKS[column.kind](unseal(bytes.fromhex(sealed.removeprefix("\\x")), column.sealed))
    except SealBroken:
        return "打不开"
