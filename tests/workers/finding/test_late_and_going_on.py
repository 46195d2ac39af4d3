"""What is found late because nobody was at work, and still goes on, is told; what is over by then is not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.workers.stream import BURST, MINUTE, NOW, deliveries, fill, find, spikes, watch_of
from uproar import database, silences
from uproar.settings import Settings

HOUR = timedelta(hours=1)
RAGING = dict.fromkeys(range(1, 41), 12)
RULE = '[[alerts.thresholds]]\nname = "many"\nsignal = "cancel"\nmore_than = 100\n'


@pytest.mark.parametrize("pause", [25, 90])
def test_a_spike_that_began_while_nobody_was_at_work_and_goes_on_is_told_once(
    store: Settings, home: Path, pause: int
) -> None:
    watch = watch_of(home, RULE)
    back = NOW + pause * MINUTE
    fill(NOW, {})
    find(watch, store)
    fill(back + 5 * MINUTE, dict.fromkeys(range(1, pause + 1), 12), calm=pause + 5)
    for second in range(0, 240, 5):
        find(watch, store, back + timedelta(seconds=second))
    (spike,) = spikes()
    assert spike.started_at < back - 15 * MINUTE
    assert deliveries() == [("ops", spike.state), ("pager", spike.state)]
    assert len(deliveries("threshold:many")) == 2


def test_what_went_by_while_nobody_was_at_work_is_not_told_when_it_is_over(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, store)
    fill(NOW + 60 * MINUTE, dict.fromkeys(range(20, 60), 12), calm=60)
    for minutes in range(60, 200, 5):
        find(watch, store, NOW + minutes * MINUTE)
    (spike,) = spikes()
    assert (spike.state, spike.held, deliveries()) == ("resolved", "found late", [])


def test_that_it_got_stronger_is_told_late_too_if_it_goes_on(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {4: 8, 3: 9, 2: 10})
    find(watch, store)
    fill(NOW + 40 * MINUTE, dict.fromkeys(range(1, 39), 60), calm=38)
    for minutes in range(40, 45):
        find(watch, store, NOW + minutes * MINUTE)
    assert [event for name, event in deliveries() if name == "ops"] == ["firing", "escalated"]
    for minutes in range(45, 200, 5):
        find(watch, store, NOW + minutes * MINUTE)
    assert [event for name, event in deliveries() if name == "ops"] == ["firing", "escalated", "resolved"]


def test_the_end_of_what_was_told_is_told_although_a_change_was_found_too_late(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {4: 8, 3: 9, 2: 10})
    find(watch, store)
    fill(NOW + 60 * MINUTE, dict.fromkeys(range(30, 50), 60), calm=58)
    for minutes in range(60, 200, 5):
        find(watch, store, NOW + minutes * MINUTE)
    assert [event for name, event in deliveries() if name == "ops"] == ["firing", "resolved"]


def test_a_silence_holds_what_is_found_late_as_well(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, {})
    find(watch, store)
    with database.writing() as session:
        given: dict[str, Any] = {"watch": None, "signal": None, "comment": "known", "by": None}
        row = silences.silence(session, starts_at=NOW, ends_at=NOW + 9 * HOUR, now=NOW, **given)
    fill(NOW + 40 * MINUTE, RAGING, calm=40)
    for minutes in range(38, 42):
        find(watch, store, NOW + minutes * MINUTE)
    assert [one.held for one in spikes()] == [f"silence {row.id}"]
    assert deliveries() == []


def test_a_burst_that_was_found_in_time_is_not_told_twice(store: Settings, home: Path) -> None:
    watch = watch_of(home)
    fill(NOW, BURST)
    for second in range(0, 600, 20):
        find(watch, store, NOW + timedelta(seconds=second))
    assert deliveries() == [("ops", "firing"), ("pager", "firing")]
