"""What may happen while a spike goes on: clocks that jump, watches switched off, rules that come and go, recounts."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.workers.stream import BURST, MINUTE, NOW, deliveries, fill, find, seen_until, spikes, watch_of
from uproar import database
from uproar.buckets import minute_of
from uproar.models import Bucket, Delivery, DetectorState
from uproar.settings import Settings
from uproar.watch import Watch
from uproar.watch_alerts import Threshold
from workers.finding import history

HOUR = timedelta(hours=1)


@pytest.fixture
def firing(store: Settings, home: Path) -> Watch:
    """A watch in which a spike has just fired."""
    watch = watch_of(home)
    fill(NOW, BURST)
    find(watch, store)
    assert [one.state for one in spikes()] == ["firing"]
    return watch


def pass_time(watch: Watch, store: Settings, start: datetime, minutes: int) -> None:
    for later in range(5, minutes + 1, 5):
        find(watch, store, start + later * MINUTE)


def kinds() -> list[str]:
    """What the first endpoint was told of cancel voices."""
    return [event for endpoint, event in deliveries() if endpoint == "ops"]


def test_a_spike_of_a_watch_that_is_switched_off_is_over_and_its_end_says_why(firing: Watch, store: Settings) -> None:
    off = firing.model_copy(update={"enabled": False})
    pass_time(off, store, NOW, 15)
    (over,) = spikes()
    assert (over.state, over.resolved_at) == ("resolved", NOW + 5 * MINUTE)
    assert kinds() == ["firing", "resolved"]
    with database.reading() as session:
        last = session.exec(select(Delivery).where(Delivery.event == "resolved")).first()
        assert last is not None
        assert "The watch was switched off" in json.loads(last.body)["commonAnnotations"]["description"]


@pytest.mark.parametrize(("later", "told"), [({}, 1), (dict.fromkeys(range(1, 10), 20), 2)])
def test_what_goes_on_when_a_watch_is_switched_on_again_is_told_anew_and_what_is_over_is_not(
    firing: Watch, store: Settings, later: dict[int, int], told: int
) -> None:
    find(firing.model_copy(update={"enabled": False}), store, NOW + MINUTE)
    back = NOW + 20 * MINUTE
    fill(back, later, calm=20)
    for minutes in range(3):
        find(firing, store, back + minutes * MINUTE)
    assert kinds().count("firing") == told


def test_a_clock_that_is_set_back_for_good_ends_the_spike_and_the_next_one_is_found(
    firing: Watch, store: Settings
) -> None:
    back = NOW - 4 * HOUR
    pass_time(firing, store, back, 120)
    assert [one.state for one in spikes()] == ["resolved"]
    assert kinds() == ["firing", "resolved"]
    with database.writing() as session:
        for minutes in (136, 137, 138):
            at = minute_of(back) + 60 * minutes
            session.add(Bucket(watch="harbour", minute=at, source="a", lang="fr", posts=25, cancel=25))
    pass_time(firing, store, back + 2 * HOUR, 25)
    assert kinds() == ["firing", "resolved", "firing"]


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=5), timedelta(hours=-5)])
def test_a_clock_that_jumps_and_comes_back_ends_every_episode_once(
    firing: Watch, store: Settings, jump: timedelta
) -> None:
    find(firing, store, NOW + jump)
    pass_time(firing, store, NOW, 180)
    assert {one.state for one in spikes()} == {"resolved"}  # what is learnt anew may find another in the past
    assert kinds() == ["firing", "resolved"], "of which nobody is told"


def test_counts_that_are_changed_behind_it_change_nothing_that_was_told(firing: Watch, store: Settings) -> None:
    with database.writing() as session:  # the new rules see nobody leave
        for bucket in session.exec(select(Bucket)):
            bucket.cancel = 0
    pass_time(firing, store, NOW, 120)
    (spike,) = spikes()
    assert (spike.state, spike.count >= 8) == ("resolved", True)
    assert kinds() == ["firing", "resolved"]


def test_a_rule_that_leaves_the_file_takes_its_spike_with_it(sqlite_store: Settings, home: Path) -> None:
    rule = '[[alerts.thresholds]]\nname = "many"\nsignal = "cancel"\nmore_than = 10\n'
    watch = watch_of(home, rule)
    fill(NOW, BURST)
    find(watch, sqlite_store)
    (spike,) = spikes("threshold:many")
    assert (spike.state, spike.expected) == ("firing", 10.0)
    without = watch.model_copy(update={"alerts": watch.alerts.model_copy(update={"thresholds": ()})})
    pass_time(without, sqlite_store, NOW, 5)
    (over,) = spikes("threshold:many")
    assert over.state == "resolved"
    assert deliveries("threshold:many")[2:] == [("ops", "resolved"), ("pager", "resolved")]


def test_a_signal_that_is_added_learns_what_is_stored_and_tells_nothing_of_it(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watch_of(home)
    fill(NOW - 3 * HOUR, BURST)
    fill(NOW, {}, calm=170)
    find(watch, sqlite_store, NOW + 10 * MINUTE)
    monkeypatch.setattr(history, "SLICE", 100 * 60)
    rule = Threshold(name="many", signal="cancel", more_than=10)
    more = watch.model_copy(update={"alerts": watch.alerts.model_copy(update={"thresholds": (rule,)})})
    find(more, sqlite_store, NOW + 10 * MINUTE)
    assert seen_until("threshold:many") == seen_until("cancel")
    (past,) = spikes("threshold:many")
    assert (past.notified, past.state) == (False, "resolved")
    assert deliveries("threshold:many") == []
    fill(NOW + 15 * MINUTE, BURST, calm=5)
    find(more, sqlite_store, NOW + 15 * MINUTE)
    assert [one.notified for one in spikes("threshold:many")] == [False, True]


def test_a_detector_that_learns_anew_puts_nothing_on_record_twice(firing: Watch, store: Settings) -> None:
    pass_time(firing, store, NOW, 120)
    with database.writing() as session:
        for one in session.exec(select(DetectorState)):
            session.delete(one)
    pass_time(firing, store, NOW + 2 * HOUR, 30)
    assert [one.state for one in spikes()] == ["resolved"]
    assert kinds() == ["firing", "resolved"]


def test_a_spike_that_nobody_remembers_comes_to_its_end(firing: Watch, store: Settings) -> None:
    with database.writing() as session:
        for one in session.exec(select(DetectorState)):
            session.delete(one)
        for bucket in session.exec(select(Bucket)):
            bucket.cancel = 0
    pass_time(firing, store, NOW, 15)
    assert [one.state for one in spikes()] == ["resolved"]
