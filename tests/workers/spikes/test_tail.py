"""How rarely a stream shows a value that large."""

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.spikes.tail import Tail


def tail(half_life: float = 8_000) -> Tail:
    return Tail(0.01, half_life, 288, 3.0, 1.0)


def test_a_tail_scores_what_is_rare_for_this_stream_and_not_for_another() -> None:
    calm, wild = tail(), tail()
    for number in range(5_000):
        calm.learn((number % 10) / 5)
        wild.learn((number % 100) / 5)
    assert calm.score(6.0) > 2.9 > wild.score(6.0)


@given(st.lists(st.floats(-50, 1e6), min_size=1, max_size=200), st.floats(-10, 60), st.floats(0, 20))
def test_a_larger_value_never_scores_less(values: list[float], low: float, more: float) -> None:
    one = tail()
    for value in values:
        one.learn(value)
    assert 0 <= one.score(low) <= one.score(low + more) < math.inf
    assert len(one.bins) < 200
    assert one.scale > 0


def test_the_tail_starts_at_the_rarest_hundredth() -> None:
    chance, one = random.Random(1), tail(half_life=1e9)
    for _ in range(60_000):
        one.learn(chance.expovariate(0.5))
    assert one.start == pytest.approx(-2 * math.log(0.01), rel=0.05)


@pytest.mark.parametrize("share", [0.01, 0.003, 0.0001])
def test_what_a_share_reaches_scores_that_share(share: float) -> None:
    one = tail()
    assert one.score(one.reached_by(share) + 1e-9) == pytest.approx(-math.log10(share))


def test_one_storm_does_not_hide_the_next() -> None:
    chance = random.Random(2)
    calm, shaken = tail(), tail()
    for number in range(4_000):
        value = chance.gauss(0, 1)
        calm.learn(value)
        shaken.learn(500.0 if 2_000 <= number < 2_010 else value)
    assert shaken.reached_by(0.001) < calm.reached_by(0.001) + 2.5


def test_a_stream_that_gets_wilder_is_followed() -> None:
    chance, one = random.Random(3), tail(half_life=2_000)
    for spread in (1, 10):
        for _ in range(6_000):
            one.learn(abs(chance.gauss(0, spread)))
    assert one.start == pytest.approx(25.8, rel=0.2), "the 99 % quantile of the wilder"


def test_weights_do_not_grow_without_end() -> None:
    one = tail(half_life=2)
    for _ in range(2_000):
        one.learn(1.0)
    assert one.weight < 1e13
    assert one.total < 1e15
    assert all(math.isfinite(value) for value in one.bins)


@given(st.lists(st.floats(-5, 300), max_size=60), st.lists(st.floats(-5, 300), max_size=20))
def test_a_tail_goes_on_from_json_as_if_nothing_had_been(before: list[float], after: list[float]) -> None:
    whole, second = tail(), tail()
    for value in before:
        whole.learn(value)
    second.restore(json.loads(json.dumps(whole.dump())))
    for value in after:
        whole.learn(value)
        second.learn(value)
    assert second.dump() == whole.dump()
