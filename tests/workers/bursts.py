"""What the tests of the detector share: steady streams, bursts in them, and how they are fed."""

import random
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from workers.spikes import Detector, Event

START = 1_767_225_600  # 2026-01-01T00:00:00Z
DAY = 86_400
COUNTS = st.lists(
    st.one_of(st.none(), st.integers(0, 3), st.integers(0, 60), st.just(0), st.just(500)), min_size=1, max_size=160
)
BUCKETS = st.sampled_from([60, 300, 900, 3_600])


def poisson(rng: random.Random, mean: float) -> int:
    """Knuth's way; good for small means."""
    count, product, floor = 0, rng.random(), 2.718281828459045**-mean
    while product > floor:
        count += 1
        product *= rng.random()
    return count


def steady(seed: int, *, days: int, bucket_s: int, an_hour: float) -> list[int]:
    rng = random.Random(seed)
    return [poisson(rng, an_hour * bucket_s / 3_600) for _ in range(days * DAY // bucket_s)]


def feed(detector: Detector, counts: Iterable[int | None], *, first: int = 0) -> list[Event]:
    found = []
    for number, count in enumerate(counts, start=first):
        event = detector.observe(START + number * detector.bucket_s, count)
        if event is not None:
            found.append(event)
    return found


def kinds(events: Sequence[Event]) -> list[str]:
    return [event.kind for event in events]


def with_burst(counts: list[int], *, at: int, length: int, size: int) -> list[int]:
    return [count + size if at <= number < at + length else count for number, count in enumerate(counts)]
