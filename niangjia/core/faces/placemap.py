"""Towns as dots with the number of places in them: the city enlarged on the left, the whole district on the right.

Only dots are drawn; borders of towns or districts need an approved map number (审图号).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

from niangjia.core.faces.shapes import Place

WIDTH, HEIGHT, PADDING = 420, 360, 42
KM_PER_DEGREE = 111.32
SMALLEST, LARGEST = 8.5, 17.5
TEXT = 14


@dataclass(frozen=True)
class Spot:
    x: float
    y: float
    radius: float
    count: int
    label: str
    label_x: float
    label_y: float
    anchor: str
    url: str


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True)
class Frame:
    """One picture: its dots, far dots shown only as points (those enlarged elsewhere), the box around them, a scale bar."""

    title: str
    spots: Sequence[Spot]
    far: Sequence[tuple[float, float]]
    inset: Box | None
    km: int
    km_width: float


def frames(places: Sequence[Place], unit: str = "家") -> list[Frame]:
    """The pictures for these places; one only where nothing is marked as city (``urban``) or nothing else is."""
    city = [place for place in places if place.urban]
    country = [place for place in places if not place.urban]
    if not city or not country:
        return [_frame("全区", places, places, [], unit)] if places else []
    return [_frame(f"城区 {len(city)} 个街道", city, city, [], unit), _frame(f"全区 {len(country)} 个镇", country, places, city, unit)]


def _frame(title: str, shown: Sequence[Place], extent: Sequence[Place], far: Sequence[Place], unit: str) -> Frame:
    project, per_km = _projection(extent)
    largest = max(place.count for place in shown)
    discs = [(place, *project(place), _radius(place.count, largest)) for place in shown]
    points = [project(place) for place in far]
    inset = _around(points) if points else None
    taken = [Box(x - r - 2, y - r - 2, x + r + 2, y + r + 2) for _, x, y, r in discs] + ([inset] if inset else [])
    spots = []
    for place, x, y, radius in discs:
        label_x, label_y, anchor, box = _label(place.label, x, y, radius, taken)
        taken.append(box)
        spots.append(Spot(x, y, radius, place.count, place.label, label_x, label_y, anchor, place.url))
    km = next((km for km in (10, 5, 2, 1) if km * per_km <= WIDTH / 4), 1)
    return Frame(f"{title}，{sum(place.count for place in shown):,} {unit}", spots, points, inset, km, round(km * per_km, 1))


def _projection(places: Sequence[Place]):
    """A function from a place to its point, and pixels per kilometre; north is up, both axes have one scale."""
    west, east = min(p.longitude for p in places), max(p.longitude for p in places)
    south, north = min(p.latitude for p in places), max(p.latitude for p in places)
    narrow = cos(radians((south + north) / 2))
    across, up = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * PADDING) / across, (HEIGHT - 2 * PADDING) / up)
    left, top = (WIDTH - across * scale) / 2, (HEIGHT - up * scale) / 2

    def project(place: Place) -> tuple[float, float]:
        return round(left + (place.longitude - west) * narrow * scale, 1), round(top + (north - place.latitude) * scale, 1)

    return project, scale / KM_PER_DEGREE


def _radius(count: int, largest: int) -> float:
    room_for_digits = 4.0 * len(str(count)) + 4.5
    return round(max(SMALLEST, room_for_digits, LARGEST * sqrt(count / largest) if largest > 0 else SMALLEST), 1)


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs) - 8, min(ys) - 8, max(xs) + 8, max(ys) + 8)


def _label(text: str, x: float, y: float, radius: float, taken: Sequence[Box]) -> tuple[float, float, str, Box]:
    """The first side on which the name runs into nothing: right, left, below, above; right where all are taken."""
    width, low = TEXT * len(text), y + TEXT * 0.35
    sides = [
        (x + radius + 4, low, "", Box(x + radius + 3, y - 9, x + radius + 5 + width, y + 9)),
        (x - radius - 4, low, "end", Box(x - radius - 5 - width, y - 9, x - radius - 3, y + 9)),
        (x, y + radius + TEXT + 1, "mid", Box(x - width / 2, y + radius + 2, x + width / 2, y + radius + 20)),
        (x, y - radius - 5, "mid", Box(x - width / 2, y - radius - 20, x + width / 2, y - radius - 2)),
    ]
    free = (side for side in sides if _inside(side[3]) and not any(side[3].meets(box) for box in taken))
    label_x, label_y, anchor, box = next(free, sides[0])
    return round(label_x, 1), round(label_y, 1), anchor, box


def _inside(box: Box) -> bool:
    return box.left >= 0 and box.top >= 0 and box.right <= WIDTH and box.bottom <= HEIGHT
