from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from uproar import database, deadletters, sources
from uproar.deadletters import Wanted
from uproar.incoming import Dead
from uproar.models import Cursor, Gap
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
START = datetime(2026, 3, 1, tzinfo=UTC)


def claim(name: str, *, now: datetime = NOW, source: str = "news", seconds: float = 60) -> Cursor | None:
    with database.writing() as session:
        until = now + timedelta(seconds=seconds)
        return sources.claim_due(session, watch="harbour", source=source, claim=name, now=now, until=until)


def ours(session: Session, name: str) -> Cursor:
    cursor = sources.still_ours(session, watch="harbour", source="news", claim=name)
    assert cursor is not None
    return cursor


def succeed(name: str, *, now: datetime = NOW, **changes: Any) -> None:
    page: dict[str, Any] = {
        "position": {"offset": 7}, "covered_until": now, "caught_up": True,
        "next_due_at": now + timedelta(seconds=60), "posts": 3,
    }  # fmt: skip
    with database.writing() as session:
        sources.succeed(session, ours(session, name), now=now, **(page | changes))


def fail(name: str, *, now: datetime = NOW, error: str = "HTTP 500", wait: float = 0) -> None:
    with database.writing() as session:
        again = now + timedelta(seconds=wait)
        sources.fail(session, ours(session, name), error=error, next_due_at=again, now=now, starts=START)


def gaps() -> list[Gap]:
    with database.reading() as session:
        found = list(session.exec(select(Gap).order_by(Gap.started_at)))  # type: ignore[arg-type] # a column
        session.expunge_all()
    return found


def test_a_source_is_due_when_it_was_never_read_and_then_at_its_time(store: Settings) -> None:
    cursor = claim("a")
    assert cursor is not None
    assert (cursor.position, cursor.failures, cursor.posts) == ({}, 0, 0)
    succeed("a")
    assert claim("a", now=NOW + timedelta(seconds=59)) is None
    cursor = claim("a", now=NOW + timedelta(seconds=60))
    assert cursor is not None
    assert (cursor.position, cursor.posts, cursor.caught_up) == ({"offset": 7}, 3, True)


def test_a_source_that_is_being_read_is_not_read_by_another(store: Settings) -> None:
    assert claim("a")
    assert claim("b") is None
    assert claim("b", source="other")


def test_a_claim_that_ran_out_is_free_and_its_holder_may_not_write(store: Settings) -> None:
    claim("slow")
    assert claim("next", now=NOW + timedelta(seconds=61))
    with database.writing() as session:
        assert sources.still_ours(session, watch="harbour", source="news", claim="slow") is None
        assert sources.still_ours(session, watch="harbour", source="news", claim="next") is not None


def test_what_a_killed_collector_was_reading_is_free_at_its_next_start(store: Settings) -> None:
    claim("host_1:0")
    with database.writing() as session:
        assert sources.release(session, claim_prefix="host%1:") == 0
        assert sources.release(session, claim_prefix="hostx1:") == 0
        assert sources.release(session, claim_prefix="host_1:") == 1
    assert claim("host_1:0")


def test_a_short_failure_is_no_gap(store: Settings) -> None:
    claim("a")
    succeed("a", next_due_at=NOW)
    later = NOW + timedelta(minutes=4)
    claim("a", now=later)
    fail("a", now=later)
    assert gaps() == []


def test_a_source_that_will_not_be_asked_for_long_has_a_gap_at_once(store: Settings) -> None:
    claim("a")
    succeed("a")
    later = NOW + timedelta(seconds=90)
    claim("a", now=later)
    fail("a", now=later, error="the budget is spent", wait=3_600)
    (gap,) = gaps()
    assert (gap.started_at, gap.ended_at, gap.reason) == (NOW, None, "the budget is spent")


