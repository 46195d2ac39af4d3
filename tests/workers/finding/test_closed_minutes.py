"""Which minutes are looked at, and when: over, read by the sources, and with their reactions."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.workers.stream import (
    BURST,
    MINUTE,
    NOW,
    covered,
    deliveries,
    fill,
    find,
    observed,
    seen_until,
    spikes,
    wait_for_reaction,
    watch_of,
)
from uproar import answers, database
from uproar.buckets import minute_of
from uproar.models import Bucket
from uproar.settings import Settings
from workers.finding import views


def test_minutes_are_left_open_for_a_moment_after_their_end(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, sqlite_store, NOW + timedelta(seconds=sqlite_store.settle_seconds - 1))
    assert seen_until() == NOW - MINUTE
    find(watch, sqlite_store, NOW + timedelta(seconds=sqlite_store.settle_seconds))
    assert seen_until() == NOW


def test_posts_that_wait_for_their_reaction_hold_the_detector_back_but_not_for_ever(
    store: Settings, home: Path
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    wait_for_reaction(store, NOW - 7 * MINUTE)
    find(watch, store)
    assert seen_until() == NOW - 7 * MINUTE
    assert spikes() == []
    find(watch, store, NOW + 3 * MINUTE)
    assert seen_until() == NOW - 7 * MINUTE
    find(watch, store, NOW + 5 * MINUTE)
    assert seen_until() == NOW - 5 * MINUTE, "no longer than ten minutes"


def test_posts_that_come_into_minutes_already_seen_fire_nothing(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, sqlite_store)
    fill(NOW - 10 * MINUTE, BURST, calm=5, source="b")
    assert find(watch, sqlite_store, NOW + MINUTE) == 0
    assert spikes() == []


def test_minutes_that_no_source_covers_are_missing_and_not_zero(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    with database.reading() as session:
        extent = answers.extent(session, watch="harbour")
        assert extent is not None
    covered(NOW - 60 * MINUTE)
    find(watch, store)
    assert seen_until() == NOW - 3 * MINUTE, "it waits three minutes for a source and goes on"
    assert observed() == (minute_of(NOW - 60 * MINUTE) - extent[0]) // 60


def test_the_end_of_an_outage_fires_nothing(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 60 * MINUTE)
    find(watch, sqlite_store)
    with database.writing() as session:  # what the source had missed comes all at once, in its own minutes
        for back in range(60, 3, -1):
            row = Bucket(watch="harbour", minute=minute_of(NOW) - 60 * back, source="a", lang="fr", posts=5, cancel=5)
            session.add(row)
    covered(NOW)
    find(watch, sqlite_store, NOW + MINUTE)
    assert spikes() == []


def test_a_slower_source_is_waited_for_so_that_its_posts_count(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {}, source="a")
    fill(NOW, BURST, source="b", calm=10)
    covered(NOW + MINUTE, "a")
    covered(NOW - MINUTE, "b")
    find(watch, store, NOW + MINUTE)
    assert seen_until() == NOW - MINUTE
    covered(NOW + MINUTE, "b")
    find(watch, store, NOW + MINUTE)
    assert len(spikes()) == 1
    assert spikes()[0].count >= 27


def test_a_source_that_is_down_holds_up_nobody_and_its_remains_are_not_counted(
    sqlite_store: Settings, home: Path
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST, source="a")
    covered(NOW + MINUTE, "a")
    covered(NOW - timedelta(hours=5), "b")
    find(watch, sqlite_store, NOW + MINUTE)
    assert seen_until() == NOW
    assert len(spikes()) == 1


def test_a_source_that_was_taken_out_of_the_watch_blinds_nobody(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    covered(NOW - timedelta(hours=5), "removed")
    find(watch, sqlite_store)
    assert seen_until() == NOW - MINUTE
    assert len(spikes()) == 1


def test_a_source_that_cannot_tell_how_far_it_was_read_counts_while_another_is_down(
    sqlite_store: Settings, home: Path
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST, source="a")
    covered(NOW - 30 * MINUTE, "b")
    find(watch, sqlite_store, NOW + 3 * MINUTE)
    assert len(spikes()) == 1
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]


def test_a_source_that_reads_an_archive_is_waited_for_however_long_it_takes(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 60 * MINUTE, caught_up=False)
    find(watch, sqlite_store)
    assert seen_until() == NOW - 60 * MINUTE
    covered(NOW - 30 * MINUTE, caught_up=False)
    find(watch, sqlite_store)
    assert seen_until() == NOW - 30 * MINUTE


def test_on_the_posts_clock_the_age_of_posts_makes_no_difference(store: Settings, home: Path) -> None:
    watch = watch_of(home, '[alerts]\nclock = "posts"\n')
    long_ago = NOW - timedelta(days=1_000)
    fill(long_ago, BURST)
    with database.writing() as session:  # the newest minute is still open
        session.add(Bucket(watch="harbour", minute=minute_of(long_ago), source="a", lang="en", posts=1))
    find(watch, store)
    assert seen_until() == long_ago
    assert [one.notified for one in spikes()] == [True]
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]


def test_on_the_wall_clock_no_old_minutes_are_looked_at(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert views.LOOK_BACK.days == 28
    monkeypatch.setattr(views, "LOOK_BACK", timedelta(hours=2))
    watch = watch_of(home)
    fill(NOW - timedelta(hours=3), BURST)
    assert find(watch, sqlite_store) == 0
    assert observed() == 119


def test_a_watch_that_is_switched_off_is_left_alone(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home).model_copy(update={"enabled": False})
    fill(NOW, BURST)
    assert find(watch, sqlite_store) == 0
    assert spikes() == []


def test_a_watch_without_posts_is_nothing_to_look_at(sqlite_store: Settings, home: Path) -> None:
    assert find(watch_of(home), sqlite_store) == 0
