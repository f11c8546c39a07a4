"""Cleaning a chunk column by column: text becomes facts, and what cannot be one is said in words."""

from collections.abc import Callable, Mapping
from functools import cache

import polars as pl

from niangjia.base import columns
from niangjia.base.chinese import check_uscc, clean_text, name_key
from niangjia.core.imports.sheets import Cleaned, Column, Context, Kind, Problem, Sheet

WORDS = 30
"""Characters of a code table quoted in a message; the template names them all."""
RESIDENT = 1
"""The fact ``id_type`` of a resident identity card."""


def clean(sheet: Sheet, cleaned: Cleaned, context: Context) -> None:
    """All checks of a sheet over one chunk of raw text: fills its facts and problems."""
    raw = cleaned.raw
    for column in sheet.columns:
        if column.name in raw.columns:
            CLEANERS[column.kind](cleaned, column, context)
            if column.required and not (column.kind is Kind.UNION and context.one_union):
                refuse(cleaned, column.name, "required", raw[column.name].is_null(), f"{column.title}没有填写")
    sheet.rules(cleaned, context)


def refuse(cleaned: Cleaned, column: str, kind: str, where: pl.Series, message: str) -> None:
    """Refuse the rows where ``where`` holds, with one message."""
    say(cleaned, column, kind, where, message, refuses=True)


def say(cleaned: Cleaned, column: str, kind: str, where: pl.Series, message: str, *, refuses: bool = False) -> None:
    """Remark on (or refuse) the rows where ``where`` holds."""
    if where.fill_null(value=False).any():
        messages = pl.select(pl.when(where.fill_null(value=False)).then(pl.lit(message))).to_series()
        cleaned.problems.append(Problem(column, kind, messages, refuses))


def _text(cleaned: Cleaned, column: Column, context: Context) -> None:
    text = by_different(cleaned.raw[column.name], clean_text)
    cleaned.facts[column.name] = text
    too_long = text.str.len_chars() > column.most
    refuse(cleaned, column.name, "too_long", too_long, f"{column.title}太长，最多 {column.most} 个字")


def _name(cleaned: Cleaned, column: Column, context: Context) -> None:
    frame = columns.names(cleaned.raw[column.name])
    prefix = "" if column.name == "name" else f"{column.name}_"
    cleaned.facts[column.name] = frame["name"]
    if column.name == "name":
        cleaned.facts |= {"name_key": frame["key"], "pinyin": frame["pinyin"].str.head(120), "initials": frame["initials"].str.head(30)}
    name = frame["name"]
    odd = name.str.contains(r"[0-9@#$%^&*+=<>?？！!]") | (name.str.len_chars() < 2) | name.is_in(["无名", "不详", "未知", "测试"])
    refuse(cleaned, column.name, "format", odd, f"{(prefix and column.title) or '姓名'}不像姓名，请核对")
    refuse(cleaned, column.name, "too_long", name.str.len_chars() > column.most, f"{column.title}太长，最多 {column.most} 个字")


def _identity(cleaned: Cleaned, column: Column, context: Context) -> None:
    """A resident identity number, unless the fact ``id_type`` says that it is another document."""
    raw = cleaned.raw[column.name]
    frame = columns.id_numbers(raw)
    other = (cleaned.facts.get("id_type", pl.Series([RESIDENT])) != RESIDENT).fill_null(value=False)
    if not other.any():
        cleaned.facts |= {column.name: frame["value"], "birth": frame["birth"], "sex": frame["sex"]}
        cleaned.problems.append(Problem(column.name, "format", frame["problem"].str.strip_chars_end("。")))
        return
    document = by_different(raw, lambda text: clean_text(text).upper().replace(" ", ""))
    well_formed = document.str.contains(r"^[A-Z0-9()]{5,20}$")
    read = frame.with_columns(raw=document, other=other)
    resident = ~pl.col("other")
    kept = read.select(
        pl.when(resident).then("value").when(well_formed).then("raw").alias("value"),
        *(pl.when(resident).then(name).alias(name) for name in ("birth", "sex")),
        pl.when(resident).then(pl.col("problem").str.strip_chars_end("。")).alias("problem"),
    )
    cleaned.facts |= {column.name: kept["value"], "birth": kept["birth"], "sex": kept["sex"]}
    cleaned.problems.append(Problem(column.name, "format", kept["problem"]))
    refuse(cleaned, column.name, "format", other & ~well_formed, f"{column.title}应为 5 至 20 位数字或字母，请对照证件")


def _phone(cleaned: Cleaned, column: Column, context: Context) -> None:
    frame = columns.phones(cleaned.raw[column.name])
    cleaned.facts[column.name] = frame["value"]
    cleaned.problems.append(Problem(column.name, "format", frame["problem"].str.strip_chars_end("。")))


def _bank(cleaned: Cleaned, column: Column, context: Context) -> None:
    digits = cleaned.raw[column.name].str.replace_all(r"[\s\-]", "")
    good = digits.str.contains(r"^[0-9]{12,24}$")
    cleaned.facts[column.name] = pl.select(pl.when(good).then(digits)).to_series()
    refuse(cleaned, column.name, "format", ~good, f"{column.title}应为 12 至 24 位数字，请对照卡面；长号码的列请设为“文本”")


