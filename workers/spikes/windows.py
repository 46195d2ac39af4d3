"""The last hours of a stream: what was counted and what was expected in several windows; pure, O(1) a bucket."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

MICRO = 1_000_000  # sums of whole numbers do not drift


@dataclass(frozen=True, slots=True)
class Sums:
    """What a window holds: only buckets that were observed, in the count as in the expectation."""

    window_s: int
    count: int
    expected: float
    observed: int  # buckets


@dataclass(slots=True)
class Windows:
    """The observed buckets of the longest window, and running sums of each."""

    bucket_s: int
    lengths: tuple[int, ...]  # seconds, from short to long
    buckets: list[tuple[int, int, int]] = field(default_factory=list)  # start, count, expected in millionths
    counts: list[int] = field(init=False)
    expected: list[int] = field(init=False)
    observed: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Windows shorter than a bucket are one bucket long."""
        self.lengths = tuple(sorted({max(length, self.bucket_s) for length in self.lengths}))
        self.counts, self.expected, self.observed = ([0] * len(self.lengths) for _ in range(3))

    def add(self, start: int, count: int, expected: float) -> None:
        """Take in a bucket that was observed; it is later than all before, or those that are not are left out."""
        if self.buckets and self.buckets[-1][0] >= start:  # a clock was set back
            self._hold([one for one in self.buckets if one[0] < start])
        self.forget(start)
        micro = round(expected * MICRO)
        self.buckets.append((start, count, micro))
        for number in range(len(self.lengths)):
            self.counts[number] += count
            self.expected[number] += micro
            self.observed[number] += 1

    def forget(self, start: int) -> None:
        """Leave out what lies too far back for the bucket that starts at `start`."""
        for number, length in enumerate(self.lengths):
            while self.observed[number]:
                old, count, micro = self.buckets[-self.observed[number]]
                if old > start - length:
                    break
                self.counts[number] -= count
                self.expected[number] -= micro
                self.observed[number] -= 1
        del self.buckets[: len(self.buckets) - self.observed[-1]]

    def sums(self) -> list[Sums]:
        """The windows that were observed for at least half their length, from short to long."""
        return [
            self._sums(number)
            for number, length in enumerate(self.lengths)
            if 2 * self.observed[number] * self.bucket_s >= length
        ]

    def sum_over(self, seconds: int) -> Sums:
        """The shortest window of so many seconds or more, or the longest, however much of it was observed."""
        return self._sums(next((at for at, length in enumerate(self.lengths) if length >= seconds), -1))

    def _sums(self, number: int) -> Sums:
        return Sums(self.lengths[number], self.counts[number], self.expected[number] / MICRO, self.observed[number])

    def dump(self) -> list[Any]:
        """Starts as distances from one to the next, counts, expectations: all whole numbers."""
        starts = [one[0] for one in self.buckets]
        steps = [later - start for start, later in pairwise(starts)]
        regular = all(step == self.bucket_s for step in steps)
        return [
            starts[:1],
            [] if regular else [step // self.bucket_s if step % self.bucket_s == 0 else -step for step in steps],
            [one[1] for one in self.buckets],
            [one[2] for one in self.buckets],
        ]

    def restore(self, state: list[Any]) -> None:
        """Remember what `dump` gave; `state` stays as it is."""
        first, steps, counts, micros = state
        start = first[0] if first else 0
        starts = [start]
        for step in steps or [1] * (len(counts) - 1):
            starts.append(starts[-1] + (-step if step < 0 else step * self.bucket_s))
        self._hold(list(zip(starts, counts, micros, strict=False)))

    def _hold(self, buckets: list[tuple[int, int, int]]) -> None:
        self.buckets = buckets
        for number, length in enumerate(self.lengths):
            inside = [one for one in buckets if one[0] > buckets[-1][0] - length]
            self.counts[number] = sum(one[1] for one in inside)
            self.expected[number] = sum(one[2] for one in inside)
            self.observed[number] = len(inside)
