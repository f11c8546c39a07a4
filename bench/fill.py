"""A made-up register to measure on: one district, 21 towns, 3,860 unions, as many persons as wanted; through the same verbs as the product.

    NIANGJIA_HOME=/tmp/bench .venv/bin/python -m bench.fill 506000

Names come from common surnames and given names, identity numbers from the reserved division of made-up persons.
"""

import os
import random
import sys
import time
from datetime import date, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "niangjia.config.settings")

import polars as pl

from niangjia.config.commands.ground import start_django

start_django()

from django.db import connection, transaction

from niangjia.base import columns
from niangjia.base.chinese import DEMO_DIVISION, id_check_digit
from niangjia.base.scope import elevated
from niangjia.base.sealing import blind_many, seal_many
from niangjia.core.access.actor import SYSTEM
from niangjia.core.orgs import actions as orgs
from niangjia.core.orgs.enums import Kind
from niangjia.core.orgs.models import Organisation
from niangjia.core.people import actions as people
from niangjia.core.people.models import ID_NUMBER, PHONE, Person

DAY = date(2023, 12, 18)
CHUNK = 10_000
TOWNS, VILLAGES, UNIONS_A_TOWN, UNIONS_OF_THE_PARK, MEMBERS_OF_THE_PARK = 21, 5, 160, 500, 64_000
BIRTHS = 15_000
"""Days on which somebody was born, all of age by the first day of joining; prime to 7919, so that every number comes once."""
PARK = "东部新城园区工会联合会"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华文建国红志春梅玲辉力鹏飞燕斌波宁浩宇晨阳欣怡佳琪雨婷思远嘉豪俊子涵梓轩一诺若曦瑞东海龙永庆荣福生根土水木火金银宝玉珍凤翠云雪莲月星光天成立新民德才学义礼智信仁和安康乐"
FORMS = ("STD",) * 80 + ("N01", "N02", "N03", "N03", "N04", "N04", "N04", "N05", "N06", "N09")


def district() -> list[int]:
    """The tree; returns the unions' ids, those of the park first."""
    root = orgs.found_federation(name="鄞州区总工会", kind=Kind.DISTRICT, parent=None, founded_on=date(2000, 1, 1), by=SYSTEM)
    towns = orgs.found_many(
        [orgs.Founding(f"第{n}镇总工会", Kind.TOWN, root.pk, date(2001, 1, 1)) for n in range(1, TOWNS + 1)], by=SYSTEM, on=DAY
    )
    park = orgs.found_many([orgs.Founding(PARK, Kind.PARK, towns[0].id, date(2002, 1, 1))], by=SYSTEM, on=DAY)[0]
    villages = orgs.found_many(
        [orgs.Founding(f"第{n}村工会联合会", Kind.VILLAGE, town.id, date(2002, 1, 1)) for town in towns for n in range(VILLAGES)],
        by=SYSTEM,
        on=DAY,
    )
    below = [(park.id, n) for n in range(UNIONS_OF_THE_PARK)]
    below += [(village.id, n) for village in villages for n in range(UNIONS_A_TOWN // VILLAGES)]
    made = orgs.found_many(
        [orgs.Founding(f"企业{parent}之{n}工会委员会", Kind.SINGLE, parent, date(2010, 1, 1), "SJ1") for parent, n in below],
        by=SYSTEM,
        on=DAY,
    )
    return [founded.id for founded in made]


def roster(first: int, size: int, unions: list[int]) -> pl.DataFrame:
    """Made-up persons number ``first`` and following, each with a union: the first 64,000 in the park."""
    dice = random.Random(first)
    births = [date(1955, 1, 1) + timedelta(days=(first + n) * 7919 % BIRTHS) for n in range(size)]
    stems = [f"{DEMO_DIVISION}{birth:%Y%m%d}{(first + n) // BIRTHS:03d}" for n, birth in enumerate(births)]
    numbers = [stem + id_check_digit(stem) for stem in stems]
    phones = [f"1{dice.choice('3578')}{first + n:09d}" for n in range(size)]
    names = pl.Series(
        [dice.choice(SURNAMES) + dice.choice(GIVEN) + (dice.choice(GIVEN) if dice.random() < 0.75 else "") for _ in range(size)]
    )
    park, others = unions[:UNIONS_OF_THE_PARK], unions[UNIONS_OF_THE_PARK:]
    return pl.DataFrame(
        {
            "row_ref": [str(first + n) for n in range(size)],
            **columns.names(names).rename({"key": "name_key"}).to_dict(as_series=True),
            "id_sealed": seal_many(numbers, ID_NUMBER), "id_index": blind_many(numbers, ID_NUMBER),
            "phone_sealed": seal_many(phones, PHONE), "phone_index": blind_many(phones, PHONE),
            "birth": births, "sex": [1 + int(number[16]) % 2 for number in numbers],
            "education": [dice.choice((21, 31, 61, 71)) for _ in range(size)], "political": [dice.choice((1, 3, 13, 13, 13)) for _ in range(size)],
            "union_id": [dice.choice(park if first + n < MEMBERS_OF_THE_PARK else others) for n in range(size)],
            "joined_on": [date(2018, 12, 19) + timedelta(days=dice.randrange(1800)) for _ in range(size)],
            "form": [dice.choice(FORMS) for _ in range(size)],
            "card_number": [f"C{first + n:08d}" for n in range(size)],
        }
    )  # fmt: skip


def load(frame: pl.DataFrame, table: str) -> str:
    """COPY a frame into a temporary table of this transaction; returns the select over it."""
    kinds = {pl.Date: "date", pl.Binary: "bytea", pl.Int64: "bigint", pl.Int8: "smallint", pl.String: "text"}
    fields = ", ".join(f'"{name}" {kinds[type(kind)] if type(kind) in kinds else "text"}' for name, kind in frame.schema.items())
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE "{table}" ({fields}) ON COMMIT DROP')
        with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
            for row in frame.iter_rows():
                copy.write_row(row)
    return f'SELECT * FROM "{table}"'


def fill(persons: int) -> float:
    """Fill an empty database; returns persons a second over the enrolment."""
    unions = district()
    analyse()
    began = time.perf_counter()
    for first in range(0, persons, CHUNK):
        frame = roster(first, min(CHUNK, persons - first), unions)
        with transaction.atomic():
            people.enrol_many(rows=load(frame, "bench_roster"), columns=frame.columns, by=SYSTEM, on=DAY)
    rate = persons / (time.perf_counter() - began)
    analyse()
    return rate


def analyse() -> None:
    """Fresh statistics, as the owner of the tables gathers them."""
    import psycopg

    from niangjia.base.database import database_url

    with psycopg.connect(database_url("owner"), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def filled(persons: int) -> None:
    """Fill unless somebody did."""
    with elevated("bench"):
        have, orgs_there = Person.objects.count(), Organisation.objects.exists()
    if not orgs_there:
        print(f"filled with {persons:,} persons at {fill(persons):,.0f} a second, made up, sealed and copied included", file=sys.stderr)
    elif have < persons:
        raise SystemExit(f"{have:,} persons here: use an empty NIANGJIA_HOME for {persons:,}")


if __name__ == "__main__":
    filled(int(sys.argv[1]) if len(sys.argv) > 1 else 506_000)
