"""Persons in the register who are no members: received by a street's service desk; some are somebody known, entered a second time."""

from datetime import timedelta

import polars as pl

from niangjia.seed.chance import Chance
from niangjia.seed.totals import DEMO_DAY, TERM_BEGAN

NOBODY = -1


def visitors(chance: Chance, n: int, towns: int, first_ref: int) -> pl.DataFrame:
    """``n`` rows like those of the members, with the body that received them in ``guest_of``."""
    days = (DEMO_DAY - TERM_BEGAN).days - 1
    joined = [TERM_BEGAN + timedelta(days=1 + chance.randint(0, days)) for _ in range(n)]
    return pl.DataFrame(
        {
            "ref": range(first_ref, first_ref + n), "union": [NOBODY] * n, "first_union": [NOBODY] * n, "riders": [False] * n,
            "year": [day.year for day in joined], "joined_on": joined, "guest_of": [chance.randrange(towns) for _ in range(n)],
        },
        schema={"ref": pl.Int32, "union": pl.Int32, "first_union": pl.Int32, "riders": pl.Boolean, "year": pl.Int16, "joined_on": pl.Date,
                "guest_of": pl.Int32},
    )  # fmt: skip
