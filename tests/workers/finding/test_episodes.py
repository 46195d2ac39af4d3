"""From buckets to spikes and deliveries, on SQLite and PostgreSQL."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
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
    spikes,
    watch_of,
)
from uproar import database, detectors
from uproar.models import Delivery
from uproar.settings import Settings
from workers.finding import episodes
from workers.finding.memory import Memory, Stretch
from workers.spikes import Event


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


def test_nobody_who_writes_waits_while_weeks_are_looked_at(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    honest = Memory.look

    def look_while_others_write(memory: Memory, stretch: Stretch) -> list[tuple[str, Event]]:
        covered(NOW, "c")
        return honest(memory, stretch)

    monkeypatch.setattr(Memory, "look", look_while_others_write)
    assert find(watch, sqlite_store) > 0


def test_a_worker_that_was_overtaken_throws_its_findings_away(
    store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    monkeypatch.setattr(detectors, "put", lambda *_args, **_kwargs: False)
    assert find(watch, store) == 0
    assert spikes() == []
    assert deliveries() == []
    monkeypatch.undo()
    monkeypatch.setattr(episodes, "announce", lambda _task: True)
    assert find(watch, store) > 0


def test_a_burst_that_is_found_late_is_put_on_record_and_told_to_nobody(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, sqlite_store, NOW + timedelta(hours=1))
    (spike,) = spikes()
    assert not spike.notified
    assert deliveries() == []


def test_a_spike_escalates_and_is_resolved_in_its_own_row(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {4: 8, 3: 9, 2: 10})
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


def test_the_end_of_a_spike_that_was_never_told_is_told_to_nobody(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, sqlite_store, NOW + 16 * MINUTE)
    for minutes in range(20, 150, 5):
        find(watch, sqlite_store, NOW + minutes * MINUTE)
    (spike,) = spikes()
    assert spike.state == "resolved"
    assert deliveries() == []


def test_the_end_of_a_spike_that_was_told_is_told_however_late_it_is_found(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, sqlite_store)
    find(watch, sqlite_store, NOW + timedelta(hours=9))  # nobody was at work in between
    assert spikes()[0].state == "resolved"
    assert deliveries()[2:] == [("ops", "resolved"), ("pager", "resolved")]


def test_an_escalation_that_is_fresh_is_told_although_the_beginning_was_found_late(
    sqlite_store: Settings, home: Path
) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, sqlite_store, NOW + 17 * MINUTE)
    assert deliveries() == []
    fill(NOW + 20 * MINUTE, {1: 4_000}, calm=2)
    find(watch, sqlite_store, NOW + 21 * MINUTE)
    (spike,) = spikes()
    assert (spike.state, spike.notified) == ("escalated", True)
    assert deliveries() == [("ops", "escalated"), ("pager", "escalated")]


def test_a_changed_least_count_holds_from_the_next_start_on(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, sqlite_store)
    higher = watch.model_copy(update={"alerts": watch.alerts.model_copy(update={"min_count": 1_000})})
    fill(NOW + 2 * MINUTE, {1: 60}, calm=1)
    find(higher, sqlite_store, NOW + 3 * MINUTE)
    assert spikes() == []
