"""Who gains and who loses by a changed rule, told of groups only; and what a fund would come to next year (影响)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FEWEST_PERSONS = 5
"""No group of fewer is told of, nor one that could be found by taking the others away from the sum."""
CENT, NOTHING, HUNDRED = Decimal("0.01"), Decimal(0), Decimal(100)


@dataclass(frozen=True)
class Group:
    """Persons alike: how many, how many of them get more or less and how much in yuan, what all got and would get. ``veil``: too few to tell."""

    title: str
    persons: int = 0
    winners: int = 0
    gained: Decimal = NOTHING
    losers: int = 0
    lost: Decimal = NOTHING
    before: Decimal = NOTHING
    after: Decimal = NOTHING
    veil: bool = False

    @property
    def must_hide(self) -> bool:
        """Whether persons, winners or losers are some, but fewer than may be told of."""
        return any(0 < number < FEWEST_PERSONS for number in (self.persons, self.winners, self.losers))

    def document(self) -> dict[str, Any]:
        """As JSON keeps it: of a veiled group nothing but its title and that its persons are enough, where they are."""
        if self.veil:
            enough = self.persons >= FEWEST_PERSONS
            return {"title": self.title, "persons": self.persons if enough else None, "veil": True}
        money = {name: str(getattr(self, name)) for name in ("gained", "lost", "before", "after")}
        return {"title": self.title, "persons": self.persons, "winners": self.winners, "losers": self.losers, "veil": False} | money


def veiled(groups: Sequence[Group]) -> list[Group]:
    """The groups with those veiled that are too small, and others with them until what is hidden is the sum of enough persons in each count.

    One veiled group alone could be found from the sum of all, so a second one always goes with it.
    """
    hidden = {at for at, group in enumerate(groups) if group.must_hide}
    by_size = sorted(set(range(len(groups))) - hidden, key=lambda at: groups[at].persons)
    while hidden and by_size and not _is_safe([groups[at] for at in hidden]):
        hidden.add(by_size.pop(0))
    return [replace(group, veil=at in hidden) for at, group in enumerate(groups)]


def _is_safe(hidden: Sequence[Group]) -> bool:
    sums = [sum(getattr(group, name) for group in hidden) for name in ("persons", "winners", "losers")]
    return len(hidden) > 1 and not any(0 < number < FEWEST_PERSONS for number in sums)


def months_of(begins: date, ends: date, on: date) -> tuple[int, int]:
    """Days of the policy year that are over, and all its days; at least one is over."""
    days = (ends - begins).days + 1
    return max(1, min(days, (on - begins).days + 1)), days


def next_year(fee: Decimal, shares: int, granted: Decimal, told: tuple[int, int], assumed: Mapping[str, Decimal]) -> dict[str, str | None]:
    """Premiums, payouts, what is left and the ratio in percent, in yuan: enrolments and costs grown as assumed, a part of a year made whole."""
    grown = 1 + assumed["enrolments"] / HUNDRED
    premiums = _cents(fee * shares * grown)
    payouts = _cents(granted * told[1] / told[0] * grown * (1 + assumed["costs"] / HUNDRED))
    ratio = (payouts * HUNDRED / premiums).quantize(Decimal("0.1"), ROUND_HALF_UP) if premiums else None
    return {
        "premiums": str(premiums),
        "payouts": str(payouts),
        "left": str(premiums - payouts),
        "ratio": None if ratio is None else str(ratio),
    }


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
