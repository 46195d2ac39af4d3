"""Sums up what a detector expects of the minutes that are looked at, step by step, for charts: pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from uproar.buckets import MINUTE
from uproar.expectations import LONG, SHORT, Expected
from workers.spikes import Detector

STEPS = (SHORT, LONG)
RAREST_PERCENT = 2.326  # standard deviations: beyond them lies a hundredth of a normal law, as of a detector's tails


@dataclass(slots=True)
class Usual:
    """What is expected of the steps that go on: start, minutes, expected of each; `done` are those that are over."""

    signal: str
    steps: list[list[Any]] = field(default_factory=lambda: [[0, 0, 0.0] for _ in STEPS])
    done: list[Expected] = field(default_factory=list)

    def add(self, minute: int, part: float | None, detector: Detector) -> None:
        """Take in a minute before its count is: what part of the whole is observed (None: the minute is missing)."""
        expected = 0.0 if part is None or not detector.is_warm else part * detector.baseline.expect(minute)
        for number, length in enumerate(STEPS):
            start = minute - minute % length
            if self.steps[number][0] != start:
                self.steps[number] = [start, 0, 0.0]
            step = self.steps[number]
            if expected:
                step[1], step[2] = step[1] + 1, step[2] + expected
            if minute + MINUTE == start + length:
                deviation = math.sqrt(step[2]) * _spread(detector, length)
                self.done.append(Expected(self.signal, length, start, step[1], round(step[2], 4), round(deviation, 4)))

    def dump(self) -> list[list[Any]]:
        """The steps that go on, as JSON values."""
        return [[start, minutes, round(expected, 6)] for start, minutes, expected in self.steps]

    @classmethod
    def load(cls, signal: str, state: Sequence[Sequence[Any]] | None) -> "Usual":
        """What `dump` gave; None is nothing yet."""
        return cls(signal) if state is None else cls(signal, [list(one) for one in state])


def _spread(detector: Detector, seconds: int) -> float:
    """How far the counts of so many seconds lie from what is expected, as this stream's own; 1 is chance alone.

    It is the standard deviation of the normal law whose rarest percent begins where that of the stream does, with the
    error of a young baseline.
    """
    number = detector.windows.lengths.index(seconds)
    error = 1 + seconds / detector.bucket_s / max(detector.baseline.seen, 1)
    return max(1.0, detector.tails[number].start / RAREST_PERCENT) * math.sqrt(error)
