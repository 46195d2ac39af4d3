"""How far a measure can be trusted: Wilson's interval, and the percentile bootstrap over counts; pure."""

import math
import random
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from uproar.wilson import wilson

CONFIDENCE = 0.95
RESAMPLES = 2_000

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure that is `hits` out of `of`; with `dice`, the F1 that belongs to that share.

    F1 = 2·TP / (2·TP + FP + FN) is Dice's coefficient, which grows with the share J = TP / (TP + FP + FN) (Jaccard's
    index): F1 = 2J / (1 + J). So F1 is a ratio of counts like the others, with `hits` = TP, `of` = TP + FP + FN.
    """

    hits: int
    of: int
    dice: bool = False

    @property
    def value(self) -> float | None:
        """The measure; None where there is nothing to measure it on."""
        if self.of == 0:
            return None
        return 2 * self.hits / (self.of + self.hits) if self.dice else self.hits / self.of


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with its 95% interval; None where it is undefined or where the data allow of no interval."""

    value: float | None
    low: float | None = None
    high: float | None = None
    method: str | None = None  # "bootstrap" or "wilson"


def draw_binomial(chance: random.Random, n: int, p: float) -> int:
    """How many of `n` independent trials of probability `p` succeed; exact.

    Each trial is a uniform number that is compared with p, one binary digit at a time and all trials at once: where
    the digit of p is 1, the trials whose digit is 0 lie below p; where it is 0, those whose digit is 1 lie above.
    The others go on to the next digit, about half of them, so it takes 2n random bits.
    """
    if p >= 1:
        return n
    hits = 0
    while n and p > 0:
        zeros = chance.getrandbits(n).bit_count()
        p *= 2  # this and the subtraction below are exact in binary floating point
        if p >= 1:
            hits, n, p = hits + zeros, n - zeros, p - 1
        else:
            n = zeros
    return hits


def resample(counts: Mapping[Cell, int], *, chance: random.Random, times: int) -> Iterator[dict[Cell, int]]:
    """Tables of counts such as come out when as many rows are drawn from the rows behind `counts`, with replacement.

    Such a table is multinomial, and is drawn cell by cell as a binomial share of the rows that are left: the work
    depends on the number of cells, not on the number of rows.
    """
    cells = sorted(((cell, count) for cell, count in counts.items() if count), key=lambda one: -one[1])
    total = sum(count for _, count in cells)
    for _ in range(times):
        drawn: dict[Cell, int] = {}
        rows, rest = total, total
        for cell, count in cells:
            drawn[cell] = taken = draw_binomial(chance, rows, count / rest)
            rows -= taken
            rest -= count
        yield drawn


def percentiles(values: list[float]) -> tuple[float, float]:
    """The ends of the 95% percentile interval: the k-th smallest and the k-th largest value, k = ⌊(B + 1)·0.025⌋.

    Efron & Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13; k as in section 12.5.
    """
    ordered = sorted(values)
    k = max(1, math.floor((len(ordered) + 1) * (1 - CONFIDENCE) / 2))
    return ordered[k - 1], ordered[-k]


def estimate(
    counts: Mapping[Cell, int],
    measure: Callable[[Mapping[Cell, int]], Mapping[str, Ratio | float | None]],
    *,
    seed: int,
    times: int = RESAMPLES,
) -> dict[str, Estimate]:
    """Every measure of a table of counts with its interval.

    A ratio of none or of all gets Wilson's interval: there, every resample says the same. Resamples in which a
    measure is undefined (precision without a positive answer) are left out for that measure. A mean of which all
    resamples say the same has no interval.
    """
    measured = measure(counts)
    drawn: dict[str, list[float]] = {name: [] for name in measured}
    chance = random.Random(seed)  # noqa: S311 - a seed that gives the same figures again is the point
    for table in resample(counts, chance=chance, times=times):
        for name, one in measure(table).items():
            value = one.value if isinstance(one, Ratio) else one
            if value is not None:
                drawn[name].append(value)
    return {name: _with_interval(one, drawn[name]) for name, one in measured.items()}


def _with_interval(measured: Ratio | float | None, drawn: list[float]) -> Estimate:
    value = measured.value if isinstance(measured, Ratio) else measured
    if value is None:
        return Estimate(None)
    if isinstance(measured, Ratio) and measured.hits in (0, measured.of):
        low, high = wilson(measured.hits, measured.of)
        if measured.dice:
            low, high = 2 * low / (1 + low), 2 * high / (1 + high)
        return Estimate(value, low, high, "wilson")
    low, high = percentiles(drawn) if drawn else (value, value)
    return Estimate(value) if low == high else Estimate(value, low, high, "bootstrap")


def estimate_share(hits: int, of: int) -> Estimate:
    """A share with Wilson's interval."""
    return Estimate(hits / of, *wilson(hits, of), "wilson") if of else Estimate(None)
