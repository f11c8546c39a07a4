"""Rosters as unions send them: CSV files with newcomers, with members known already, and with the mistakes people make."""

import polars as pl

from niangjia.seed.chance import Chance
from niangjia.seed.names import MALE, named
from niangjia.seed.numbers import identity_numbers, phones
from niangjia.seed.totals import DEMO_DAY

BORN_SAME_DAY = 480
"""Places of identity numbers from here on are free for rosters."""


def newcomers(chance: Chance, rows: int, spoilt: float, union: str, first: int) -> bytes:
    """``rows`` riders who want to join; a part of them with a wrong digit, no name, a phone too short or a union nobody knows."""
    frame = pl.DataFrame({"n": range(rows), "sex": [MALE] * rows, "draw": chance.column(rows)})
    frame = pl.concat([frame, named(chance, frame["sex"])], how="horizontal").with_columns(
        birth=pl.date(1984, 1, 5) + pl.duration(days=pl.col("n") * 13 + first % 11), place=BORN_SAME_DAY + first % 7
    )
    frame = frame.with_columns(
        number=identity_numbers(pl.col("birth"), pl.col("place"), pl.col("sex")),
        phone=phones(pl.col("n") + 13_900_000 + first),
        wrong=pl.when(pl.col("draw") < spoilt).then(pl.col("n") % 4).otherwise(-1),
    )
    wrong = pl.col("wrong")
    return _csv(
        frame.select(
            pl.when(wrong == 1).then(pl.lit("")).otherwise("name").alias("姓名"),
            pl.when(wrong == 0).then(pl.col("number").str.slice(0, 16) + "00").otherwise("number").alias("身份证号"),
            pl.when(wrong == 2).then(pl.col("phone").str.slice(0, 9)).otherwise("phone").alias("手机号"),
            pl.when(wrong == 3).then(pl.lit("没有这家的联合工会")).otherwise(pl.lit(union)).alias("所属工会"),
            pl.lit("外卖骑手").alias("就业形态"),
            pl.lit(DEMO_DAY.isoformat()).alias("入会日期"),
        )
    )


def known(members: list[tuple[str, str, str]], union: str) -> bytes:
    """Members (name, identity number, phone) whose jobs a union checked once more: every third has another one now."""
    frame = pl.DataFrame(members, schema=["姓名", "身份证号", "手机号"], orient="row").with_row_index("n")
    return _csv(
        frame.with_columns(
            pl.lit(union).alias("所属工会"), pl.when(pl.col("n") % 3 == 0).then(pl.lit("配送站长")).otherwise(pl.lit("")).alias("岗位")
        ).drop("n")
    )


def _csv(frame: pl.DataFrame) -> bytes:
    return ("\ufeff" + frame.write_csv()).encode()
