from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlmodel import Session, select

from collector.reading import read_if_due
from collector.source import Hole, Page, RateLimitedError, SourceAwayError, SourceGoneError
from tests.collector.conftest import MakeWatch, spec_of
from uproar import database, deadletters, posts, sources
from uproar.deadletters import Wanted
from uproar.incoming import Dead, Incoming
from uproar.models import Cursor, Gap, Post
from uproar.outgoing import OutgoingError, RefusedAddressError, TooLargeError
from uproar.settings import Settings
from uproar.watch import Watch

WRITTEN = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def post(number: int, **changes: Any) -> Incoming:
    fields: dict[str, Any] = {"platform": "made", "native_id": str(number), "text": "I left", "created_at": WRITTEN}
    return Incoming(**(fields | changes))


class Made:
    """A source that gives the pages, or raises the errors, that it was made of; the last one again and again."""

    def __init__(self, *answers: Page | BaseException | Callable[[], Page]) -> None:
        self.answers = list(answers)
        self.positions: list[dict[str, Any]] = []

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:  # noqa: D102 - a Source
        assert now.tzinfo is UTC
        self.positions.append(position)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Page) else answer()


@pytest.fixture
def watch(make_watch: MakeWatch) -> Watch:
    return make_watch()


SPEC = spec_of("made", every_seconds=60)


def cursor_now() -> Cursor:
    with database.reading() as session:
        (cursor,) = sources.cursors(session)
        session.expunge_all()
    return cursor


def make_due() -> None:
    with database.writing() as session:
        session.execute(sql("UPDATE cursors SET next_due_at = :then"), {"then": "2026-01-01 00:00:00+00:00"[:19]})


def wait_of(cursor: Cursor) -> float:
    """Seconds from the last attempt to the next one."""
    assert cursor.read_at is not None
    return (cursor.next_due_at - cursor.read_at).total_seconds()


def test_posts_dead_letters_gaps_and_cursor_are_stored_together(store: Settings, watch: Watch) -> None:
    hole = Hole(WRITTEN - timedelta(hours=2), WRITTEN - timedelta(hours=1), "scrolled")
    page = Page(
        [post(1), post(2), post(3, text="")], {"at": 5}, dead=[Dead("x", "bad")], holes=[hole], covered_until=WRITTEN
    )
    stored = read_if_due(Made(page), SPEC, watch, claim="c", settings=store)
    assert stored is not None
    assert (stored.saved.new, stored.saved.duplicate, stored.dead) == (2, 0, 2)
    cursor = cursor_now()
    assert (cursor.position, cursor.covered_until, cursor.posts, cursor.caught_up) == ({"at": 5}, WRITTEN, 2, True)
    assert (cursor.claim, cursor.claimed_until, cursor.failures) == (None, None, 0)
    assert 54 <= wait_of(cursor) <= 66
    with database.reading() as session:
        assert posts.totals(session, watch="harbour") == (2, 0)
        assert {one.reason for one in deadletters.newest(session, Wanted(), limit=100)} == {"bad", "the text is empty"}
        assert [gap.reason for gap in session.exec(select(Gap))] == ["scrolled"]


def test_a_source_goes_on_where_it_stopped_and_rests_only_when_it_has_caught_up(store: Settings, watch: Watch) -> None:
    made = Made(Page([post(1)], {"at": 1}, more=True, rest=0.0), Page([post(1), post(2)], {"at": 2}))
    assert read_if_due(made, SPEC, watch, claim="c", settings=store)
    assert not cursor_now().caught_up
    assert read_if_due(made, SPEC, watch, claim="c", settings=store)
    assert read_if_due(made, SPEC, watch, claim="c", settings=store) is None
    assert made.positions == [{}, {"at": 1}]
    assert cursor_now().posts == 2


def test_a_reader_that_dies_between_posts_and_cursor_leaves_neither(
    store: Settings, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    made = Made(Page([post(1)], {"at": 1}, dead=[Dead("x", "bad")]))
    with monkeypatch.context() as patch:
        patch.setattr(sources, "succeed", die)
        with pytest.raises(KeyboardInterrupt):
            read_if_due(made, SPEC, watch, claim="c", settings=store)
    assert cursor_now().position == {}
    with database.reading() as session:
        assert posts.totals(session, watch="harbour") == (0, 0)
        assert posts.backlog(session) == (0, None)
        assert deadletters.count(session) == 0
    with database.writing() as session:
        sources.release(session, claim_prefix="c")
    assert read_if_due(made, SPEC, watch, claim="c", settings=store)


def test_a_page_that_cannot_be_stored_is_a_failure_that_shows_no_text(
    store: Settings, watch: Watch, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uproar.storing.checked", lambda item, **_: item)
    made = Made(Page([post(1, platform=None, url="https://secret.example")], {"at": 1}))
    assert read_if_due(made, SPEC, watch, claim="c", settings=store) is None
    cursor = cursor_now()
    assert (cursor.failures, cursor.position, cursor.claim) == (1, {}, None)
    assert cursor.last_error is not None
    assert cursor.last_error.startswith("the page could not be stored: IntegrityError")
    assert "secret.example" not in cursor.last_error + caplog.text


def test_with_another_key_than_the_database_s_a_source_fails_and_stays_where_it_is(
    store: Settings, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    made = Made(Page([post(1)], {"at": 1}), Page([post(2)], {"at": 2}))
    assert read_if_due(made, SPEC, watch, claim="c", settings=store)
    make_due()
    other = Settings(data_dir=store.data_dir, secret_key="another key altogether")
    assert read_if_due(made, SPEC, watch, claim="c", settings=other) is None
    cursor = cursor_now()
    assert (cursor.position, cursor.posts, cursor.failures) == ({"at": 1}, 1, 1)
    assert "hashed with other keys" in str(cursor.last_error)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("error", "least", "most"),
    [
        (OutgoingError("HTTP 500"), 2.5, 5),
        (TooLargeError("too large"), 2.5, 5),
        (ConnectionResetError("reset"), 2.5, 5),
        (ZeroDivisionError("a bug"), 2.5, 5),
        (RecursionError(), 2.5, 5),
        (RateLimitedError("HTTP 429", retry_after=90), 90, 90),
        (RateLimitedError("HTTP 429", retry_after=0), 1, 1),
        (RateLimitedError("HTTP 429", retry_after=float("inf")), 86_400, 86_400),
        (RateLimitedError("HTTP 429"), 2.5, 5),
        (SourceGoneError("HTTP 404"), 900, 900),
        (SourceAwayError("no file"), 60, 60),
        (RefusedAddressError("private"), 900, 900),
    ],
    ids=repr,
)
def test_a_failure_is_recorded_with_its_reason_and_the_right_wait(
    sqlite_store: Settings, watch: Watch, error: Exception, least: float, most: float
) -> None:
    assert read_if_due(Made(error), SPEC, watch, claim="c", settings=sqlite_store) is None
    cursor = cursor_now()
    assert (cursor.failures, cursor.last_error) == (1, str(error) or type(error).__name__)
    assert (cursor.claim, cursor.position) == (None, {})
    assert least - 0.01 <= wait_of(cursor) <= most + 0.01


def test_the_wait_grows_with_every_failure_and_is_capped(sqlite_store: Settings, watch: Watch) -> None:
    made, waits = Made(OutgoingError("down")), []
    for _ in range(12):
        read_if_due(made, SPEC, watch, claim="c", settings=sqlite_store)
        waits.append(wait_of(cursor_now()))
        make_due()
    assert [5 * 2.0**n * 0.49 <= wait <= 5 * 2.0**n * 1.01 for n, wait in enumerate(waits[:7])] == [True] * 7
    assert all(299 <= wait <= 601 for wait in waits[8:])


def test_a_gap_opens_after_failures_and_closes_with_the_recovery(store: Settings, watch: Watch) -> None:
    made = Made(OutgoingError("down"), OutgoingError("down"), Page([post(1)], {}, covered_until=WRITTEN))
    for _ in range(3):
        read_if_due(made, SPEC, watch, claim="c", settings=store)
        make_due()
    with database.reading() as session:
        (gap,) = session.exec(select(Gap))
    assert (gap.started_at, gap.reason) == (watch.starts, "down")
    assert gap.ended_at is not None


def test_dead_letters_are_kept_once_however_often_the_page_is_read(store: Settings, watch: Watch) -> None:
    made = Made(Page([post(1, text="")], {}, dead=[Dead("x", "bad")]))
    for _ in range(3):
        assert read_if_due(made, SPEC, watch, claim="c", settings=store)
        make_due()
    assert len(made.positions) == 3
    with database.reading() as session:
        assert deadletters.count(session) == 2


def test_a_reader_that_was_too_slow_drops_its_page(store: Settings, watch: Watch) -> None:
    def overtaken() -> Page:
        with database.writing() as session:
            later = datetime.now(UTC) + timedelta(minutes=5)
            assert sources.claim_due(session, watch="harbour", source="made", claim="b", now=later, until=later)
        return Page([post(1)], {"at": 1})

    assert read_if_due(Made(overtaken), SPEC, watch, claim="a", settings=store) is None
    assert (cursor_now().claim, cursor_now().position) == ("b", {})
    with database.reading() as session:
        assert session.exec(select(Post)).all() == []


def test_two_collectors_read_a_source_once(store: Settings, watch: Watch) -> None:
    def second() -> Page:
        assert read_if_due(other, SPEC, watch, claim="b", settings=store) is None
        return Page([post(1)], {"at": 1})

    other = Made(AssertionError("it is being read already"))
    assert read_if_due(Made(second), SPEC, watch, claim="a", settings=store)
    assert other.positions == []


def test_no_author_is_stored_as_the_source_gave_it(store: Settings, watch: Watch) -> None:
    read_if_due(Made(Page([post(1, author="ana@x.example")], {})), SPEC, watch, claim="c", settings=store)
    with Session(database.engine()) as session:
        (row,) = session.exec(select(Post)).all()
    assert "ana" not in repr(row)
