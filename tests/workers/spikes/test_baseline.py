"""What a stream is expected to do: tails against exact sums, levels and hours of the day."""

import math
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.spikes.baseline import Baseline, is_weekend, log10_poisson_tail, residual

HOUR = 3_600
DAY = 86_400


def exact_log10_tail(count: int, mean: Fraction) -> float:
    """1 minus the exact sum of the first terms, in fractions."""
    term, below = Fraction(1), Fraction(0)
    for number in range(count):
        below += term
        term = term * mean / (number + 1)
    # e^mean as a fraction, to far more digits than are compared
    e = sum(accumulate(range(1, 400), lambda one, n: one * mean / n, initial=Fraction(1)), Fraction(0))
    return math.log10(1 - below / e)


@pytest.mark.parametrize(
    ("count", "mean"), [(1, "0.01"), (2, "1/2"), (5, "1/2"), (5, "4"), (12, "3"), (30, "8"), (60, "25"), (26, "25")]
)
def test_the_poisson_tail_equals_the_exact_sum(count: int, mean: str) -> None:
    assert log10_poisson_tail(count, float(Fraction(mean))) == pytest.approx(
        exact_log10_tail(count, Fraction(mean)), abs=1e-6
    )


@given(count=st.integers(0, 5_000), mean=st.floats(0, 2_000))
def test_a_tail_is_a_chance_and_falls_with_the_count(count: int, mean: float) -> None:
    here, further = log10_poisson_tail(count, mean), log10_poisson_tail(count + 1, mean)
    assert further <= here <= 1e-9
    assert math.isfinite(further)


@pytest.mark.parametrize(("count", "mean"), [(10**12, 0.0), (10**9, 10.0**9 - 1), (1, 0.0), (0, 0.0), (10**6, 1e-12)])
def test_the_poisson_tail_of_extreme_values_is_a_number(count: int, mean: float) -> None:
    assert math.isfinite(log10_poisson_tail(count, mean))


@given(st.integers(0, 10**6), st.floats(0, 1e6))
def test_a_residual_has_the_sign_of_the_excess(count: int, expected: float) -> None:
    assert (residual(count, expected) > 0) == (math.sqrt(count + 0.375) > math.sqrt(expected + 0.375))
    assert residual(count + 1, expected) > residual(count, expected)


def learnt(counts: list[float], bucket_s: int = HOUR) -> Baseline:
    baseline = Baseline(bucket_s)
    for number, count in enumerate(counts):
        baseline.learn(number * bucket_s, count)
    return baseline


def test_a_new_stream_is_believed_to_be_nearly_silent() -> None:
    assert Baseline(HOUR).expect(0) == pytest.approx(0.5)
    assert Baseline(60).expect(0) == pytest.approx(0.5 / 60)


def test_a_steady_stream_is_expected_to_go_on() -> None:
    baseline = learnt([30.0] * 24 * 5)
    for hour in range(24):
        assert baseline.expect(hour * HOUR) == pytest.approx(30, rel=0.05)
    assert baseline.age_days == 5


def test_the_hour_of_the_day_is_learnt() -> None:
    baseline = learnt([100.0 if hour % 24 == 20 else 10.0 for hour in range(24 * 10)])
    assert baseline.expect(20 * HOUR) > 4 * baseline.expect(4 * HOUR)


def test_what_happens_on_the_half_hour_is_learnt_with_the_half_hour() -> None:
    minutes = range(0, 10 * DAY, 60)
    baseline = Baseline(60)
    for start in minutes:
        baseline.learn(start, 10.0 if start % DAY < 14 * HOUR + HOUR // 2 else 40.0)
    before, after = baseline.expect(14 * HOUR + HOUR // 2 - 60), baseline.expect(14 * HOUR + HOUR // 2)
    assert after == pytest.approx(4 * before, rel=0.3)


def test_the_first_half_hour_of_its_kind_is_no_habit_while_it_goes_on() -> None:
    calm, loud = (learnt([10.0] * 720 + [count] * 29, 60) for count in (10.0, 20.0))
    risen = (loud.events / loud.weight) / (calm.events / calm.weight)
    assert risen > 1.03
    assert loud.expect(749 * 60) == pytest.approx(risen * calm.expect(749 * 60), rel=0.02), "its level alone has moved"


def test_a_change_of_level_is_followed_within_days() -> None:
    baseline = learnt([10.0] * 24 * 10 + [40.0] * 24 * 9)
    assert 30 < baseline.expect(0) < 45


@given(st.lists(st.integers(0, 10**6), max_size=60), st.sampled_from([60, 300, HOUR, DAY]))
def test_what_is_expected_is_always_a_positive_number(counts: list[int], bucket_s: int) -> None:
    baseline = learnt([float(count) for count in counts], bucket_s)
    assert 0 < baseline.expect(len(counts) * bucket_s) < math.inf


def test_a_weekend_is_learnt_apart_from_weekdays() -> None:
    thursday_first = [2.0 if is_weekend(hour * HOUR) else 20.0 for hour in range(24 * 28)]
    baseline = learnt(thursday_first)
    next_thursday, next_saturday = 28 * DAY + 12 * HOUR, 30 * DAY + 12 * HOUR
    assert baseline.expect(next_saturday) < 0.4 * baseline.expect(next_thursday)


def test_saturday_and_sunday_are_the_weekend() -> None:
    friday = 1_767_312_000  # 2026-01-02T00:00:00Z
    assert [is_weekend(friday + day * DAY) for day in range(4)] == [False, True, True, False]
