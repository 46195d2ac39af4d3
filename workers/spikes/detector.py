"""Finds spikes in a stream of counts, one bucket after the other; pure: counts and times in, events out.

Expected count = level x half hour of the day x weekday or weekend. How far ten minutes, an hour and three hours lie
above it is scored by how rarely this very stream is that far above; the largest score of each half day teaches how
often such a score comes by itself, so that a sensitivity is a promise of false alarms a day. Guards keep small numbers
and a young baseline from firing. What an episode brings is left out of what is normal. An episode fires once, escalates
when it gets much stronger, and is resolved after a quiet hour.
"""

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from uproar.learning import WARM_UP
from workers.spikes.baseline import DAY, Baseline, log10_poisson_tail, residual
from workers.spikes.spell import QUIET, Kind, Spell, State
from workers.spikes.tail import FINE, Tail
from workers.spikes.windows import Sums, Windows

Sensitivity = Literal["sensitive", "balanced", "strict"]
PROMISED: dict[Sensitivity, float] = {"sensitive": 0.3, "balanced": 0.1, "strict": 0.03}  # false alarms a day
SENSITIVITIES = tuple(PROMISED)

WINDOWS = (600, 3_600, 10_800)
MOST_POISSON = -4.0  # log10: chance alone must be rarer than one in ten thousand
SURE_OF_CHANCE = 200.0  # expected: from here on, twice that is never chance
FINEST = 100.0  # days
LEAST_SHOWN = 0.1
RATIO, RATIO_YOUNG, RATIO_DAYS = 2.0, 6.0, 6.0  # least count over expected: 6 on day 1, falling to 2 on day 7
CLIP, CLIP_YOUNG = 8.0, 4.0  # a burst may pull its own baseline up only by so many deviations
WEAK, PATIENCE = 0.5, 900  # an excess that scores this little above the threshold must last so many seconds
OBVIOUS = 6.0  # times what was expected: that is told at once
# what is plain needs no more than PLAIN_SCORE while a stream is too young to know its own storms
YOUNG_DAYS, PLAIN, PLAIN_COUNT, PLAIN_POISSON, PLAIN_SCORE = 3.0, 8.0, 10, -8.0, 2.5
BLOCK = 43_200.0  # seconds of which the largest score is kept
LIGHTEST = 0.1  # mean excess of a tail over its start, at least: a normal law has 0.15 of its 99 % quantile
STATE_VERSION = 3


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
    """The window that stands out most in one bucket, of those that pass the guards."""

    sums: Sums
    score: float


NOTHING = Reading(Sums(WINDOWS[0], 0, 0.0, 0), 0.0)


