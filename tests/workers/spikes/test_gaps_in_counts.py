"""The detector where counts are missing or come late."""

import random

from hypothesis import given, settings

from tests.workers.bursts import BUCKETS, COUNTS, DAY, START, feed, kinds, steady, with_burst
from workers.simulation.streams import START as FIRST
from workers.simulation.streams import kinds as kinds_of_streams
from workers.simulation.streams import make
from workers.spikes import Detector


@given(counts=COUNTS, bucket_s=BUCKETS)
@settings(max_examples=60, deadline=None)
def test_a_bucket_that_was_not_observed_teaches_nothing(counts: list[int | None], bucket_s: int) -> None:
    detector = Detector(bucket_s)
    for number, count in enumerate(counts):
        before = detector.dump() if count is None else None
        event = detector.observe(START + number * bucket_s, count)
        if count is None:
            assert event is None
            assert detector.dump() == before


def test_the_end_of_an_outage_is_no_spike() -> None:
    for seed in range(5):
        counts: list[int | None] = list(steady(seed, days=9, bucket_s=300, an_hour=12.0))
        start, end = 5 * DAY // 300, 6 * DAY // 300
        counts[start:end] = [None] * (end - start)
        events = feed(Detector(300), counts)
        assert [event for event in events if event.start >= START + start * 300 and event.kind == "firing"] == []


def test_an_outage_does_not_end_an_episode() -> None:
    counts: list[int | None] = list(
        with_burst(steady(1, days=6, bucket_s=300, an_hour=6.0), at=1_440, length=4, size=20)
    )
    detector = Detector(300)
    assert "firing" in kinds(feed(detector, counts[:1_444]))
    assert feed(detector, [None] * 500, first=1_444) == []
    assert detector.firing


@given(counts=COUNTS, bucket_s=BUCKETS)
@settings(max_examples=60, deadline=None)
def test_late_counts_teach_and_never_fire(counts: list[int | None], bucket_s: int) -> None:
    detector = Detector(bucket_s)
    feed(detector, [1] * 70)
    before, state, seen = detector.windows.dump(), detector.state, detector.baseline.seen
    for number, count in enumerate(counts):
        assert detector.observe(START + (70 + number) * bucket_s, count, late=True) is None
    assert (detector.windows.dump(), detector.state) == (before, state)
    assert detector.baseline.seen == seen + sum(count is not None for count in counts)


def test_nothing_fires_out_of_a_window_that_was_mostly_missing() -> None:
    counts: list[int | None] = list(steady(5, days=6, bucket_s=60, an_hour=60.0))
    detector = Detector(60)
    feed(detector, [*counts, *[None] * 600])
    after = START + (len(counts) + 600) * 60
    assert [detector.observe(after + minute * 60, 40) for minute in range(4)] == [None] * 4
    assert detector.observe(after + 240, 40) is not None, "half of ten minutes is enough"


def test_outages_with_catch_up_bring_no_more_alerts_than_none() -> None:
    chance = random.Random(9)
    outages = {"whole": 0, "cut": 0}
    kinds_of = kinds_of_streams("development") + kinds_of_streams("held_out")
    for number in range(200):
        stream = make(kinds_of[number % len(kinds_of)], 1_000 + number, days=4, bucket_s=900)
        start = chance.randrange(2 * DAY, 3 * DAY)
        end = start + chance.randrange(3_600, 12 * 3_600)
        for name in outages:
            detector, missed = Detector(900), []
            for at, count in stream.rows():
                gone = name == "cut" and start <= at - FIRST < end
                if gone:
                    missed.append((at, count))
                else:
                    for late, old in missed:
                        assert detector.observe(late, old, late=True) is None
                    missed = []
                event = detector.observe(at, None if gone else count)
                outages[name] += event is not None and event.kind == "firing"
    assert 0 < outages["cut"] <= outages["whole"]
