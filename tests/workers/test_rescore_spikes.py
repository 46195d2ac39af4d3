"""Reactions that are made anew change the charts, and fire nothing; on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workers.rescored import age, rescore, waiting, without_a_queue
from tests.workers.stream import BURST, MINUTE, NOW, find, spikes, watch_of
from tests.workers.test_batches import SENTENCES, work_off
from uproar import database, posts
from uproar.buckets import minute_of
from uproar.incoming import Incoming
from uproar.settings import Settings
from workers import batches, scorers


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No broker is asked."""
    without_a_queue(monkeypatch)
    yield
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()


def leave(count: int, *, back: int, store: Settings) -> None:
    """So many people who leave, `back` minutes before noon."""
    at = NOW - back * MINUTE
    items = [Incoming(platform="file", native_id=f"{back}/{n}", text=SENTENCES[0], created_at=at) for n in range(count)]
    with database.writing() as session:
        posts.save(session, items, watch="harbour", source="a", now=NOW, settings=store)


def test_what_changes_behind_the_detectors_fires_nothing(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    for back in range(300, 0, -10):
        leave(1, back=back, store=store)
    for back, count in BURST.items():
        leave(count, back=back, store=store)
    work_off(store)
    age(store)
    find(watch, store)
    assert spikes() == [], "the old version saw no leaving"
    rescore()
    find(watch, store, NOW + MINUTE)
    assert work_off(store) == 30 + sum(BURST.values())
    for later in (1, 2, 5):
        find(watch, store, NOW + later * MINUTE)
    assert spikes() == []
    with database.reading() as session:
        late = [bucket for bucket in posts.export_buckets(session) if bucket.minute >= minute_of(NOW - 4 * MINUTE)]
        assert sum(bucket.cancel for bucket in late) == sum(BURST.values()), "the chart tells it all the same"


def test_detectors_do_not_wait_for_old_posts(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    leave(1, back=300, store=sqlite_store)
    leave(3, back=5, store=sqlite_store)
    work_off(sqlite_store)
    rescore("--all")
    find(watch, sqlite_store)
    for back, count in BURST.items():
        leave(count + 5, back=back - 10, store=sqlite_store)
    assert batches.react_to_batch(sqlite_store) == (sum(BURST.values()) + 15, sum(BURST.values()) + 15)
    assert waiting() == 4
    find(watch, sqlite_store, NOW + 15 * MINUTE)
    assert len(spikes()) == 1, "new posts are told at once"
