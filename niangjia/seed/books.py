"""The demo district's own books of 2023: union fees under a budget, money promised, and what the bank said of the mutual-aid pool month by month."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from niangjia.base.calendar import month_end
from niangjia.base.scope import elevated
from niangjia.core.access.actor import SYSTEM, Actor
from niangjia.core.ledger import actions, queries
from niangjia.core.ledger.actions import Line, Planned, Posting
from niangjia.core.ledger.enums import Source
from niangjia.core.ledger.views.statement_file import read_statement
from niangjia.core.orgs import queries as orgs
from niangjia.seed.mutual_aid import POOL
from niangjia.seed.paying import accountant, actor

CODE, YEAR = "JF2023", 2023
DECIDED, ADJUSTED = "2023年第1次委员会会议（演示）", "2023年第3次委员会会议（演示）"
BUDGET = {"501": 1_200_000, "502": 600_000, "503": 450_000, "504": 300_000, "505": 80_000, "506": 900_000}
RAISED = {"501": 1_350_000}
"""What the adjustment in the year made of a line; all sums are made up."""
DUES = 310_000
SPENT = (
    (2, 14, "501", "送温暖走访慰问", 186_400), (3, 8, "501", "女职工主题活动", 64_200), (3, 28, "503", "工会干部培训班", 58_600),
    (4, 26, "501", "劳模座谈和疗休养", 148_000), (5, 11, "506", "补助镇街工会上半年经费", 420_000), (5, 30, "504", "办公用品、印刷", 22_310),
    (6, 20, "502", "法律服务点运行（上半年）", 118_500), (7, 18, "501", "高温慰问一线职工", 212_650), (8, 15, "503", "集体协商指导员培训", 41_200),
    (9, 13, "505", "阵地更新设备", 46_800), (9, 27, "504", "设备维护", 18_940), (10, 24, "506", "补助镇街工会下半年经费", 420_000),
    (11, 8, "501", "职工运动会器材、裁判", 133_400), (11, 22, "502", "维权宣传月", 46_150),
)  # fmt: skip
"""Month, day, account, what for, yuan: entries without a commitment."""
PROMISED = (
    (9, 5, "501", "职工运动会场地合同", 260_000, ((10, 18, 130_000), (11, 15, 130_000))),
    (3, 1, "502", "律师事务所值班服务合同", 240_000, ((6, 29, 96_000), (9, 28, 72_000))),
    (10, 9, "503", "职工书屋采购合同", 88_000, ((11, 28, 79_300),)),
    (11, 20, "501", "元旦春节送温暖物资合同", 320_000, ()),
)
"""Month, day, account, text, yuan, and what was spent of it."""
RELEASED = "职工书屋采购合同"
CLOSED_TO = date(2023, 10, 31)
STATEMENT = ("交易日期", "收入", "支出", "余额", "对方户名", "摘要", "交易流水号")
KNOWN_TO = date(2023, 11, 30)
FEE, FEE_MONTHS = Decimal("12.00"), (10, 11)
"""What the bank took and the books do not have yet."""


def tell() -> None:
    """Tell what is not told yet: the books of fees in one transaction, then one statement of the pool a transaction."""
    with elevated("seed: accounts of the demo district"):
        maker, leader = accountant(), actor("zhuxi")
    _fees(maker, leader)
    while _statement(maker):
        pass


@transaction.atomic
def _fees(maker: Actor, leader: Actor) -> None:
    """A year of the district's own fees: budget, adjustment, income, spending with and without commitments, ten months closed."""
    with elevated("seed: books of the demo district"):
        if queries.fund_by(CODE) is not None:
            return
        fund = actions.open_fund(
            code=CODE, title="工会经费（2023年度）", org=orgs.root(), source=Source.FEES, purpose="区总工会本级支出，按年度预算", by=SYSTEM,  # type: ignore[arg-type]
            on=date(YEAR, 1, 1),
        )  # fmt: skip
        chart = {account.code: account for account in queries.chart()}
        _budget(fund, chart, BUDGET, DECIDED, "", maker, leader)
        dues = [
            Posting(f"dues {month}", f"{month}月拨缴经费收入", [Line(chart["102"], Decimal(DUES)), Line(chart["402"], -Decimal(DUES))])
            for month in range(1, 12)
        ]
        for month, posting in enumerate(dues, 1):
            actions.post_many(fund, postings=[posting], by=maker, on=date(YEAR, month, 12))
        _budget(fund, chart, BUDGET | RAISED, ADJUSTED, "职工运动会规模扩大，追加活动支出", maker, leader)
        for number, (month, day, code, text, amount) in enumerate(SPENT):
            _spend(fund, chart, code, text, amount, f"spent {number}", date(YEAR, month, day), maker)
        for month, day, code, text, amount, used in PROMISED:
            promise = actions.make_commitment(
                fund, account=chart[code], amount=Decimal(amount), text=text, by=maker, on=date(YEAR, month, day)
            )  # fmt: skip
            for part, (of_month, of_day, sum_) in enumerate(used, 1):
                key, on = f"{promise.code} {part}", date(YEAR, of_month, of_day)
                _spend(fund, chart, code, f"{text}：第{part}次付款", sum_, key, on, maker, commitment=promise)
            if text == RELEASED:
                actions.release(promise, by=maker, reason="按实际采购数结算，余额不用了", on=date(YEAR, 12, 5))
        actions.close_period(fund, up_to=CLOSED_TO, by=maker)


