"""What the district comes to: the public totals of figures.csv at a scale, and how the term of five years led there."""

from dataclasses import dataclass
from datetime import date

from niangjia.seed.chance import table

TERM_BEGAN, DEMO_DAY = date(2018, 12, 19), date(2023, 12, 18)
YEARS = (2019, 2020, 2021, 2022, 2023)

MEMBERS_AT_YEAR_ENDS = (413_600, 428_000, 443_000, 461_000, 485_000)
"""Members on 31 December 2018 to 2022; the last value is the public total."""
NEW_FORM_AT_YEAR_ENDS = (1_900, 4_000, 9_000, 22_000, 41_000)
UNIONS_AT_YEAR_ENDS = (3_204, 3_262, 3_371, 3_598, 3_716)
LEAVERS = (17_200, 18_400, 20_300, 22_900, 23_200)
"""Members who left in each year of the term: about one in twenty-two."""
NEW_FORM_LEAVERS = (200, 500, 1_300, 2_600, 3_400)
NON_MEMBERS = 8_000
RETAINED, FLOATING, TRANSFERS = 4_000, 1_500, 20_000
MERGERS, DISSOLUTIONS, RENAMES, MOVES = 56, 118, 90, 14
FEDERATIONS = 296
"""Village, park and industry federations among the unions; they have no members of their own."""
TWINS = 40
"""Pairs of records that are the same person, for the finder of duplicates."""


@dataclass(frozen=True)
class Totals:
    """The numbers of one district; each is at least one."""

    scale: float

    def at_scale(self, value: float) -> int:
        """A full-size number at this scale."""
        return max(1, round(value * self.scale))

    def figure(self, key: str) -> int:
        """A figure of figures.csv at this scale."""
        rows = table("figures")
        return self.at_scale(float(dict(zip(rows["key"], rows["value"], strict=True))[key]))

    @property
    def unions(self) -> int:
        return self.figure("organising.unions")

    @property
    def members(self) -> int:
        return self.figure("organising.members")

    @property
    def new_form_unions(self) -> int:
        return self.figure("organising.new_form_unions")

    @property
    def new_form_members(self) -> int:
        return self.figure("organising.new_form_members")
