"""From buckets to spikes and deliveries, on SQLite and PostgreSQL."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from uproar import alerts, database, posts
from uproar.buckets import minute_of
from uproar.incoming import Incoming
from uproar.models import Bucket, Cursor, Delivery, DetectorState, Spike
from uproar.settings import Settings
from uproar.watch import Watch, load_watch
from workers import episodes

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALM = 300  # minutes before the burst
ENDPOINTS = """
[[sources]]
type = "file"
name = "a"
path = "a.jsonl"
[[sources]]
type = "file"
name = "b"
path = "b.jsonl"
[[alerts.endpoints]]
name = "ops"
url = "https://ops.example/"
[[alerts.endpoints]]
name = "pager"
url = "https://pager.example/"
"""


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The news of a delivery has a test of its own, with a broker."""
    monkeypatch.setattr(episodes, "announce", lambda _task: True)


def watch_of(home: Path, more: str = "") -> Watch:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + more + ENDPOINTS)
    return load_watch(path)


def fill(end: datetime, cancel: dict[int, int], *, calm: int = CALM, source: str = "a") -> None:
    """A calm stream of cancel voices up to `end`; `cancel` says how many more n minutes before the end."""
    chance = random.Random(1)
    with database.writing() as session:
        for back in range(calm, 0, -1):
            count = (chance.random() < 0.1) + cancel.get(back, 0)
            if count:
                minute = minute_of(end) - 60 * back
                session.add(Bucket(watch="harbour", minute=minute, source=source, lang="en", posts=count, cancel=count))


def find(watch: Watch, store: Settings, now: datetime = NOW) -> int:
    return episodes.find_in_all({watch.name: watch}, store, now=now)


def spikes(signal: str = "cancel") -> list[Spike]:
    with database.reading() as session:
        found = list(session.exec(select(Spike).where(Spike.signal == signal).order_by(col(Spike.id))))
        session.expunge_all()
        return found


def deliveries(signal: str = "cancel") -> list[tuple[str, str]]:
    with database.reading() as session:
        query = select(Delivery.endpoint, Delivery.event).join(Spike, col(Spike.id) == Delivery.spike_id)
        found = session.exec(query.where(Spike.signal == signal).order_by(col(Delivery.id)))
        return [(endpoint, event) for endpoint, event in found]


def seen_until(signal: str = "cancel") -> datetime:
    with database.reading() as session:
        state = session.get_one(DetectorState, ("harbour", signal))
        return datetime.fromtimestamp(state.seen_until, UTC)


def covered(until: datetime, source: str = "a", *, caught_up: bool = True) -> None:
    cursor = Cursor(watch="harbour", source=source, next_due_at=until, covered_until=until, caught_up=caught_up)
    with database.writing() as session:
        session.merge(cursor)


def observed() -> int:
    """How many minutes the detector has taken in."""
    with database.reading() as session:
        return int(session.get_one(DetectorState, ("harbour", "cancel")).state["baseline"]["seen"])


def wait_for_reaction(store: Settings, created_at: datetime) -> None:
    item = Incoming(platform="file", native_id=str(created_at), text="I left Harbour Clinics", created_at=created_at)
    with database.writing() as session:
        posts.save(session, [item], watch="harbour", source="a", now=NOW, settings=store)


BURST = {4: 8, 3: 9, 2: 10}
BIG = {1: 60, **BURST}


def test_a_burst_in_fresh_minutes_opens_a_spike_and_a_delivery_for_each_endpoint(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    assert find(watch, store) > 0
    (spike,) = spikes()
    assert (spike.state, spike.notified, spike.resolved_at) == ("firing", True, None)
    assert NOW - 4 * MINUTE <= spike.started_at < NOW
    assert spike.count >= 8
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]
    with database.reading() as session:
        first = session.exec(select(Delivery).where(Delivery.spike_id == spike.id)).first()
        assert first is not None
        assert json.loads(first.body)["uproar"]["count"] == spike.count


def test_running_twice_adds_nothing(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store)
    before = (len(spikes()), deliveries())
    assert find(watch, store) == 0
    assert find(watch, store, NOW + timedelta(seconds=10)) == 0
    assert (len(spikes()), deliveries()) == before


def test_of_several_workers_at_once_one_wins(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    gate = threading.Barrier(4)
    database.engine()  # one for all threads

    def run(_: int) -> int:
        gate.wait()
        return find(watch, store)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert len(spikes()) == 1
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]


