"""The rules the calculator goes by, each with its article, the day from which it holds, and whether it was read in the law itself."""

from dataclasses import dataclass
from datetime import date

from niangjia.core.law.statutes.laws import (
    ANNUAL_LEAVE,
    ANNUAL_LEAVE_FROM,
    ANNUAL_LEAVE_RULES,
    LABOUR,
    LABOUR_CASES_2_FROM,
    LABOUR_CONTRACT,
    LABOUR_CONTRACT_FROM,
    LABOUR_CONTRACT_RULES,
)
from niangjia.core.law.term import Article, Status

RULES_FROM = date(2008, 9, 18)
LEAVE_RULES_FROM = date(2008, 9, 18)
PAID_DAYS_FROM = date(2008, 1, 3)
PAID_DAYS_AGAIN_FROM = date(2025, 1, 1)


@dataclass(frozen=True)
class Source:
    """Where a step comes from. ``title`` stands where no article was read."""

    title: str
    valid_from: date
    status: Status = Status.VERIFIED
    note: str = ""
    is_article: bool = True

    def __str__(self) -> str:
        return self.title if self.status is Status.VERIFIED else f"{self.title}，待核"

    def as_json(self) -> dict[str, str]:
        return {"article": self.title, "status": self.status.value, "valid_from": self.valid_from.isoformat(), "note": self.note}


def read(article: Article, valid_from: date) -> Source:
    """A rule read in the law."""
    return Source(str(article), valid_from)


def contract(number: int, paragraph: int = 0) -> Source:
    """An article of the Labour Contract Law (劳动合同法)."""
    return read(LABOUR_CONTRACT.article(number, paragraph), LABOUR_CONTRACT_FROM)


def rules(number: int) -> Source:
    """An article of its implementing regulations (劳动合同法实施条例)."""
    return read(LABOUR_CONTRACT_RULES.article(number), RULES_FROM)


MONTHS, CAP, BASE = contract(47, 1), contract(47, 2), contract(47, 3)
SINCE_2008, DOUBLE, UNLAWFUL, AFTER_ORDER = contract(97, 3), contract(82, 1), contract(87), contract(85)
MERGED, IN_LIEU, INSTEAD, FLOOR = rules(10), rules(20), rules(25), rules(27)
UNTIL_A_YEAR = rules(7)
SECOND_INTERPRETATION = "法释〔2025〕12号（劳动争议解释（二））"
BY_WORKING_DAYS = Source(
    SECOND_INTERPRETATION,
    LABOUR_CASES_2_FROM,
    Status.UNVERIFIED,
    "二倍工资按月计算，不满一个月的按该月实际工作日计算；条号和原文待核。",
)
BY_PRACTICE = Source(
    "不满一个月的折算按通行做法",
    LABOUR_CONTRACT_FROM,
    Status.UNVERIFIED,
    "2025-09-01 以前法律没有写明不满一个月怎么折算，这里同样按工作日折算。",
    is_article=False,
)
WAIVER_VOID = Source(
    SECOND_INTERPRETATION,
    LABOUR_CASES_2_FROM,
    Status.UNVERIFIED,
    "约定不缴社会保险的无效，职工据此解除可以要求经济补偿；条号和原文待核。",
)
OVERTIME = read(LABOUR.article(44), date(1995, 1, 1))
PAID_DAYS = (
    Source(
        "劳社部发〔2008〕3号（月计薪天数 21.75 天）",
        PAID_DAYS_FROM,
        Status.UNVERIFIED,
        "小时工资＝月工资÷21.75÷8；文件原文待核（年休假实施办法第十一条也用 21.75 天，已核对）。",
    ),
    Source(
        "2025 年起月计薪天数仍为 21.75 天（人社部发〔2025〕2号）",
        PAID_DAYS_AGAIN_FROM,
        Status.UNVERIFIED,
        "法定节假日增加 2 天后计薪天数不变；文件原文待核。",
    ),
)
LEAVE_DAYS, LEAVE_PAY = read(ANNUAL_LEAVE.article(3, 1), ANNUAL_LEAVE_FROM), read(ANNUAL_LEAVE.article(5, 3), ANNUAL_LEAVE_FROM)
NO_LEAVE, ONE_YEAR_FIRST = read(ANNUAL_LEAVE.article(4), ANNUAL_LEAVE_FROM), read(ANNUAL_LEAVE_RULES.article(3), LEAVE_RULES_FROM)
LEAVE_NEWCOMER, LEAVE_LEAVER = (read(ANNUAL_LEAVE_RULES.article(number), LEAVE_RULES_FROM) for number in (5, 12))
LEAVE_EXTRA, LEAVE_DAILY = (read(ANNUAL_LEAVE_RULES.article(number), LEAVE_RULES_FROM) for number in (10, 11))


def paid_days(on: date) -> Source | None:
    """Which document sets 21.75 paid days a month on a day; None before 2008."""
    return next((source for source in reversed(PAID_DAYS) if source.valid_from <= on), None)
