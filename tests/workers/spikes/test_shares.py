"""The detector of shares: cancel voices of all posts."""

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from tests.workers.bursts import poisson
from workers.spikes import Event
from workers.spikes.shares import ShareDetector

START = 1_767_225_600  # 2026-01-01T00:00:00Z
HOURS = 60
PAIRS = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 5), st.integers(0, 30))), max_size=150)


def feed(detector: ShareDetector, pairs: list[tuple[int, int] | None], *, first: int = 0) -> list[Event]:
    events = []
    for number, pair in enumerate(pairs, start=first):
        count, of = pair or (None, 0)
        events.append(detector.observe(START + number * detector.bucket_s, count, of))
    return [event for event in events if event]


def minutes(seed: int, hours: int, *, posts: float, share: float) -> list[tuple[int, int] | None]:
    chance = random.Random(seed)
    made: list[tuple[int, int] | None] = []
    for _ in range(hours * HOURS):
        of = poisson(chance, posts)
        made.append((sum(chance.random() < share for _ in range(of)), of))
    return made


def test_a_share_that_rises_clearly_fires_once_and_is_resolved() -> None:
    pairs = minutes(1, 48, posts=3, share=0.04) + minutes(2, 2, posts=3, share=0.3) + minutes(3, 5, posts=3, share=0.04)
    events = [event for event in feed(ShareDetector(60), pairs) if event.kind != "escalated"]
    assert [event.kind for event in events] == ["firing", "resolved"]
    assert 0 <= events[0].start - (START + 48 * 3_600) <= 3_000
    assert "usually" in events[0].explanation
    assert events[0].count > 3 * events[0].expected


def test_more_posts_with_the_same_share_are_no_news() -> None:
    pairs = minutes(1, 24, posts=1, share=0.1) + minutes(2, 12, posts=20, share=0.1)
    assert feed(ShareDetector(60), pairs) == []


def test_a_steady_share_stays_quiet() -> None:
    fired = [
        event
        for seed in range(6)
        for event in feed(ShareDetector(60), minutes(seed, 72, posts=2, share=0.08))
        if event.kind == "firing"
    ]
    assert len(fired) <= 1, "18 days of pure chance"


def test_an_episode_is_no_part_of_what_is_usual() -> None:
    detector = ShareDetector(60)
    feed(detector, minutes(1, 48, posts=3, share=0.04))
    usual = detector.usual
    feed(detector, minutes(2, 6, posts=3, share=0.5), first=48 * HOURS)
    assert detector.firing
    assert detector.usual < 1.5 * usual


@given(PAIRS)
def test_late_pairs_teach_and_never_fire(pairs: list[tuple[int, int] | None]) -> None:
    detector = ShareDetector(60)
    feed(detector, minutes(1, 2, posts=3, share=0.04))
    before, seen = detector.counted.dump(), detector.seen
    for number, pair in enumerate(pairs):
        count, of = pair or (None, 0)
        assert detector.observe(START + number * 60, count, of, late=True) is None
    assert detector.counted.dump() == before
    assert detector.seen == seen + sum(pair is not None for pair in pairs)


@given(PAIRS, st.integers(0, 150))
def test_a_restart_changes_nothing_and_nothing_is_resolved_that_did_not_fire(
    pairs: list[tuple[int, int] | None], cut: int
) -> None:
    pairs = minutes(1, 2, posts=3, share=0.04) + pairs
    whole = ShareDetector(60)
    expected = feed(whole, pairs)
    first = ShareDetector(60)
    found = feed(first, pairs[:cut])
    second = ShareDetector.load(json.loads(json.dumps(first.dump())))
    found += feed(second, pairs[cut:], first=len(pairs[:cut]))
    assert (found, second.dump()) == (expected, whole.dump())
    firing = False
    for event in found:
        assert firing is (event.kind != "firing")
        firing = event.kind != "resolved"
