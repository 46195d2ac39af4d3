"""What was not observed is missing and not zero: sources that are down, gaps, and posts that come late."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, insert, select

from tests.workers.stream import MINUTE, NOW, covered, find, spikes, watch_of
from uproar import database
from uproar.buckets import minute_of
from uproar.models import Bucket, DetectorState, Gap
from uproar.settings import Settings
from uproar.watch import Watch

HOUR = timedelta(hours=1)


def stream(start: datetime, minutes: int, *, source: str, rate: float, seed: int = 1) -> None:
    """Posts and cancel voices at a steady rate."""
    chance = random.Random(seed)
    base: dict[str, Any] = {"watch": "harbour", "source": source, "lang": "en"}
    rows = []
    for minute in range(minute_of(start), minute_of(start) + 60 * minutes, 60):
        posts = sum(chance.random() < rate / 40 for _ in range(40))
        if posts:
            rows.append(base | {"minute": minute, "posts": posts, "voices": posts, "cancel": posts // 2})
    with database.writing() as session:
        session.execute(insert(Bucket), rows)


def expected(signal: str = "posts") -> tuple[float, int]:
    """The level of the baseline a minute, and how many minutes it has learnt from."""
    with database.reading() as session:
        baseline = session.get_one(DetectorState, ("harbour", signal)).state["watcher"]["baseline"]
        return baseline["events"] / baseline["weight"], baseline["seen"]


def run(watch: Watch, store: Settings, start: datetime, minutes: int, *sources: str) -> None:
    """Look every five minutes; these sources are read up to now."""
    for later in range(5, minutes + 1, 5):
        for source in sources:
            covered(start + later * MINUTE, source)
        find(watch, store, start + later * MINUTE)


def two_sources(home: Path, store: Settings, small: float) -> Watch:
    """A watch that has learnt ten hours of two sources."""
    watch = watch_of(home)
    stream(NOW - 10 * HOUR, 600, source="a", rate=2.0)
    stream(NOW - 10 * HOUR, 600, source="b", rate=small, seed=2)
    covered(NOW, "a")
    covered(NOW, "b")
    find(watch, store)
    return watch


def test_without_a_small_source_less_is_expected_and_nothing_is_unlearnt(sqlite_store: Settings, home: Path) -> None:
    watch = two_sources(home, sqlite_store, 1.0)
    before, seen = expected()
    stream(NOW, 120, source="a", rate=2.0, seed=3)
    run(watch, sqlite_store, NOW, 120, "a")
    after, later = expected()
    assert later - seen > 100
    assert after == pytest.approx(before, rel=0.12), "two thirds of the posts count as two thirds of a minute"
    assert [one.signal for one in spikes("posts")] == []


def test_without_the_large_source_nothing_is_known(sqlite_store: Settings, home: Path) -> None:
    watch = two_sources(home, sqlite_store, 1.0)
    before, seen = expected()
    stream(NOW, 120, source="b", rate=1.0, seed=3)
    run(watch, sqlite_store, NOW, 120, "b")
    after, later = expected()
    assert later - seen <= 5
    assert after == pytest.approx(before, rel=0.01)


def test_a_burst_is_found_although_a_source_is_down(sqlite_store: Settings, home: Path) -> None:
    watch = two_sources(home, sqlite_store, 1.0)
    stream(NOW, 60, source="a", rate=2.0, seed=3)
    run(watch, sqlite_store, NOW, 60, "a")
    stream(NOW + HOUR, 10, source="a", rate=25.0, seed=4)
    run(watch, sqlite_store, NOW + HOUR, 10, "a")
    assert [one.state for one in spikes("posts")] != []


def test_minutes_in_a_gap_that_was_never_filled_teach_nothing(sqlite_store: Settings, home: Path) -> None:
    watch = two_sources(home, sqlite_store, 0.1)
    before, seen = expected()
    with database.writing() as session:
        lost: dict[str, Any] = {"watch": "harbour", "source": "a", "reason": "lost"}
        session.add(Gap(**lost, started_at=NOW, ended_at=NOW + HOUR))
    run(watch, sqlite_store, NOW, 60, "a", "b")
    after, later = expected()
    assert later - seen <= 1
    assert after == pytest.approx(before, rel=0.01)


def test_what_comes_late_teaches_and_does_not_fire(store: Settings, home: Path) -> None:
    watch = two_sources(home, store, 0.1)
    _, seen = expected()
    run(watch, store, NOW, 60, "b")
    assert expected()[1] - seen <= 5
    stream(NOW, 60, source="a", rate=6.0, seed=5)
    for later in (61, 62, 65):
        covered(NOW + later * MINUTE, "a")
        covered(NOW + later * MINUTE, "b")
        find(watch, store, NOW + later * MINUTE)
    assert expected()[1] - seen >= 60
    assert [one.signal for one in spikes("posts")] == []


def test_a_source_that_is_added_is_not_a_spike_and_is_expected_after_a_day(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    stream(NOW - 10 * HOUR, 600, source="a", rate=1.0)
    covered(NOW, "a")
    find(watch, sqlite_store)
    before, _ = expected()
    for hour in range(26):
        start = NOW + hour * HOUR
        stream(start, 60, source="a", rate=1.0, seed=hour + 20)
        stream(start, 60, source="b", rate=4.0, seed=hour + 60)
        run(watch, sqlite_store, start, 60, "a", "b")
    assert spikes("posts") == []
    after, _ = expected()
    assert after == pytest.approx(5 * before, rel=0.25)


def test_twenty_outages_with_catch_up_alert_no_more_than_none(sqlite_store: Settings, home: Path) -> None:
    chance = random.Random(7)
    watch = watch_of(home)
    stream(NOW - 30 * HOUR, 30 * 60, source="a", rate=1.5)
    covered(NOW, "a")
    find(watch, sqlite_store)
    now = NOW
    for number in range(20):
        calm, outage = chance.randint(30, 90), chance.randint(60, 720)
        stream(now, calm + outage, source="a", rate=1.5, seed=number + 10)
        back = now + (calm + outage) * MINUTE
        with database.writing() as session:  # what was written while the source was down is not there yet
            late = session.exec(
                select(Bucket).where(
                    col(Bucket.minute) >= minute_of(now + calm * MINUTE), col(Bucket.minute) < minute_of(back)
                )
            ).all()
            kept = [one.model_dump() for one in late]
            for one in late:
                session.delete(one)
        for later in range(15, calm + outage, 15):
            covered(min(now + later * MINUTE, now + calm * MINUTE), "a")
            find(watch, sqlite_store, now + later * MINUTE)
        with database.writing() as session:
            session.add_all(Bucket(**row) for row in kept)
        covered(back, "a")
        find(watch, sqlite_store, back + MINUTE / 20)
        now = back
    told = [one for name in ("posts", "cancel", "cancel-share") for one in spikes(name)]
    assert told == []
