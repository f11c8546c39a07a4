"""A file of settlements read as columns: headings of the bureau to national names, what cannot be read refused by row, totals (结算文件)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

import polars as pl

from niangjia.base.columns import dates
from niangjia.base.unpacking import UnreadableFile
from niangjia.base.workbooks import Sheet as Worksheet
from niangjia.base.workbooks import open_workbook
from niangjia.core.imports.headings import LOOK_DOWN, find
from niangjia.core.imports.sheets import Column
from niangjia.work.mutual_aid.plan.record import MONEY

HEADINGS: dict[str, tuple[str, ...]] = {
    "setl_id": ("结算ID", "结算编号", "结算单号"), "fixmedins_code": ("定点医药机构编号", "定点医疗机构代码", "医院编码", "机构编码"),
    "fixmedins_name": ("定点医药机构名称", "医院名称", "医院"), "mdtrt_id": ("就诊ID", "就诊编号"), "certno": ("证件号码", "身份证号", "身份证号码"),
    "med_type": ("医疗类别",), "insutype": ("险种类型", "险种"), "psn_type": ("人员类别",), "setl_time": ("结算时间", "结算日期"),
    "begntime": ("入院时间", "入院日期", "开始时间"), "endtime": ("出院时间", "出院日期", "结束时间"),
    "medfee_sumamt": ("医疗费总额", "总费用", "医疗总费用"), "fulamt_ownpay_amt": ("全自费金额",), "overlmt_selfpay": ("超限价自费费用", "超限价自费"),
    "preselfpay_amt": ("先行自付金额", "先行自付"), "inscp_scp_amt": ("符合政策范围金额", "政策范围内费用"), "act_pay_dedc": ("实际支付起付线", "起付线"),
    "hifp_pay": ("基本医疗保险统筹基金支出", "统筹基金支付", "统筹支付"), "pool_prop_selfpay": ("基本医疗保险统筹基金支付比例", "统筹基金支付比例"),
    "cvlserv_pay": ("公务员医疗补助资金支出", "公务员补助"), "hifes_pay": ("企业补充医疗保险基金支出",), "hifmi_pay": ("居民大病保险资金支出",),
    "hifob_pay": ("职工大额医疗费用补助基金支出", "大额支付"), "maf_pay": ("医疗救助基金支出", "医疗救助"), "hosp_part_amt": ("医院负担金额",),
    "oth_pay": ("其他支出",), "fund_pay_sumamt": ("基金支付总额", "基金支付合计"), "psn_part_amt": ("个人负担总金额", "个人负担"),
    "acct_pay": ("个人账户支出", "个人账户支付"), "psn_cash_pay": ("个人现金支出", "个人现金支付"), "acct_mulaid_pay": ("个人账户共济支付金额",),
    "refd_setl_flag": ("退费结算标志", "冲正标志"), "vali_flag": ("有效标志",), "orig_setl_id": ("原结算ID", "被冲正结算ID"),
    "mutual_aid_pay": ("医疗互助支付", "互助一站式支付", "职工互助支付"),
}  # fmt: skip
"""National field names and what bureaus write instead. ``mutual_aid_pay`` is what the hospital deducted for mutual aid at discharge."""
NEEDED = ("setl_id", "fixmedins_code", "certno", "setl_time")
COLUMNS = tuple(Column(name, name, words) for name, words in HEADINGS.items())
DAYS = {"setl_time": "settled_on", "begntime": "begins", "endtime": "ends"}
YES = ("1", "是", "1.0")
SUMS = r"^(?:本页)?(?:合计|小计|总计|共计)"
MARKS = ('"', "元", "￥", "¥", "%")
"""Where none of them is in a file, its amounts and shares need no cleaning."""
LOST = "（丢了后几位）"
LONGEST = {"setl_id": 40, "orig_setl_id": 40, "mdtrt_id": 40, "fixmedins_code": 30, "med_type": 6, "insutype": 6, "psn_type": 6}
AMOUNTS = (*tuple(name for name in MONEY if name != "pool_prop_selfpay"), "mutual_aid_pay")
TOTALS = {"medfee": "medfee_sumamt", "fund": "fund_pay_sumamt", "cash": "psn_cash_pay", "benefit": "mutual_aid_pay"}
AMOUNT = r"^-?\d{1,14}(\.\d{1,2})?$"
SHARE = r"^(0(\.\d{1,4})?|1(\.0{1,4})?)$"


class UnreadableSettlements(ValueError):
    """A file nobody can read; the sentence says what is wrong and how to mend it."""


@dataclass(frozen=True)
class Refusal:
    """A row that is not taken: its number as a spreadsheet shows it, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Taken:
    """What a file came to: ``rows`` by national names (text, days already reckoned), refusals, and totals over every row that was there."""

    rows: pl.DataFrame
    refusals: list[Refusal]
    count: int
    totals: dict[str, Decimal]


