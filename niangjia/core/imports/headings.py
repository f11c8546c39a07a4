"""Finding the row of headings in a sheet as people really send it: under titles, merged, doubled, with units and stars."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from niangjia.base.chinese import clean_text
from niangjia.core.imports.sheets import Column, Sheet

LOOK_DOWN = 20
"""Rows from the top among which the headings are looked for."""
LEAST = 2
"""Headings that must be known for a row to count as the row of headings."""
IN_BRACKETS = re.compile(r"[(\[{【〔<《][^)\]}】〕>》]*[)\]}】〕>》]?")
NUMBERED = re.compile(r"^(?:\d{1,2}|[①-⑳一二三四五六七八九十]{1,2})[.、．)）]+")
DECORATION = re.compile(r"[\s*＊★☆:：;；,，.。、/\\|\"'“”‘’_—-]+")
WHOSE = re.compile(r"^(?:工会会员|会员|职工|员工|本人|个人|人员|劳动者)(?=.{2,})")


@dataclass
class Found:
    """Where a sheet's headings are: ``mapping`` is place of the column (0…) → name of the sheet's column."""

    row: int
    mapping: dict[int, str]
    headings: dict[int, str] = field(default_factory=dict)

    @property
    def unknown(self) -> dict[int, str]:
        """Headings that say nothing to us, by place."""
        return {place: text for place, text in self.headings.items() if place not in self.mapping}


def plain(heading: str) -> str:
    """A heading without what people add to it: 手机（必填） → 手机, *姓 名 → 姓名, 3、民族： → 民族."""
    text = NUMBERED.sub("", clean_text(heading).replace("\n", ""))
    without = IN_BRACKETS.sub("", text)
    return DECORATION.sub("", without or text).casefold()


def find(columns: Sequence[Column], rows: Sequence[tuple[int, Sequence[str]]], chosen: Mapping[str, str] | None = None) -> Found | None:
    """The best row of headings among the first rows (number, cells), or None where no row has enough of them.

    ``chosen`` are headings an officer mapped by hand: heading as written → name of a column, or "" for none.
    """
    known = _known(columns)
    by_hand = {plain(heading): name for heading, name in (chosen or {}).items()}
    best: Found | None = None
    for index, (number, cells) in enumerate(rows[: LOOK_DOWN + 1]):
        above = _spread(rows[index - 1][1]) if index else []
        for texts in _readings(cells, above):
            found = _match(number, texts, known, by_hand)
            if len(found.mapping) >= LEAST and (best is None or len(found.mapping) > len(best.mapping)):
                best = found
    return best


def _known(columns: Sequence[Column]) -> dict[str, str]:
    """Every heading we know, plain → column; the column's own title first."""
    known: dict[str, str] = {}
    for column in columns:
        for heading in (column.title, *column.headings):
            known.setdefault(plain(heading), column.name)
    return known


def _readings(cells: Sequence[str], above: Sequence[str]) -> list[list[str]]:
    """A row read alone, and as the lower half of a heading of two rows."""
    alone = list(cells)
    width = max(len(cells), len(above))
    lower = [cells[place] if place < len(cells) else "" for place in range(width)]
    upper = [above[place] if place < len(above) else "" for place in range(width)]
    if not any(upper):
        return [alone]
    joined = [f"{up}\x1f{low}" if low.strip() and up.strip() else low or up for up, low in zip(upper, lower, strict=True)]
    return [alone, joined]


def _spread(cells: Sequence[str]) -> list[str]:
    """A merged cell stands for all the columns below it."""
    spread, last = [], ""
    for cell in cells:
        last = cell if cell.strip() else last
        spread.append(last)
    return spread


def _match(number: int, texts: Sequence[str], known: Mapping[str, str], by_hand: Mapping[str, str]) -> Found:
    found = Found(number, {})
    for place, text in enumerate(texts):
        upper, _, lower = text.rpartition("\x1f")
        said = f"{upper}{lower}" if upper else lower
        if not said.strip():
            continue
        found.headings[place] = clean_text(lower or upper).replace("\n", " ")
        name = _name_of([plain(lower), plain(said), plain(upper) if not lower else ""], known, by_hand)
        if name and name not in found.mapping.values():
            found.mapping[place] = name
    return found


def _name_of(candidates: Sequence[str], known: Mapping[str, str], by_hand: Mapping[str, str]) -> str:
    for candidate in candidates:
        if candidate in by_hand:
            return by_hand[candidate]
        if name := known.get(candidate) or known.get(WHOSE.sub("", candidate)):
            return name
    return ""


def missing(sheet: Sheet, found: Found, *, one_union: bool) -> list[str]:
    """Titles of the essential columns the file does not have."""
    present = set(found.mapping.values())
    return [column.title for column in sheet.essential(one_union=one_union) if column.name not in present]
