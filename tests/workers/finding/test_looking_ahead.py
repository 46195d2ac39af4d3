"""What is counted of a minute that is not over may fire already; it teaches nothing and ends nothing."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

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
    watch_of,
)
from uproar import database
from uproar.alerts import in_words
from uproar.buckets import minute_of
from uproar.models import Bucket
from uproar.settings import Settings
from workers.finding import episodes
from workers.finding.episodes import Looked, find_in_all
from workers.finding.looks import Look, keep

SECONDS = timedelta(seconds=1)


def count(cancel: int, source: str = "a") -> None:
    """So many leave in the minute that begins at noon."""
    with database.writing() as session:
        key = ("harbour", minute_of(NOW), source, "en")
        bucket = session.get(Bucket, key) or Bucket(watch="harbour", minute=key[1], source=source, lang="en")
        bucket.posts, bucket.cancel = cancel, cancel
        session.add(bucket)


def test_a_spike_is_told_before_its_minute_is_over(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, store, NOW + 3 * SECONDS)
    count(3)
    find(watch, store, NOW + 20 * SECONDS)
    assert spikes() == []
    count(90)
    find(watch, store, NOW + 25 * SECONDS)
    (spike,) = spikes()
    assert (spike.state, spike.started_at) == ("firing", NOW)
    assert spike.count >= 90
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]
    assert seen_until() == NOW, "the minute itself is looked at once it is over"


def test_a_minute_that_has_fired_fires_once_and_its_rest_may_make_it_stronger(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    count(90)
    find(watch, store, NOW + 25 * SECONDS)
    before = observed()
    for later in (30, 40):
        count(80 + later)
        find(watch, store, NOW + later * SECONDS)
    assert len(deliveries()) == 2
    assert observed() == before, "nothing was learnt from it"
    count(900)
    find(watch, store, NOW + 63 * SECONDS)
    assert observed() == before + 1
    (spike,) = spikes()
    assert (spike.state, spike.count >= 900) == ("escalated", True)


def test_two_that_look_ahead_at_once_tell_it_once(store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, store, NOW + 3 * SECONDS)
    count(90)
    looks: list[Sequence[Look]] = []

    def note(given: Sequence[Look], **_more: object) -> set[str]:
        looks.append(given)
        return set()

    monkeypatch.setattr(episodes, "keep", note)
    for _ in range(2):
        find(watch, store, NOW + 25 * SECONDS)
    kept = [keep(given, settings=store, now=NOW + 25 * SECONDS) for given in looks]
    assert kept == [{"harbour"}, set()]
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]


def test_a_spike_does_not_wait_for_a_slower_source(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 2 * MINUTE, "b")
    covered(NOW + MINUTE / 2, "a")
    find(watch, sqlite_store, NOW)
    count(90)
    find(watch, sqlite_store, NOW + 30 * SECONDS)
    assert seen_until() == NOW - 2 * MINUTE
    assert [one.state for one in spikes()] == ["firing"]


def test_open_minutes_in_which_nothing_was_counted_since_are_not_looked_at_again(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, looked = watch_of(home), Looked()
    fill(NOW, {})

    def look() -> list[str]:
        seen: list[str] = []
        honest = episodes._look

        def note(view: object, *given: object, **more: object) -> object:
            seen.append("looked")
            return honest(view, *given, **more)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(episodes, "_look", note)
            find_in_all({watch.name: watch}, sqlite_store, now=NOW + 30 * SECONDS, looked=looked)
        return seen

    look()
    count(2)
    assert look() == ["looked"]
    assert look() == []
    count(3)
    assert look() == ["looked"]


def test_on_the_posts_clock_only_minutes_that_are_over_count(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home, '[alerts]\nclock = "posts"\n')
    fill(NOW, {})
    count(90)
    find(watch, sqlite_store)
    assert spikes() == []


def test_a_burst_in_closed_minutes_is_told_although_an_earlier_post_waits_for_its_reaction(
    sqlite_store: Settings, home: Path
) -> None:
    watch = watch_of(home)
    fill(NOW - 9 * MINUTE, {})
    find(watch, sqlite_store, NOW - 9 * MINUTE + 3 * SECONDS)
    with database.reading() as session:
        assert session.exec(select(Bucket)).first() is not None
    fill(NOW, BURST, calm=5)
    find(watch, sqlite_store)
    assert [one.state for one in spikes()] == ["firing"]


def test_the_row_of_a_spike_says_what_is_counted_now_beside_what_was_told(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 2 * MINUTE, "b")
    covered(NOW + MINUTE / 2, "a")
    find(watch, store, NOW)
    count(40)
    find(watch, store, NOW + 20 * SECONDS)
    (told,) = spikes()
    assert (told.count, told.told_count, told.peak) == (told.count, told.count, told.count)
    count(53)
    find(watch, store, NOW + 30 * SECONDS)
    (now,) = spikes()
    assert (now.count, now.told_count, now.peak) == (told.count + 13, told.count, told.count + 13)
    assert now.explanation == told.explanation
    assert in_words(now) == f"{told.explanation}. Now: {now.count} in {now.window_s // 60} min"
    assert deliveries() == [("ops", "firing"), ("pager", "firing")], "and nobody is told again"
    for name in ("a", "b"):
        covered(NOW + 15 * MINUTE, name)
    find(watch, store, NOW + 15 * MINUTE)
    (later,) = spikes()
    assert (later.count < now.count, later.peak) == (True, now.peak)
    for minutes in range(20, 180, 20):
        for name in ("a", "b"):
            covered(NOW + minutes * MINUTE, name)
        find(watch, store, NOW + minutes * MINUTE)
    (over,) = spikes()
    assert (over.state, over.count, over.told_count) == ("resolved", now.peak, told.count)
    assert in_words(over).startswith(f"At its height: {now.peak} in ")


def test_a_storm_that_grows_within_a_minute_is_told_before_a_slow_source_is_read(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 2 * MINUTE, "b")
    covered(NOW + MINUTE / 2, "a")
    find(watch, store, NOW)
    for later, number in enumerate((40, 45, 60, 400, 800, 1_700, 9_000, 20_000)):
        count(number)
        find(watch, store, NOW + (20 + later) * SECONDS)
    assert [event for name, event in deliveries() if name == "ops"] == ["firing", "escalated"]
    (spike,) = spikes()
    assert spike.count >= 20_000