@dataclass(slots=True)
class Detector:
    """The memory of one signal. Feed it buckets in the order of time; `dump` and `load` carry it over a restart."""

    bucket_s: int
    min_count: int = 5
    sensitivity: Sensitivity = "balanced"
    baseline: Baseline = field(init=False)
    windows: Windows = field(init=False)
    tails: list[Tail] = field(init=False)
    highest: Tail = field(init=False)  # of the largest scores of half days
    half_day: list[float] = field(default_factory=lambda: [0, 0.0])  # buckets, and their largest score
    spell: Spell = field(default_factory=Spell)

    def __post_init__(self) -> None:
        """Start with nothing learnt: tails are believed to be those of a calm stream, for as much as a day counts."""
        day = DAY / self.bucket_s
        self.baseline = Baseline(self.bucket_s)
        self.windows = Windows(self.bucket_s, WINDOWS)
        self.tails = [
            Tail(0.01, 28 * day, day, 3.0, 1.0, natural=LIGHTEST, untried=day / 2) for _ in self.windows.lengths
        ]
        self.highest = Tail(0.2, 112, 14, 2.3, 0.9, width=FINE, cut=2.0)

    @property
    def state(self) -> State:
        """Where the signal's episode stands."""
        return self.spell.state

    @property
    def firing(self) -> bool:
        """Whether an episode was told of and is not over."""
        return self.spell.firing

    @property
    def threshold(self) -> float:
        """The score that half a day reaches by itself as often as the sensitivity promises."""
        return self.highest.reached_by(PROMISED[self.sensitivity] * self._block_s / DAY)

    @property
    def is_warm(self) -> bool:
        """Whether enough was seen to expect anything."""
        return self.baseline.seen * self.bucket_s >= WARM_UP

    @property
    def _block_s(self) -> float:
        return max(BLOCK, self.bucket_s)

    def observe(self, start: int, count: int | None, *, late: bool = False) -> Event | None:
        """Take in the bucket that starts at `start`; None is a bucket that was not observed, and teaches nothing.

        A `late` count, of a bucket that was passed as missing or came before the first, teaches what to expect, and
        neither fires nor stands in any window.
        """
        if count is None:
            return None
        expected = self.baseline.expect(start)
        warm = self.is_warm
        event = None
        if not late:
            self.windows.add(start, count, expected)
            if warm:
                event = self._judge(start)
        self.baseline.learn(start, self._clipped(count, expected) if warm else count)
        return event

    def _clipped(self, count: int, expected: float) -> float:
        deviations = CLIP_YOUNG if self.baseline.age_days < 1 else CLIP
        return min(count, (math.sqrt(expected + 0.375) + deviations / 2) ** 2)

    def _judge(self, start: int) -> Event | None:
        best, values, holds = NOTHING, [], False
        scores = {0: 0.0}  # by window
        threshold = self.threshold
        for sums in self.windows.sums():
            tail = self.tails[self.windows.lengths.index(sums.window_s)]
            # a young baseline is itself uncertain: its error adds to the noise of the window
            value = residual(sums.count, sums.expected) / math.sqrt(1 + sums.observed / self.baseline.seen)
            values.append((tail, value))
            score = scores[sums.window_s] = tail.score(value)
            if self.firing and sums.window_s > max(QUIET, self.windows.lengths[0]):
                continue  # three hours find what rises slowly; that it is over is seen sooner in the last hour
            holds = holds or score >= threshold
            if score > best.score and self._passes_guards(sums):
                best = Reading(sums, score)
        weak = best.score < threshold + WEAK and best.sums.count < OBVIOUS * best.sums.expected
        stands_out = 0 < best.score >= (min(threshold, PLAIN_SCORE) if self._is_plain(best.sums) else threshold)
        told = self.windows.sum_over(self.spell.told_s)
        # what grows is told by the window in which it has grown
        grown = self.firing and told.window_s in scores and _excess_rate(told) > _excess_rate(best.sums)
        shown = Reading(told, scores[told.window_s]) if grown else best
        kind = self.spell.step(
            start,
            self.bucket_s,
            _excess_rate(shown.sums) if stands_out else None,
            patience=PATIENCE if weak else 0,
            holds=holds,
            excess=told.count - told.expected,
            window=(shown.sums.window_s, shown.sums.count - shown.sums.expected),
        )
        if not (stands_out or self.firing):  # an episode is no part of what is normal
            for tail, value in values:
                tail.learn(value)
        self._remember_highest(max(scores.values()))
        return self._event(start, kind, shown) if kind else None

    def _remember_highest(self, score: float) -> None:
        self.half_day = [self.half_day[0] + 1, max(self.half_day[1], score)]
        if self.half_day[0] * self.bucket_s >= self._block_s:
            self.highest.learn(self.half_day[1])
            self.half_day = [0, 0.0]

    def _passes_guards(self, sums: Sums) -> bool:
        """Whether a count is no small number, well above what was expected, and no chance event."""
        young = min(1.0, max(0.0, (self.baseline.age_days - 1) / RATIO_DAYS))
        ratio = max(RATIO, RATIO_YOUNG - (RATIO_YOUNG - RATIO) * young)
        if sums.count < self.min_count or sums.count < ratio * sums.expected:
            return False
        return sums.expected > SURE_OF_CHANCE or log10_poisson_tail(sums.count, sums.expected) <= MOST_POISSON

    def _is_plain(self, sums: Sums) -> bool:
        """Whether a count is so far above what was expected that a belief about a young stream is no objection."""
        if self.baseline.age_days >= YOUNG_DAYS or sums.count < max(PLAIN_COUNT, PLAIN * sums.expected):
            return False
        return log10_poisson_tail(sums.count, sums.expected) <= PLAIN_POISSON

    def _event(self, start: int, kind: Kind, reading: Reading) -> Event:
        if kind == "resolved":
            sums = self.windows.sum_over(QUIET)
            text = f"back to normal: {sums.count} in the last {sums.window_s // 60} min, expected {_few(sums.expected)}"
            return Event(start, kind, sums.count, round(sums.expected, 2), sums.window_s, 0.0, text)
        sums = reading.sums
        text = (
            f"{sums.count} in {sums.window_s // 60} min, expected {_few(sums.expected)} at this hour; "
            f"this stream gets that far above {self._how_often(reading.score)}, by what it has shown so far "
            f"(baseline: {self.baseline.age_days:.1f} days)"
        )
        return Event(start, kind, sums.count, round(sums.expected, 2), sums.window_s, round(reading.score, 2), text)

    def _how_often(self, score: float) -> str:
        days = self._block_s / DAY * 10 ** min(9.0, self.highest.score(score))
        # far beyond what was ever seen the tail is extrapolated: figures that nobody can check are not printed
        return f"once in {days:.0f} days" if days < FINEST else f"less than once in {FINEST:.0f} days"

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {
            "version": STATE_VERSION,
            "bucket_s": self.bucket_s,
            "min_count": self.min_count,
            "sensitivity": self.sensitivity,
            "baseline": self.baseline.dump(),
            "windows": self.windows.dump(),
            "tails": [tail.dump() for tail in self.tails],
            "highest": self.highest.dump(),
            "half_day": list(self.half_day),
            "spell": self.spell.dump(),
        }

    @classmethod
    def load(cls, state: dict[str, Any]) -> "Detector":
        """The detector that `dump` described; `state` stays as it is.

        What a detector of an older version has learnt is learnt anew; an episode that it told of is still resolved.
        """
        detector = cls(state["bucket_s"], state["min_count"], state.get("sensitivity", "balanced"))
        if state.get("version") != STATE_VERSION:
            detector.spell.state = "firing" if state.get("firing") else "learning"
            return detector
        detector.baseline.restore(state["baseline"])
        detector.windows.restore(state["windows"])
        for tail, one in zip(detector.tails, state["tails"], strict=True):
            tail.restore(one)
        detector.highest.restore(state["highest"])
        detector.half_day = list(state["half_day"])
        detector.spell.restore(state["spell"])
        return detector


def _excess_rate(sums: Sums) -> float:
    """More than expected, a second."""
    return (sums.count - sums.expected) / max(1, sums.window_s)


def _few(expected: float) -> str:
    return f"{expected:.1f}" if expected >= LEAST_SHOWN else f"less than {LEAST_SHOWN}"
