"""How many people cancel voices are: accounts told apart, what persons said against the machine included."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.dashboards.given import NOON, put
from uproar import database, people
from uproar.corrections import Given, correct, withdraw
from uproar.models import Post
from uproar.span import Span
from uproar.sums import Range

HOUR = Range("meadow", Span(int(NOON.timestamp()), int(NOON.timestamp()) + 3600))


def say(author: str | None, minute: float = 0, **given: Any) -> int:
    """A post of this account."""
    post_id = put(minute, **given)
    with database.writing() as session:
        session.exec(update(Post).where(col(Post.id) == post_id).values(author_hash=author))
    return post_id


def count(asked: Range = HOUR) -> int | None:
    """How many people it says."""
    with database.reading() as session:
        return people.cancel_people(session, asked, voices=1)


@pytest.mark.usefixtures("either")
def test_an_account_is_one_person_however_often_it_speaks() -> None:
    say("a", stage="cancelled")
    say("a", 1, stage="cancelling")
    say("b", 2, stage="cancelled", source="mastodon", lang="fr")
    say("c", 3, stage="urging")  # is no cancel voice
    say("d", 4, stage="cancelled", voice=False)  # an echo is none either
    say(None, 5, stage="cancelled")  # erased
    say("e", 61, stage="cancelled")  # later
    assert count() == 2
    assert count(Range("meadow", HOUR.span, sources=["mastodon"])) == 1
    assert count(Range("meadow", HOUR.span, langs=["en"])) == 1
    assert count(Range("harbour", HOUR.span)) == 0


@pytest.mark.usefixtures("either")
def test_what_a_person_says_counts() -> None:
    wrong = say("a", stage="cancelled")
    missed, again = say("b"), say("c")
    say("c", 1, stage="cancelled")
    with database.writing() as session:
        correct(session, wrong, Given(stage="none"), note=None, by=None, now=NOON)
        for post_id in (missed, again):
            correct(session, post_id, Given(stage="cancelled"), note=None, by=None, now=NOON)
    assert count() == 2, "b and c, who said it twice"
    with database.writing() as session:
        withdraw(session, wrong, now=NOON + timedelta(minutes=1))
    assert count() == 3


@pytest.mark.usefixtures("either")
def test_very_many_voices_are_not_told_apart() -> None:
    with database.reading() as session:
        assert people.cancel_people(session, HOUR, voices=people.MOST_VOICES + 1) is None
