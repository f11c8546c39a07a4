"""The plan of the tree: which organisations there are, of what size, founded and ended when. Nothing is written here."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from niangjia.core.orgs.actions import NewEmployer
from niangjia.core.orgs.enums import Kind, Route
from niangjia.seed.chance import Chance, shares, table
from niangjia.seed.totals import DEMO_DAY, DISSOLUTIONS, FEDERATIONS, MERGERS, TERM_BEGAN, UNIONS_AT_YEAR_ENDS, YEARS, Totals

STOCK = 0
"""The «year» of everything that stood when the term began."""
ROOT = "宁波市鄞州区总工会"
SYSTEMS = ("教育", "卫健", "建设", "国资", "机关", "交通", "商务", "金融")
ZONES = (("鄞州经济开发区", 121.915, 29.752), ("鄞州工业园区", 121.548, 29.742), ("南部商务区", 121.547, 29.806))
TOWN_WEIGHTS = {
    "姜山镇": 2.4, "中河街道": 1.7, "首南街道": 1.7, "下应街道": 1.6, "潘火街道": 1.6, "五乡镇": 1.4, "邱隘镇": 1.4, "钟公庙街道": 1.3,
    "云龙镇": 1.3, "东柳街道": 1.1, "福明街道": 1.1, "明楼街道": 1.1, "横溪镇": 1.0, "塘溪镇": 0.4, "咸祥镇": 0.5,
}  # fmt: skip
CAMPAIGN_MONTHS = {2021: range(3, 12), 2023: range(3, 11)}
"""组建双百攻坚 (2021) and 组建大攻坚·活力大提升 (2023): most unions of these years were founded in them."""
TRADES = (  # trade, form of employment, platform, word for a station or company, weight
    ("外卖", "N04", True, "配送站", 34),
    ("快递", "N03", True, "快递网点", 26),
    ("货运", "N01", False, "货运车队", 18),
    ("网约车", "N02", True, "网约车队", 10),
    ("家政", "N05", True, "家政服务", 9),
    ("直播", "N10", True, "直播基地", 3),
)


@dataclass
class Top:
    """A body one level below the district."""

    name: str
    short: str
    kind: Kind
    founded_on: date
    weight: float
    place: tuple[float, float] | None = None


@dataclass
class Union:
    """A planned union or small federation; ``parent`` is a federation's index, or None for directly under its top (-1: the district)."""

    index: int
    name: str
    short: str
    kind: Kind
    top: int
    parent: int | None
    founded_year: int = STOCK
    founded_on: date = date(2000, 1, 1)
    route: Route = Route.SINGLE
    trade: str = ""
    form: str = ""
    new_form: bool = False
    new_economy: bool = False
    new_field: bool = False
    ordinary: int = 0
    riders: int = 0
    employers: list[NewEmployer] = field(default_factory=list)
    ended_on: date | None = None
    merged_into: int | None = None

    @property
    def size(self) -> int:
        """Members at the end."""
        return self.ordinary + self.riders


def tops(chance: Chance) -> list[Top]:
    """Towns and streets, zones and systems."""
    found = [
        Top(
            f"{name}总工会",
            name,
            Kind.TOWN,
            date(1985, 3, 8) + timedelta(days=chance.randint(0, 3000)),
            TOWN_WEIGHTS.get(name, 0.8),
            (x, y),
        )
        for name, _, x, y, _ in table("towns").iter_rows()
    ]
    found += [Top(f"{name}总工会", name, Kind.ZONE, date(1999, 6, 1), 2.2, (x, y)) for name, x, y in ZONES]
    found += [Top(f"鄞州区{name}工会", f"区{name}系统", Kind.SYSTEM, date(1986, 5, 1), 1.0) for name in SYSTEMS]
    return found


def founding_counts(totals: Totals) -> dict[int, int]:
    """How many of today's unions were founded in each year, the stock first; unions that ended were all of the stock."""
    ends = [totals.at_scale(value) for value in UNIONS_AT_YEAR_ENDS] + [totals.unions]
    gone = shares(ended_total(totals), (12, 15, 20, 25, 28))
    counts = {year: max(ends[at + 1] - ends[at] + gone[at], 0) for at, year in enumerate(YEARS)}
    return {STOCK: totals.unions - sum(counts.values())} | counts


def ended_total(totals: Totals) -> int:
    """Unions merged and dissolved within the term."""
    return totals.at_scale(MERGERS) + totals.at_scale(DISSOLUTIONS)


def founding_day(chance: Chance, year: int, not_before: date) -> date:
    """A working day of the year; in the years of a campaign mostly within it."""
    if year == STOCK:
        low = max(not_before, date(1990, 1, 1))
        day = date(2018, 12, 1) - timedelta(days=int((chance.random() ** 1.6) * max((date(2018, 12, 1) - low).days, 1)))
        return chance.workday(max(day, not_before), max(day, not_before))
    low, high = max(date(year, 1, 8), TERM_BEGAN), min(date(year, 12, 28), date(2023, 12, 8))
    months = CAMPAIGN_MONTHS.get(year)
    if months and chance.random() < 0.85:
        low, high = date(year, months[0], 1), date(year, months[-1], 28)
    return chance.workday(max(low, not_before), min(high, DEMO_DAY))


def federation_kinds(totals: Totals) -> list[Kind]:
    """Kinds of the small federations, at least one of each."""
    n = max(3, totals.at_scale(FEDERATIONS))
    parts = [max(1, part) for part in shares(n, (62, 25, 13))]
    parts[0] -= sum(parts) - n
    return [kind for kind, part in zip((Kind.VILLAGE, Kind.PARK, Kind.INDUSTRY), parts, strict=True) for _ in range(part)]
