"""What a stream of counts is expected to do, and how rarely it does otherwise: pure, and O(1) a bucket."""

import math
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul
from typing import Any

DAY = 86_400.0
HOURS = 24
LEVEL_HALF_LIFE = 3 * DAY
SEASON_RATE = 0.05 / 300  # per second of bucket length
SEASON_PRIOR = 2 * 3_600.0  # seconds of an hour of the day that weigh as much as the prior of 1
PRIOR_EVENTS, PRIOR_SECONDS = 0.5, 3_600.0

BIN, BINS = 0.2, 240
MIDDLES = [(number + 0.5) * BIN for number in range(BINS)]
TAIL_SHARE = 0.01  # the rarest hundredth of all residuals is extrapolated
TAIL_START, TAIL_SCALE, TAIL_SCALE_LEAST = 3.0, 1.0, 0.2  # the tail before there is data
TAIL_PRIOR = DAY
TAIL_HALF_LIFE = 28 * DAY
LARGEST_WEIGHT = 1e12
LN10 = math.log(10.0)


def log10_poisson_tail(count: int, mean: float) -> float:
    """log10 P(X >= count) for X ~ Poisson(mean); 0 for counts up to the mean."""
    mean = max(mean, 1e-9)
    if count <= mean:
        return 0.0
    term = total = 1.0
    for more in range(1, 5_000):
        term *= mean / (count + more)
        total += term
        if term < 1e-9 * total:
            break
    return (-mean + count * math.log(mean) - math.lgamma(count + 1) + math.log(total)) / LN10


def residual(count: float, expected: float) -> float:
    """How far a count lies above what was expected, on a scale where Poisson noise has deviation 1 (Anscombe 1948)."""
    return 2 * math.sqrt(count + 0.375) - 2 * math.sqrt(expected + 0.375)


@dataclass(slots=True)
class Baseline:
    """Expected count of a bucket: a level (half-life three days) times the hour of the day."""

    bucket_s: int
    events: float = PRIOR_EVENTS
    weight: float = 0.0  # buckets seen, decayed
    seen: int = 0
    factors: list[float] = field(default_factory=lambda: [1.0] * HOURS)
    hours: list[int] = field(default_factory=lambda: [0] * HOURS)

    def __post_init__(self) -> None:
        """Start with a weak belief in half an event an hour."""
        self.weight = self.weight or PRIOR_SECONDS / self.bucket_s

    @property
    def age_days(self) -> float:
        """Days of observed buckets."""
        return self.seen * self.bucket_s / DAY

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        factors = [round(factor, 6) for factor in self.factors]
        return {
            "bucket_s": self.bucket_s, "events": self.events, "weight": self.weight, "seen": self.seen,
            "factors": factors, "hours": self.hours,
        }  # fmt: skip

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> "Baseline":
        """The baseline that `dump` described."""
        return cls(**{**state, "factors": list(state["factors"]), "hours": list(state["hours"])})

    def expect(self, start: int) -> tuple[float, float]:
        """The expected count of the bucket that starts at `start` (seconds since 1970), and its hour's factor."""
        hour = start // 3_600 % HOURS
        seconds = self.hours[hour] * self.bucket_s
        trust = seconds / (seconds + SEASON_PRIOR)
        factor = trust * self.factors[hour] + 1 - trust
        return max(self.events / self.weight * factor, 1e-3), factor

    def learn(self, start: int, count: float, factor: float) -> None:
        """Take one bucket in; `factor` is what `expect` said of it."""
        hour = start // 3_600 % HOURS
        keep = 0.5 ** (self.bucket_s / LEVEL_HALF_LIFE)
        self.events = self.events * keep + count / factor
        self.weight = self.weight * keep + 1.0
        self.seen += 1
        self.hours[hour] += 1
        rate = max(SEASON_RATE * self.bucket_s, 1.0 / self.hours[hour])
        level = max(self.events / self.weight, 1e-3)
        self.factors[hour] += min(1.0, rate) * (count / level - self.factors[hour])


def pack(numbers: Sequence[float]) -> str:
    """Numbers as a text: 32-bit floats in base64, which JSON takes a hundredth of the time for."""
    return b64encode(array("f", numbers).tobytes()).decode()


def unpack(text: str) -> list[float]:
    """The numbers that `pack` made a text of, as far as 32 bits tell them."""
    return array("f", b64decode(text)).tolist()


def _prior(buckets: float) -> list[float]:
    """A histogram worth `buckets` residuals: most near zero, a hundredth in an exponential tail."""
    bins = [0.0] * BINS
    for number in range(BINS):
        low, high = max(number * BIN, TAIL_START), (number + 1) * BIN
        if high > TAIL_START:
            share = math.exp(-(low - TAIL_START) / TAIL_SCALE) - math.exp(-(high - TAIL_START) / TAIL_SCALE)
            bins[number] = buckets * TAIL_SHARE * share
    bins[0] += buckets * (1 - TAIL_SHARE)
    return bins


@dataclass(slots=True)
class Tail:
    """How rarely this very stream shows a residual that large: a decayed histogram with an exponential tail."""

    bucket_s: int
    bins: list[float] = field(default_factory=list)
    total: float = 0.0
    weight: float = 1.0  # of the next residual: it grows instead of all others shrinking
    start: float = TAIL_START
    scale: float = TAIL_SCALE

    def __post_init__(self) -> None:
        """Start with a tail worth one day."""
        if not self.bins:
            self.total = TAIL_PRIOR / self.bucket_s
            self.bins = _prior(self.total)

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {
            "bucket_s": self.bucket_s, "bins": pack(self.bins), "total": self.total, "weight": self.weight,
            "start": self.start, "scale": self.scale,
        }  # fmt: skip

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> "Tail":
        """The tail that `dump` described."""
        return cls(**{**state, "bins": unpack(state["bins"])})

    def score(self, value: float) -> float:
        """-log10 of the share of time in which the stream shows a residual of at least `value`; 0 below the tail."""
        if value <= self.start:
            return 0.0
        return -math.log10(TAIL_SHARE) + (value - self.start) / self.scale / LN10

    def learn(self, value: float, *, refit: bool) -> None:
        """Take one residual in; `refit` also fits the tail anew, which costs a walk over its bins."""
        self.weight *= 2.0 ** (self.bucket_s / TAIL_HALF_LIFE)
        self.bins[min(int(value / BIN), BINS - 1) if value > 0 else 0] += self.weight
        self.total += self.weight
        if refit:
            self._refit()
        if self.weight > LARGEST_WEIGHT:
            self.bins = [one / self.weight for one in self.bins]
            self.total, self.weight = self.total / self.weight, 1.0

    def _refit(self) -> None:
        """Start of the rarest hundredth, and the mean excess above it (the maximum-likelihood exponential scale)."""
        need = TAIL_SHARE * self.total
        from_above = list(accumulate(reversed(self.bins)))
        place = min(bisect_left(from_above, need), BINS - 1)
        number, inside = BINS - 1 - place, from_above[place - 1] if place else 0.0
        excess = sum(map(mul, self.bins[number + 1 :], MIDDLES[number + 1 :]))
        here = self.bins[number]
        self.start = (number + 1 - ((need - inside) / here if here > 0 else 0.0)) * BIN
        excess += (need - inside) * (self.start + (number + 1) * BIN) / 2
        self.scale = max(TAIL_SCALE_LEAST, excess / need - self.start)
