"""How many joined and left in each year of the term, so that the members of every year's end come out as published."""

from collections import Counter
from dataclasses import dataclass

from niangjia.seed.chance import shares
from niangjia.seed.district import STOCK
from niangjia.seed.totals import (
    LEAVERS,
    MEMBERS_AT_YEAR_ENDS,
    NEW_FORM_AT_YEAR_ENDS,
    NEW_FORM_LEAVERS,
    RETAINED,
    YEARS,
    Totals,
)


@dataclass(frozen=True)
class Kindred:
    """Ordinary members or new-form members: their numbers at the year ends and how many left in each year."""

    riders: bool
    ends: list[int]
    out: list[Counter[int]]
    """For each year of the term, how many of those who left had joined in which year."""

    def joined(self) -> dict[int, int]:
        """How many joined in each year and are still members at the end."""
        found = {STOCK: self.ends[0] - sum(gone[STOCK] for gone in self.out)}
        for at, year in enumerate(YEARS):
            joiners = self.ends[at + 1] - self.ends[at] + self.out[at].total()
            found[year] = joiners - sum(gone[year] for gone in self.out)
        return found


def kindreds(totals: Totals) -> tuple[Kindred, Kindred]:
    """The ordinary members and the new-form members of the district."""
    everybody = [round(value * totals.scale) for value in MEMBERS_AT_YEAR_ENDS] + [totals.members]
    riders = [round(value * totals.scale) for value in NEW_FORM_AT_YEAR_ENDS] + [totals.new_form_members]
    gone = [round((value - new) * totals.scale) for value, new in zip(LEAVERS, NEW_FORM_LEAVERS, strict=True)]
    retained = shares(totals.at_scale(RETAINED), (1, 1, 1, 1, 1))
    gone_riders = [round(value * totals.scale) for value in NEW_FORM_LEAVERS]
    ordinary = [Counter(_earlier(year, n + kept, 0.12)) for year, n, kept in zip(YEARS, gone, retained, strict=True)]
    new_form = [Counter(_recent(year, n)) for year, n in zip(YEARS, gone_riders, strict=True)]
    return (
        Kindred(False, [all_ - new for all_, new in zip(everybody, riders, strict=True)], ordinary),
        Kindred(True, riders, new_form),
    )


def _earlier(year: int, n: int, part: float) -> dict[int, int]:
    """Most who leave had joined before the term."""
    within = [each for each in YEARS if each <= year]
    late = shares(round(n * part), [1] * len(within))
    return {STOCK: n - sum(late)} | dict(zip(within, late, strict=True))


def _recent(year: int, n: int) -> dict[int, int]:
    """New-form members who leave joined in the same year or the one before."""
    before = STOCK if year == YEARS[0] else year - 1
    return {before: n // 2, year: n - n // 2}
