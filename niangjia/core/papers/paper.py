"""What an official paper is made of, as plain values: one structure from which PDF, .docx and the page are written (文书)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

BLANK = "________"
"""Where a fact is missing: a line to be filled in by hand."""
NOT_YET = "（待编号）"
"""Stands for the number until the paper is issued."""


@dataclass(frozen=True)
class Heading:
    """A heading inside the paper."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph, its first line indented by two characters unless ``flush``."""

    text: str
    flush: bool = False
    centred: bool = False


@dataclass(frozen=True)
class Facts:
    """Rows of a form: label and value; an empty value leaves room to write by hand. ``pairs``: two of them on a line."""

    rows: Sequence[tuple[str, str]]
    pairs: bool = False


@dataclass(frozen=True)
class Table:
    """A table; ``numeric`` are the columns set to the right, ``widths`` their shares of the line."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[int] = ()
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class Items:
    """A numbered list."""

    items: Sequence[str]


@dataclass(frozen=True)
class Gap:
    """Room to write by hand: a label and ``lines`` empty lines."""

    label: str = ""
    lines: int = 1


@dataclass(frozen=True)
class PageBreak:
    """The rest begins on a new page."""


@dataclass(frozen=True)
class Slip:
    """A return slip (回执) on a page of its own: the other body fills it in, seals it and sends it back; its code says that it is the slip."""

    title: str
    blocks: Sequence["Block"]


@dataclass(frozen=True)
class Signature:
    """Who signs: an organisation (``seal``: its name and day to the right, the seal over them), or by hand on a line."""

    who: str
    name: str = ""
    on: date | None = None
    seal: bool = False


Block = Heading | Text | Facts | Table | Items | Gap | PageBreak | Slip
NAMES: Mapping[str, type] = {
    "heading": Heading, "text": Text, "facts": Facts, "table": Table, "items": Items, "gap": Gap, "break": PageBreak, "slip": Slip
}  # fmt: skip
WORDS = {made: name for name, made in NAMES.items()}


@dataclass(frozen=True)
class Paper:
    """One official paper (文书).

    ``number`` is its 文号, empty for papers that parties sign among themselves; ``addressee`` the 主送 line. ``plain`` papers carry no red
    head of the issuer. ``qr`` is the address behind the code on each page, ``footer`` a line beside it. ``dense`` sets records and forms
    smaller than letters.
    """

    kind: str
    title: str
    number: str
    issuer: str
    addressee: str
    on: date
    blocks: Sequence[Block] = ()
    signatures: Sequence[Signature] = ()
    qr: str = ""
    footer: str = ""
    plain: bool = False
    dense: bool = False
    notes: Sequence[str] = field(default_factory=tuple)


def as_json(paper: Paper) -> dict[str, Any]:
    """The structure as it is kept and hashed; `from_json` gives the same paper back."""
    return _plain(paper)


def from_json(kept: Mapping[str, Any]) -> Paper:
    """The paper that was kept. KeyError for a block this version does not know."""
    signatures = tuple(Signature(**one | {"on": _day(one["on"])}) for one in kept["signatures"])
    made = {**kept, "on": date.fromisoformat(kept["on"]), "blocks": _blocks(kept["blocks"]), "signatures": signatures}
    return Paper(**made | {"notes": tuple(kept["notes"])})


def digest(structure: str) -> str:
    """SHA-256 of the kept structure, 64 hexadecimal digits."""
    return hashlib.sha256(structure.encode()).hexdigest()


def dumped(paper: Paper) -> str:
    """The structure as one text, always the same for the same paper."""
    return json.dumps(as_json(paper), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        named = {"block": WORDS[type(value)]} if type(value) in WORDS else {}
        return named | {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _blocks(kept: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(_block(dict(one)) for one in kept)


def _block(kept: dict[str, Any]) -> Any:
    made = NAMES[kept.pop("block")]
    if made is Slip:
        return Slip(kept["title"], _blocks(kept["blocks"]))
    return made(**{name: _frozen(value) for name, value in kept.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def signature_lines(one: Signature) -> tuple[str, str]:
    """The two lines of a signature as every writer prints them."""
    if one.seal:
        day = f"{one.on.year}年{one.on.month}月{one.on.day}日" if one.on else "____年__月__日"
        return one.who, day
    day = f"{one.on.year}年{one.on.month}月{one.on.day}日" if one.on else "____年__月__日"
    return f"{one.who}：{one.name or BLANK}", day


def gap_lines(gap: Gap) -> list[str]:
    """The lines of a gap."""
    first = f"{gap.label}：" if gap.label else ""
    return [first + "_" * (20 if first else 34), *("_" * 34 for _ in range(gap.lines - 1))]
