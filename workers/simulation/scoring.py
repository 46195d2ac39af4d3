"""How good alarms are, given when something happened: the score of the Numenta Anomaly Benchmark, and plain counts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

PROBATION, MOST_PROBATION = 0.15, 750
WINDOW_SHARE = 0.10
FALSE_WEIGHT = 0.11  # the standard profile; a missed window weighs 1
STEEPNESS, FAR = 5.0, 3.0


@dataclass(frozen=True, slots=True)
class Score:
    """What one stream adds to a score: raw points, windows, those found, alarms outside of all windows, days."""

    raw: float
    windows: int
    found: int
    false: int
    days: float
    delays: tuple[float, ...] = ()


def score(alarms: Sequence[int], events: Sequence[int], *, start: int, buckets: int, bucket_s: int) -> Score:
    """Points of the alarms in one stream of `buckets` that begins at `start` (all times in seconds since 1970).

    Windows share a tenth of the stream between them, each centred on its event; alarms in the first 15 % (at most 750
    buckets) count for nothing. Lavin, Ahmad (2015): Evaluating Real-time Anomaly Detection Algorithms.
    """
    probation = start + min(int(PROBATION * buckets), MOST_PROBATION) * bucket_s
    events = [event for event in events if event >= probation]
    half = WINDOW_SHARE * buckets * bucket_s / max(1, len(events)) / 2
    windows = [(event - half, event + half) for event in events]
    counted = [alarm for alarm in alarms if alarm >= probation]
    raw, found, delays = 0.0, 0, []
    for event, (low, high) in zip(events, windows, strict=True):
        inside = [alarm for alarm in counted if low <= alarm <= high]
        found += bool(inside)
        raw += _sigmoid((min(inside) - high) / (high - low)) / _sigmoid(-1.0) if inside else -1.0
        delays += [min(alarm for alarm in inside if alarm >= event) - event] if any(a >= event for a in inside) else []
    outside = [alarm for alarm in counted if not any(low <= alarm <= high for low, high in windows)]
    for alarm in outside:
        before = [(alarm - high) / (high - low) for low, high in windows if high < alarm]
        raw += FALSE_WEIGHT * (_sigmoid(min(before)) if before else -1.0)
    days = buckets * bucket_s / 86_400
    return Score(raw, len(events), found, len(outside), days, tuple(delays))


def normalised(scores: Sequence[Score]) -> float:
    """0 for a detector that says nothing, 100 for a perfect one."""
    windows = sum(one.windows for one in scores)
    return 100 * (sum(one.raw for one in scores) + windows) / (2 * windows)


def _sigmoid(position: float) -> float:
    return -1.0 if position > FAR else 2 / (1 + math.exp(STEEPNESS * position)) - 1
