"""Arithmetic of money with two readings: a value in Python and a text in SQL, equal to the fen.

Amounts are yuan with two decimals, rates have at most six; products are exact, and rounding happens where `Rounded` or `Quotient` says,
half up. No float, and no division but `Quotient`, whose result is exact before it is rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Protocol

CENT = Decimal("0.01")
DIGITS = 60
"""Digits in which Python reckons: more than any product of two columns needs."""

Facts = Mapping[str, Decimal]


class Expression(Protocol):
    """A sum of money, or a rate."""

    def value(self, facts: Facts) -> Decimal: ...

    def sql(self) -> str: ...


@dataclass(frozen=True)
class Amount:
    """A number of the rule itself."""

    number: Decimal

    def value(self, facts: Facts) -> Decimal:
        return self.number

    def sql(self) -> str:
        return f"{self.number:f}::numeric"


@dataclass(frozen=True)
class Field:
    """A column of the settlement, or the result of an earlier step; nothing where it is absent."""

    name: str

    def value(self, facts: Facts) -> Decimal:
        return facts.get(self.name) or Decimal(0)

    def sql(self) -> str:
        return f"coalesce({self.name}, 0)"


@dataclass(frozen=True)
class Sum:
    """Parts added up; those in ``less`` are taken away."""

    parts: tuple[Expression, ...]
    less: tuple[Expression, ...] = ()

    def value(self, facts: Facts) -> Decimal:
        return sum((part.value(facts) for part in self.parts), Decimal(0)) - sum((part.value(facts) for part in self.less), Decimal(0))

    def sql(self) -> str:
        return f"({' + '.join(part.sql() for part in self.parts)}{''.join(f' - {part.sql()}' for part in self.less)})"


@dataclass(frozen=True)
class Least:
    """The smallest of several."""

    parts: tuple[Expression, ...]

    def value(self, facts: Facts) -> Decimal:
        return min(part.value(facts) for part in self.parts)

    def sql(self) -> str:
        return f"least({', '.join(part.sql() for part in self.parts)})"


@dataclass(frozen=True)
class Floor:
    """Never below nothing."""

    part: Expression

    def value(self, facts: Facts) -> Decimal:
        return max(Decimal(0), self.part.value(facts))

    def sql(self) -> str:
        return f"greatest(0, {self.part.sql()})"


@dataclass(frozen=True)
class Rounded:
    """A product rounded half up to the fen; the factors are not negative."""

    factors: tuple[Expression, ...]

    def value(self, facts: Facts) -> Decimal:
        with localcontext() as context:
            context.prec = DIGITS
            product = Decimal(1)
            for factor in self.factors:
                product *= factor.value(facts)
            return quantize(product)

    def sql(self) -> str:
        return f"round({' * '.join(factor.sql() for factor in self.factors)}, 2)"


@dataclass(frozen=True)
class Quotient:
    """A product divided, rounded half up to the fen without any error before: whole numbers are divided, the rest looked at.

    Nothing where the divisor is nothing.
    """

    factors: tuple[Expression, ...]
    divisor: Expression

    def value(self, facts: Facts) -> Decimal:
        with localcontext() as context:
            context.prec = DIGITS
            above = Decimal(1)
            for factor in self.factors:
                above *= factor.value(facts)
            below = self.divisor.value(facts)
            return ((200 * above + below) // (2 * below)) * CENT if below else Decimal(0)

    def sql(self) -> str:
        above, below = " * ".join(factor.sql() for factor in self.factors), self.divisor.sql()
        return f"(CASE WHEN {below} = 0 THEN 0 ELSE div(200 * {above} + {below}, 2 * {below}) * 0.01 END)"


@dataclass(frozen=True)
class When:
    """One or the other, by whether a fact lies between two numbers (the lower excluded, the upper excluded where it is said)."""

    fact: Expression
    above: Decimal
    then: Expression
    otherwise: Expression
    below: Decimal | None = None

    def value(self, facts: Facts) -> Decimal:
        found = self.fact.value(facts)
        holds = found > self.above and (self.below is None or found < self.below)
        return (self.then if holds else self.otherwise).value(facts)

    def sql(self) -> str:
        fact, upper = self.fact.sql(), "" if self.below is None else f" AND {self.fact.sql()} < {self.below:f}"
        return f"(CASE WHEN {fact} > {self.above:f}{upper} THEN {self.then.sql()} ELSE {self.otherwise.sql()} END)"


def quantize(amount: Decimal) -> Decimal:
    """Half up to the fen, for amounts not below nothing."""
    with localcontext() as context:
        context.prec = DIGITS
        return ((200 * amount + 1) // 2) * CENT


NOTHING = Amount(Decimal(0))
ONE = Amount(Decimal(1))
