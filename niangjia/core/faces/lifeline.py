"""Where everything of a person's life line (一条线看这个人) stands: percent across, pixels down.

Texts are not measured by a browser here: their width is reckoned at ``REFERENCE`` pixels, so wider screens only get looser.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


def _lane(lane: Lane, scale: Scale, top: int) -> DrawnLane:
    told = sorted([*lane.spans, *lane.dots], key=_begin)
    rows: list[float] = []
    items = []
    for what in told:
        left, right, item = _place(what, scale)
        row = next((n for n, taken in enumerate(rows) if taken <= left), len(rows))
        rows[row:row + 1] = [right]
        items.append(item(top + LANE_PAD // 2 + row * ROW + ROW // 2))
    bottom = top + LANE_PAD + max(1, len(rows)) * ROW
    return DrawnLane(lane.title, top, (top + bottom) // 2, bottom, items, told)


def _begin(what: Span | Dot) -> date:
    return what.start if isinstance(what, Span) else what.on


def _place(what: Span | Dot, scale: Scale):
    """Left and right edge in pixels of what is drawn, and a function from its height to the item."""
    begin = _begin(what)
    x = scale.x(begin)
    width = round(max(0.4, scale.x(what.end or scale.end) - x), 2) if isinstance(what, Span) else None
    text = _text_width(what.label)
    left, right = x * REFERENCE / 100, (x + (width or 0)) * REFERENCE / 100
    inside = width is not None and right - left >= text + 2 * LABEL_GAP
    if inside:
        label_x, shift, anchor = x, LABEL_GAP, "start"
    elif right + LABEL_GAP + text <= REFERENCE:
        label_x, shift, anchor = x + (width or 0), LABEL_GAP + (0 if width else 4), "start"
        right += LABEL_GAP + text + 4
    else:
        label_x, shift, anchor = x, -LABEL_GAP - (0 if width else 4), "end"
        left -= LABEL_GAP + text + 4

    def item(y: int) -> Item:
        return Item(x, width, y, what.label, round(label_x, 2), shift, anchor, inside, what.tone, what.url, begin)

    return left - 6, right + 6, item


def _text_width(text: str) -> float:
    return sum(13 if ord(char) > 0x2E7F else 7.4 for char in text)


def _ticks(scale: Scale) -> Iterator[Tick]:
    years = range(scale.start.year, scale.end.year + 1)
    step = -(-len(years) // YEARS_AT_MOST)
    quarters = (scale.end - scale.start).days <= QUARTERS_UP_TO
    for year in years:
        for month in (1, 4, 7, 10) if quarters else (1,):
            day = date(year, month, 1)
            if scale.start <= day <= scale.end and (year - scale.start.year) % step == 0:
                yield Tick(scale.x(day), f"{year}年" if month == 1 else f"{month}月", month == 1)