def _budget(fund: Any, chart: Any, amounts: dict[str, int], resolution: str, note: str, maker: Actor, leader: Actor) -> None:
    lines = [Planned(chart[code], Decimal(amount)) for code, amount in amounts.items()]
    entered = actions.enter_budget(fund, year=YEAR, lines=lines, resolution=resolution, note=note, by=maker)
    actions.approve_budget(entered, by=leader)


def _spend(fund: Any, chart: Any, code: str, text: str, amount: int, key: str, on: date, by: Actor, **facts: Any) -> None:
    lines = [Line(chart[code], Decimal(amount)), Line(chart["102"], -Decimal(amount))]
    actions.post(fund, lines=lines, key=key, text=text, by=by, on=on, **facts)


@transaction.atomic
def _statement(by: Actor) -> bool:
    """Take in the next month's statement of the pool; whether there was one."""
    with elevated("seed: the bank of the demo district"):
        fund = queries.fund_by(POOL)
        first = _next_month(fund) if fund else None
        if fund is None or first is None:
            return False
        last, bank = month_end(first), queries.bank_account()
        legs = queries.legs_of(fund, bank, first, last).select_related("entry__payment__batch").order_by("on", "id")
        data = _written(list(legs), first, queries.bank_balance(fund, first - timedelta(days=1)) or Decimal("0.00"))
        read = read_statement(data)
        balances = {"opening": read.opening or Decimal("0.00"), "closing": read.closing or Decimal("0.00")}
        actions.take_statement(
            fund, lines=read.lines, data=data, name=f"对账单{first:%Y%m}.csv", by=by, start=first, end=last, **balances
        )  # fmt: skip
    return True


def _next_month(fund: Any) -> date | None:
    """The first day of the month whose statement is not there yet; None once all are."""
    known = queries.known_up_to(fund)
    moved = queries.legs_of(fund, queries.bank_account(), fund.opened_on, KNOWN_TO).order_by("on").values_list("on", flat=True).first()
    first = known + timedelta(days=1) if known else moved and moved.replace(day=1)
    return first if first and first <= KNOWN_TO else None


def _written(legs: list[Any], first: date, opening: Decimal) -> bytes:
    """The bank's file of a month: each receipt a line, each payment batch one sum a day."""
    text, balance = io.StringIO(newline=""), opening
    writer = csv.writer(text)
    writer.writerow(STATEMENT)
    for number, (on, amount, party, remark) in enumerate(_told(legs, first), 1):
        balance += amount
        sides = (amount, "") if amount > 0 else ("", -amount)
        writer.writerow((on, *sides, balance, party, remark, f"NB{first:%Y%m}{number:06d}"))
    return text.getvalue().encode("utf-8-sig")


def _told(legs: list[Any], first: date) -> Iterator[tuple[date, Decimal, str, str]]:
    rows: list[tuple[date, Decimal, str, str]] = []
    batches: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for leg in legs:
        payment = getattr(leg.entry, "payment", None)
        if payment is None:
            rows.append((leg.on, leg.amount, "", leg.entry.text))
        else:
            batches[leg.on, payment.batch.code] += leg.amount
    rows += [(on, amount, "银行代发业务专户", f"代发 {code}") for (on, code), amount in batches.items()]
    if first.month in FEE_MONTHS or not rows:
        rows.append((first.replace(day=20), -FEE, "", "账户管理费"))
    return iter(sorted(rows, key=lambda row: (row[0], -row[1], row[3])))
