"""When there is nothing left to do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.spikes import a_spike
from uproar import database, deliveries, detectors, idle, posts
from uproar.incoming import Incoming
from uproar.models import Bucket, Cursor
from uproar.settings import Settings
from uproar.signals import signals_of
from uproar.watch import Watch, load_watch

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SOURCE = '[[sources]]\ntype = "file"\npath = "posts.jsonl"\n'
POSTS_CLOCK = '[alerts]\nclock = "posts"\n'


def watch_with(home: Path, more: str = "") -> Watch:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + more)
    return load_watch(path)


def cursor(**changes: Any) -> None:
    fields: dict[str, Any] = {"next_due_at": NOW, "read_at": NOW, "caught_up": True} | changes
    with database.writing() as session:
        session.merge(Cursor(watch="harbour", source="file", **fields))


def bucket(minute: int) -> None:
    with database.writing() as session:
        session.add(Bucket(watch="harbour", minute=minute, source="file", lang="en", posts=1))


def is_idle(watch: Watch, since: datetime = NOW) -> bool:
    return idle.watcher([watch], since=since)()


def test_a_watch_without_sources_and_posts_is_idle_at_once(store: Settings, home: Path) -> None:
    assert is_idle(watch_with(home))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, True),
        ({"read_at": None, "caught_up": False}, False),
        ({"read_at": NOW - timedelta(hours=1)}, False),  # before this start
        ({"caught_up": False}, False),  # there are more pages
        ({"caught_up": False, "failures": 1, "last_error": "HTTP 500"}, True),  # tried, and it is said at the end
    ],
)
def test_every_source_has_been_read_to_its_end_or_has_failed(
    sqlite_store: Settings, home: Path, state: dict[str, Any], *, expected: bool
) -> None:
    watch = watch_with(home, SOURCE)
    assert not is_idle(watch)
    cursor(**state)
    assert is_idle(watch) is expected


def test_a_source_that_is_switched_off_is_not_waited_for(sqlite_store: Settings, home: Path) -> None:
    assert is_idle(watch_with(home, SOURCE + "enabled = false\n"))


def test_posts_without_a_reaction_are_waited_for(store: Settings, home: Path) -> None:
    watch = watch_with(home)
    item = Incoming(platform="file", native_id="1", text="I left Harbour Clinics", created_at=NOW)
    with database.writing() as session:
        posts.save(session, [item], watch="harbour", source="file", now=NOW, settings=store)
    assert not is_idle(watch)


def test_on_the_posts_clock_the_detectors_are_waited_for(store: Settings, home: Path) -> None:
    watch = watch_with(home, POSTS_CLOCK)
    bucket(600)
    bucket(660)
    assert not is_idle(watch)
    with database.writing() as session:
        seen = {signal: (660, dict[str, Any]()) for signal in signals_of(watch)}
        detectors.put(session, watch="harbour", states=seen, was={})
    assert is_idle(watch)


def test_posts_of_a_single_minute_leave_nothing_to_wait_for(sqlite_store: Settings, home: Path) -> None:
    watch = watch_with(home, POSTS_CLOCK)
    bucket(600)
    assert is_idle(watch), "the newest minute has not closed, and there is none before it"


def test_deliveries_that_are_due_are_waited_for_and_later_ones_are_not(store: Settings, home: Path) -> None:
    watch = watch_with(home)
    with database.writing() as session:
        spike = a_spike()
        session.add(spike)
        session.flush()
        deliveries.enqueue(session, spike, [deliveries.Message("msg_1", "ops", "firing", "{}")], now=NOW)
    assert not is_idle(watch)
    with database.writing() as session:
        delivery = deliveries.claim(session, now=datetime.now(UTC), until=datetime.now(UTC) + timedelta(hours=1))
        assert delivery is not None
    assert is_idle(watch)


def test_asking_all_the_time_costs_nothing(sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = idle.watcher([watch_with(home)], since=NOW)
    assert ask()
    assert not ask(), "it looks twice a second at most, and says no in between"
    monkeypatch.setattr(idle, "LOOK_EVERY", 0.0)
    assert ask()


def test_the_summary_counts_and_names_what_could_not_be_read(store: Settings, home: Path) -> None:
    watch = watch_with(home, SOURCE)
    cursor(failures=2, caught_up=False, last_error="HTTP 503")
    item = Incoming(platform="file", native_id="1", text="I left Harbour Clinics", created_at=NOW)
    with database.writing() as session:
        posts.save(session, [item], watch="harbour", source="file", now=NOW, settings=store)
    assert idle.summary([watch]).splitlines() == [
        "harbour: 1 posts, 0 reactions, 0 dead letters",
        "  file could not be read: HTTP 503",
    ]
