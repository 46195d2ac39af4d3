"""The score of alarms against what happened."""

import pytest

from workers.simulation.scoring import Score, normalised, score

BUCKETS, BUCKET = 2_000, 300
START = 0
EVENT = 1_500 * BUCKET
HALF = BUCKETS * BUCKET // 20


def one(*alarms: int) -> Score:
    return score(alarms, [EVENT], start=START, buckets=BUCKETS, bucket_s=BUCKET)


def test_silence_scores_nothing_and_an_alarm_at_the_windows_edge_all() -> None:
    assert normalised([one()]) == 0
    assert normalised([one(EVENT - HALF)]) == pytest.approx(100)
    assert 0 < normalised([one(EVENT + HALF - 1)]) < 55


def test_the_sooner_the_better_and_only_the_first_counts() -> None:
    scores = [normalised([one(EVENT + shift)]) for shift in (-HALF // 2, 0, HALF // 2)]
    assert scores == sorted(scores, reverse=True)
    assert one(EVENT, EVENT + 600) == one(EVENT)
    assert one(EVENT).delays == (0,)


def test_a_false_alarm_far_from_a_window_costs_eleven_hundredths_of_a_miss() -> None:
    assert one(800 * BUCKET).raw == pytest.approx(-1.11)
    assert one(800 * BUCKET).false == 1


def test_a_false_alarm_soon_after_a_window_costs_less() -> None:
    assert -1.11 < one(EVENT + HALF + BUCKET).raw < -1


def test_the_first_days_are_for_learning() -> None:
    assert one(200 * BUCKET) == one()
