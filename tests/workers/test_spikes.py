"""The detector: one bucket after the other, and what it makes of them."""

import copy
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.spikes import QUIET, REFRACTORY, Detector, Event

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


@given(counts=COUNTS, bucket_s=BUCKETS, data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_restart_at_any_moment_changes_nothing(counts: list[int | None], bucket_s: int, data: st.DataObject) -> None:
    whole = Detector(bucket_s)
    expected = feed(whole, counts)
    cut = data.draw(st.integers(0, len(counts)))
    first = Detector(bucket_s)
    found = feed(first, counts[:cut])
    second = Detector.load(json.loads(json.dumps(first.dump())))
    found += feed(second, counts[cut:], first=cut)
    assert [(one.kind, one.start, one.count) for one in found] == [(one.kind, one.start, one.count) for one in expected]
    assert (second.firing, second.quiet_s, second.baseline.seen) == (whole.firing, whole.quiet_s, whole.baseline.seen)
    next_start = len(counts) * bucket_s
    assert second.baseline.expect(next_start) == pytest.approx(whole.baseline.expect(next_start), rel=1e-4)
    assert [one.score(6) for one in second.tails] == pytest.approx([one.score(6) for one in whole.tails], rel=1e-3)


@given(counts=COUNTS, bucket_s=BUCKETS)
@settings(max_examples=60, deadline=None)
def test_what_was_loaded_is_left_as_it_was(counts: list[int | None], bucket_s: int) -> None:
    detector = Detector(bucket_s)
    feed(detector, [3] * 70)
    state = detector.dump()
    before = copy.deepcopy(state)
    feed(Detector.load(state), counts, first=70)
    assert state == before


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


@given(counts=COUNTS, bucket_s=BUCKETS)
@settings(max_examples=150, deadline=None)
def test_an_episode_fires_once_and_is_resolved_once(counts: list[int | None], bucket_s: int) -> None:
    firing = False
    score = 0.0
    for event in feed(Detector(bucket_s), [1] * 30 + counts):
        assert firing is (event.kind != "firing")
        if event.kind != "resolved":
            assert event.score >= (1.4 * score if event.kind == "escalated" else 0)
            assert event.count >= 5
            assert event.count > event.expected
            score = event.score
        firing = event.kind != "resolved"


@pytest.mark.parametrize(
    ("bucket_s", "an_hour", "size"), [(60, 6.0, 8), (300, 6.0, 15), (300, 0.5, 6), (3_600, 20.0, 150)]
)
def test_a_planted_burst_fires_once_within_two_buckets_and_is_resolved(
    bucket_s: int, an_hour: float, size: int
) -> None:
    at = 5 * DAY // bucket_s
    for seed in range(1 if bucket_s == 60 else 3):
        quiet = steady(seed, days=6, bucket_s=bucket_s, an_hour=an_hour)
        length = max(1, 1_800 // bucket_s)
        events = feed(Detector(bucket_s), with_burst(quiet, at=at, length=length, size=size))
        near = [event for event in events if event.start >= START + at * bucket_s]
        assert Counter(kinds(near))["firing"] == Counter(kinds(near))["resolved"] == 1, kinds(near)
        assert near[0].kind == "firing"
        assert near[0].start <= START + (at + 1) * bucket_s
        assert near[-1].kind == "resolved"
        assert near[-1].start >= START + (at + length) * bucket_s + QUIET - bucket_s


def test_a_burst_that_gets_much_stronger_escalates() -> None:
    counts = steady(1, days=7, bucket_s=300, an_hour=6.0)
    at = 5 * DAY // 300
    louder = with_burst(with_burst(counts, at=at, length=2, size=8), at=at + 2, length=6, size=60)
    events = [event for event in feed(Detector(300), louder) if event.start >= START + at * 300]
    assert kinds(events)[0] == "firing"
    assert "escalated" in kinds(events)
    assert kinds(events)[-1] == "resolved"


def test_a_second_burst_is_told_soon_only_if_it_is_much_stronger() -> None:
    counts = steady(2, days=6, bucket_s=300, an_hour=6.0)
    at, soon = 5 * DAY // 300, (5 * DAY + REFRACTORY // 3) // 300
    for size, more in ((12, 0), (300, 1)):
        bursts = with_burst(with_burst(counts, at=at, length=6, size=12), at=soon, length=6, size=size)
        told = [event.start for event in feed(Detector(300), bursts) if event.kind == "firing"]
        assert len([start for start in told if start >= START + soon * 300]) == more, size


@pytest.mark.parametrize(("bucket_s", "an_hour"), [(60, 3.0), (300, 2.0), (300, 60.0), (3_600, 10.0)])
def test_a_steady_stream_stays_quiet(bucket_s: int, an_hour: float) -> None:
    days = 3 if bucket_s == 60 else 10
    alarms = sum(
        kinds(feed(Detector(bucket_s), steady(seed, days=days, bucket_s=bucket_s, an_hour=an_hour))).count("firing")
        for seed in range(3)
    )
    assert alarms <= 2, "weeks of pure chance"


def test_a_stream_with_a_daily_rhythm_stays_quiet() -> None:
    rng = random.Random(3)
    counts = [poisson(rng, (0.2, 3.0)[7 <= number // 12 % 24 < 23]) for number in range(10 * DAY // 300)]
    assert kinds(feed(Detector(300), counts)).count("firing") <= 2


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


def test_nothing_is_said_in_the_first_hour() -> None:
    assert feed(Detector(60), [0] * 30 + [50] * 29) == []


def test_small_numbers_do_not_fire_however_rare_they_are() -> None:
    silent = [0] * (3 * DAY // 300)
    assert feed(Detector(300, min_count=5), [*silent, 4, 0, 0]) == []
    assert kinds(feed(Detector(300, min_count=5), [*silent, 6, 0, 0])) == ["firing"]
    assert feed(Detector(300, min_count=7), [*silent, 6, 0, 0]) == []


def test_the_memory_stays_small() -> None:
    sizes = []
    detector = Detector(60)
    for days in (1, 3):
        feed(detector, steady(days, days=days, bucket_s=60, an_hour=30.0))
        sizes.append(len(json.dumps(detector.dump())))
    assert sizes[1] < 1.3 * sizes[0]
    assert sizes[1] < 40_000


def test_an_event_explains_itself_in_figures() -> None:
    counts = with_burst(steady(1, days=7, bucket_s=300, an_hour=6.0), at=1_440, length=6, size=20)
    fired, *_, resolved = [event for event in feed(Detector(300), counts) if event.start >= START + 5 * DAY]
    assert (
        f"{fired.count} in {fired.window_s // 60} min, expected {fired.expected:.1f} at this hour" in fired.explanation
    )
    assert "chance alone: " in fired.explanation
    assert "1 in 10^" in fired.explanation
    assert "(baseline: 5.0 days)" in fired.explanation
    assert resolved.explanation.startswith("back to normal: ")
    assert fired.window_s in (600, 3_600)
