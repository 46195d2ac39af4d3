"""How many counts of streams without news lie inside of the band of what was expected, by the length of the step.

Run it by `python -m bench.expected`: streams of `workers.simulation` by the minute, after two weeks of learning.
"""

import sys
from collections import Counter

from uproar.bands import band
from uproar.expectations import LONG, SHORT
from workers.finding.usual import Usual
from workers.simulation.streams import DAY, START, Kind, kinds, make
from workers.spikes import Detector

MINUTE, WEEKS_LEARNT, DAYS = 60, 14, 28
LENGTHS = (SHORT, LONG, 6 * LONG, DAY)


def main(names: list[str]) -> None:
    """Print the share of counts inside of the band for each kind of stream."""
    print("posts a day, and the share inside of the band by step" + "".join(f"{one // 60:>7} min" for one in LENGTHS))
    inside: Counter[int] = Counter()
    every: Counter[int] = Counter()
    for kind in calm_kinds():
        if names and kind.name not in names:
            continue
        mine, all_of = coverage(kind)
        inside, every = inside + mine, every + all_of
        print(f"{kind.name:24} {kind.mean * 288:10.0f}" + "".join(_share(mine, all_of, one) for one in LENGTHS))
    print(f"{'all':35}" + "".join(_share(inside, every, one) for one in LENGTHS))


def _share(inside: Counter[int], every: Counter[int], length: int) -> str:
    return f"{inside[length] / every[length]:11.1%}"


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
        if one.minutes * MINUTE < one.step or one.start < START + WEEKS_LEARNT * DAY:
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


if __name__ == "__main__":
    main(sys.argv[1:])
