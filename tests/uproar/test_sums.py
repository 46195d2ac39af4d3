"""Roll-ups: how a range is cut into them, and that their sums are those of the minutes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import Session

from tests.recounted import assert_recounted
from tests.uproar.test_posts import NOW, reaction
from uproar import corrections, database, sums
from uproar.buckets import DAY, MINUTE, ROLLUPS, pieces
from uproar.corrections import Given
from uproar.counting import add_counts, counted
from uproar.models import Post, Reaction
from uproar.moments import slots
from uproar.settings import Settings
from uproar.span import Span
from uproar.sums import Range

START = int(NOW.timestamp())


@given(some.integers(0, 500_000), some.integers(0, 200_000), some.sampled_from([60, 120, 900, 7_200, 14_400, DAY]))
def test_pieces_cover_a_range_once_and_none_reaches_over_a_step(first: int, length: int, step: int) -> None:
    start, end = first * MINUTE, (first + length) * MINUTE
    found = pieces(start, end, step=step)
    edges = [edge for _, *piece in found for edge in piece]
    assert edges == sorted([*edges[1:-1], *([start, end] if length else [])])
    assert edges[1:-1:2] == edges[2::2]
    for size, begin, stop in found:
        assert size in (MINUTE, *ROLLUPS)
        assert step % size == begin % size == stop % size == 0
    assert sum((stop - begin) // size for size, begin, stop in found) <= 2 * 60 + length * MINUTE // min(step, DAY) * 5


def fill(session: Session, minutes: range) -> None:
    """A post every so many minutes, of two sources by turns; the third of each speaks of privacy and leaves."""
    rows = []
    for number, minute in enumerate(minutes, 1):
        at = NOW + timedelta(minutes=minute)
        post = Post(
            watch="harbour",
            source="file",
            platform="file",
            native_id=str(number),
            text="x",
            created_at=at,
            collected_at=at,
        )
        session.add(post)
        session.flush()
        leaves = number % 3 == 0
        rows.append(
            reaction(
                post.id,
                created_at=at,
                source=("file", "press")[number % 2],
                cancel=leaves,
                stage="cancelling" if leaves else "none",
                concerns=["privacy"] if leaves else [],
            )
        )
        session.add(Reaction(**rows[-1]))
    session.flush()
    add_counts(session, map(counted, rows))


@pytest.mark.parametrize(("start", "length"), [(0, 3_000), (7, 1_493), (123, 2_222), (1, 3), (299, 2)])
def test_the_sums_of_a_range_are_those_of_its_minutes(store: Settings, start: int, length: int) -> None:
    with database.writing() as session:
        fill(session, range(0, 3_000, 7))
    asked = Range("harbour", Span(START + start * 60, START + (start + length) * 60))
    inside = [number for number, minute in enumerate(range(0, 3_000, 7), 1) if start <= minute < start + length]
    with database.reading() as session:
        cells = sums.whole(session, asked)
        concerns = sums.concerns(session, asked)
        steps = sums.steps(
            session,
            asked,
            times=slots(asked.span, 1_800),
            step=1_800,
            sources=["press"],
            langs=["en"],
            named=["privacy"],
        )
        chosen = sums.whole(session, Range(asked.watch, asked.span, sources=["press"], langs=["en"]))
    leaving = sum(number % 3 == 0 for number in inside)
    press = sum(number % 2 for number in inside)
    assert sum(row["posts"] for row in cells.values()) == len(inside)
    assert sum(row["cancel"] for row in cells.values()) == leaving
    assert sum(row["posts"] for row in chosen.values()) == press
    assert concerns.get("privacy", (0, 0)) == (leaving, leaving)
    assert sum(steps.columns["posts"]) == len(inside)
    assert sum(steps.sources["press"]) == press
    assert sum(steps.langs["en"]) == len(inside)
    assert sum(steps.concerns["privacy"]) == leaving


def test_roll_ups_follow_a_correction_and_nothing_empty_is_left(store: Settings) -> None:
    with database.writing() as session:
        fill(session, range(0, 600, 50))
    assert assert_recounted() == 12
    with database.writing() as session:
        corrections.correct(session, 3, Given(stage="none", concerns=[]), note=None, by=None, now=NOW)
        corrections.correct(session, 4, Given(stage="seeking", concerns=["price"]), note=None, by=None, now=NOW)
    assert assert_recounted() == 12
    with database.writing() as session:
        corrections.withdraw(session, 4, now=NOW)
    assert assert_recounted() == 12
