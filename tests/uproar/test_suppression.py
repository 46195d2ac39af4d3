"""Small counts are hidden so that nobody finds them again by adding up, who knows the rules and sees the rest."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from uproar.buckets import COLUMNS
from uproar.suppression import CANCEL_COLUMNS, OTHER_COLUMNS, SENTIMENTS, STAGES, suppressed


def a_row(**counts: int) -> dict[str, int]:
    return dict.fromkeys(COLUMNS, 0) | counts


def parts(whole: int, places: int) -> Iterator[tuple[int, ...]]:
    """All ways to split a number into so many places."""
    if places == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        for rest in parts(whole - first, places - 1):
            yield (first, *rest)


def by_sentiment(most: int) -> Iterator[dict[str, int]]:
    for posts in range(1, most + 1):
        for negative, neutral, positive in parts(posts, 3):
            yield a_row(posts=posts, negative=negative, neutral=neutral, positive=positive)


def by_stance(most: int) -> Iterator[dict[str, int]]:
    for posts in range(1, most + 1):
        for against, in_favour, _ in parts(posts, 3):
            yield a_row(posts=posts, neutral=posts, stance_against=against, stance_for=in_favour)


def by_stage(most: int) -> Iterator[dict[str, int]]:
    """Two stages of leaving and two others stand for all of them: what is not named is 0."""
    for posts, voices in product(range(1, most + 1), repeat=2):
        for cancelled, cancelling, urging, staying, _ in parts(voices, 5) if voices <= posts else ():
            yield a_row(
                posts=posts, neutral=posts, voices=voices, cancel=cancelled + cancelling, stage_cancelled=cancelled,
                stage_cancelling=cancelling, stage_urging=urging, stage_staying=staying,
            )  # fmt: skip


@pytest.mark.parametrize("least", [3, 4, 5])
@pytest.mark.parametrize("rows", [by_sentiment, by_stance, by_stage])
def test_for_every_hidden_count_at_least_two_values_are_possible(rows: Any, least: int) -> None:
    alike: defaultdict[tuple[Any, ...], list[dict[str, int]]] = defaultdict(list)
    for row in rows(9):
        alike[tuple(suppressed(row, least=least).values())].append(row)
    named = {name for row in rows(9) for name, count in row.items() if count}  # the others are 0 in all that is tried
    hidden = 0
    for told, meant in alike.items():
        for name in (name for name, count in zip(COLUMNS, told, strict=True) if count is None and name in named):
            hidden += 1
            if meant[0]["posts"] < least and name == "neutral" and rows is not by_sentiment:
                continue  # as many as there are posts, here only
            assert len({row[name] for row in meant}) > 1, (name, meant[0])
    assert hidden


@pytest.mark.parametrize("least", [3, 5])
def test_no_small_count_is_told_nor_one_that_is_left_over(least: int) -> None:
    for row in (*by_sentiment(9), *by_stance(9), *by_stage(9)):
        told = suppressed(row, least=least)
        assert not any(count is not None and 0 < count < least for count in told.values())
        if told["voices"] is not None:
            assert told["posts"] - told["voices"] not in range(1, least)
        if told["cancel"] is not None and told["voices"] is not None:
            assert told["voices"] - told["cancel"] not in range(1, least)


def test_counts_that_are_large_or_zero_are_told() -> None:
    row = a_row(posts=20, voices=15, negative=20, cancel=10, stage_cancelled=5, stage_seeking=5, stage_urging=5)
    assert suppressed(row, least=5) == row
    assert suppressed(a_row(posts=1, neutral=1), least=1) == a_row(posts=1, neutral=1)


def test_a_block_goes_as_a_whole_and_its_sum_stays() -> None:
    row = a_row(posts=30, voices=20, negative=29, neutral=1, cancel=10, stage_cancelled=9, stage_seeking=1)
    told = suppressed(row, least=5)
    assert {name for name, count in told.items() if count is None} == {*SENTIMENTS, *CANCEL_COLUMNS}
    row = a_row(posts=30, voices=20, negative=30, cancel=2, stage_cancelled=2, stage_urging=10)
    assert {name for name, count in suppressed(row, least=5).items() if count is None} == {"cancel", *STAGES}
    row = a_row(posts=30, voices=20, negative=30, cancel=10, stage_cancelled=10, stage_urging=9, stage_staying=1)
    assert {name for name, count in suppressed(row, least=5).items() if count is None} == {*OTHER_COLUMNS}
