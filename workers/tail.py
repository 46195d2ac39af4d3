"""How a stream's largest values are spread: a decayed histogram with a short tail; pure, O(1) a value."""

import math
from dataclasses import dataclass, field
from typing import Any

BIN, BINS = 0.08, 130  # bins are even in log(1 + value): fine for small values, and room for 30,000
EDGES = [math.expm1(number * BIN) for number in range(BINS + 1)]
ODD = 1.0  # a value counts for no more than this many scales beyond the start: one storm does not hide the next
ODD_SHARE = 1 - math.exp(-ODD)  # of the mean excess, what is left by that cut
LEAST_SCALE = 0.2
REFIT = 6
LARGEST_WEIGHT = 1e12
LN10 = math.log(10.0)


@dataclass(slots=True)
class Tail:
    """The largest `share` of values begins at `start`; from there on they follow an exponential law (`scale`).

    The scale is fitted to what lies just beyond the start (an excess is cut at `ODD` scales), so that a few storms do not
    hide the next. It ranks what lies far out; how often that comes is for a tail of the largest ranks to learn.
    It begins with a belief (`start`, `scale`) that weighs as much as `prior` values; old values fade with `half_life`.
    """

    share: float
    half_life: float  # values
    prior: float  # values
    start: float
    scale: float
    natural: float = 0.0  # least scale, as a share of the start
    untried: float = 0.0  # values to be seen before the belief moves
    bins: list[float] = field(default_factory=list)
    total: float = 0.0
    weight: float = 1.0  # of the next value: it grows instead of all others shrinking
    learnt: int = 0

    def __post_init__(self) -> None:
        """Start with the belief alone."""
        if not self.bins:
            self.total = self.prior
            self.bins = _believed(self.prior, self.share, self.start, self.scale)

    def score(self, value: float) -> float:
        """-log10 of the share of values that the law puts at `value` or more; 0 below the tail."""
        if value <= self.start:
            return 0.0
        return -math.log10(self.share) + (value - self.start) / self.scale / LN10

    def reached_by(self, share: float) -> float:
        """The value that this share of all values reaches; the start of the tail for a larger share than the tail's."""
        return self.start + self.scale * max(0.0, math.log(self.share / share))

    def learn(self, value: float) -> None:
        """Take one value in."""
        self.weight *= 2.0 ** (1 / self.half_life)
        beyond = value > self.start
        number = _bin(value)
        if beyond:  # at least one bin further up, so that the start can climb when all values do
            number = min(number, max(_bin(self.start + ODD * self.scale), _bin(self.start) + 1))
        if number >= len(self.bins):
            self.bins.extend([0.0] * (number + 1 - len(self.bins)))
        self.bins[number] += self.weight
        self.total += self.weight
        self.learnt += 1
        if self.learnt >= self.untried and (beyond or self.learnt % REFIT == 0):
            self._refit()
        if self.weight > LARGEST_WEIGHT:
            self.bins = [one / self.weight for one in self.bins]
            self.total, self.weight = self.total / self.weight, 1.0

    def _refit(self) -> None:
        """Start of the rarest share, and the mean excess above it (the exponential law's maximum likelihood)."""
        need, inside, excess, number = self.share * self.total, 0.0, 0.0, len(self.bins) - 1
        while number > 0 and inside + self.bins[number] < need:
            inside += self.bins[number]
            excess += self.bins[number] * (EDGES[number] + EDGES[number + 1]) / 2
            number -= 1
        here, low, high = self.bins[number], EDGES[number], EDGES[number + 1]
        self.start = high - (high - low) * min(1.0, (need - inside) / here if here > 0 else 0.0)
        excess += (need - inside) * (self.start + high) / 2
        mean = (excess / need - self.start) / ODD_SHARE
        self.scale = max(LEAST_SCALE, self.natural * self.start, mean)

    def dump(self) -> list[Any]:
        """All that it remembers, as JSON values."""
        return [self.start, self.scale, self.total, self.weight, self.learnt, self.bins.copy()]

    def restore(self, state: list[Any]) -> None:
        """Remember what `dump` gave; `state` stays as it is."""
        self.start, self.scale, self.total, self.weight, self.learnt, bins = state
        self.bins = list(bins)


def _bin(value: float) -> int:
    return min(int(math.log1p(value) / BIN), BINS - 1) if value > 0 else 0


def _believed(values: float, share: float, start: float, scale: float) -> list[float]:
    """A histogram worth so many values: most near zero, a share in an exponential tail that is cut like all others."""
    last = _bin(start + ODD * scale)
    bins = [0.0] * (last + 1)
    for number in range(_bin(start), last + 1):
        low, high = EDGES[number], EDGES[number + 1]
        reach = math.exp(-(high - start) / scale) if number < last else 0.0
        bins[number] = values * share * (math.exp(-max(0.0, low - start) / scale) - reach)
    bins[0] += values * (1 - share)
    return bins
