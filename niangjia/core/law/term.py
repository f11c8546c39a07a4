"""What a statutory term (法定期限) is: an amount in a unit from a start event, with its article, in dated editions. Knows no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DIGITS = "零一二三四五六七八九"
OPEN = date.min
"""The first day of a practice of which nobody knows since when it holds."""


class Unit(StrEnum):
    """In what a term is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    YEARS = "years"

    @property
    def label(self) -> str:
        return {"working_days": "个工作日", "calendar_days": "日", "months": "个月", "years": "年"}[self]


class Status(StrEnum):
    """Whether the rule was read in the law itself (verified) or is only known of (unverified, 待核)."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"

    @property
    def label(self) -> str:
        return "已核对原文" if self is Status.VERIFIED else "待核"


class Direction(StrEnum):
    """Whether a term runs on from its start event or back from it (“开庭五日前”)."""

    AFTER = "after"
    BEFORE = "before"


class UnknownTerm(LookupError):
    """No term has this code."""


class NotInForce(LookupError):
    """The term has no rule on the day of the start event: its law was not yet in force, or is not in the house."""


def chinese_numeral(number: int) -> str:
    """1 to 999 as articles are counted: 10 → 十, 27 → 二十七, 205 → 二百零五."""
    if not 0 < number < 1000:
        raise ValueError(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Law:
    """A law or regulation; ``title`` without 中华人民共和国, ``short`` as officers say it."""

    title: str
    short: str = ""

    def article(self, number: int, paragraph: int = 0) -> "Article":
        """Article ``number`` (条), paragraph (款) if it matters."""
        return Article(self, number, paragraph)


@dataclass(frozen=True)
class Article:
    """One article (条) of a law, with the paragraph (款) where that matters."""

    law: Law
    number: int
    paragraph: int = 0

    @property
    def place(self) -> str:
        """第二十七条第一款"""
        return f"第{chinese_numeral(self.number)}条" + (f"第{chinese_numeral(self.paragraph)}款" if self.paragraph else "")

    def __str__(self) -> str:
        return f"{self.law.title}{self.place}"

    @property
    def short(self) -> str:
        """调解仲裁法第二十七条第一款"""
        return f"{self.law.short or self.law.title}{self.place}"


def listed(articles: Sequence[Article]) -> str:
    """Several articles in one line; empty where none is known."""
    return "、".join(str(article) for article in articles)


@dataclass(frozen=True)
class Edition:
    """The rule of a term while one text of the law was in force, both days included.

    ``pause_days`` is the most that pauses may sum to (None: no limit), where ``pause_articles`` allow pauses at all.
    """

    amount: int
    unit: Unit
    articles: tuple[Article, ...]
    valid_from: date
    valid_to: date | None = None
    status: Status = Status.VERIFIED
    note: str = ""
    direction: Direction = Direction.AFTER
    rolls: bool = True
    pause_articles: tuple[Article, ...] = ()
    pause_days: int | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def law(self) -> str:
        """The titles of the laws, each once."""
        return "、".join(dict.fromkeys(article.law.title for article in self.articles))

    @property
    def article(self) -> str:
        return listed(self.articles)

    @property
    def length(self) -> str:
        """“5 个工作日”, “开庭前 5 个工作日” without its event: “前 5 个工作日”."""
        return f"{'前 ' if self.direction is Direction.BEFORE else ''}{self.amount} {self.unit.label}"

    @property
    def clock_article(self) -> str:
        """What a clock chip says: 调解仲裁法第二十九条 · 5 个工作日."""
        source = self.articles[0].short if self.articles else "条文待核"
        return f"{source} · {self.length}"


@dataclass(frozen=True)
class Term:
    """A statutory term: from which event it runs, who must keep it, and its editions in order of time.

    ``extended_by`` names the term that takes its place once the law's own extension is granted.
    """

    code: str
    title: str
    starts_with: str
    for_whom: str
    editions: tuple[Edition, ...]
    extended_by: str = ""

    def on(self, day: date) -> Edition:
        """The edition in force on the day of the start event; raises NotInForce."""
        for edition in self.editions:
            if edition.holds_on(day):
                return edition
        first = self.editions[0].valid_from.isoformat()
        raise NotInForce(
            f"期限“{self.title}”（{self.code}）在 {day.isoformat()} 没有收录的规定，最早收录自 {first} "
            f"(no rule on that day; the earliest one known begins on {first})"
        )

    @property
    def current(self) -> Edition:
        """The latest edition."""
        return self.editions[-1]

    @property
    def theme(self) -> str:
        """The part of the code before the first point."""
        return self.code.partition(".")[0]
