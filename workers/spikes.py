"""Finds spikes in a stream of counts, one bucket after the other; pure: counts and times in, events out.

Expected count = level x hour of day. The square-root residual over ten minutes and an hour is scored by how rarely
this very stream shows such a residual. Guards keep small numbers and a young baseline from firing. An episode fires
once, escalates when it gets much stronger, and is resolved after a quiet hour.
"""

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from workers.baseline import Baseline, Tail, log10_poisson_tail, residual

WINDOWS = (600, 3_600)
THRESHOLD = 2.9
MOST_POISSON = -4.0  # log10: chance alone must be rarer than one in ten thousand
WARM_UP = 3_600
QUIET = 3_600
REFRACTORY = 43_200
ESCALATION = 1.5
FINEST = 4.0
LEAST_SHOWN = 0.1
RAREST_SHOWN = -12  # log10
RATIO, RATIO_YOUNG, RATIO_DAYS = 2.0, 6.0, 6.0  # least count over expected: 6 on day 1, falling to 2 on day 7
CLIP, CLIP_YOUNG = 8.0, 4.0  # a burst may pull its own baseline up only by so many deviations

EPISODE = ("firing", "notified", "last_excess", "quiet_s")

Kind = Literal["firing", "escalated", "resolved"]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in the bucket that starts at `start` (seconds since 1970); counts are sums over `window_s`."""

    start: int
    kind: Kind
    count: int
    expected: float
    window_s: int
    score: float
    explanation: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The window that stands out most in one bucket."""

    window_s: int = WINDOWS[0]
    count: int = 0
    expected: float = 0.0
    score: float = 0.0


