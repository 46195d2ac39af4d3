"""Rules that are set: more than N in a window, a share above p."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.wilson import wilson
from workers.spikes import Event
from workers.spikes.thresholds import AbsoluteRule, ShareRule

START = 1_767_225_600  # 2026-01-01T00:00:00Z
COUNTS = st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=200)


def feed(rule: AbsoluteRule, counts: Sequence[int | None], *, first: int = 0) -> list[Event]:
    events = [rule.observe(START + (first + number) * rule.bucket_s, count) for number, count in enumerate(counts)]
    return [event for event in events if event]


def feed_share(rule: ShareRule, counts: Sequence[tuple[int | None, int]]) -> list[Event]:
    events = [rule.observe(START + number * rule.bucket_s, count, of) for number, (count, of) in enumerate(counts)]
    return [event for event in events if event]


@pytest.mark.parametrize(
    ("voices", "posts", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (15, 100, 0.0931, 0.2328)],
)
def test_the_interval_is_that_of_wilson(voices: int, posts: int, low: float, high: float) -> None:
    assert wilson(voices, posts) == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_rule_fires_on_the_post_too_many_from_the_first_minute_on() -> None:
    events = feed(AbsoluteRule(60, more_than=10), [5, 5, 1])
    assert [(event.kind, event.start, event.count) for event in events] == [("firing", START + 120, 11)]
    assert "11 in 60 min, the rule says: more than 10" in events[0].explanation


def test_a_rule_is_resolved_when_its_window_has_emptied_and_an_hour_was_quiet() -> None:
    events = feed(AbsoluteRule(60, more_than=10), [11] + [0] * 200)
    assert [event.kind for event in events] == ["firing", "resolved"]
    assert events[1].start == START + (60 + 59) * 60
    assert "back below the rule" in events[1].explanation


def test_a_count_that_wavers_about_the_rule_is_one_episode() -> None:
    wavering = [0] * 59 + [11, 9] * 90
    events = feed(AbsoluteRule(60, more_than=10, window_s=60), wavering)
    assert [event.kind for event in events] == ["firing"]


def test_a_rule_escalates_at_twice_what_was_told() -> None:
    events = feed(AbsoluteRule(60, more_than=10), [11] + [0] * 30 + [15] + [0] * 5)
    assert [event.kind for event in events] == ["firing", "escalated"]


@given(COUNTS)
def test_missing_and_late_buckets_change_no_rule(counts: list[int | None]) -> None:
    rule = AbsoluteRule(60, more_than=5)
    feed(rule, [1] * 5)
    before = rule.dump()
    for number, count in enumerate(counts):
        assert rule.observe(START + (5 + number) * 60, count, late=count is not None) is None
    assert rule.dump() == before


@given(COUNTS, st.integers(0, 200))
def test_a_rule_goes_on_from_json_and_resolves_only_what_fired(counts: list[int | None], cut: int) -> None:
    whole, second = AbsoluteRule(60, more_than=5), AbsoluteRule(60, more_than=5)
    expected = feed(whole, counts)
    first = AbsoluteRule(60, more_than=5)
    found = feed(first, counts[:cut])
    second.restore(json.loads(json.dumps(first.dump())))
    found += feed(second, counts[cut:], first=len(counts[:cut]))
    assert found == expected
    firing = False
    for event in found:
        assert firing is (event.kind != "firing")
        firing = event.kind != "resolved"


def test_a_share_fires_only_when_it_is_surely_above() -> None:
    assert feed_share(ShareRule(60, above=0.1), [(3, 20)]) == [], "15 %, but it may be 5 %"
    (event,) = feed_share(ShareRule(60, above=0.1), [(45, 300)])
    assert (event.kind, event.count, event.expected) == ("firing", 45, 30.0)
    assert "45 of 300 in 60 min (11-19 %), the rule says: above 10 % with at least 20" in event.explanation


def test_a_share_of_few_posts_says_nothing() -> None:
    assert feed_share(ShareRule(60, above=0.1, at_least=20), [(19, 19)]) == []
    assert [one.kind for one in feed_share(ShareRule(60, above=0.1, at_least=20), [(20, 20)])] == ["firing"]


def test_a_share_is_resolved_when_it_fell_and_missing_minutes_are_not_counted() -> None:
    rule = ShareRule(60, above=0.1)
    events = feed_share(rule, [(45, 300), *[(None, 0)] * 500, *[(0, 30)] * 130])
    assert [event.kind for event in events] == ["firing", "resolved"]
    other = ShareRule(60, above=0.1)
    other.restore(json.loads(json.dumps(rule.dump())))
    assert other == rule
