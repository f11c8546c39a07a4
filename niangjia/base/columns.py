"""The checks of ``chinese`` and ``calendar`` over whole columns.

Values of the usual shape are checked as columns; the others, few in a real file, by the single-value functions, whose sentences
are the only ones. An empty cell (null or "") gives nulls and no problem: whether it may be empty is the sheet's to say.
"""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from niangjia.base.calendar import EARLIEST_YEAR, parse_date, today
from niangjia.base.chinese import (
    ID_CHECK_DIGITS,
    ID_WEIGHTS,
    check_id_number,
    check_phone,
    clean_name,
    name_key,
    pinyin_keys,
)

BAD_DATE = "不是认得的日期，请写成 2023-12-18 这样。"


def id_numbers(column: pl.Series) -> pl.DataFrame:
    """value (18 characters), birth, sex (1 male, 2 female), problem."""
    text = pl.col("text")
    digits = text.str.slice(0, 17).cast(pl.Int64, strict=False)
    weighted = pl.sum_horizontal(digits // 10 ** (16 - place) % 10 * weight for place, weight in enumerate(ID_WEIGHTS))
    check = (weighted % 11).replace_strict(dict(enumerate(ID_CHECK_DIGITS)), return_dtype=pl.String)
    birth = text.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    frame = pl.DataFrame({"text": column.cast(pl.String).str.strip_chars().str.to_uppercase()}).with_columns(birth=birth)
    usual = text.str.contains(r"^[0-9]{17}[0-9X]$") & (check == text.str.slice(17, 1))
    usual &= pl.col("birth").is_between(pl.date(EARLIEST_YEAR, 1, 1), today())
    sex = (2 - text.str.slice(16, 1).cast(pl.Int8, strict=False) % 2).cast(pl.Int8)
    return _checked(frame, usual, {"value": text, "birth": pl.col("birth"), "sex": sex}, _one_id_number)


def phones(column: pl.Series) -> pl.DataFrame:
    """value (11 digits), problem."""
    text = pl.col("text")
    frame = pl.DataFrame({"text": column.cast(pl.String).str.replace_all(r"[\s\-]", "").str.replace(r"^(?:\+|00)?86(1\d{10})$", "$1")})
    return _checked(frame, text.str.contains(r"^1[3-9][0-9]{9}$"), {"value": text}, check_phone)


def names(column: pl.Series) -> pl.DataFrame:
    """name, key, pinyin, initials. Every different name is worked out once."""
    different = column.cast(pl.String).unique().drop_nulls()
    cleaned = [clean_name(name) for name in different]
    readings = [pinyin_keys(name) for name in cleaned]
    known = pl.DataFrame(
        {
            "text": different,
            "name": cleaned,
            "key": [name_key(name) for name in cleaned],
            "pinyin": [full for full, _ in readings],
            "initials": [initials for _, initials in readings],
        },
        schema=dict.fromkeys(("text", "name", "key", "pinyin", "initials"), pl.String),
    )
    frame = pl.DataFrame({"text": column.cast(pl.String)})
    return frame.join(known, on="text", how="left", maintain_order="left").drop("text")


def dates(column: pl.Series) -> pl.DataFrame:
    """value (a date), problem. Every different text is read once."""
    frame = pl.DataFrame({"text": column.cast(pl.String).replace("", None)})
    different = frame["text"].unique().drop_nulls()
    known = pl.DataFrame(
        {"text": different, "value": [parse_date(text) for text in different]}, schema={"text": pl.String, "value": pl.Date}
    )
    joined = frame.join(known, on="text", how="left", maintain_order="left")
    bad = pl.col("text").is_not_null() & pl.col("value").is_null()
    return joined.select("value", problem=pl.when(bad).then(pl.lit(BAD_DATE)))


def _one_id_number(text: str) -> tuple[Any, ...]:
    checked = check_id_number(text)
    return checked.value, checked.birth, checked.sex if checked.valid else None, checked.reason


def _checked(frame: pl.DataFrame, usual: pl.Expr, results: dict[str, pl.Expr], one: Callable[[str], Sequence[Any]]) -> pl.DataFrame:
    """``results`` where ``usual``, else what ``one`` says: as many values as results, then the problem ("" if none)."""
    usual = usual.fill_null(value=False)
    done = frame.select(usual=usual, text="text", **results).with_columns(problem=pl.lit(None, pl.String))
    rest = done.with_row_index("row").filter(~pl.col("usual") & (pl.col("text").fill_null("") != ""))
    kept = done.with_columns(pl.when("usual").then(pl.col(name)).alias(name) for name in results).drop("usual", "text")
    if rest.is_empty():
        return kept
    answers = [one(text) for text in rest["text"]]
    by_hand = pl.DataFrame(answers, schema={name: kept.schema[name] for name in kept.columns}, orient="row").with_columns(
        pl.col("problem").replace("", None), row=rest["row"]
    )
    placed = kept.with_row_index("row").update(by_hand, on="row", include_nulls=False)
    return placed.drop("row")
