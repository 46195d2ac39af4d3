"""How many counts of made-up streams without news lie inside of the band of what was expected; pure."""

from collections import Counter

from uproar.bands import band
from uproar.expectations import LONG, SHORT
from workers.finding.usual import Usual
from workers.simulation.streams import DAY, START, Kind, kinds, make
from workers.spikes import Detector

MINUTE, LEARNT_DAYS, DAYS = 60, 14, 28
LENGTHS = (SHORT, LONG, 6 * LONG, DAY)


def calm_kinds() -> list[Kind]:
    """The kinds of stream that the detector was made with and those it was not."""
    return [*kinds("development"), *kinds("held_out")]


def coverage(kind: Kind, *, days: int = DAYS) -> tuple[Counter[int], Counter[int]]:
    """How many counts of a stream without news lie inside of their band, and how many there are, by length of step."""
    detector, usual = Detector(MINUTE), Usual("posts")
    counted: Counter[tuple[int, int]] = Counter()
    for start, count in make(kind, 1, days=days, bucket_s=MINUTE, news=False).rows():
        usual.add(start, None if count is None else 1.0, detector)
        detector.observe(start, count)
        for length in (SHORT, LONG):
            counted[length, start // length * length] += count or 0
    sums: dict[tuple[int, int], list[float]] = {}
    for one in usual.done:
        if one.minutes * MINUTE < one.step or one.start < START + LEARNT_DAYS * DAY:
            continue
        for length in LENGTHS[:1] if one.step == SHORT else LENGTHS[1:]:
            into = sums.setdefault((length, one.start // length * length), [0.0, 0.0, 0.0, 0.0])
            added = (counted[one.step, one.start], one.expected, one.deviation, one.step)
            into[:] = [old + more for old, more in zip(into, added, strict=True)]
    inside: Counter[int] = Counter()
    every: Counter[int] = Counter()
    for (length, _), (total, expected, deviation, seconds) in sums.items():
        if seconds == length:
            low, high = band(expected, deviation)
            inside[length] += low <= total <= high
            every[length] += 1
    return inside, every
