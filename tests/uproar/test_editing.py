"""Edited posts, on SQLite and PostgreSQL: the new text counts, the old one is kept, and nothing is counted twice."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from tests.recounted import assert_recounted
from tests.uproar.test_posts import NOW, claim, reaction, save, some
from uproar import database, posts
from uproar.models import Post, Version
from uproar.settings import Settings

SOON = NOW + timedelta(minutes=5)


def edited(text: str, *, at: datetime = SOON, **changes: Any) -> list[Any]:
    return some(1, text=text, edited_at=at, **changes)


def texts() -> tuple[list[str], list[str]]:
    """What the posts say, and what they said before."""
    with database.reading() as session:
        return list(session.exec(select(Post.text))), list(session.exec(select(Version.text)))


def write(name: str, **changes: Any) -> int:
    """React to what is claimed under a name; how many reactions were still its own to write."""
    with database.writing() as session:
        return posts.finish(session, [reaction(1, **changes)], claim=name)


def test_a_later_version_takes_the_place_of_a_post_which_is_read_again(store: Settings) -> None:
    save(some(1), store)
    claim("a")
    assert write("a") == 1
    assert save(edited("I stay with Harbour Clinics"), store).edited == 1
    assert texts() == (["I stay with Harbour Clinics"], ["I left Harbour Clinics"])
    assert claim("b") == [1]
    assert write("b", stage="staying", cancel=False) == 1
    assert assert_recounted() == 1


def test_the_same_version_again_and_an_earlier_one_change_nothing(store: Settings) -> None:
    save(some(1), store)
    save(edited("I stay"), store)
    assert save(edited("I stay"), store).edited == 0
    assert save(edited("I might leave", at=NOW + timedelta(minutes=1)), store).edited == 0
    assert save(some(1), store).edited == 0
    assert texts() == (["I stay"], ["I left Harbour Clinics"])


def test_of_two_versions_in_one_page_the_later_one_counts(store: Settings) -> None:
    save(some(1), store)
    assert save(edited("third", at=SOON) + edited("second", at=NOW + timedelta(minutes=1)), store).edited == 1
    assert texts()[0] == ["third"]


def test_an_edit_that_changes_no_word_is_no_version(store: Settings) -> None:
    save(some(1), store)
    assert save(edited("I left Harbour Clinics"), store).edited == 0
    assert texts() == (["I left Harbour Clinics"], [])


def test_a_worker_that_has_read_the_old_text_does_not_write_what_it_made_of_it(store: Settings) -> None:
    save(some(1), store)
    claim("slow")
    save(edited("I stay"), store)
    assert write("slow") == 0
    assert claim("next") == [1]
    assert write("next", stage="staying", cancel=False) == 1
    assert assert_recounted() == 1


def test_posts_of_other_platforms_and_watches_with_the_same_id_stay_as_they_are(store: Settings) -> None:
    save(some(1), store)
    save(some(1, platform="other"), store)
    save(edited("I stay", platform="other"), store)
    assert sorted(texts()[0]) == ["I left Harbour Clinics", "I stay"]


def test_an_edit_of_a_post_that_could_not_be_scored_is_read_all_the_same(store: Settings) -> None:
    save(some(1), store)
    held = claim("a")
    with database.writing() as session:
        assert posts.drop(session, held, claim="a") == [1]  # as a worker does that buries it
    assert save(edited("I stay"), store).edited == 1
    assert claim("b") == [1]
    assert write("b", stage="staying", cancel=False) == 1
    assert assert_recounted() == 1


def test_a_post_that_is_edited_while_it_is_read_has_all_its_tries_again(store: Settings) -> None:
    save(some(1), store)
    for turn in range(posts.MOST_ATTEMPTS + 1):
        with database.writing() as session:
            ((_, attempt),) = posts.claim(session, claim="a", batch=9, now=NOW, until=NOW + timedelta(seconds=60))
        assert attempt == 1
        save(edited(f"version {turn}", at=SOON + timedelta(seconds=turn)), store)
