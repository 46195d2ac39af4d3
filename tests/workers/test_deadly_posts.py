"""What a post costs that the scorer cannot take, or that brings its worker down: itself, and no other."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.workers.test_batches import DEADLY, assert_exact, dead, free_all_claims, save, work_off
from uproar.posts import MOST_ATTEMPTS
from uproar.settings import Settings
from workers import batches, scorers
from workers.reaction import Asked, Scorer


@pytest.fixture(autouse=True)
def _fresh_scorers() -> Iterator[None]:
    """The scorers of this test's watches."""
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()
    yield
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()


def test_a_post_that_the_scorer_cannot_take_costs_that_post_and_no_other(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, 5, DEADLY)
    honest = Scorer.react_all

    def breaks(self: Scorer, some: Sequence[Asked]) -> list[Any]:
        if DEADLY in [one.text for one in some]:
            raise ValueError("cannot read this")
        return honest(self, some)

    monkeypatch.setattr(Scorer, "react_all", breaks)
    assert work_off(store) == 5
    assert_exact(5)
    (letter,) = dead()
    assert (letter.watch, letter.source, letter.raw) == ("harbour", "file", DEADLY)
    assert letter.reason == "scoring failed: ValueError: cannot read this"
    assert letter.post_id is not None


def test_posts_are_scored_together_and_again_one_by_one_only_where_one_fails(
    sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 4)
    monkeypatch.setattr(scorers, "REMEMBERED", 0)  # the same sentences come again and again
    save(sqlite_store, 9, DEADLY)
    honest = Scorer.react_all
    sizes: list[int] = []

    def breaks(self: Scorer, some: Sequence[Asked]) -> list[Any]:
        sizes.append(len(some))
        if DEADLY in [one.text for one in some]:
            raise ValueError("cannot read this")
        return honest(self, some)

    monkeypatch.setattr(Scorer, "react_all", breaks)
    work_off(sqlite_store)
    assert_exact(9)
    assert sizes == [4, 4, 2, 1, 1]
    assert len(dead()) == 1


def test_a_post_that_kills_its_worker_is_found_and_the_others_get_their_reactions(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, 60, DEADLY)
    honest = Scorer.react_all

    class KilledError(BaseException):
        """Nobody below catches it: as good as kill -9 between claim and finish."""

    def kills(self: Scorer, some: Sequence[Asked]) -> list[Any]:
        if DEADLY in [one.text for one in some]:
            raise KilledError
        return honest(self, some)

    monkeypatch.setattr(Scorer, "react_all", kills)
    deaths = 0
    for _ in range(200):
        try:
            if not batches.react_to_batch(store)[0]:
                break
        except KilledError:
            deaths += 1
            free_all_claims()
    assert deaths == MOST_ATTEMPTS
    assert_exact(60)
    (letter,) = dead()
    assert letter.reason == f"scoring did not come to an end in {MOST_ATTEMPTS} tries"
