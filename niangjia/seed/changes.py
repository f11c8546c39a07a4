"""What happened to unions and members within the term: names, places, ends, elections; leaving, moving, offices."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs import queries
from niangjia.core.orgs.enums import GRASSROOTS, Kind
from niangjia.core.people import actions as people
from niangjia.seed.chance import Chance
from niangjia.seed.district import STOCK, Top, Union
from niangjia.seed.names import FEMALE
from niangjia.seed.totals import DEMO_DAY, MOVES, RENAMES, TERM_BEGAN, Totals


@dataclass(frozen=True)
class Change:
    """Something that happens to one union on a day: renamed (words), moved (to a top), merged (into another), dissolved."""

    on: date
    what: str
    union: Union
    words: str = ""
    to: int = 0

    def concerned(self, unions: Sequence[Union]) -> list[Union]:
        """The unions whose ids it needs."""
        return [self.union, unions[self.to]] if self.what == "merged" else [self.union]


def plan(chance: Chance, totals: Totals, unions: Sequence[Union], tops: Sequence[Top]) -> dict[date, list[Change]]:
    """Changes by month, in the order of their days."""
    standing = [union for union in unions if union.ended_on is None and union.founded_year == STOCK and union.kind in GRASSROOTS]
    towns = [at for at, top in enumerate(tops) if top.kind == Kind.TOWN]
    changes = [_end(union) for union in unions if union.ended_on]
    for union in chance.sample(standing, min(totals.at_scale(RENAMES), len(standing))):
        changes.append(Change(_day(chance), "renamed", union, _renamed(union)))
    direct = [union for union in standing if union.parent is None and union.top in towns]
    for union in chance.sample(direct, min(totals.at_scale(MOVES), len(direct))):
        changes.append(Change(_day(chance), "moved", union, to=chance.choice([at for at in towns if at != union.top])))
    by_month: dict[date, list[Change]] = defaultdict(list)
    for change in sorted(changes, key=lambda each: (each.on, each.union.index)):
        by_month[change.on.replace(day=1)].append(change)
    return by_month


def _day(chance: Chance) -> date:
    return chance.workday(date(2019, 1, 7), date(2023, 11, 30))


def _end(union: Union) -> Change:
    assert union.ended_on
    if union.merged_into is None:
        return Change(union.ended_on, "dissolved", union)
    return Change(union.ended_on, "merged", union, to=union.merged_into)


def _renamed(union: Union) -> str:
    if "有限公司" in union.name:
        return union.name.replace("有限公司", "集团有限公司")
    return union.name.replace("工会", "总部工会", 1) if union.kind == Kind.SINGLE else union.name.replace("联合工会", "区域联合工会")


def carry_out(change: Change, ids: dict[int, int], tops: dict[int, int]) -> None:
    """Call the verb."""
    union = queries.by_id(ids[change.union.index])
    if change.what == "renamed":
        if change.words != union.name:
            orgs.rename(union, name=change.words, by=SYSTEM, on=change.on)
    elif change.what == "moved":
        orgs.move(union, parent=queries.by_id(tops[change.to]), by=SYSTEM, on=change.on)
    elif change.what == "merged":
        people.merge_unions(union, into=queries.by_id(ids[change.to]), by=SYSTEM, on=change.on)
    else:
        people.dissolve_union(union, by=SYSTEM, on=change.on, reason="单位注销")


def by_month(members: pl.DataFrame) -> Iterator[tuple[date, pl.DataFrame]]:
    """ref, union, on, what: leaving (the reason), retained, floating or moved, grouped by month."""
    parts = [
        members.filter(pl.col("out").is_not_null()).select("ref", "union", on="out_on", what="out"),
        members.filter(pl.col("moved_on").is_not_null()).select("ref", "union", on="moved_on", what=pl.lit("moved")),
        members.filter(pl.col("floats_on").is_not_null()).select("ref", "union", on="floats_on", what=pl.lit("floating")),
    ]
    happened = pl.concat(parts).filter(pl.col("what") != "closed").sort("on", "ref").with_columns(month=pl.col("on").dt.truncate("1mo"))
    for (month,), group in happened.group_by("month", maintain_order=True):
        yield month, group


def with_officers(members: pl.DataFrame, unions: Sequence[Union]) -> pl.DataFrame:
    """``post`` and ``office_of``: who is chair, heads the audit or the women's committee, of which union; some posts are vacant."""
    steady = members.filter(
        pl.col("out").is_null() & pl.col("moved_on").is_null() & (pl.col("union") == pl.col("first_union")) & (pl.col("union") >= 0)
    ).sort("union", "joined_on", "ref")
    ranked = steady.select(
        "ref", "union", "sex", rank=pl.int_range(pl.len()).over("union"), size=pl.len().over("union"),
        woman=(pl.col("sex") == FEMALE).cum_sum().over("union"),
    ).join(_first_children(unions), on="union", how="left")  # fmt: skip
    vacant, fourth = pl.col("union") % 29 == 3, (pl.col("rank") == 3) & pl.col("federation").is_not_null()
    woman = (pl.col("sex") == FEMALE) & (pl.col("woman") == 2) & (pl.col("size") >= 25) & (pl.col("rank") > 1) & ~fourth
    post = (
        pl.when((pl.col("rank") == 0) & ~vacant).then(pl.lit("chair"))
        .when((pl.col("rank") == 1) & (pl.col("size") >= 10)).then(pl.lit("audit_chair"))
        .when(woman).then(pl.lit("women_chair"))
        .when(fourth).then(pl.lit("chair"))
    )  # fmt: skip
    office = pl.when(fourth).then("federation").otherwise("union")
    marked = ranked.with_columns(post=post).filter(pl.col("post").is_not_null()).select("ref", "post", office_of=office)
    return members.join(marked, on="ref", how="left", maintain_order="left")


def _first_children(unions: Sequence[Union]) -> pl.DataFrame:
    """Of each federation one union below it, from which its chair comes."""
    found: dict[int, int] = {}
    for union in unions:
        if union.parent is not None and union.ended_on is None and union.size >= 12:
            found.setdefault(union.parent, union.index)
    pairs = [(child, federation) for federation, child in found.items()]
    return pl.DataFrame(pairs, schema={"union": pl.Int32, "federation": pl.Int32}, orient="row")


def offices(members: pl.DataFrame, elections: dict[int, date]) -> Iterator[tuple[date, pl.DataFrame]]:
    """ref, office_of, post, elected_on, full_time by the year in which they are entered; who joined later came by a by-election."""
    days = pl.DataFrame(list(elections.items()), schema={"office_of": pl.Int32, "election": pl.Date}, orient="row")
    held = members.filter(pl.col("post").is_not_null()).join(days, on="office_of").with_columns(
        elected_on=pl.max_horizontal("election", pl.col("joined_on") + pl.duration(days=14)), full_time=pl.col("ref") % 9 == 0
    )  # fmt: skip
    held = held.filter(pl.col("elected_on") <= DEMO_DAY).with_columns(year=pl.max_horizontal("elected_on", TERM_BEGAN).dt.year())
    for (year,), group in held.sort("year", "office_of", "post").group_by("year", maintain_order=True):
        yield min(date(int(year), 12, 31), DEMO_DAY), group
