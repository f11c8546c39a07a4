"""Made-up names of persons: surnames and given names by frequency, a few rare characters, and names of other peoples with their dots."""

import polars as pl

from niangjia.seed.chance import Chance, table

MALE, FEMALE = 1, 2
MINORITY_SHARE, RARE_SHARE = 0.0015, 0.0004
HAN = 1


def named(chance: Chance, sex: pl.Series) -> pl.DataFrame:
    """name and ethnic for a column of sexes (1 male, 2 female)."""
    n = len(sex)
    surnames = table("surnames")
    surname = chance.pick(surnames["surname"], surnames["weight"], n)
    given = pl.Series(pl.select(pl.when(sex == MALE).then(_given(chance, MALE, n)).otherwise(_given(chance, FEMALE, n))).to_series())
    rare = table("given").filter(pl.col("sex") == 0)["given"]
    minorities = table("minorities")
    frame = pl.DataFrame({"surname": surname, "given": given, "rare": chance.pick(rare, None, n), "draw": chance.column(n), "sex": sex})
    frame = frame.with_columns(
        pick=pl.when(pl.col("sex") == MALE).then(_of(chance, minorities, MALE, n)).otherwise(_of(chance, minorities, FEMALE, n))
    )
    other, strange = pl.col("draw") < MINORITY_SHARE, pl.col("draw").is_between(MINORITY_SHARE, MINORITY_SHARE + RARE_SHARE)
    usual = pl.col("surname") + pl.when(strange).then("rare").otherwise("given")
    frame = frame.with_columns(other=other, usual=usual, at=pl.col("pick").cast(pl.UInt32))
    return frame.select(
        name=pl.when("other").then(pl.lit(minorities["name"]).gather(pl.col("at"))).otherwise("usual"),
        ethnic=pl.when("other").then(pl.lit(minorities["ethnic"]).gather(pl.col("at"))).otherwise(HAN).cast(pl.Int16),
    )


def _given(chance: Chance, sex: int, n: int) -> pl.Series:
    """A usual given name, or two characters put together."""
    usual = table("given").filter(pl.col("sex") == sex)
    characters = table("characters").filter(pl.col("sex") == sex)["character"]
    whole = chance.pick(usual["given"], usual["weight"], n)
    first, second = chance.pick(characters, None, n), chance.pick(characters, None, n)
    return pl.select(pl.when(chance.column(n) < 0.45).then(whole).otherwise(first + second)).to_series()


def _of(chance: Chance, minorities: pl.DataFrame, sex: int, n: int) -> pl.Series:
    """Row numbers of names of this sex."""
    rows = minorities.with_row_index("row").filter(pl.col("sex") == sex)["row"]
    return chance.pick(rows, None, n)
