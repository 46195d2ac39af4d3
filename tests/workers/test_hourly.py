"""Absolute rules, and the share of cancel voices beside what is usual."""

import json
import random

import pytest

from uproar.watch_alerts import Threshold
from workers.hourly import Rule, Share, at_least, hour_of
from workers.spikes import Event

HOUR = 3_600


def feed(one: Rule | Share, numbers: list[dict[str, int] | None], *, start: int = 0) -> list[Event]:
    found = [one.observe(start + 60 * n, each, 1.0) for n, each in enumerate(numbers)]
    return [event for event in found if event is not None]


def test_the_lower_end_of_a_share_is_wilsons() -> None:
    assert at_least(10, 100, 1.96) == pytest.approx(0.0552, abs=1e-4)
    assert at_least(0, 50, 1.96) == 0.0
    assert at_least(0, 0, 1.96) == 0.0


def test_a_rule_fires_above_its_number_in_any_hour_and_ends_after_a_quiet_one() -> None:
    rule = Rule(Threshold(name="many", signal="cancel", more_than=10))
    assert feed(rule, [{"cancel": 1}] * 10) == []
    (event,) = feed(rule, [{"cancel": 1}, {"cancel": 5}], start=600)
    assert (event.kind, event.count, event.expected, event.window_s) == ("firing", 11, 10.0, HOUR)
    assert event.explanation == "11 cancel voices in 60 min, more than 10"
    quiet: list[dict[str, int] | None] = [None] * 180
    (end,) = feed(rule, quiet, start=720)
    assert end.kind == "resolved"
    assert 720 + HOUR < end.start <= 720 + 2 * HOUR


def test_ten_that_are_spread_over_more_than_an_hour_are_not_above() -> None:
    rule = Rule(Threshold(name="many", signal="posts", more_than=10))
    assert feed(rule, [{"posts": 1} if n % 7 == 0 else {} for n in range(600)]) == []


def test_a_share_is_above_only_if_chance_does_not_explain_it_and_of_enough() -> None:
    def fires(part: int, whole: int) -> bool:
        rule = Rule(Threshold(name="talk", signal="cancel", share_above=0.25, at_least=100))
        return bool(feed(rule, [{"cancel": part, "voices": whole, "posts": 10 * whole}]))

    assert not fires(90, 99)
    assert not fires(26, 100)
    assert fires(40, 100)


def test_the_share_of_other_signals_is_that_of_posts() -> None:
    rule = Rule(Threshold(name="talk", signal="concern:price", share_above=0.5, at_least=10))
    (event,) = feed(rule, [{"concern:price": 90, "posts": 100, "voices": 1}])
    assert event.explanation == "90 of 100 posts in 60 min: at least 83%, more than 50%"


def usual(days: float, share: float = 0.05) -> Share:
    chance, one = random.Random(1), Share(5)
    minutes = range(int(days * 1_440))
    numbers: list[dict[str, int] | None] = [{"voices": 2, "cancel": int(chance.random() < 2 * share)} for _ in minutes]
    assert feed(one, numbers) == []
    return one


def test_a_share_far_above_the_usual_one_fires_although_there_are_no_more_posts() -> None:
    one = usual(2)
    events = feed(one, [{"voices": 2, "cancel": 1}] * 60, start=2 * 86_400)
    assert [event.kind for event in events] == ["firing"]
    assert "usually 5" in events[0].explanation
    assert feed(usual(2), [{"voices": 200, "cancel": 10}] * 60, start=2 * 86_400) == [], "more of all is no other share"


def test_without_a_day_of_experience_no_share_is_unusual() -> None:
    assert feed(usual(0.9), [{"voices": 2, "cancel": 2}] * 60, start=86_400) == []


def test_a_restart_changes_nothing() -> None:
    rule = Rule(Threshold(name="many", signal="cancel", more_than=10))
    feed(rule, [{"cancel": 3}] * 30)
    again = Rule(rule.rule, hour_of(json.loads(json.dumps(rule.dump()))))
    share = usual(1.5)
    twin = Share(5, json.loads(json.dumps(share.dump())))
    more: list[dict[str, int] | None] = [{"voices": 3, "cancel": 2}] * 90
    assert feed(rule, more, start=1_800) == feed(again, more, start=1_800)
    assert feed(share, more, start=129_600) == feed(twin, more, start=129_600) != []
