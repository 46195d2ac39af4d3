"""What is stored, as a detector would have been fed with it, on SQLite and PostgreSQL."""

from datetime import timedelta
from pathlib import Path

from tests.workers.stream import NOW, covered, fill, watch_of
from tests.workers.test_missing_minutes import HOUR, stream
from uproar import database
from uproar.buckets import minute_of
from uproar.models import Gap
from uproar.settings import Settings
from workers.stored import stored_counts


def test_every_minute_comes_once_and_quiet_ones_are_zero(store: Settings, home: Path) -> None:
    fill(NOW, {30: 7})
    rows = list(stored_counts(watch_of(home), "cancel"))
    starts = [start for start, _ in rows]
    assert starts == list(range(starts[0], starts[-1] + 60, 60))
    assert (dict(rows)[minute_of(NOW - timedelta(minutes=30))] or 0) >= 7
    assert {0} < {count for _, count in rows}


def test_minutes_that_were_not_read_are_none(store: Settings, home: Path) -> None:
    stream(NOW - 10 * HOUR, 600, source="a", rate=2.0)
    stream(NOW - 10 * HOUR, 600, source="b", rate=0.2, seed=2)
    for source in "ab":
        covered(NOW, source)
    with database.writing() as session:
        for source, hour in (("a", 5), ("b", 3)):
            start = NOW - hour * HOUR
            session.add(Gap(watch="harbour", source=source, started_at=start, ended_at=start + HOUR, reason="lost"))
    rows = dict(stored_counts(watch_of(home), "posts"))
    assert rows[minute_of(NOW - 4.5 * HOUR)] is None
    assert rows[minute_of(NOW - 2.5 * HOUR)] is not None, "what the small source brings is no half of it"
    assert sum(count is None for count in rows.values()) == 60


def test_a_watch_without_posts_has_nothing(store: Settings, home: Path) -> None:
    assert list(stored_counts(watch_of(home), "posts")) == []
