"""Chance with a seed: the same seed makes the same district, on any machine."""

from array import array
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random

import polars as pl


@cache
def table(name: str) -> pl.DataFrame:
    """A CSV file of `data/`."""
    return pl.read_csv(files("niangjia.seed").joinpath("data", f"{name}.csv").read_bytes(), infer_schema_length=None)


class Chance(Random):
    """`random.Random` with draws of whole columns."""

    def column(self, n: int) -> pl.Series:
        """``n`` numbers of [0, 1)."""
        draws = array("Q", self.randbytes(8 * n))
        return (pl.Series(draws, dtype=pl.UInt64) // 2048).cast(pl.Float64) / 2.0**53

    def pick(self, values: Sequence[object] | pl.Series, weights: Sequence[float] | pl.Series | None, n: int) -> pl.Series:
        """``n`` of ``values``, each as likely as its weight (all alike without weights)."""
        values = pl.Series(values)
        if weights is None:
            return values.gather((self.column(n) * len(values)).cast(pl.UInt32))
        sums = pl.Series(list(accumulate(weights)), dtype=pl.Float64)
        places = sums.search_sorted(self.column(n) * sums[-1], side="right")
        return values.gather(pl.Series(places).clip(0, len(values) - 1))

    def whole(self, low: int, high: int, n: int) -> pl.Series:
        """``n`` whole numbers of low..high."""
        return (self.column(n) * (high - low + 1)).floor().cast(pl.Int64) + low

    def workday(self, low: date, high: date) -> date:
        """A working day of low..high (a Saturday or Sunday only where there is no other)."""
        day = low + timedelta(days=self.randint(0, max((high - low).days, 0)))
        while day.weekday() > 4 and day > low:
            day -= timedelta(days=1)
        return day


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` split by weights into whole numbers that sum to it (largest remainders)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts
