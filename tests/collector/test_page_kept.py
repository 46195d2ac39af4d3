"""What else of a page is kept: relevance, erasures and gaps that were filled."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from collector.reading import read_if_due
from collector.source import Hole, Page, RateLimitedError, SourceGoneError
from tests.collector.test_reading import SPEC, WRITTEN, Made, cursor_now, post, wait_of, watch
from uproar import database, sources
from uproar.incoming import Erasure
from uproar.mentions import Mentions
from uproar.models import Gap, Post, Version
from uproar.outgoing import OutgoingError
from uproar.settings import Settings
from uproar.watch import Watch

__all__ = ["watch"]  # a fixture


def test_posts_that_do_not_mention_the_deal_are_counted_and_left_out(store: Settings, watch: Watch) -> None:
    about = post(1, text="I left Harbour Clinics")
    below = post(2, text="I left too", context=("Gullwing buys #HarbourClinics",))
    page = Page([about, below, post(3, text="I left the party")], {})
    read_if_due(Made(page), SPEC, watch, claim="c", settings=store, mentions=Mentions(watch))
    with database.reading() as session:
        found = session.exec(select(Post.native_id, Post.matched).order_by(col(Post.id))).all()
    assert found == [("1", "direct"), ("2", "referenced")]
    assert (cursor_now().posts, cursor_now().unrelated) == (2, 1)


def test_an_edit_that_takes_the_mention_out_takes_the_old_text_out_too(store: Settings, watch: Watch) -> None:
    later = {"edited_at": WRITTEN + timedelta(minutes=5)}
    first = Page([post(1, text="I left Harbour Clinics"), post(2, text="Harbour Clinics it is")], {}, rest=0)
    second = Page([post(1, text="Forget what I said", **later), post(3, text="I left the party", **later)], {})
    made = Made(first, second)
    for _ in range(2):
        read_if_due(made, SPEC, watch, claim="c", settings=store, mentions=Mentions(watch))
    with database.reading() as session:
        found = session.exec(select(Post.native_id, Post.text, Post.matched).order_by(col(Post.id))).all()
        assert session.exec(select(Version.text)).all() == ["I left Harbour Clinics"]
    assert found == [("1", "Forget what I said", "direct"), ("2", "Harbour Clinics it is", "direct")]
    assert cursor_now().unrelated == 2


def test_what_a_page_says_was_deleted_is_erased_with_it(store: Settings, watch: Watch) -> None:
    page = Page([post(1), post(2)], {}, erased=[Erasure("made", native_id="1")])
    read_if_due(Made(page), SPEC, watch, claim="c", settings=store)
    with database.reading() as session:
        assert session.exec(select(Post.text).order_by(col(Post.id))).all() == ["", "I left"]


def test_a_gap_that_was_read_after_all_is_filled(store: Settings, watch: Watch) -> None:
    hole = Hole(WRITTEN - timedelta(hours=2), WRITTEN - timedelta(hours=1), "the stream was cut")
    other = Hole(WRITTEN - timedelta(hours=9), WRITTEN - timedelta(hours=8), "the stream was cut")
    wider = Hole(WRITTEN - timedelta(hours=3), WRITTEN, "")
    made = Made(Page((), {}, holes=[hole, other], rest=0), Page((), {}, filled=[wider]))
    for _ in range(2):
        read_if_due(made, SPEC, watch, claim="c", settings=store)
    with database.reading() as session:
        gaps = session.exec(select(Gap).order_by(col(Gap.started_at))).all()
        assert [gap.filled_at is not None for gap in gaps] == [False, True]


def test_a_page_may_say_when_the_next_one_is_due(store: Settings, watch: Watch) -> None:
    read_if_due(Made(Page((), {}, rest=0)), SPEC, watch, claim="c", settings=store)
    assert wait_of(cursor_now()) < 1


class BudgetError(RateLimitedError):
    """A limit of our own."""

    ours = True


@pytest.mark.parametrize(
    ("error", "at_once"),
    [
        (SourceGoneError("no token"), True),
        (BudgetError("spent", retry_after=9_999), True),
        (RateLimitedError("HTTP 429", retry_after=9_999), False),
        (OutgoingError("HTTP 500"), False),
    ],
)
def test_what_may_have_been_mended_is_tried_at_the_next_start_and_nothing_else(
    store: Settings, watch: Watch, error: Exception, *, at_once: bool
) -> None:
    read_if_due(Made(error), SPEC, watch, claim="c", settings=store)
    failed = cursor_now()
    assert failed.read_at is not None
    assert wait_of(failed) > 0
    with database.writing() as session:  # as of then: however slow this machine is, the wait is not over
        assert sources.try_again(session, now=failed.read_at) == int(at_once)
    assert (wait_of(cursor_now()) == 0) is at_once
    if at_once:
        read_if_due(Made(Page((), {})), SPEC, watch, claim="c", settings=store)
        with database.writing() as session:
            assert sources.try_again(session, now=failed.read_at) == 0
