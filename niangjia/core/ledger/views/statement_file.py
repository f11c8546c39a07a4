"""Reading a bank's statement as banks export it: any headings, one signed column or two, with or without the running balance."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from niangjia.base.calendar import parse_date
from niangjia.base.workbooks import UnreadableFile
from niangjia.core.imports.sheets import Column, Kind
from niangjia.core.imports.short import read_short
from niangjia.core.ledger.actions import Moved

MOST_ROWS = 50_000
COLUMNS = (
    Column(
        "on", "交易日期", ("日期", "记账日期", "入账日期", "交易时间", "交易日", "记账日", "入账时间", "过账日期", "会计日期"), Kind.DATE
    ),
    Column("amount", "交易金额", ("金额", "发生额", "交易发生额", "发生金额"), Kind.NUMBER),
    Column("way", "借贷标志", ("借贷", "借贷方向", "收支", "收支方向", "收付标志", "收付", "方向", "交易方向", "收支类型")),
    Column("income", "收入", ("贷方发生额", "贷方", "贷方金额", "收入金额", "收入发生额", "存入", "存入金额", "转入金额"), Kind.NUMBER),
    Column("outgo", "支出", ("借方发生额", "借方", "借方金额", "支出金额", "支出发生额", "支取", "支取金额", "转出金额"), Kind.NUMBER),
    Column("balance", "余额", ("账户余额", "当前余额", "交易后余额", "本次余额", "可用余额"), Kind.NUMBER),
    Column(
        "party", "对方户名", ("对方名称", "对方单位", "对方账户名称", "对方单位名称", "对方姓名", "收付款人名称", "交易对手", "对手户名")
    ),
    Column("remark", "摘要", ("用途", "附言", "备注", "交易摘要", "摘要用途", "交易附言", "款项用途")),
    Column("number", "交易流水号", ("流水号", "银行流水号", "交易序号", "凭证号", "凭证号码", "回单编号", "核心流水号", "交易编号")),
)
OUT, IN = ("借", "支", "付", "d", "出"), ("贷", "收", "入", "c", "进")
TOTAL = re.compile(r"^(合计|总计|小计|本页|累计)")


@dataclass(frozen=True)
class ReadStatement:
    """The lines in the order of the account, and the balances around them where the file holds them; yuan."""

    lines: list[Moved]
    opening: Decimal | None
    closing: Decimal | None


def read_statement(data: bytes) -> ReadStatement:
    """Raises UnreadableFile with the row and how to mend it; nothing of such a file is taken."""
    rows = read_short(data, COLUMNS, key="on", limit=MOST_ROWS)
    if rows is None:
        raise UnreadableFile("没有找到表头：要有“交易日期”一列，再有“交易金额”或“收入”“支出”两列。")
    read = [(_line(number, said), _money(number, said.get("balance", ""))) for number, said in rows if _is_line(said)]
    if not read:
        raise UnreadableFile("表头下面没有一笔流水。")
    balances = [balance for _, balance in read]
    if any(balance is None for balance in balances):
        return ReadStatement([line for line, _ in read], None, None)
    return _in_order([(line, balance) for line, balance in read if balance is not None])


def _is_line(said: dict[str, str]) -> bool:
    first = said.get("on", "")
    return bool(first) and not TOTAL.match(first)


def _line(number: int, said: dict[str, str]) -> Moved:
    on = parse_date(said["on"].replace("T", " "))
    if on is None:
        raise UnreadableFile(f"第 {number} 行看不懂日期“{said['on'][:20]}”。写成 2023-12-05 或 20231205。")
    return Moved(number, on, _amount(number, said), said.get("party", ""), said.get("remark", ""), said.get("number", ""))


def _amount(number: int, said: dict[str, str]) -> Decimal:
    income, outgo = (_money(number, said.get(name, "")) or Decimal(0) for name in ("income", "outgo"))
    if income and outgo:
        raise UnreadableFile(f"第 {number} 行收入、支出两列都有数，看不出是收是付。")
    if income or outgo:
        return income - abs(outgo)
    amount, way = _money(number, said.get("amount", "")), said.get("way", "").strip().casefold()
    if not amount:
        raise UnreadableFile(f"第 {number} 行没有金额。")
    if not way:
        return amount
    if not way.startswith((*OUT, *IN)):
        raise UnreadableFile(f"第 {number} 行的借贷标志“{way[:10]}”看不懂，只认借、贷、收、付、支。")
    return -abs(amount) if way.startswith(OUT) else abs(amount)


def _money(number: int, text: str) -> Decimal | None:
    plain = text.replace(",", "").replace("，", "").replace("￥", "").replace("¥", "").replace(" ", "").removesuffix("元")
    if plain in ("", "-", "--", "—", "/"):
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise UnreadableFile(f"第 {number} 行看不懂金额“{text[:20]}”。") from None
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise UnreadableFile(f"第 {number} 行的金额“{text[:20]}”要到分为止。")
    return amount.quantize(Decimal("0.01"))


def _in_order(read: Sequence[tuple[Moved, Decimal]]) -> ReadStatement:
    """Banks list the oldest or the newest first; each balance must follow from the one before."""
    for rows in (list(read), list(reversed(read))):
        if all(before + line.amount == after for (_, before), (line, after) in itertools.pairwise(rows)):
            first, balance = rows[0]
            if rows[0][0].on <= rows[-1][0].on:
                return ReadStatement([line for line, _ in rows], balance - first.amount, rows[-1][1])
    steps = itertools.pairwise(read)
    broken = next((line.row for (_, before), (line, after) in steps if before + line.amount != after), read[0][0].row)
    raise UnreadableFile(f"第 {broken} 行的余额和上一行接不上：可能缺了流水，或者改动过。整个文件没有收。")
