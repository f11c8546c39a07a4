"""Numbers that are well-formed and nobody's: identity numbers of the demo division, credit codes, phones, bank accounts."""

import polars as pl

from niangjia.base.chinese import DEMO_DIVISION, ID_CHECK_DIGITS, ID_WEIGHTS, uscc_check_digit

DISTRICT = "330212"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
PHONE_BEGINNINGS = ("1400", "1540")
"""Ranges in which no subscriber is known to be; the form is that of a mobile number."""


def identity_numbers(birth: pl.Expr, place: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """18 characters from a day of birth, a place among those born that day of that sex (0…498), and sex (1, 2)."""
    order = (place * 2 + pl.when(sex == 1).then(1).otherwise(2)).cast(pl.String).str.zfill(3)
    stem = pl.concat_str(pl.lit(DEMO_DIVISION), birth.dt.strftime("%Y%m%d"), order)
    digits = stem.cast(pl.Int64)
    weighted = pl.sum_horizontal(digits // 10 ** (16 - at) % 10 * weight for at, weight in enumerate(ID_WEIGHTS))
    check = (weighted % 11).replace_strict(dict(enumerate(ID_CHECK_DIGITS)), return_dtype=pl.String)
    return pl.concat_str(stem, check)


def phones(number: pl.Expr) -> pl.Expr:
    """A phone of its own for each number of 0…13,999,999."""
    beginning = pl.when(number < 7_000_000).then(pl.lit(PHONE_BEGINNINGS[0])).otherwise(pl.lit(PHONE_BEGINNINGS[1]))
    return pl.concat_str(beginning, (number % 7_000_000 + 1_000_000).cast(pl.String))


def credit_code(number: int, *, union: bool = False) -> str:
    """A credit code whose organisation part is DEM (an employer's) or DEU (a union's) and five digits; both check characters are right."""
    part = f"{'DEU' if union else 'DEM'}{number:05d}"
    total = sum((int(sign) if sign.isdigit() else ord(sign) - 55) * weight for sign, weight in zip(part, ORGANISATION_WEIGHTS, strict=True))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    stem = f"{'81' if union else '91'}{DISTRICT}{part}{check}"
    return stem + uscc_check_digit(stem)