def test_a_long_failure_is_one_open_gap_that_closes_when_the_source_has_caught_up(store: Settings) -> None:
    claim("a")
    succeed("a", next_due_at=NOW)
    for minute in (6, 7):
        later = NOW + timedelta(minutes=minute)
        claim("a", now=later)
        fail("a", now=later, error=f"HTTP 50{minute}")
    (gap,) = gaps()
    assert (gap.started_at, gap.ended_at, gap.reason) == (NOW, None, "HTTP 506")
    behind, done = NOW + timedelta(minutes=8), NOW + timedelta(minutes=9)
    claim("a", now=behind)
    succeed("a", now=behind, caught_up=False, next_due_at=behind)
    assert gaps()[0].ended_at is None
    claim("a", now=done)
    succeed("a", now=done)
    (gap,) = gaps()
    assert (gap.ended_at, gap.filled_at) == (done, done)


def test_a_source_that_never_answered_has_a_gap_from_the_start_of_the_watch(store: Settings) -> None:
    claim("a")
    fail("a")
    (gap,) = gaps()
    assert gap.started_at == START


def test_failures_count_up_and_end_with_a_success(store: Settings) -> None:
    for number in (1, 2, 3):
        claim("a")
        fail("a", error="boom \ud800\0")
        with database.reading() as session:
            (cursor,) = sources.cursors(session, watch="harbour")
        assert cursor.failures == number
        assert cursor.last_error == "boom \\ud800\\x00"
    claim("a")
    succeed("a")
    with database.reading() as session:
        (cursor,) = sources.cursors(session)
    assert (cursor.failures, cursor.last_error, cursor.read_at) == (0, None, NOW)


def test_what_a_source_cannot_tell_does_not_take_back_what_was_covered(store: Settings) -> None:
    claim("a")
    succeed("a", next_due_at=NOW)
    claim("a")
    succeed("a", covered_until=None)
    with database.reading() as session:
        assert sources.cursors(session)[0].covered_until == NOW


def test_a_stretch_that_cannot_be_read_again_is_on_record_once(store: Settings) -> None:
    for _ in range(2):
        with database.writing() as session:
            sources.add_gap(session, watch="harbour", source="news", started_at=START, ended_at=NOW, reason="scrolled")
    (gap,) = gaps()
    assert (gap.started_at, gap.ended_at, gap.filled_at) == (START, NOW, None)


def test_dead_letters_are_kept_once_however_often_they_are_read(store: Settings) -> None:
    dead = [Dead("one", "no text"), Dead("one", "no text"), Dead("two", "no text"), Dead("\ud800\0", "lone")]
    with database.writing() as session:
        assert deadletters.bury(session, dead, watch="harbour", source="news", now=NOW) == 3
    with database.writing() as session:
        assert deadletters.bury(session, [*dead, Dead("one", "other")], watch="harbour", source="news", now=NOW) == 1
        assert deadletters.bury(session, dead, watch="harbour", source="other", now=NOW) == 3
        assert deadletters.bury(session, [], watch="harbour", source="news", now=NOW) == 0
    with database.reading() as session:
        assert deadletters.count(session) == deadletters.count(session, watch="harbour") == 7
        assert deadletters.count(session, watch="other") == 0
        newest, *_ = deadletters.newest(session, Wanted(), limit=2)
        assert newest.source == "other"
        assert {one.raw for one in deadletters.newest(session, Wanted(), limit=100)} == {"one", "two", "\\ud800\\x00"}


@pytest.mark.parametrize("raw", ["x" * 1_000_000, "\U0001f6aa" * 100_000, "\0" * 100_000])
def test_a_dead_letter_is_cut_to_a_size_that_can_be_kept(store: Settings, raw: str) -> None:
    with database.writing() as session:
        deadletters.bury(session, [Dead(raw, "r" * 10_000)], watch="harbour", source="news", now=NOW)
    with database.reading() as session:
        (one,) = deadletters.newest(session, Wanted(), limit=100)
    assert len(one.raw) < 300_000
    assert one.raw.endswith("characters in all)")
    assert len(one.reason) < 1_100
