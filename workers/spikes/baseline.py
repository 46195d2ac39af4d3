"""What a stream of counts is expected to do: pure, and O(1) a bucket."""

import math
from dataclasses import dataclass, field
from typing import Any

DAY = 86_400.0
PARTS, PART = 48, 1_800  # of a day, and their seconds: markets open and news is read on the half hour
LEVEL_HALF_LIFE = 3 * DAY
SEASON_RATE = 0.06 / 300  # per second of bucket length: about three days of that half hour
SEASON_PRIOR = 2_700.0  # seconds of a half hour of the day that weigh as much as the prior of 1
PRIOR_EVENTS, PRIOR_SECONDS = 0.5, 3_600.0
WEEKDAYS = 5
WEEK_RATE = 0.003 / 300  # per second of bucket length: about a day
WEEK_PRIOR = 2 * DAY  # seconds of weekdays, or of weekends, that weigh as much as the prior of 1
WEEK_MOST = 20.0  # times: a burst does not make the weekend
LEAST = 1e-3
LEARNT = ("events", "weight", "seen", "factors", "parts", "week", "days")

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
    """Expected count of a bucket: level (half-life three days) x half hour of the day x weekday or weekend."""

    bucket_s: int
    events: float = PRIOR_EVENTS
    weight: float = 0.0  # buckets seen, decayed
    seen: int = 0
    factors: list[float] = field(default_factory=lambda: [1.0] * PARTS)
    parts: list[int] = field(default_factory=lambda: [0] * PARTS)  # buckets of each
    week: list[float] = field(default_factory=lambda: [1.0, 1.0])  # weekday, weekend
    days: list[int] = field(default_factory=lambda: [0, 0])  # buckets of either

    def __post_init__(self) -> None:
        """Start with a weak belief in half an event an hour."""
        self.weight = self.weight or PRIOR_SECONDS / self.bucket_s

    @property
    def age_days(self) -> float:
        """Days of observed buckets."""
        return self.seen * self.bucket_s / DAY

    def expect(self, start: int) -> float:
        """The expected count of the bucket that starts at `start` (seconds since 1970)."""
        return max(self.events / self.weight * self._daily(start) * self._weekly(start), LEAST)

    def _daily(self, start: int) -> float:
        part = start // PART % PARTS
        # whole half hours: what goes on in the first one is no habit of the stream
        seconds = self.parts[part] * self.bucket_s // PART * PART
        return 1 + seconds / (seconds + SEASON_PRIOR) * (self.factors[part] - 1)

    def _weekly(self, start: int) -> float:
        weekend = is_weekend(start)
        seconds = self.days[weekend] * self.bucket_s
        return 1 + seconds / (seconds + WEEK_PRIOR) * (self.week[weekend] - 1)

    def learn(self, start: int, count: float) -> None:
        """Take one bucket in; those of the past may come late, and in any order."""
        part, weekend = start // PART % PARTS, is_weekend(start)
        daily, weekly = max(self._daily(start), LEAST), max(self._weekly(start), LEAST)
        keep = 0.5 ** (self.bucket_s / LEVEL_HALF_LIFE)
        self.events = self.events * keep + count / (daily * weekly)
        self.weight = self.weight * keep + 1.0
        self.seen += 1
        level = max(self.events / self.weight, LEAST)
        self.days[weekend] += 1
        rate = min(1.0, max(WEEK_RATE * self.bucket_s, 1.0 / self.days[weekend]))
        self.week[weekend] += rate * (min(count / level / daily, WEEK_MOST) - self.week[weekend])
        self.parts[part] += 1
        rate = min(1.0, max(SEASON_RATE * self.bucket_s, 1.0 / self.parts[part]))
        self.factors[part] += rate * (count / level / weekly - self.factors[part])

    def dump(self) -> dict[str, Any]:
        """All that it has learnt, as JSON values."""
        values = {name: getattr(self, name) for name in LEARNT}
        return {name: list(value) if isinstance(value, list) else value for name, value in values.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Know what `dump` gave; `state` stays as it is."""
        for name in LEARNT:
            setattr(self, name, list(state[name]) if isinstance(state[name], list) else state[name])


def is_weekend(start: int) -> bool:
    """Whether that moment (seconds since 1970, a Thursday) is on a Saturday or a Sunday, in UTC."""
    return (start // 86_400 + 3) % 7 >= WEEKDAYS