def test_a_worker_that_was_overtaken_throws_its_findings_away(
    store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    monkeypatch.setattr(alerts, "advance", lambda *_args, **_kwargs: False)
    assert find(watch, store) == 0
    assert spikes() == []
    assert deliveries() == []
    monkeypatch.undo()
    monkeypatch.setattr(episodes, "announce", lambda _task: True)
    assert find(watch, store) > 0


def test_minutes_are_left_open_for_a_moment_after_their_end(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store, NOW + timedelta(seconds=store.settle_seconds - 1))
    assert seen_until() == NOW - MINUTE
    find(watch, store, NOW + timedelta(seconds=store.settle_seconds))
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


def test_a_burst_that_is_found_late_is_put_on_record_and_told_to_nobody(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store, NOW + timedelta(hours=1))
    (spike,) = spikes()
    assert not spike.notified
    assert deliveries() == []


def test_posts_that_come_into_minutes_already_seen_fire_nothing(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, store)
    fill(NOW - 10 * MINUTE, BURST, calm=5, source="b")
    assert find(watch, store, NOW + MINUTE) == 0
    assert spikes() == []


def test_a_spike_escalates_and_is_resolved_in_its_own_row(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store)
    (first,) = spikes()
    fill(NOW + 2 * MINUTE, {1: 400}, calm=2)
    find(watch, store, NOW + 3 * MINUTE)
    (stronger,) = spikes()
    assert (stronger.id, stronger.state) == (first.id, "escalated")
    assert stronger.count > first.count
    assert stronger.started_at == first.started_at < stronger.changed_at
    for minutes in range(4, 150, 5):
        find(watch, store, NOW + minutes * MINUTE)
    (over,) = spikes()
    assert (over.id, over.state) == (first.id, "resolved")
    assert over.resolved_at == over.changed_at
    assert over.count == stronger.count, "the row keeps the figures of the peak"
    assert deliveries() == [(name, event) for event in ("firing", "escalated", "resolved") for name in ("ops", "pager")]
    find(watch, store, NOW + 200 * MINUTE)
    assert len(deliveries()) == 6


def test_the_end_of_a_spike_that_was_never_told_is_told_to_nobody(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store, NOW + 16 * MINUTE)
    for minutes in range(20, 150, 5):
        find(watch, store, NOW + minutes * MINUTE)
    (spike,) = spikes()
    assert spike.state == "resolved"
    assert deliveries() == []


def test_the_end_of_a_spike_that_was_told_is_told_however_late_it_is_found(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store)
    find(watch, store, NOW + timedelta(hours=9))  # nobody was at work in between
    assert spikes()[0].state == "resolved"
    assert deliveries()[2:] == [("ops", "resolved"), ("pager", "resolved")]


def test_an_escalation_that_is_fresh_is_told_although_the_beginning_was_found_late(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store, NOW + 17 * MINUTE)
    assert deliveries() == []
    fill(NOW + 20 * MINUTE, {1: 400}, calm=2)
    find(watch, store, NOW + 21 * MINUTE)
    (spike,) = spikes()
    assert (spike.state, spike.notified) == ("escalated", True)
    assert deliveries() == [("ops", "escalated"), ("pager", "escalated")]


def test_minutes_that_no_source_covers_are_missing_and_not_zero(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    with database.reading() as session:
        first = alerts.first_minute(session, watch="harbour")
        assert first is not None
    covered(NOW - 60 * MINUTE)
    find(watch, store)
    assert seen_until() == NOW - 3 * MINUTE, "it waits three minutes for a source and goes on"
    assert observed() == (minute_of(NOW - 60 * MINUTE) - first) // 60


def test_the_end_of_an_outage_fires_nothing(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 60 * MINUTE)
    find(watch, store)
    with database.writing() as session:  # what the source had missed comes all at once, in its own minutes
        for back in range(60, 3, -1):
            row = Bucket(watch="harbour", minute=minute_of(NOW) - 60 * back, source="a", lang="fr", posts=5, cancel=5)
            session.add(row)
    covered(NOW)
    find(watch, store, NOW + MINUTE)
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


def test_a_source_that_is_down_holds_up_nobody_and_its_remains_are_not_counted(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST, source="a")
    covered(NOW + MINUTE, "a")
    covered(NOW - timedelta(hours=5), "b")
    find(watch, store, NOW + MINUTE)
    assert seen_until() == NOW
    assert len(spikes()) == 1


def test_a_source_that_was_taken_out_of_the_watch_blinds_nobody(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    covered(NOW - timedelta(hours=5), "removed")
    find(watch, store)
    assert seen_until() == NOW - MINUTE
    assert len(spikes()) == 1


def test_a_source_that_cannot_tell_how_far_it_was_read_counts_while_another_is_down(
    store: Settings, home: Path
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST, source="a")
    covered(NOW - 30 * MINUTE, "b")
    find(watch, store, NOW + 3 * MINUTE)
    assert len(spikes()) == 1
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]


def test_a_source_that_reads_an_archive_is_waited_for_however_long_it_takes(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    covered(NOW - 60 * MINUTE, caught_up=False)
    find(watch, store)
    assert seen_until() == NOW - 60 * MINUTE
    covered(NOW - 30 * MINUTE, caught_up=False)
    find(watch, store)
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
    store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert episodes.LOOK_BACK.days == 28
    monkeypatch.setattr(episodes, "LOOK_BACK", timedelta(hours=2))
    watch = watch_of(home)
    fill(NOW - timedelta(hours=3), BURST)
    assert find(watch, store) == 0
    assert observed() == 119


def test_a_changed_least_count_holds_from_the_next_start_on(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, store)
    higher = watch.model_copy(update={"alerts": watch.alerts.model_copy(update={"min_count": 1_000})})
    fill(NOW + 2 * MINUTE, {1: 60}, calm=1)
    find(higher, store, NOW + 3 * MINUTE)
    assert spikes() == []


def test_a_watch_that_is_switched_off_is_left_alone(store: Settings, home: Path) -> None:
    watch = watch_of(home).model_copy(update={"enabled": False})
    fill(NOW, BURST)
    assert find(watch, store) == 0
    assert spikes() == []


def test_a_watch_without_posts_is_nothing_to_look_at(store: Settings, home: Path) -> None:
    assert find(watch_of(home), store) == 0


def test_the_news_of_a_delivery_is_sent_once_it_is_stored(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(episodes, "announce", lambda task: told.append((task, deliveries())))
    watch = watch_of(home)
    find(watch, sqlite_store)
    assert told == []
    fill(NOW, BURST)
    find(watch, sqlite_store)
    assert told == [("uproar.deliver", [("ops", "firing"), ("pager", "firing")])]
