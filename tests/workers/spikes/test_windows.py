"""What was counted and expected in the last hours."""

import json

from hypothesis import given
from hypothesis import strategies as st

from workers.spikes.windows import Sums, Windows

LENGTHS = (600, 3_600)
STEPS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 50), st.floats(0, 100)), max_size=120)


def windows(bucket_s: int = 60) -> Windows:
    return Windows(bucket_s, LENGTHS)


@given(STEPS)
def test_the_running_sums_are_those_of_the_buckets_inside(steps: list[tuple[int, int, float]]) -> None:
    tested, every, start = windows(), [], 0
    for gap, count, expected in steps:
        start += 60 * gap
        tested.add(start, count, expected)
        every.append((start, count, round(expected * 1_000_000)))
        for number, length in enumerate(LENGTHS):
            inside = [one for one in every if one[0] > start - length]
            assert tested.counts[number] == sum(one[1] for one in inside)
            assert tested.expected[number] == sum(one[2] for one in inside)
            assert tested.observed[number] == len(inside)


@given(STEPS, st.sampled_from([1, 60, 7]))
def test_windows_go_on_from_json(steps: list[tuple[int, int, float]], unit: int) -> None:
    tested, start = windows(), 0
    for gap, count, expected in steps:
        start += unit * gap
        tested.add(start, count, expected)
    second = windows()
    second.restore(json.loads(json.dumps(tested.dump())))
    assert second == tested


def test_a_window_counts_when_half_of_it_was_observed() -> None:
    tested = windows()
    for minute in (*range(10, 14), 70):
        tested.add(minute * 60, 2, 1.5)
    assert tested.sums() == []
    for minute in range(71, 75):
        tested.add(minute * 60, 2, 1.5)
    assert tested.sums() == [Sums(600, 10, 7.5, 5)]
    assert tested.sum_over(3_600) == Sums(3_600, 10, 7.5, 5)


def test_no_window_is_shorter_than_a_bucket() -> None:
    assert Windows(900, LENGTHS).lengths == (900, 3_600)
    assert Windows(86_400, LENGTHS).lengths == (86_400,)
