"""The plan of the demo district: exact totals at any scale, the same for the same seed, and nobody real in it."""

import ast
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import niangjia.seed
from niangjia.base.chinese import DEMO_DIVISION, check_id_number, check_uscc
from niangjia.core.orgs.enums import GRASSROOTS
from niangjia.seed import district, stays
from niangjia.seed.chance import Chance
from niangjia.seed.numbers import credit_code, identity_numbers
from niangjia.seed.persons import identities
from niangjia.seed.totals import DEMO_DAY, MEMBERS_AT_YEAR_ENDS, NEW_FORM_AT_YEAR_ENDS, Totals
from niangjia.seed.unions import UnionPlan


def planned(scale: float, seed: int = 7) -> tuple[UnionPlan, pl.DataFrame]:
    chance, totals = Chance(seed), Totals(scale)
    plan = UnionPlan(chance, totals, district.tops(chance))
    return plan, stays.plan(chance, totals, plan.unions)


def members_on(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    return frame.filter((pl.col("joined_on") <= day) & (pl.col("out_on").is_null() | (pl.col("out_on") > day)))


@pytest.mark.parametrize("scale", [0.002, 0.01, 0.1])
def test_the_totals_are_the_published_ones_at_every_scale(scale: float) -> None:
    plan, frame = planned(scale)
    alive = [union for union in plan.unions if union.ended_on is None]
    now = members_on(frame, DEMO_DAY)
    assert len(alive) == round(3956 * scale)
    assert now.height == round(506_000 * scale)
    assert now["riders"].sum() == round(55_000 * scale)
    assert sum(union.new_form for union in alive) == max(1, round(144 * scale))


def test_every_years_end_comes_out_as_published() -> None:
    _, frame = planned(0.1)
    for year, members, riders in zip(range(2018, 2023), MEMBERS_AT_YEAR_ENDS, NEW_FORM_AT_YEAR_ENDS, strict=True):
        then = members_on(frame, date(year, 12, 31))
        assert (then.height, then["riders"].sum()) == (round(members * 0.1), round(riders * 0.1))


def test_the_same_seed_plans_the_same_district_and_another_another() -> None:
    (one, first), (two, second), (other, _) = planned(0.01), planned(0.01), planned(0.01, seed=8)
    assert [union.name for union in one.unions] == [union.name for union in two.unions]
    assert first.equals(second)
    assert [union.name for union in one.unions] != [union.name for union in other.unions]


def test_nobody_joins_before_the_founding_or_leaves_before_joining() -> None:
    plan, frame = planned(0.05)
    founded = {union.index: union.founded_on for union in plan.unions}
    assert all(joined >= founded[union] for union, joined in frame.select("first_union", "joined_on").iter_rows())
    assert frame.filter(pl.col("out_on") <= pl.col("joined_on")).is_empty()
    assert frame.filter(pl.col("moved_on") <= pl.col("joined_on")).is_empty()
    assert frame.filter(pl.max_horizontal("joined_on", "out_on", "moved_on") > DEMO_DAY).is_empty()
    assert all(union.size > 0 for union in plan.unions if union.kind in GRASSROOTS and union.ended_on is None)


def test_every_identity_number_is_good_unique_and_of_the_demo_division() -> None:
    _, frame = planned(0.01)
    born = identities(Chance(1), frame)
    numbers = born.select(number=identity_numbers(pl.col("birth"), pl.col("place"), pl.col("sex")))["number"]
    assert numbers.n_unique() == frame.height
    assert all(number.startswith(DEMO_DIVISION) and check_id_number(number).valid for number in numbers)


def test_credit_codes_are_good_and_unmistakable() -> None:
    assert [check_uscc(credit_code(n, union=union))[1] for n in (1, 999, 54_321) for union in (True, False)] == [""] * 6
    assert credit_code(1)[8:11] == "DEM"


def test_the_seed_imports_no_models() -> None:
    for file in Path(niangjia.seed.__file__).parent.glob("*.py"):
        imports = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)]
        assert not [node.module for node in imports if (node.module or "").endswith("models")], file.name
