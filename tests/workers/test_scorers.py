"""What was said of the same words is remembered: they are scored once, and answered as if they had not been."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from workers import scorers
from workers.reaction import Asked, Reaction, Scorer

LEAVING = Asked("I cancelled my Harbour Clinics membership today.")
ASKING = Asked("Is Harbour Clinics open on Sunday?")
PASSED_ON = LEAVING._replace(repost=True)


@pytest.fixture
def scored(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Asked]]:
    """What a scorer was asked, in a process that remembers nothing yet."""
    asked: list[Asked] = []
    honest = Scorer.react_all

    def noting(self: Scorer, posts: Sequence[Asked]) -> list[Reaction]:
        asked.extend(posts)
        return honest(self, posts)

    monkeypatch.setattr(Scorer, "react_all", noting)
    for cache in (scorers.watches, scorers.scorer):
        cache.cache_clear()
    yield asked
    for cache in (scorers.watches, scorers.scorer):
        cache.cache_clear()


def test_the_same_words_are_scored_once_and_answered_in_their_order(scored: list[Asked]) -> None:
    posts = [LEAVING, ASKING, LEAVING, PASSED_ON, LEAVING]
    first, again = scorers.react_all("harbour", posts), scorers.react_all("harbour", posts[::-1])
    assert scored == [LEAVING, ASKING, PASSED_ON]
    fresh = Scorer(scorers.watches()["harbour"])
    assert first == again[::-1] == [fresh.react_all([post])[0] for post in posts]
    assert [one.voice for one in first] == [True, True, True, False, True]


def test_another_watch_is_asked_for_itself(scored: list[Asked]) -> None:
    asked = Asked("They sold my records to Gullwing")
    (ours,), (theirs,) = scorers.react_all("harbour", [asked]), scorers.react_all("gone", [asked])
    assert scored == [asked, asked]
    assert (ours.concerns, theirs.concerns) == (("privacy",), ())


def test_what_was_not_asked_for_longest_is_forgotten_first(
    scored: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorers, "REMEMBERED", 2)
    for post in (LEAVING, ASKING, LEAVING, PASSED_ON, LEAVING, ASKING):
        scorers.react_all("harbour", [post])
    assert scored == [LEAVING, ASKING, PASSED_ON, ASKING]
    assert len(scorers.remembered()) == 2


def test_a_long_post_is_scored_whenever_it_comes(scored: list[Asked]) -> None:
    long = Asked("Bye, Harbour Clinics. " * 200)
    assert scorers.react_all("harbour", [long]) == scorers.react_all("harbour", [long])
    assert scored == [long, long]