@dataclass(slots=True)
class Detector:
    """The memory of one signal. Feed it buckets in the order of time; `dump` and `load` carry it over a restart."""

    bucket_s: int
    min_count: int = 5
    baseline: Baseline = field(default=None)  # type: ignore[assignment] # made below if there is none
    tails: list[Tail] = field(default_factory=list)
    recent: list[tuple[int, int, float]] = field(default_factory=list)  # start, count, expected
    firing: bool = False
    notified: float = 0.0
    last_excess: int | None = None
    quiet_s: int = 0

    def __post_init__(self) -> None:
        """Start with nothing learnt."""
        self.baseline = self.baseline or Baseline(self.bucket_s)
        self.tails = self.tails or [Tail(self.bucket_s) for _ in WINDOWS]

    def observe(self, start: int, count: int | None) -> Event | None:
        """Take in the bucket that starts at `start`; None is a bucket that was not observed, and teaches nothing."""
        if count is None:
            return None
        expected, factor = self.baseline.expect(start)
        self.recent.append((start, count, expected))
        while self.recent[0][0] <= start - max(*WINDOWS, self.bucket_s):
            self.recent.pop(0)
        warm = self.baseline.seen * self.bucket_s >= WARM_UP
        reading = self._read(start) if warm else Reading()
        event = self._episode(start, reading)
        self.baseline.learn(start, self._clipped(count, expected, warm=warm), factor)
        return event

    def _clipped(self, count: int, expected: float, *, warm: bool) -> float:
        if not warm:
            return count
        deviations = CLIP_YOUNG if self.baseline.age_days < 1 else CLIP
        return min(count, (math.sqrt(expected + 0.375) + deviations / 2) ** 2)

    def _read(self, start: int) -> Reading:
        best = Reading()
        for window, tail in zip(WINDOWS, self.tails, strict=True):
            inside, count, expected = self._sums(start - max(window, self.bucket_s))
            # a young baseline is itself uncertain: its error adds to the noise of the window
            value = residual(count, expected) / math.sqrt(1 + inside / self.baseline.seen)
            score = tail.score(value)
            if score > best.score:
                best = Reading(max(window, self.bucket_s), count, expected, score)
            tail.learn(value, refit=self.baseline.seen % 3 == 0 or value > tail.start)
        return best

    def _sums(self, after: int) -> tuple[int, int, float]:
        """How many buckets there are after a moment, and the sums of their counts and of what was expected."""
        number, count, expected = 0, 0, 0.0
        for start, of_bucket, in_bucket in reversed(self.recent):
            if start <= after:
                break
            number, count, expected = number + 1, count + of_bucket, expected + in_bucket
        return number, count, expected

    def _stands_out(self, reading: Reading) -> bool:
        """Whether a reading is enough to fire: rare for this stream, no small number, and no chance event."""
        young = min(1.0, max(0.0, (self.baseline.age_days - 1) / RATIO_DAYS))
        ratio = max(RATIO, RATIO_YOUNG - (RATIO_YOUNG - RATIO) * young)
        return (
            reading.score >= THRESHOLD
            and reading.count >= self.min_count
            and reading.count >= ratio * reading.expected
            and log10_poisson_tail(reading.count, reading.expected) <= MOST_POISSON
        )

    def _episode(self, start: int, reading: Reading) -> Event | None:
        if self._stands_out(reading):
            rested = self.last_excess is None or start - self.last_excess > REFRACTORY
            stronger = reading.score >= ESCALATION * self.notified
            self.last_excess, self.quiet_s = start, 0
            if stronger or (rested and not self.firing):
                kind: Kind = "escalated" if self.firing else "firing"
                self.firing, self.notified = True, reading.score
                return self._event(start, kind, reading)
            return None
        if self.firing:
            self.quiet_s += self.bucket_s
            if self.quiet_s >= QUIET:
                self.firing = False
                return self._event(start, "resolved", reading)
        return None

    def _event(self, start: int, kind: Kind, reading: Reading) -> Event:
        if kind == "resolved":
            window = max(QUIET, self.bucket_s)
            _, count, expected = self._sums(start - window)
            text = f"back to normal: {count} in the last {window // 60} min, expected {_few(expected)}"
            return Event(start, kind, count, round(expected, 2), window, 0.0, text)
        chance = log10_poisson_tail(reading.count, reading.expected)
        text = (
            f"{reading.count} in {reading.window_s // 60} min, expected {_few(reading.expected)} at this hour; "
            f"chance alone: {_odds(chance)}; this stream is that far above its expectation "
            f"{_share(reading.score)} of the time (baseline: {self.baseline.age_days:.1f} days)"
        )
        count, expected = reading.count, round(reading.expected, 2)
        return Event(start, kind, count, expected, reading.window_s, round(reading.score, 2), text)

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {
            "bucket_s": self.bucket_s,
            "min_count": self.min_count,
            "baseline": self.baseline.dump(),
            "tails": [tail.dump() for tail in self.tails],
            "recent": [(start, count, round(expected, 6)) for start, count, expected in self.recent],
            **{name: getattr(self, name) for name in EPISODE},
        }

    @classmethod
    def load(cls, state: dict[str, Any]) -> "Detector":
        """The detector that `dump` described; `state` stays as it is."""
        tails = [Tail.load(tail) for tail in state["tails"]]
        detector = cls(state["bucket_s"], state["min_count"], Baseline.load(state["baseline"]), tails)
        detector.recent = [(start, count, expected) for start, count, expected in state["recent"]]
        for name in EPISODE:
            setattr(detector, name, state[name])
        return detector


def _few(expected: float) -> str:
    return f"{expected:.1f}" if expected >= LEAST_SHOWN else f"less than {LEAST_SHOWN}"


def _odds(log10: float) -> str:
    # far out in the tail the exponent says how wrong the model is, not how rare the event
    return f"1 in 10^{-log10:.0f}" if log10 > RAREST_SHOWN else f"less than 1 in 10^{-RAREST_SHOWN}"


def _share(score: float) -> str:
    # beyond one in ten thousand the tail is extrapolated: digits that nobody can check are not printed
    return "less than 0.01 %" if score > FINEST else f"{100 * 10**-score:.2g} %"
