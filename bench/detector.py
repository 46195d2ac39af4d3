"""What the detector costs: a bucket beside the bare arithmetic, and a minute of 1,000 watches with 5 signals each.

Run it by `make bench`. Made-up streams of minutes; one core; medians of interleaved rounds, ratios in the same round.
"""

import json
import math
import statistics
import time
from collections.abc import Callable
from itertools import cycle

from workers.simulation.streams import kinds, make
from workers.spikes import Detector
from workers.spikes.shares import ShareDetector
from workers.spikes.thresholds import AbsoluteRule

ROUNDS = 7
WATCHES, SIGNALS = 1_000, 5
Rows = list[tuple[int, int | None]]


def main() -> None:
    """Print microseconds a bucket, bytes of state, and seconds for a minute of everything."""
    print(
        f"{ROUNDS} interleaved rounds, made-up streams of two days of minutes, one core; ratios to the bare arithmetic"
    )
    steps: dict[str, Callable[[Rows], None]] = {"bare arithmetic": bare, "detector": detect, "absolute rule": rule}
    steps["share detector"] = share
    for kind in [*kinds("development"), *kinds("held_out")]:
        if kind.name in ("silent", "brand", "ticker_largest"):
            compare(kind.name, make(kind, 1, days=2, bucket_s=60).rows(), steps)
    print()
    minute()


def bare(rows: Rows) -> None:
    """Level x hour of the day, and square-root residuals of two windows that are summed anew in each bucket."""
    level, hours = 1.0, [1.0] * 24
    window: list[tuple[int, float]] = []
    for start, count in rows:
        number, hour = count or 0, start // 3_600 % 24
        expected = level * hours[hour]
        window = [*window[-59:], (number, expected)]
        for length in (10, 60):
            inside = window[-length:]
            counted, due = sum(one[0] for one in inside), sum(one[1] for one in inside)
            math.sqrt(counted + 0.375) - math.sqrt(due + 0.375)
        level += 0.0002 * (number / hours[hour] - level)
        hours[hour] += 0.01 * (number / max(level, 1e-3) - hours[hour])


def detect(rows: Rows) -> None:
    """The service's detector."""
    detector = Detector(60)
    for start, count in rows:
        detector.observe(start, count)


def share(rows: Rows) -> None:
    """The detector of shares."""
    detector = ShareDetector(60)
    for start, count in rows:
        detector.observe(start, (count or 0) // 10, count or 0)


def rule(rows: Rows) -> None:
    """A rule that is set."""
    absolute = AbsoluteRule(60, more_than=100)
    for start, count in rows:
        absolute.observe(start, count)


def compare(name: str, rows: Rows, steps: dict[str, Callable[[Rows], None]]) -> None:
    """Time all steps in every round, each after the other."""
    took: dict[str, list[float]] = {step: [] for step in steps}
    for _ in range(ROUNDS):
        for step, run in steps.items():
            started = time.process_time()
            run(rows)
            took[step].append((time.process_time() - started) / len(rows) * 1e6)
    print(f"\n{name}: {statistics.mean(count or 0 for _, count in rows):.2f} posts a minute")
    for step, values in took.items():
        ratio = statistics.median(a / b for a, b in zip(values, took["bare arithmetic"], strict=True))
        print(f"{step:16} {statistics.median(values):7.1f} µs a bucket {ratio:6.2f} x bare arithmetic")


def minute() -> None:
    """One minute of all watches as the service does it: state from JSON, one bucket, state to JSON."""
    learnt = []
    for kind in [*kinds("development"), *kinds("held_out")]:
        detector = Detector(60)
        rows = make(kind, 2, days=3, bucket_s=60).rows()
        for start, count in rows:
            detector.observe(start, count)
        learnt.append(json.dumps(detector.dump()))
    after = rows[-1][0] + 60
    started = time.process_time()
    for _, state in zip(range(WATCHES * SIGNALS), cycle(learnt), strict=False):
        detector = Detector.load(json.loads(state))
        detector.observe(after, 3)
        json.dumps(detector.dump())
    took = time.process_time() - started
    size = statistics.mean(len(state) for state in learnt)
    print(f"{WATCHES} watches x {SIGNALS} signals: {took:.1f} s of one core a minute ({100 * took / 60:.0f} %)")
    print(f"state of a detector: {size:,.0f} bytes of JSON")


if __name__ == "__main__":
    main()
