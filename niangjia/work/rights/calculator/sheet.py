"""The worksheet (计算过程) every calculator writes: steps, sources, what is not known; and how facts are read from a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from niangjia.base.money import round_fen
from niangjia.core.law.term import Status
from niangjia.work.rights.calculator.sources import Source

LARGEST = Decimal(10) ** 9


class BadFacts(ValueError):
    """The facts cannot be reckoned with: the reason in Chinese and English."""


@dataclass(frozen=True)
class Row:
    """One step as a page lays it out: the words, where they come from, and whether it says that something is not known."""

    text: str
    sources: tuple[Source, ...] = ()
    is_missing: bool = False

    @property
    def source(self) -> str:
        """Its sources in one line, those not read marked."""
        return "；".join(map(str, self.sources))


@dataclass
class Worksheet:
    """Steps in Chinese in the order of reckoning; each source once, in the order it was used."""

    rows: list[Row] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[str]:
        """Each step as one sentence, its sources behind it in parentheses."""
        return [_sentence(row) for row in self.rows]

    @property
    def unread(self) -> list[Source]:
        """The sources used here that nobody read in the law itself."""
        return [source for source in self.sources if source.status is not Status.VERIFIED]

    def say(self, text: str, *sources: Source) -> None:
        """One step."""
        self.rows.append(Row(text, sources))
        for source in sources:
            self.cite(source)

    def cite(self, source: Source) -> None:
        if source not in self.sources:
            self.sources.append(source)

    def miss(self, text: str) -> None:
        """Something the result would need and does not know."""
        self.unknown.append(text)
        self.rows.append(Row(text, is_missing=True))

    def as_json(self) -> dict[str, Any]:
        return {
            "steps": self.steps,
            "articles": [source.title for source in self.sources if source.is_article],
            "sources": [source.as_json() for source in self.sources],
            "unknown": self.unknown,
        }


def _sentence(row: Row) -> str:
    if row.is_missing:
        return f"不知道：{row.text}。"
    return f"{row.text}（{row.source}）。" if row.sources else f"{row.text}。"


def number(amount: Decimal | None) -> int | float | None:
    """A Decimal for JSON: whole where it is whole."""
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def yuan(amount: Decimal) -> str:
    """1,234.50 元"""
    return f"{round_fen(amount):,} 元"


def plain(amount: Decimal) -> str:
    """3.5 for 3.50."""
    return f"{amount.normalize():f}"


class Document:
    """The facts as given: each taken once by its kind; what nobody takes is refused."""

    def __init__(self, said: Any) -> None:
        if not isinstance(said, Mapping):
            raise BadFacts("文件里要是一个 JSON 对象 (a JSON object is wanted)")
        self._said = dict(said)

    def take(self, key: str) -> Any:
        return self._said.pop(key, None)

    def word(self, key: str, choices: Mapping[str, Any]) -> str:
        """One of the keys of ``choices``."""
        said = self.take(key)
        if said not in choices:
            raise BadFacts(f"{key} 要是下面之一：{'、'.join(choices)}，不是“{said}” ({key} is none of these)")
        return str(said)

    def day(self, key: str) -> date | None:
        return to_day(key, self.take(key))

    def amount(self, key: str) -> Decimal | None:
        said = self.take(key)
        return None if said is None else to_amount(key, said)

    def amounts(self, key: str, most: int | None = None) -> tuple[Decimal, ...]:
        said = self.take(key)
        if said is None:
            return ()
        if not isinstance(said, list):
            raise BadFacts(f"{key} 要是一个列表 ({key} must be a list)")
        if most is not None and len(said) > most:
            raise BadFacts(f"{key} 最多 {most} 个数，给了 {len(said)} 个 (at most {most} sums)")
        return tuple(to_amount(key, one) for one in said)

    def flag(self, key: str, default: bool) -> bool:
        said = self.take(key)
        if said is None:
            return default
        if not isinstance(said, bool):
            raise BadFacts(f"{key} 只能是 true 或 false ({key} must be true or false)")
        return said

    def close(self) -> None:
        """Refuse what was given and not asked for."""
        if self._said:
            raise BadFacts(f"不认识的栏目：{'、'.join(sorted(map(str, self._said)))} (unknown keys)")


def to_day(key: str, said: Any) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise BadFacts(f"{key} 不是日期：{said}，请写成 2023-12-18 ({key} is not a date)") from None


def to_amount(key: str, said: Any) -> Decimal:
    """A number or its text, at least zero."""
    try:
        if isinstance(said, bool) or not isinstance(said, int | float | str | Decimal):
            raise InvalidOperation
        amount = Decimal(str(said))
    except InvalidOperation:
        raise BadFacts(f"{key} 不是数：{said} ({key} is not a number)") from None
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise BadFacts(f"{key} 要大于等于 0、小于十亿：{said} ({key} is out of range)")
    return amount
