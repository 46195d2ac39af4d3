import random
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.wilson import wilson
from workers.evaluation.intervals import (
    Estimate,
    Ratio,
    draw_binomial,
    estimate,
    estimate_share,
    percentiles,
    resample,
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # z²/(n+z²) = 3.8415/13.8415
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilsons_interval_is_that_of_the_textbooks(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilsons_interval_holds_the_share_and_stays_between_0_and_1(pair: tuple[int, int]) -> None:
    low, high = wilson(*pair)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1


def test_binomial_draws_have_the_mean_and_the_variance_that_they_should() -> None:
    chance = random.Random(5)
    for n, p in ((40, 0.3), (1_000, 1 / 3), (7, 0.9), (10_000, 0.0004)):
        draws = [draw_binomial(chance, n, p) for _ in range(4_000)]
        mean = sum(draws) / len(draws)
        deviation = (n * p * (1 - p)) ** 0.5
        assert mean == pytest.approx(n * p, abs=5 * deviation / len(draws) ** 0.5)
        variance = sum((one - n * p) ** 2 for one in draws) / len(draws)
        assert variance == pytest.approx(deviation**2, rel=0.15)


def test_binomial_draws_of_three_trials_come_as_often_as_they_should() -> None:
    chance = random.Random(3)
    drawn = Counter(draw_binomial(chance, 3, 0.25) for _ in range(20_000))
    for hits, share in enumerate((27 / 64, 27 / 64, 9 / 64, 1 / 64)):
        assert drawn[hits] / 20_000 == pytest.approx(share, abs=0.015)


def test_certain_and_impossible_trials_need_no_chance() -> None:
    assert draw_binomial(random.Random(1), 9, 1.0) == 9
    assert draw_binomial(random.Random(1), 9, 0.0) == 0
    assert draw_binomial(random.Random(1), 0, 0.5) == 0


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 60)), st.integers())
def test_a_resample_has_as_many_rows_and_no_cell_that_was_empty(counts: dict[int, int], seed: int) -> None:
    for table in resample(counts, chance=random.Random(seed), times=3):
        assert sum(table.values()) == sum(counts.values())
        assert all(counts[cell] for cell, drawn in table.items() if drawn)
        assert min(table.values(), default=0) >= 0


def test_resampled_cells_have_the_means_of_the_counts() -> None:
    counts = {"a": 50, "b": 30, "c": 20}
    sums = Counter[str]()
    for table in resample(counts, chance=random.Random(2), times=4_000):
        sums.update(table)
    for cell, expected in counts.items():
        assert sums[cell] / 4_000 == pytest.approx(expected, abs=0.4)


def test_of_2000_values_the_50th_from_either_end_bound_the_interval() -> None:
    assert percentiles([float(one) for one in range(1, 2_001)]) == (50.0, 1951.0)
    assert percentiles([3.0, 1.0, 2.0]) == (1.0, 3.0)


def share(table: Counter[str]) -> dict[str, Ratio | float | None]:
    return {"share": Ratio(table["hit"], table["hit"] + table["miss"]), "fixed": 0.5, "undefined": Ratio(0, 0)}


def measured(hits: int, misses: int, seed: int = 1) -> dict[str, Estimate]:
    return estimate({"hit": hits, "miss": misses}, lambda table: share(Counter(table)), seed=seed)


def test_a_share_of_none_or_all_gets_wilsons_interval_and_others_the_bootstraps() -> None:
    assert measured(0, 10)["share"] == Estimate(0.0, *wilson(0, 10), "wilson")
    assert measured(10, 0)["share"] == Estimate(1.0, *wilson(10, 10), "wilson")
    some = measured(30, 70)["share"]
    assert some.method == "bootstrap"
    assert (some.low, some.high) == pytest.approx((0.21, 0.39), abs=0.015)  # 0.3 ± 1.96·√(0.21/100)


def test_what_is_undefined_has_no_interval_nor_has_what_never_differs() -> None:
    found = measured(3, 4)
    assert found["undefined"] == Estimate(None)
    assert found["fixed"] == Estimate(0.5)
    assert estimate_share(0, 0) == Estimate(None)


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    assert measured(331, 1_002) == measured(331, 1_002)
    assert measured(331, 1_002) != measured(331, 1_002, seed=2)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 99))
def test_the_interval_of_a_share_holds_the_share(hits: int, misses: int, seed: int) -> None:
    counts = {"hit": hits, "miss": misses}
    found = estimate(counts, lambda table: share(Counter(table)), seed=seed, times=200)["share"]
    if found.value is not None and found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_f1_of_counts_is_a_ratio_whose_wilson_interval_comes_from_the_shared_part() -> None:
    assert Ratio(6, 10, dice=True).value == pytest.approx(2 * 6 / (2 * 6 + 4))
    found = estimate({"tp": 4}, lambda table: {"f1": Ratio(table["tp"], table["tp"], dice=True)}, seed=1)["f1"]
    low, _ = wilson(4, 4)
    assert found == Estimate(1.0, 2 * low / (1 + low), 1.0, "wilson")


def test_ten_thousand_rows_are_resampled_in_a_moment() -> None:
    start = time.process_time()
    counts = {"a": 4_000, "b": 3_000, "c": 2_000, "d": 1_000}
    assert sum(1 for _ in resample(counts, chance=random.Random(1), times=2_000)) == 2_000
    assert time.process_time() - start < 3
