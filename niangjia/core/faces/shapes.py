"""What views hand to the components: plain values, no query, no template.

A ``tone`` is one of "", "ok", "notice", "late", "red", "info", "gold" (gold only for honours).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Number = int | float | Decimal


@dataclass(frozen=True)
class Link:
    """An entry of a row of chips, tabs, crumbs or saved views. ``removes`` marks a chip that takes a filter away."""

    title: str
    url: str = ""
    count: int | None = None
    active: bool = False
    removes: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Fact:
    """A label and its value on a record page; an empty value is shown as a dash."""

    label: str
    value: object
    url: str = ""


@dataclass(frozen=True)
class BigNumber:
    """One figure of a strip: 实名制会员 50.6 万人, what it is compared with, and the way to its rows. ``exact`` never says 万."""

    label: str
    value: Number | str
    unit: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""
    icon: str = ""
    history: Sequence[Number] = ()
    exact: bool = False


@dataclass(frozen=True)
class Stage:
    """One stage of a case or of a path. ``state`` is "done", "now", "todo" or "skip"."""

    title: str
    state: str
    notes: Sequence[str] = ()
    due_on: date | None = None
    article: str = ""


@dataclass(frozen=True)
class Happening:
    """One line of a timeline. ``time`` is free text shown instead of the day ("今天 9:12")."""

    on: date | None
    title: str
    note: str = ""
    url: str = ""
    tone: str = ""
    amount: Decimal | None = None
    time: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of time on the life line; ``end`` None is still running."""

    start: date
    end: date | None
    label: str
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Dot:
    """A single day on the life line."""

    on: date
    label: str
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Lane:
    """One line of work on the life line."""

    title: str
    spans: Sequence[Span] = ()
    dots: Sequence[Dot] = ()


@dataclass(frozen=True)
class BarRow:
    """One bar of a bar table. ``note`` stands small behind the number (a share, for example)."""

    label: str
    value: Number
    url: str = ""
    text: str = ""
    note: str = ""
    active: bool = False


@dataclass(frozen=True)
class Place:
    """A dot of the place map: the middle of a town, WGS 84 degrees, and how many are there."""

    label: str
    longitude: float
    latitude: float
    count: int
    url: str = ""
    urban: bool = False


@dataclass(frozen=True)
class Portion:
    """A part of a whole; ``tone`` may also be "plain" or "grey"."""

    label: str
    value: Number
    tone: str = "plain"
    text: str = ""


@dataclass(frozen=True)
class Series:
    """One series of a chart. ``quiet`` draws it grey (the year before)."""

    title: str
    values: Sequence[Number | None]
    quiet: bool = False


@dataclass(frozen=True)
class TreeNode:
    """A node of the organisation tree. ``children_url`` loads the children when the node is opened."""

    title: str
    url: str
    count: int | None = None
    children: Sequence["TreeNode"] = field(default_factory=tuple)
    children_url: str = ""
    open: bool = False
    active: bool = False
