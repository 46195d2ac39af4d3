"""The detector: one bucket after the other, and what it makes of them."""

import copy
import json
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.bursts import BUCKETS, COUNTS, DAY, START, feed, kinds, poisson, steady, with_burst
from workers.spikes import COOLDOWN, QUIET, Detector


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
    assert found == expected
    assert second.dump() == whole.dump()


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
@settings(max_examples=150, deadline=None)
def test_an_episode_fires_once_and_is_resolved_once(counts: list[int | None], bucket_s: int) -> None:
    firing = False
    excess = 0.0
    for event in feed(Detector(bucket_s), [1] * 30 + counts):
        assert firing is (event.kind != "firing")
        if event.kind != "resolved":
            more = (event.count - event.expected) / event.window_s
            assert more >= (1.9 * excess if event.kind == "escalated" else 0)
            assert event.count >= 5
            assert event.count > event.expected
            excess = more
        firing = event.kind != "resolved"


@pytest.mark.parametrize(
    ("bucket_s", "an_hour", "size"), [(60, 6.0, 8), (300, 6.0, 15), (300, 0.5, 6), (3_600, 20.0, 150)]
)
def test_a_planted_burst_fires_once_within_a_quarter_of_an_hour_and_is_resolved(
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
        assert near[0].start <= START + at * bucket_s + 900
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


def test_a_second_burst_is_told_soon_if_it_is_as_strong_and_no_aftershock() -> None:
    counts = steady(2, days=6, bucket_s=300, an_hour=6.0)
    at, soon = 5 * DAY // 300, (5 * DAY + COOLDOWN // 3) // 300
    for size, more in ((6, 0), (40, 1), (300, 1)):
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


def test_nothing_is_said_in_the_first_hour() -> None:
    assert feed(Detector(60), [0] * 30 + [50] * 29) == []


def test_small_numbers_do_not_fire_however_rare_they_are() -> None:
    silent = [0] * (3 * DAY // 300)
    assert feed(Detector(300, min_count=5), [*silent, 4, 0, 0]) == []
    assert kinds(feed(Detector(300, min_count=5), [*silent, 12, 0, 0])) == ["firing"]
    assert feed(Detector(300, min_count=13), [*silent, 12, 0, 0]) == []


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
    assert "this stream gets that far above " in fired.explanation
    assert "(baseline: 5.0 days)" in fired.explanation
    assert resolved.explanation.startswith("back to normal: ")
    assert fired.window_s in (600, 3_600)


def test_a_weak_excess_is_pending_and_told_when_it_lasts() -> None:
    counts = steady(4, days=6, bucket_s=300, an_hour=24.0)
    at = 5 * DAY // 300
    states, events = [], []
    detector = Detector(300)
    for number, count in enumerate(with_burst(counts, at=at, length=24, size=10)):
        event = detector.observe(START + number * 300, count)
        if number >= at:
            states.append(detector.state)
            events += [event] if event else []
    assert "pending" in states[: states.index("firing")]
    assert [event.kind for event in events if event.kind != "escalated"][:2] == ["firing", "resolved"]
    assert states.index("recovering") < states.index("resolved")


def test_a_stream_is_being_learnt_before_it_is_normal() -> None:
    detector = Detector(300)
    states = []
    for number in range(24):
        detector.observe(START + number * 300, 2)
        states.append(detector.state)
    assert states[:12] == ["learning"] * 12
    assert states[-1] == "normal"


def test_the_more_sensitive_the_sooner_it_fires() -> None:
    levels = [Detector(300, sensitivity=one).threshold for one in ("sensitive", "balanced", "strict")]
    assert levels == sorted(set(levels))


def test_what_an_older_version_remembered_is_learnt_anew_and_its_episode_still_ends() -> None:
    older = {"bucket_s": 300, "min_count": 7, "firing": True, "tails": [], "recent": []}
    detector = Detector.load(older)
    assert (detector.min_count, detector.firing) == (7, True)
    assert kinds(feed(detector, [1] * 60)) == ["resolved"]


@pytest.mark.parametrize("size", [3, 8])
def test_a_plain_burst_on_the_second_day_fires_within_minutes(size: int) -> None:
    quiet = steady(7, days=1, bucket_s=60, an_hour=1.0)
    counts = with_burst(quiet + [0] * 60, at=len(quiet), length=60, size=size)
    fired = [event for event in feed(Detector(60), counts) if event.kind == "firing"]
    assert (fired[0].start - START) // 60 - len(quiet) <= 10


def test_a_storm_that_grows_at_once_is_told_at_most_three_times_in_its_first_half_hour() -> None:
    calm = steady(1, days=5, bucket_s=60, an_hour=6.0)
    storm = [5, 0, 2, 10, 30, 60, 120, 300, 900, 2_000, *[3_000] * 30]
    fired, *more = [event for event in feed(Detector(60), [*calm, *storm]) if event.start >= START + 5 * DAY]
    assert fired.kind == "firing"
    early = [event for event in more if event.start - fired.start < 1_800]
    assert kinds(early) == ["escalated", "escalated"]
    assert early[0].start - fired.start <= 5 * 60, "it does not wait until one is many times as strong"
    assert early[0].count - early[0].expected >= 4 * (fired.count - fired.expected)
