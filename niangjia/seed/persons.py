"""The facts of persons: identity first for all at once, so that no number is given twice; the rest chunk by chunk."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from niangjia.base import columns
from niangjia.base.sealing import blind_many, seal_many
from niangjia.core.people.enums import Education, Household, JoinWay, Political, Relation, SkillLevel
from niangjia.seed.chance import Chance
from niangjia.seed.names import FEMALE, MALE, named
from niangjia.seed.numbers import identity_numbers, phones
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN

ID_NUMBER, PHONE = "people_person.id_number", "people_person.phone"
"""Columns to which sealed values are bound, and purposes of their blind indexes."""
ELDEST = date(1957, 7, 1)
PHONE_STEP, PHONE_RANGE = 3_141_597, 14_000_000
"""Steps through the phones of the demo; they share no factor, so no phone comes twice."""
HOMES = {"浙江宁波": 46, "浙江其他": 10, "安徽": 10, "江西": 7, "河南": 7, "四川": 6, "贵州": 5, "湖南": 3, "湖北": 3, "云南": 2, "江苏": 1}
JOBS = ("操作工", "技术员", "质检员", "班组长", "销售", "行政", "财务", "仓管员", "司机", "客服", "工程师", "教师", "护士", "保洁", "店员")
RIDER_FORMS = {"N04": 40, "N03": 25, "N01": 14, "N02": 12, "N05": 6, "N10": 2, "N11": 1}
ORDINARY_FORMS = {"STD": 945, "N09": 20, "N07": 16, "N06": 8, "N08": 6, "N05": 5}
THROUGH_PLATFORM = ("N02", "N03", "N04", "N05", "N10", "N11")
FORM_JOBS = {
    "N01": "货车司机", "N02": "网约车司机", "N03": "快递员", "N04": "外卖骑手", "N05": "家政服务员", "N06": "护理员", "N07": "导购员",
    "N08": "房产经纪人", "N09": "保安员", "N10": "网络主播", "N11": "代驾司机",
}  # fmt: skip
SKILLS = {SkillLevel.NONE: 80, SkillLevel.JUNIOR: 7, SkillLevel.MIDDLE: 7, SkillLevel.SENIOR: 5, SkillLevel.TECHNICIAN: 1}
STOCK_WAYS = {JoinWay.BATCH: 70, JoinWay.PAPER: 24, JoinWay.ORAL: 6}
LATER_WAYS = {JoinWay.BATCH: 34, JoinWay.PAPER: 18, JoinWay.CEREMONY: 18, JoinWay.SCAN: 14, JoinWay.ONLINE: 10, JoinWay.VISIT: 6}
CONSENT_SINCE = date(2021, 11, 1)
"""个人信息保护法 in force: members who joined later agreed to a written notice."""


def identities(chance: Chance, stays: pl.DataFrame) -> pl.DataFrame:
    """The stays with sex, birth, and ``place`` among those born the same day; 17 and older at joining, 66 at most today."""
    n = stays.height
    male = pl.when("riders").then(0.86).otherwise(0.54)
    age = 17.2 + 31 * pl.col("a") ** 1.4
    usual = pl.col("joined_on") - pl.duration(days=(age * 365.25).cast(pl.Int64))
    oldest = pl.lit(ELDEST) + pl.duration(days=(pl.col("b") * 2900).cast(pl.Int64))
    youngest = pl.col("joined_on") - pl.duration(days=365 * 17)
    frame = stays.with_columns(a=chance.column(n), b=chance.column(n), c=chance.column(n))
    frame = frame.with_columns(
        sex=pl.when(pl.col("c") < male).then(MALE).otherwise(FEMALE).cast(pl.Int8),
        birth=pl.min_horizontal(pl.max_horizontal(usual, oldest), youngest),
    ).drop("a", "b", "c")
    return frame.with_columns(place=pl.int_range(pl.len()).over("birth", "sex"))


def facts(chance: Chance, part: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """Everything a roster says of some persons, in clear; ``forms`` gives the form of new-form members by union where it has one."""
    n = part.height
    name = named(chance, part["sex"])
    drawn = {
        "political": _pick(chance, {Political.MASSES: 74, Political.PARTY: 13, Political.LEAGUE: 12, Political.INDEPENDENT: 1}, n),
        "education": _pick(chance, {Education.MIDDLE_DONE: 30, Education.HIGH_DONE: 22, Education.SECONDARY_VOCATIONAL: 12,
            Education.COLLEGE_DONE: 18, Education.BACHELOR_DONE: 15, Education.MASTER: 3}, n),
        "household": _pick(chance, {Household.RURAL: 52, Household.URBAN: 30, Household.RESIDENT: 18}, n),
        "skill_level": _pick(chance, SKILLS, n),
        "relation": _pick(chance, {Relation.LABOUR: 90, Relation.DISPATCH: 7, Relation.OUTSOURCED: 3}, n),
        "household_place": chance.pick(list(HOMES), list(HOMES.values()), n),
        "usual_job": chance.pick(JOBS, None, n),
        "rider_form": chance.pick(list(RIDER_FORMS), list(RIDER_FORMS.values()), n),
        "ordinary_form": chance.pick(list(ORDINARY_FORMS), list(ORDINARY_FORMS.values()), n),
        "stock_way": _pick(chance, STOCK_WAYS, n), "later_way": _pick(chance, LATER_WAYS, n),
        "has_card": chance.column(n) < 0.72, "has_phone": chance.column(n) < 0.985,
    }  # fmt: skip
    frame = pl.concat([part, name], how="horizontal").with_columns(**drawn).join(
        forms, on="first_union", how="left", maintain_order="left"
    )  # fmt: skip
    form = pl.when("riders").then(pl.coalesce("form", "rider_form")).otherwise("ordinary_form")
    frame = frame.with_columns(form=form)
    late, platform = pl.col("joined_on") >= TERM_BEGAN, pl.col("riders") & pl.col("form").is_in(THROUGH_PLATFORM)
    consented = pl.col("joined_on") >= CONSENT_SINCE
    return frame.with_columns(
        id_number=identity_numbers(pl.col("birth"), pl.col("place"), pl.col("sex")),
        phone=pl.when("has_phone").then(phones(pl.col("ref").cast(pl.Int64) * PHONE_STEP % PHONE_RANGE)),
        job=pl.col("form").replace_strict(FORM_JOBS, default=pl.col("usual_job"), return_dtype=pl.String),
        join_way=pl.when(late).then("later_way").otherwise("stock_way"),
        through_platform=platform,
        relation=pl.when(platform).then(Relation.INCOMPLETE.value).otherwise("relation").cast(pl.Int16),
        card_number=pl.when("has_card").then(pl.concat_str(pl.lit("3302"), (pl.col("ref") + 10_000_000).cast(pl.String))),
        consent_version=pl.when(consented).then(pl.lit("2021-11")),
        consent_on=pl.when(consented).then("joined_on"),
        registered_on=pl.max_horizontal("joined_on", pl.lit(TERM_BEGAN)),
        source=pl.when(late).then(pl.lit("入会登记")).otherwise(pl.lit("实名建库")),
        employment_status=pl.when(pl.col("birth") < date(DEMO_DAY.year - 61, 1, 1)).then(4).otherwise(1).cast(pl.Int16),
    )


def _pick(chance: Chance, weights: Mapping[Any, float], n: int) -> pl.Series:
    return chance.pick([int(value) for value in weights], list(weights.values()), n).cast(pl.Int16)


SEALED = {"id": "id_number", "phone": "phone"}
"""Beginning of the sealed columns' names → the clear column of the plan; the register seals and finds them under its name."""


def sealed(frame: pl.DataFrame) -> pl.DataFrame:
    """Names with their keys; identity numbers and phones sealed and blind-indexed, as bytea text; the clear ones are gone."""
    keys = columns.names(frame["name"])
    made = {
        "id_sealed": seal_many(frame["id_number"], ID_NUMBER), "id_index": blind_many(frame["id_number"], ID_NUMBER),
        "phone_sealed": seal_many(frame["phone"], PHONE), "phone_index": blind_many(frame["phone"], PHONE),
    }  # fmt: skip
    text = [
        pl.concat_str(pl.lit("\\x"), pl.Series(name, values, dtype=pl.Binary).bin.encode("hex")).alias(name)
        for name, values in made.items()
    ]
    return frame.with_columns(name=keys["name"], name_key=keys["key"], pinyin=keys["pinyin"], initials=keys["initials"]).with_columns(
        text
    ).drop("id_number", "phone")  # fmt: skip