def _date(cleaned: Cleaned, column: Column, context: Context) -> None:
    frame = columns.dates(cleaned.raw[column.name])
    cleaned.facts[column.name] = frame["value"]
    cleaned.problems.append(Problem(column.name, "format", frame["problem"].str.strip_chars_end("。")))
    refuse(cleaned, column.name, "future", frame["value"] > context.day, f"{column.title}晚于今天，请核对")


def _number(cleaned: Cleaned, column: Column, context: Context) -> None:
    text = cleaned.raw[column.name].str.replace_all(r"[\s,，人名]", "").str.replace(r"\.0+$", "")
    value = text.cast(pl.Int32, strict=False)
    cleaned.facts[column.name] = value
    refuse(cleaned, column.name, "format", text.is_not_null() & (value.is_null() | (value < 0)), f"{column.title}应为整数")


def _code(cleaned: Cleaned, column: Column, context: Context) -> None:
    known = code_table(column)
    text = cleaned.raw[column.name]
    keys = by_different(text, code_key)
    number = not any(isinstance(value, str) for value in known.values())
    value = keys.replace_strict(dict(known), default=None, return_dtype=pl.Int16 if number else pl.String)
    cleaned.facts[column.name] = value
    words = "、".join(dict.fromkeys(word for word in column.codes if not word.isascii()))
    some = words if len(words) <= WORDS else f"{words[:WORDS]}…"
    refuse(cleaned, column.name, "code", keys.is_not_null() & value.is_null(), f"{column.title}不在代码表里，可填：{some}")


def _credit_code(cleaned: Cleaned, column: Column, context: Context) -> None:
    checked = {text: check_uscc(text) for text in cleaned.raw[column.name].drop_nulls().unique()}
    text = cleaned.raw[column.name]
    cleaned.facts[column.name] = text.replace_strict(
        {one: value for one, (value, _) in checked.items()}, default=None, return_dtype=pl.String
    )
    reasons = {one: reason.strip("。") or None for one, (_, reason) in checked.items()}
    cleaned.problems.append(Problem(column.name, "format", text.replace_strict(reasons, default=None, return_dtype=pl.String)))


def _union(cleaned: Cleaned, column: Column, context: Context) -> None:
    text = by_different(cleaned.raw[column.name], clean_text)
    matches = {one: context.unions.find(one) for one in text.drop_nulls().unique()}
    found = text.replace_strict({one: match.org for one, match in matches.items()}, default=context.one_union, return_dtype=pl.Int64)
    cleaned.facts[column.name] = found
    for kind in sorted({match.kind for match in matches.values() if match.kind}):
        messages = {one: match.message for one, match in matches.items() if match.kind == kind}
        cleaned.problems.append(Problem(column.name, kind, text.replace_strict(messages, default=None, return_dtype=pl.String)))


def _federation(cleaned: Cleaned, column: Column, context: Context) -> None:
    """The parent of a row; where none is named it is the organisation of the batch."""
    text = by_different(cleaned.raw[column.name], clean_text)
    matches = {one: context.unions.find_above(one) for one in text.drop_nulls().unique()}
    found = text.replace_strict({one: match.org for one, match in matches.items()}, default=None, return_dtype=pl.Int64)
    cleaned.facts[column.name] = pl.select(pl.when(text.is_null()).then(pl.lit(context.top, pl.Int64)).otherwise(found)).to_series()
    for kind in sorted({match.kind for match in matches.values() if match.kind}):
        messages = {one: match.message for one, match in matches.items() if match.kind == kind}
        cleaned.problems.append(Problem(column.name, kind, text.replace_strict(messages, default=None, return_dtype=pl.String)))


CLEANERS: Mapping[Kind, Callable[[Cleaned, Column, Context], None]] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.IDENTITY: _identity,
    Kind.PHONE: _phone,
    Kind.BANK: _bank,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.CODE: _code,
    Kind.CREDIT_CODE: _credit_code,
    Kind.UNION: _union,
    Kind.FEDERATION: _federation,
}


def by_different(column: pl.Series, function: Callable[[str], str]) -> pl.Series:
    """``function`` over a text column, each different text once; empty results become null."""
    different = column.drop_nulls().unique()
    results = {text: function(text) or None for text in different}
    changed = {text: result for text, result in results.items() if result != text}
    return column.replace(changed) if changed else column


def code_key(text: str) -> str:
    """How words of code tables are compared: without spaces, brackets and the like, in lower case."""
    return name_key(clean_text(text).removesuffix(".0"))


@cache
def _code_table(codes: tuple[tuple[str, int | str], ...]) -> dict[str, int | str]:
    return {code_key(word): value for word, value in codes}


def code_table(column: Column) -> dict[str, int | str]:
    """Word or code → value, for one column."""
    return _code_table(tuple(column.codes.items()))
