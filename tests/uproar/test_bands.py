"""The band around what was expected: the law of the counts, in whole numbers where these are small."""

import math

import pytest

from uproar.bands import band


def poisson(mean: float, low: float, high: float) -> float:
    """How probable a count from `low` to `high` is, by the definition."""
    return sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(int(low), int(high) + 1))


@pytest.mark.parametrize("mean", [0.01, 0.5, 3.0, 12.5, 49.9])
def test_it_holds_at_least_95_percent_of_a_poisson_law_and_no_count_could_be_spared(mean: float) -> None:
    low, high = band(mean, math.sqrt(mean))
    assert poisson(mean, low, high) >= 0.95
    assert poisson(mean, 0, high - 1) < 0.975
    assert low == 0 or poisson(mean, 0, low) > 0.025


def test_it_goes_on_where_the_exact_law_ends() -> None:
    for times in (1.0, 3.0):
        below, above = (band(mean, times * math.sqrt(mean)) for mean in (49.99, 50.01))
        assert below == pytest.approx(above, rel=0.1)


def test_a_stream_that_varies_more_has_a_wider_band_and_none_is_narrower_than_chance() -> None:
    assert band(20.0, 2 * math.sqrt(20.0))[1] > band(20.0, math.sqrt(20.0))[1]
    assert band(20.0, 0.0) == band(20.0, math.sqrt(20.0))
    assert band(0.0, 0.0) == (0.0, 0.0)