def read(data: bytes, *, chosen: Mapping[str, str] | None = None, in_fen: bool = False) -> Taken:
    """Read a CSV file (UTF-8 or GB 18030) or a workbook. ``chosen`` are headings mapped by hand (heading → national name, or "").

    Raises UnreadableSettlements where it is no table or lacks a column that is needed.
    """
    frame = _dated(_worth(_named(_table(data), chosen or {}), in_fen=in_fen))
    problems = frame.select("row", reason=pl.coalesce([*_problems(), pl.lit(None, pl.String)]))
    refused = problems.filter(pl.col("reason").is_not_null())
    totals = {name: _total(frame[column]) for name, column in TOTALS.items()}
    refusals = [Refusal(row, reason) for row, reason in refused.iter_rows()]
    good = frame.filter(problems["reason"].is_null()) if refusals else frame
    return Taken(good, refusals, len(frame), totals)


def headings_of(data: bytes, chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headings of a file as written, each with the national name it is known by (empty where by none), for choosing by hand."""
    table = _table(data)
    found = find(COLUMNS, _top(table), chosen)
    if found is None:
        texts = table.heads[0][1] if table.heads else []
        return {text.strip(): "" for text in texts if text.strip()}
    return {text: found.mapping.get(place, "") for place, text in found.headings.items()}


def marked(data: bytes, refusals: Sequence[Refusal], chosen: Mapping[str, str] | None = None) -> tuple[list[str], list[list[Any]]]:
    """The refused rows as they stand in the file, behind their number and the reason: headings and rows of a table to mend and send again."""
    table, reasons = _table(data), {refusal.row: refusal.reason for refusal in refusals}
    found = find(COLUMNS, _top(table), chosen)
    heads = dict(table.heads).get(found.row if found else 1, [])
    cells = [name for name in table.body.columns if name.startswith("c")][: len(heads)]
    rows = table.body.filter(pl.col("row").is_in(list(reasons))).select("row", *cells).iter_rows()
    return ["行号", "退回原因", *heads], [[number, reasons[number], *(cell or "" for cell in said)] for number, *said in rows]


@dataclass(frozen=True)
class Table:
    """A file as text: the first rows (number, cells) in which the headings are, and every row as c1 … cN with its number ``row``."""

    heads: list[tuple[int, list[str]]]
    body: pl.DataFrame
    is_messy: bool


def _top(table: Table) -> list[tuple[int, list[str]]]:
    return table.heads[: LOOK_DOWN + 1]


def _table(data: bytes) -> Table:
    """CSV by columns at once; a workbook by its first worksheet that is shown and not empty."""
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        return _workbook(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise UnreadableSettlements("文件不是 UTF-8 或 GB 18030 编码的 CSV，请医保重新导出 neither UTF-8 nor GB 18030") from None
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), infer_schema=False, truncate_ragged_lines=False, raise_if_empty=True)
    except pl.exceptions.PolarsError as error:
        raise UnreadableSettlements(f"文件读不下去：{str(error).splitlines()[0]} the file is no table") from None
    head = list(frame.columns)
    frame = frame.rename({name: f"c{place}" for place, name in enumerate(head, start=1)}).with_row_index("row", offset=2)
    return Table([(1, head)], frame.with_columns(pl.col("row").cast(pl.Int64)), any(mark in text for mark in MARKS))


def _workbook(data: bytes) -> Table:
    try:
        worksheets = [sheet for sheet in open_workbook(data).sheets if not sheet.hidden]
        for worksheet in worksheets:
            heads = [(row.number, row.cells) for row in islice(worksheet.rows(), LOOK_DOWN + 2)]
            if heads:
                return Table(heads, pl.concat(_whole(worksheet), how="diagonal"), is_messy=True)
    except UnreadableFile as error:
        raise UnreadableSettlements(str(error)) from error
    raise UnreadableSettlements("工作簿里没有数据，请医保重新导出 the workbook is empty")


def _whole(worksheet: Worksheet) -> list[pl.DataFrame]:
    """Its rows; a cell that lost its last digits becomes a mark that no number is."""
    frames = []
    for frame in worksheet.chunks():
        cells = [name for name in frame.columns if name.startswith("c")]
        marked = [
            pl.when(pl.col("lost_digits").list.contains(int(name[1:]))).then(pl.lit(LOST)).otherwise(pl.col(name)).alias(name)
            for name in cells
        ]
        frames.append(frame.with_columns(marked).drop("lost_digits"))
    return frames


def _named(table: Table, chosen: Mapping[str, str]) -> tuple[pl.DataFrame, bool]:
    """Known columns under their national names, the rest (sex, nation, balance…) dropped, absent ones added empty; and whether it is messy."""
    heading = find(COLUMNS, _top(table), chosen)
    found = {name: f"c{place + 1}" for place, name in heading.mapping.items()} if heading else {}
    if lacking := [name for name in NEEDED if found.get(name) not in table.body.columns]:
        words = "、".join(f"{HEADINGS[name][0]}（{name}）" for name in lacking)
        raise UnreadableSettlements(f"文件里没有这些列：{words}。列名不同的，先在“列名对照”里给这家医保对一次 missing columns")
    columns = [
        (
            pl.col(found[name]).str.strip_chars().replace("", None) if found.get(name) in table.body.columns else pl.lit(None, pl.String)
        ).alias(name)
        for name in HEADINGS
    ]
    first = heading.row if heading else 1
    named = table.body.filter(pl.col("row") > first).select("row", *columns)
    if not len(named):
        return named, table.is_messy
    is_row = ~pl.all_horizontal(pl.exclude("row").is_null()) & ~pl.col("setl_id").str.contains(SUMS).fill_null(value=False)
    return named.filter(is_row), table.is_messy


def _worth(named: tuple[pl.DataFrame, bool], *, in_fen: bool) -> pl.DataFrame:
    """Amounts as yuan with two places: without separators and units, fen divided; shares in percent as shares."""
    frame, is_messy = named
    if is_messy:
        frame = frame.with_columns(pl.col(AMOUNTS).str.replace_all(r"[,，\s元￥¥]", "").str.replace(r"^(-?\d+\.\d{2})0+$", "$1"))
        share = pl.col("pool_prop_selfpay")
        hundredth = (share.str.strip_suffix("%").cast(pl.Decimal(9, 4), strict=False) / 100).round(4).cast(pl.Float64).cast(pl.String)
        frame = frame.with_columns(pl.when(share.str.ends_with("%")).then(hundredth).otherwise(share).alias("pool_prop_selfpay"))
    if in_fen:
        digits = r"^(-?)(\d+)(?:\.0+)?$"
        padded = [pl.col(name).str.replace(digits, "${1}00${2}").str.replace(r"^(-?)(\d+)(\d\d)$", "$1$2.$3") for name in AMOUNTS]
        frame = frame.with_columns(one.str.replace(r"^(-?)0+(\d)", "$1$2") for one in padded)
    return frame


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(_days_of(frame, name).alias(day) for name, day in DAYS.items()).with_columns(
        pl.col("certno").str.to_uppercase(), is_reversal=pl.col("refd_setl_flag").is_in(YES).fill_null(value=False),
        is_valid=pl.col("vali_flag").is_null() | pl.col("vali_flag").is_in(YES),
    )  # fmt: skip
    spent = (pl.col("ends") - pl.col("begins")).dt.total_days().clip(1)
    return frame.with_columns(days=pl.when(pl.col("begins").is_null() | pl.col("ends").is_null()).then(0).otherwise(spent))


def _days_of(frame: pl.DataFrame, name: str) -> pl.Series:
    """The days of a column: as ISO 8601 writes them (with or without dashes) all at once, whatever else people write one by one."""
    text = frame[name]
    usual = (
        text.str.replace_all("/", "-")
        .str.replace(r"^(\d{4})(\d{2})(\d{2})", "$1-$2-$3")
        .str.slice(0, 10)
        .str.to_date("%Y-%m-%d", strict=False)
    )
    odd = text.is_not_null() & usual.is_null()
    if not odd.any():
        return usual
    return pl.select(pl.when(odd).then(dates(text.set(~odd, None))["value"]).otherwise(usual)).to_series()


def _problems() -> Sequence[pl.Expr]:
    """For each reason why a row cannot be read, the sentence where it holds."""
    found = [
        pl.when(pl.col(name).is_null() & (pl.lit(name != "certno") | ~pl.col("is_reversal"))).then(
            pl.lit(f"缺少{HEADINGS[name][0]}（{name}），请补上")
        )
        for name in NEEDED
    ]
    found.append(pl.when(pl.col("certno") == LOST).then(pl.lit("证件号码被表格当成数字，丢了后几位：请把这一列设为“文本”后重新导出")))
    found += [
        pl.when(pl.col(name).is_not_null() & pl.col(day).is_null()).then(
            pl.lit(f"{HEADINGS[name][0]}（{name}）不是日期，请写成 2023-12-18")
        )
        for name, day in DAYS.items()
    ]
    found += [
        pl.when(~pl.col(name).str.contains(AMOUNT)).then(pl.lit(f"{HEADINGS[name][0]}（{name}）不是金额，请写到分，不带逗号和单位"))
        for name in AMOUNTS
    ]
    found.append(pl.when(pl.col("certno").str.len_chars() > 50).then(pl.lit("证件号码超过 50 个字符")))
    found.append(
        pl.when(~pl.col("pool_prop_selfpay").str.contains(SHARE)).then(pl.lit("统筹基金支付比例（pool_prop_selfpay）不是 0 到 1 的小数"))
    )
    found += [
        pl.when(pl.col(name).str.len_chars() > most).then(pl.lit(f"{HEADINGS[name][0]}（{name}）超过 {most} 个字符"))
        for name, most in LONGEST.items()
    ]
    found.append(pl.when(pl.col("days") > 3660).then(pl.lit("住院时间超过十年，请核对入院、出院日期")))
    negative = (~pl.col("is_reversal")) & pl.any_horizontal(pl.col(name).str.starts_with("-") for name in AMOUNTS)
    found.append(pl.when(negative.fill_null(value=False)).then(pl.lit("不是冲正记录，却有负的金额，请核对退费结算标志（refd_setl_flag）")))
    return found


def _total(column: pl.Series) -> Decimal:
    """Whole fen added up exactly; what is no amount counts nothing (its row is refused)."""
    amounts = column.filter(column.str.contains(AMOUNT).fill_null(value=False))
    fen = amounts.cast(pl.Decimal(20, 2)).sum() if len(amounts) else Decimal(0)
    return Decimal(fen).quantize(Decimal("0.01"))
