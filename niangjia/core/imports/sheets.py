"""What a sheet is: its columns with the headings people give them, the rules across a row, and the verbs that apply it.

A line of work declares its sheets in its ``imports.py`` as ``SHEETS = (MEMBERS, …)``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from niangjia.core.access.actor import Actor
from niangjia.core.line import part, parts

if TYPE_CHECKING:
    from niangjia.core.imports.models import Batch
    from niangjia.core.imports.unions import UnionFinder


class Kind(Enum):
    """How a column is read."""

    TEXT = "text"
    NAME = "name"
    IDENTITY = "identity"
    PHONE = "phone"
    BANK = "bank"
    DATE = "date"
    NUMBER = "number"
    CODE = "code"
    CREDIT_CODE = "credit_code"
    UNION = "union"
    FEDERATION = "federation"


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    ``name`` is the fact it gives, ``headings`` the other headings people write above it. A file without an ``essential`` column is
    refused; where a ``required`` one is there, no cell of it may be empty. ``codes`` are the words and codes a CODE column knows. The
    value of a column with a ``stem`` is kept as ``<stem>_sealed`` and ``<stem>_index``, under the associated data ``sealed``.
    ``example`` is what the template shows below the heading, ``shown`` whether the preview has the column.
    """

    name: str
    title: str
    headings: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    essential: bool = False
    required: bool = False
    codes: Mapping[str, int | str] = field(default_factory=dict)
    most: int = 60
    stem: str = ""
    sealed: str = ""
    example: str = ""
    shown: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong with (or to be said about) cells of a column: a message for each row, null where there is none.

    ``kind`` is a word for programs; ``refuses`` whether such a row is refused or only remarked on.
    """

    column: str
    kind: str
    messages: pl.Series
    refuses: bool = True


@dataclass
class Cleaned:
    """A chunk on its way: ``raw`` text by column, ``facts`` by target column, ``problems``, and what each row is found by."""

    raw: pl.DataFrame
    facts: dict[str, pl.Series] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str) -> pl.Series:
        """What the file says in a column; nulls where it has no such column."""
        return self.raw[column] if column in self.raw.columns else pl.Series(column, [None] * len(self.raw), dtype=pl.String)


@dataclass(frozen=True)
class Context:
    """What checks may need to know: the day, the unions and employers the officer may see, the union all rows go to (or None).

    ``top`` is the organisation of the batch.
    """

    day: date
    unions: "UnionFinder"
    employers: Mapping[str, int] = field(default_factory=dict)
    one_union: int | None = None
    top: int = 0


@dataclass(frozen=True)
class Chunk:
    """A run of staged rows to be applied or undone: numbers ``first``..``last`` of a batch.

    ``turn()`` waits for the chunk before; a sheet calls it before it takes what every chunk needs. ``prepared`` is what the sheet's
    ``prepare`` gave.
    """

    batch: "Batch"
    first: int
    last: int
    by: Actor
    on: date
    turn: Callable[[], None] = lambda: None
    prepared: Any = None

    @property
    def place(self) -> tuple[int, int, int]:
        """Parameters for SQL: batch id, first, last."""
        return self.batch.pk, self.first, self.last


Rules = Callable[[Cleaned, Context], None]


@dataclass(frozen=True)
class Sheet:
    """A sheet that may be imported.

    ``key`` is the column that says which record a row is about; ``keyed_by`` a fact that ``rules`` makes of several columns instead
    (bytes in hex, as PostgreSQL writes them), ``same`` what two rows with one key are called. ``rules`` looks across the cells of a row.
    ``judge`` is SQL over a relation ``{incoming}`` (number, key, facts, …) giving ``number, target, decision, changes, note`` (note: one
    problem as jsonb or NULL). ``stirred`` is SQL over ``row``: whether a row judged new has to be judged again before it is applied;
    ``known`` likewise, whether its record is there by now, which ``apply`` would find out from an IntegrityError. ``apply`` and ``undo``
    work on one chunk inside a transaction, ``prepare`` in one of its own before; ``undo`` returns the rows left alone.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    permission: str
    key: str
    judge: str
    stirred: str
    apply: Callable[[Chunk], None]
    undo: Callable[[Chunk], int]
    prepare: Callable[[Chunk], Any] = lambda chunk: None
    rules: Rules = lambda cleaned, context: None
    judged_with: Callable[["Batch"], Mapping[str, Any]] = lambda batch: {}
    keyed_by: str = ""
    known: str = "FALSE"
    same: str = "同一人"
    unit: str = "行"
    noun: str = "记录"

    @property
    def union_column(self) -> Column | None:
        """The column that names the union of a row, if there is one."""
        return next((column for column in self.columns if column.kind is Kind.UNION), None)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def title_of(self, name: str) -> str:
        """The heading to show for a column."""
        found = self.column(name)
        return found.title if found else name

    def essential(self, *, one_union: bool) -> list[Column]:
        """Columns without which a file is refused; where all rows go to one union it need not be named."""
        return [column for column in self.columns if column.essential and not (one_union and column.kind is Kind.UNION)]


@cache
def sheets() -> dict[str, Sheet]:
    """Every sheet of the house by its code, in menu order."""
    modules = [part(config, "imports") for config in parts() if config.label != "imports"]
    declared: Sequence[Sheet] = [sheet for module in modules if module for sheet in module.SHEETS]
    return {sheet.code: sheet for sheet in declared}
