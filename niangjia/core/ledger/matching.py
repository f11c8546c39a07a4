"""Which line of the bank is which leg of the books: pure reckoning, no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class Item:
    """A line of the bank or a leg of the books: its id, day and amount in yuan, in above zero."""

    id: int
    on: date
    amount: Decimal


def pairs(lines: Sequence[Item], legs: Sequence[Item], *, days: int) -> list[tuple[int, int]]:
    """(line, leg) that are the same money beyond doubt, each in one pair at most; what is doubtful is left to a person.

    First what has the same amount on the same day, as often on one side as on the other (which of them is then no matter); then what has
    one single counterpart of its amount within some days, which has no other either.
    """
    found = _of_same_day(lines, legs)
    while more := _of_near_days(_rest(lines, {line for line, _ in found}), _rest(legs, {leg for _, leg in found}), days):
        found += more
    return found


def _rest(items: Iterable[Item], taken: set[int]) -> list[Item]:
    return [item for item in items if item.id not in taken]


def _of_same_day(lines: Iterable[Item], legs: Iterable[Item]) -> list[tuple[int, int]]:
    ours: dict[tuple[date, Decimal], list[int]] = defaultdict(list)
    for leg in legs:
        ours[leg.on, leg.amount].append(leg.id)
    theirs: dict[tuple[date, Decimal], list[int]] = defaultdict(list)
    for line in lines:
        theirs[line.on, line.amount].append(line.id)
    return [
        pair
        for key, of_line in theirs.items()
        if len(of_line) == len(ours.get(key, ()))
        for pair in zip(sorted(of_line), sorted(ours[key]), strict=True)
    ]


def _of_near_days(lines: Sequence[Item], legs: Sequence[Item], days: int) -> list[tuple[int, int]]:
    by_amount: dict[Decimal, list[Item]] = defaultdict(list)
    for leg in legs:
        by_amount[leg.amount].append(leg)
    near = timedelta(days=days)
    candidates = {line.id: [leg.id for leg in by_amount.get(line.amount, ()) if abs(leg.on - line.on) <= near] for line in lines}
    wanted: dict[int, int] = defaultdict(int)
    for legs_of_line in candidates.values():
        for leg_id in legs_of_line:
            wanted[leg_id] += 1
    return [(line, found[0]) for line, found in candidates.items() if len(found) == 1 and wanted[found[0]] == 1]
