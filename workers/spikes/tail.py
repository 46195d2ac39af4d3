"""How a stream's largest values are spread: a decayed histogram with a short tail; pure, O(1) a value."""

import math
from dataclasses import dataclass, field
from functools import cache
from typing import Any

LARGEST = 30_000.0
COARSE, FINE = 0.08, 0.02  # bins are even in log(1 + value): narrow for small values, and few
LEAST_SCALE = 0.2
REFIT = 6
LARGEST_WEIGHT = 1e12
LN10 = math.log(10.0)


@dataclass(slots=True)
class Tail:
    """The largest `share` of values begins at `start`; from there on they follow an exponential law (`scale`).

    The scale is fitted to what lies just beyond the start (an excess is cut at `cut` scales), so that a few storms do
    not hide the next. It ranks what lies far out; how often that comes is for a tail of the largest ranks to learn.
    It begins with a belief (`start`, `scale`) that weighs as much as `prior` values; old values fade with `half_life`.
    """

    share: float
    half_life: float  # values
    prior: float  # values
    start: float
    scale: float
    natural: float = 0.0  # least scale, as a share of the start
    untried: float = 0.0  # values to be seen before the belief moves
    width: float = COARSE  # of a bin
    cut: float = 1.0  # scales beyond the start at which an excess is cut
    bins: list[float] = field(default_factory=list)
    total: float = 0.0
    weight: float = 1.0  # of the next value: it grows instead of all others shrinking
    learnt: int = 0

    def __post_init__(self) -> None:
        """Start with the belief alone."""
        if not self.bins:
            self.total = self.prior
            self.bins = self._believed()

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
        number = self._bin(value)
        if beyond:  # at least one bin further up, so that the start can climb when all values do
            number = min(number, max(self._bin(self.start + self.cut * self.scale), self._bin(self.start) + 1))
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
        edges = _edges(self.width)
        need, inside, excess, number = self.share * self.total, 0.0, 0.0, len(self.bins) - 1
        while number > 0 and inside + self.bins[number] < need:
            inside += self.bins[number]
            excess += self.bins[number] * (edges[number] + edges[number + 1]) / 2
            number -= 1
        here, low, high = self.bins[number], edges[number], edges[number + 1]
        self.start = high - (high - low) * min(1.0, (need - inside) / here if here > 0 else 0.0)
        excess += (need - inside) * (self.start + high) / 2
        mean = (excess / need - self.start) / (
            1 - math.exp(-self.cut)
        )  # of an exponential excess that share is left by the cut
        self.scale = max(LEAST_SCALE, self.natural * self.start, mean)

    def _bin(self, value: float) -> int:
        return int(math.log1p(min(value, LARGEST)) / self.width) if value > 0 else 0

    def _believed(self) -> list[float]:
        """A histogram of the belief: most near zero, a share in an exponential tail that is cut like all others."""
        first, last = self._bin(self.start), self._bin(self.start + self.cut * self.scale)
        edges = _edges(self.width)
        bins = [0.0] * (last + 1)
        for number in range(first, last + 1):
            low, high = (math.exp(-max(0.0, edge - self.start) / self.scale) for edge in edges[number : number + 2])
            bins[number] = self.prior * self.share * (low - (high if number < last else 0.0))
        bins[0] += self.prior * (1 - self.share)
        return bins

    def dump(self) -> list[Any]:
        """All that it remembers, as JSON values."""
        return [self.start, self.scale, self.total, self.weight, self.learnt, self.bins.copy()]

    def restore(self, state: list[Any]) -> None:
        """Remember what `dump` gave; `state` stays as it is."""
        self.start, self.scale, self.total, self.weight, self.learnt, bins = state
        self.bins = list(bins)


@cache
def _edges(width: float) -> list[float]:
    return [math.expm1(number * width) for number in range(int(math.log1p(LARGEST) / width) + 3)]
