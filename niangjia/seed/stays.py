"""The plan of the memberships: who joined which union when, who left, moved or kept it; every year's end comes out as published."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from niangjia.seed.chance import Chance, shares
from niangjia.seed.district import STOCK, Union
from niangjia.seed.quotas import Kindred, kindreds
from niangjia.seed.totals import DEMO_DAY, FLOATING, RETAINED, TRANSFERS, YEARS, Totals

REASONS = (("left", 62), ("deemed", 18), ("withdrawn", 17), ("deceased", 2.7), ("expelled", 0.3))
MONTH_WEIGHTS = {
    2019: (6, 4, 14, 11, 10, 9, 7, 7, 10, 9, 8, 5),
    2020: (5, 1, 7, 12, 12, 10, 8, 8, 11, 10, 9, 7),
    2021: (4, 3, 14, 12, 13, 11, 8, 8, 12, 9, 4, 2),
    2022: (5, 3, 13, 7, 9, 12, 9, 9, 12, 9, 7, 5),
    2023: (3, 5, 15, 13, 12, 11, 8, 8, 12, 9, 3, 1),
}
"""Joinings by month: more after the Spring Festival, and while a campaign ran."""
BATCH_DAYS = (6, 9, 14, 18, 22, 26)
SPAN = {"union": pl.Int32, "first_union": pl.Int32, "riders": pl.Boolean, "year": pl.Int16, "out_year": pl.Int16, "out": pl.String}


def plan(chance: Chance, totals: Totals, unions: Sequence[Union]) -> pl.DataFrame:
    """One row a person: union, first_union, riders, year of joining, out_year, out (reason), then the days."""
    alive = [union for union in unions if union.size and union.ended_on is None]
    parts = [part for kindred in kindreds(totals) for part in (_survivors(kindred, alive), _leavers(chance, kindred, alive))]
    frame = pl.DataFrame([row for part in parts for row in part], schema=SPAN | {"n": pl.UInt32}, orient="row")
    frame = frame.select(pl.exclude("n").repeat_by("n")).explode(frame.columns[:-1])
    frame = frame.with_columns(ref=pl.int_range(pl.len(), dtype=pl.Int32))
    frame = _to_ended_unions(chance, frame, unions)
    frame = _days(chance, frame, unions)
    return _marked(chance, totals, frame, unions)


Row = tuple[int, int, bool, int, int | None, str | None, int]


def _survivors(kindred: Kindred, unions: Sequence[Union]) -> Iterable[Row]:
    """Members at the end: the youngest unions take those who joined last, the rest join everywhere."""
    left = {union.index: union.riders if kindred.riders else union.ordinary for union in unions}
    founded = {union.index: union.founded_year for union in unions}
    joined = kindred.joined()
    for year in reversed(YEARS):
        musts = {index: n for index, n in left.items() if n and founded[index] == year}
        rest = {index: n for index, n in left.items() if n and founded[index] < year}
        free = joined[year] - sum(musts.values())
        if free < 0:
            raise ValueError(f"{-free} more members in unions founded in {year} than joined that year")
        for index, part in zip(rest, shares(free, list(rest.values())), strict=True):
            musts[index] = part
        for index, n in musts.items():
            left[index] -= n
            yield index, index, kindred.riders, year, None, None, n
    for index, n in left.items():
        yield index, index, kindred.riders, STOCK, None, None, n


def _leavers(chance: Chance, kindred: Kindred, unions: Sequence[Union]) -> Iterable[Row]:
    """Former members; they were in unions that stood before the year they joined."""
    for out_year, gone in zip(YEARS, kindred.out, strict=True):
        for year, n in gone.items():
            fitting = [union for union in unions if union.founded_year < max(year, 1)]
            inside = [union for union in fitting if kindred.riders and union.new_form] or fitting
            weights = [max(union.riders if kindred.riders else union.ordinary, 1) for union in inside]
            homes = chance.choices([union.index for union in inside], weights, k=n)
            reasons = chance.choices([reason for reason, _ in REASONS], [weight for _, weight in REASONS], k=n)
            for (index, reason), count in Counter(zip(homes, reasons, strict=True)).items():
                yield index, index, kindred.riders, year, out_year, reason, count


def _to_ended_unions(chance: Chance, frame: pl.DataFrame, unions: Sequence[Union]) -> pl.DataFrame:
    """Some members of today came with a merger; some former ones left when their union was dissolved."""
    moved: dict[int, tuple[int, int]] = {}
    stock = frame.filter((pl.col("year") == STOCK) & ~pl.col("riders"))
    survivors = {index: part["ref"].to_list() for (index,), part in stock.filter(pl.col("out").is_null()).group_by("union")}
    leavers = {year: part["ref"].to_list() for (year,), part in stock.filter(pl.col("out") == "left").group_by("out_year")}
    for union in unions:
        if union.ended_on is None:
            continue
        size = chance.randint(6, 34)
        pool = survivors.get(union.merged_into, []) if union.merged_into is not None else leavers.get(union.ended_on.year, [])
        for _ in range(min(size, len(pool) // 2)):
            moved[pool.pop()] = (union.index, union.merged_into is None)
    if not moved:
        return frame
    table = pl.DataFrame(
        [(ref, index, closed) for ref, (index, closed) in moved.items()],
        schema={"ref": pl.Int32, "old": pl.Int32, "closed": pl.Boolean}, orient="row",
    )  # fmt: skip
    return (
        frame.join(table, on="ref", how="left", maintain_order="left")
        .with_columns(
            first_union=pl.coalesce("old", "first_union"),
            union=pl.when("closed").then("old").otherwise("union"),
            out=pl.when("closed").then(pl.lit("closed")).otherwise("out"),
        )
        .drop("old", "closed")
    )


def _days(chance: Chance, frame: pl.DataFrame, unions: Sequence[Union]) -> pl.DataFrame:
    """joined_on, out_on, and the reason retained of those who only keep their membership."""
    n = frame.height
    founded = pl.DataFrame(
        [(each.index, each.founded_on, each.ended_on) for each in unions],
        schema={"first_union": pl.Int32, "founded": pl.Date, "ended": pl.Date}, orient="row",
    )  # fmt: skip
    frame = frame.join(founded, on="first_union", how="left", maintain_order="left").with_columns(
        a=chance.column(n), b=chance.column(n), c=chance.column(n), month=_months(chance, frame)
    )
    snapped = pl.lit(list(BATCH_DAYS)).list.get(((pl.col("union") * 7 + pl.col("month") * 5) % len(BATCH_DAYS)).cast(pl.UInt32))
    day = pl.when(pl.col("b") < 0.6).then(snapped).otherwise((pl.col("c") * 28).floor() + 1).cast(pl.Int8)
    year = pl.col("year").clip(2019, 2023)
    in_term = pl.date(year, pl.col("month"), day)
    last = pl.date(2018, 12, 17)
    since = (last - pl.col("founded")).dt.total_days().clip(0)
    stock = pl.col("founded") + pl.duration(days=pl.when(pl.col("a") < 0.3).then(0).otherwise((pl.col("b") * since).floor()))
    latest = pl.when(pl.col("out_year") == pl.col("year")).then(pl.date(year, 9, 30)).otherwise(DEMO_DAY)
    frame = frame.with_columns(joined_on=pl.when(pl.col("year") == STOCK).then(stock).otherwise(in_term))
    frame = frame.with_columns(joined_on=pl.col("joined_on") - pl.duration(days=(pl.col("joined_on").dt.weekday() - 5).clip(0)))
    earliest = pl.when(pl.col("year") != STOCK).then(pl.date(year, 1, 4))  # a weekend before must not carry anyone into another year
    frame = frame.with_columns(joined_on=pl.max_horizontal(pl.min_horizontal("joined_on", latest), "founded", earliest))
    return _out_days(chance, frame).drop("a", "b", "c", "month", "founded")


def _months(chance: Chance, frame: pl.DataFrame) -> pl.Series:
    """A month for each row by the weights of its year of joining."""
    n = frame.height
    drawn = {f"m{year}": chance.pick(range(1, 13), weights, n) for year, weights in MONTH_WEIGHTS.items()}
    month = pl.coalesce([pl.when(pl.col("year") == year).then(pl.col(f"m{year}")) for year in YEARS] + [pl.lit(1)])
    return frame.select("year").with_columns(**drawn).select(month.cast(pl.Int8))["m2019"]


def _out_days(chance: Chance, frame: pl.DataFrame) -> pl.DataFrame:
    year = pl.col("out_year").clip(2019, 2023)
    first = pl.max_horizontal(pl.date(year, 1, 4), pl.col("joined_on") + pl.duration(days=30))
    last = pl.min_horizontal(pl.date(year, 12, 29), pl.lit(DEMO_DAY))
    span = (last - first).dt.total_days().clip(0)
    drawn = first + pl.duration(days=(pl.col("c") * (span + 1)).floor())
    out_on = pl.when(pl.col("out") == "closed").then("ended").when(pl.col("out").is_not_null()).then(pl.min_horizontal(drawn, last))
    return frame.with_columns(out_on=out_on).drop("ended")


def _marked(chance: Chance, totals: Totals, frame: pl.DataFrame, unions: Sequence[Union]) -> pl.DataFrame:
    """Retained memberships among those counted out, floating ones and transfers among the members of today."""
    kept = frame.filter((pl.col("out") == "left") & ~pl.col("riders")).sample(fraction=1, shuffle=True, seed=chance.randint(0, 2**31))
    wanted = shares(totals.at_scale(RETAINED), (1, 1, 1, 1, 1))
    refs = [ref for year, n in zip(YEARS, wanted, strict=True) for ref in kept.filter(pl.col("out_year") == year)["ref"].head(n)]
    free = frame.filter(
        pl.col("out").is_null() & (pl.col("year") == STOCK) & ~pl.col("riders") & (pl.col("union") == pl.col("first_union"))
    )
    drawn = free["ref"].sample(fraction=1, shuffle=True, seed=chance.randint(0, 2**31)).to_list()
    floating, moving = drawn[: totals.at_scale(FLOATING)], drawn[totals.at_scale(FLOATING) :][: totals.at_scale(TRANSFERS)]
    frame = frame.with_columns(
        out=pl.when(pl.col("ref").is_in(refs)).then(pl.lit("retained")).otherwise("out"),
        floats_on=pl.when(pl.col("ref").is_in(floating)).then(pl.date(2020, 3, 2) + pl.duration(days=pl.col("ref") % 1200)),
    )
    return _transfers(chance, frame, moving, unions)


def _transfers(chance: Chance, frame: pl.DataFrame, moving: Sequence[int], unions: Sequence[Union]) -> pl.DataFrame:
    """Members who came from another union within the term."""
    olds = [union for union in unions if union.founded_year == STOCK and union.ended_on is None and union.ordinary]
    if not moving:
        return frame.with_columns(moved_on=pl.lit(None, pl.Date))
    before = chance.choices(olds, [union.ordinary for union in olds], k=len(moving))
    days = [chance.workday(date(2018, 12, 25), date(2023, 12, 8)) for _ in moving]
    joins = [chance.workday(old.founded_on, date(2018, 12, 14)) for old in before]
    table = pl.DataFrame({"ref": moving, "old": [old.index for old in before], "moved_on": days, "old_joined": joins},
        schema={"ref": pl.Int32, "old": pl.Int32, "moved_on": pl.Date, "old_joined": pl.Date})  # fmt: skip
    frame = frame.join(table, on="ref", how="left", maintain_order="left")
    real = pl.col("moved_on").is_not_null() & (pl.col("old") != pl.col("union"))
    return frame.with_columns(
        first_union=pl.when(real).then("old").otherwise("first_union"),
        joined_on=pl.when(real).then("old_joined").otherwise("joined_on"),
        moved_on=pl.when(real).then("moved_on"),
    ).drop("old", "old_joined")
