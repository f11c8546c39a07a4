"""Where everything of a person's life line (一条线看这个人) stands: percent across, pixels down.

Texts are not measured by a browser here: their width is reckoned at ``REFERENCE`` pixels, so wider screens only get looser.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from niangjia.core.faces.shapes import Dot, Lane, Span

REFERENCE = 1020  # pixels across for which labels are kept from running into each other
LEFT = 11.0  # percent kept for the lanes' titles
ROW = 26
LANE_PAD = 14
AXIS = 34
LABEL_GAP = 7
QUARTERS_UP_TO = 1200  # days; beyond, only years are marked
YEARS_AT_MOST = 12
LAST_LABEL = 96.0  # percent; a label further right would run over the edge


@dataclass(frozen=True)
class Tick:
    x: float
    label: str
    year: bool


@dataclass(frozen=True)
class Item:
    """A bar (``width`` set) or a dot with its label; ``label_x`` in percent, ``anchor`` start or end, ``shift`` in pixels."""

    x: float
    width: float | None
    y: int
    label: str
    label_x: float
    shift: int
    anchor: str
    inside: bool
    tone: str
    url: str
    day: date


@dataclass(frozen=True)
class DrawnLane:
    title: str
    top: int
    middle: int
    bottom: int
    items: Sequence[Item]
    told: Sequence[Span | Dot]


@dataclass(frozen=True)
class Drawing:
    height: int
    ticks: Sequence[Tick]
    lanes: Sequence[DrawnLane]
    now: float | None


@dataclass(frozen=True)
class Scale:
    start: date
    end: date

    def x(self, day: date) -> float:
        part = (day - self.start).days / max(1, (self.end - self.start).days)
        return round(LEFT + (100 - LEFT) * min(1.0, max(0.0, part)), 2)


def draw(lanes: Sequence[Lane], start: date, end: date, today: date) -> Drawing:
    """Lay the lanes out between two days. Spans without end run to the right edge."""
    scale, top, drawn = Scale(start, end), AXIS, []
    for lane in lanes:
        drawn.append(_lane(lane, scale, top))
        top = drawn[-1].bottom
    now = scale.x(today) if start <= today <= end else None
    return Drawing(top + 18, list(_ticks(scale)), drawn, now)


@dataclass
class Row:
    """One row of a lane while it fills, in pixels: what is taken, and the room left on bars behind their labels."""

    taken: list[tuple[float, float]] = field(default_factory=list)
    room: list[tuple[float, float]] = field(default_factory=list)

    def is_free(self, left: float, right: float) -> bool:
        return all(right <= start or end <= left for start, end in self.taken)


@dataclass(frozen=True)
class Placed:
    """What is drawn of a span or a dot: its edges and its label's, in pixels of the reference width."""

    what: Span | Dot
    x: float
    width: float | None
    left: float
    right: float
    label_x: float
    shift: int
    anchor: str
    inside: bool

    def item(self, y: int) -> Item:
        what = self.what
        return Item(
            self.x,
            self.width,
            y,
            what.label,
            round(self.label_x, 2),
            self.shift,
            self.anchor,
            self.inside,
            what.tone,
            what.url,
            _begin(what),
        )


def _lane(lane: Lane, scale: Scale, top: int) -> DrawnLane:
    both: list[Span | Dot] = [*lane.spans, *lane.dots]
    told = sorted(both, key=_begin)
    rows: list[Row] = []
    items = []
    for what in sorted(told, key=lambda one: isinstance(one, Dot)):
        placed = _place(what, scale)
        number, placed = _within_a_bar(placed, rows) or (_first_free(placed, rows), placed)
        items.append(placed.item(top + LANE_PAD // 2 + number * ROW + ROW // 2))
    bottom = top + LANE_PAD + max(1, len(rows)) * ROW
    return DrawnLane(lane.title, top, (top + bottom) // 2, bottom, items, told)


def _begin(what: Span | Dot) -> date:
    return what.start if isinstance(what, Span) else what.on


def _first_free(placed: Placed, rows: list[Row]) -> int:
    number = next((n for n, row in enumerate(rows) if row.is_free(placed.left, placed.right)), len(rows))
    if number == len(rows):
        rows.append(Row())
    rows[number].taken.append((placed.left, placed.right))
    if placed.inside:
        rows[number].room.append((placed.left + 2 * LABEL_GAP + _text_width(placed.what.label), placed.right))
    return number


def _within_a_bar(placed: Placed, rows: list[Row]) -> tuple[int, Placed] | None:
    """A dot on a bar, its label before it where the bar has room for both: 到账 2,063.74 ●."""
    if placed.width is not None:
        return None
    here = placed.x * REFERENCE / 100
    left, right = here - LABEL_GAP - 4 - _text_width(placed.what.label), here + LABEL_GAP
    for number, row in enumerate(rows):
        bar = next((room for room in row.room if room[0] <= left and here <= room[1]), None)
        if bar:
            row.room[row.room.index(bar)] = (right, bar[1])
            row.taken.append((here, right))
            return number, replace(placed, label_x=placed.x, shift=-LABEL_GAP - 4, anchor="end", inside=True)
    return None


def _place(what: Span | Dot, scale: Scale) -> Placed:
    x = scale.x(_begin(what))
    width = round(max(0.4, scale.x(what.end or scale.end) - x), 2) if isinstance(what, Span) else None
    text, beside = _text_width(what.label), LABEL_GAP + (0 if width else 4)
    left, right = x * REFERENCE / 100, (x + (width or 0)) * REFERENCE / 100
    if width is not None and right - left >= text + 2 * LABEL_GAP:
        return Placed(what, x, width, left, right + 6, x, LABEL_GAP, "start", inside=True)
    if right + beside + text <= REFERENCE:
        return Placed(what, x, width, left - 6, right + beside + text + 6, x + (width or 0), beside, "start", inside=False)
    return Placed(what, x, width, left - beside - text - 6, right + 6, x, -beside, "end", inside=False)


def _text_width(text: str) -> float:
    return sum(13 if ord(char) > 0x2E7F else 7 for char in text)


def _ticks(scale: Scale) -> Iterator[Tick]:
    years = range(scale.start.year, scale.end.year + 1)
    step = -(-len(years) // YEARS_AT_MOST)
    quarters = (scale.end - scale.start).days <= QUARTERS_UP_TO
    for year in years:
        for month in (1, 4, 7, 10) if quarters else (1,):
            day = date(year, month, 1)
            if scale.start <= day <= scale.end and (year - scale.start.year) % step == 0:
                x = scale.x(day)
                label = f"{year}年" if month == 1 else f"{month}月"
                yield Tick(x, label if x <= LAST_LABEL else "", month == 1)
