"""A source that falls silent is told: it is not read, or it answers and brings nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.workers.finding.test_missing_minutes import HOUR, run, stream
from tests.workers.stream import MINUTE, NOW, covered, deliveries, find, spikes, watch_of
from uproar import database
from uproar.models import Cursor
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch
from workers.finding.silence import judge, limit
from workers.finding.supply import Supply

SIGNAL = "no-data:a"


@pytest.fixture
def watch(store: Settings, home: Path) -> Watch:
    """A watch with two sources that were read for thirty hours."""
    watch = watch_of(home)
    for number, source in enumerate("ab"):
        stream(NOW - 30 * HOUR, 1_800, source=source, rate=2.0, seed=number)
        covered(NOW, source)
    find(watch, store)
    return watch


def fail(source: str, reason: str) -> None:
    """The source was asked once more, in vain."""
    with database.writing() as session:
        cursor = session.get_one(Cursor, ("harbour", source))
        cursor.failures, cursor.last_error = 3, reason
        session.add(cursor)


def test_a_source_that_is_not_read_is_told_once_and_its_return_too(watch: Watch, store: Settings) -> None:
    stream(NOW, 60, source="b", rate=2.0, seed=3)
    fail("a", "the budget of this month is spent")
    run(watch, store, NOW, 60, "b")
    (spike,) = spikes(SIGNAL)
    assert (spike.state, spike.count) == ("firing", 0)
    assert timedelta(minutes=15) < spike.started_at - NOW <= timedelta(minutes=20)
    assert "the budget of this month is spent" in spike.explanation
    assert deliveries(SIGNAL) == [("ops", "firing"), ("pager", "firing")]
    run(watch, store, NOW + HOUR, 10, "a", "b")
    (over,) = spikes(SIGNAL)
    assert (over.id, over.state) == (spike.id, "resolved")
    assert deliveries(SIGNAL)[2:] == [("ops", "resolved"), ("pager", "resolved")]
    assert spikes("no-data:b") == []


def test_one_that_comes_and_goes_is_told_of_once(watch: Watch, store: Settings) -> None:
    stream(NOW, 240, source="b", rate=2.0, seed=3)
    for later in range(1, 200):
        covered(NOW + later * MINUTE, "b")
        if later % 20 == 0:
            covered(NOW + later * MINUTE, "a")
        find(watch, store, NOW + later * MINUTE)
    assert [event for name, event in deliveries(SIGNAL) if name == "ops"] == ["firing"]


def test_a_source_that_answers_and_brings_nothing_is_told(watch: Watch, store: Settings) -> None:
    stream(NOW, 240, source="b", rate=2.0, seed=3)
    run(watch, store, NOW, 240, "a", "b")
    (spike,) = spikes(SIGNAL)
    assert spike.expected > 20
    assert "brought no post" in spike.explanation
    stream(NOW + 4 * HOUR, 10, source="a", rate=2.0, seed=4)
    stream(NOW + 4 * HOUR, 10, source="b", rate=2.0, seed=5)
    run(watch, store, NOW + 4 * HOUR, 10, "a", "b")
    assert [one.state for one in spikes(SIGNAL)] == ["resolved"]
    assert spikes("posts") == [], "its silence was not taken for what is usual"


def test_when_the_watch_has_ended_no_source_is_silent_and_what_was_told_is_over(watch: Watch, store: Settings) -> None:
    fail("a", "the budget of this month is spent")
    ends = watch.model_copy(update={"ends": NOW + HOUR})
    stream(NOW, 60, source="b", rate=2.0, seed=3)
    run(ends, store, NOW, 55, "b")
    assert [one.state for one in spikes(SIGNAL)] == ["firing"]
    run(ends, store, NOW + 55 * MINUTE, 180, "b")
    assert [one.state for one in spikes(SIGNAL)] == ["resolved"]
    assert deliveries(SIGNAL)[2:] == [("ops", "resolved"), ("pager", "resolved")]
    assert spikes("no-data:b") == []


def test_a_source_that_is_switched_off_is_nothing_to_tell_of(watch: Watch, store: Settings) -> None:
    off = tuple(one.model_copy(update={"enabled": one.name != "a"}) for one in watch.sources)
    run(watch.model_copy(update={"sources": off}), store, NOW, 60, "b")
    assert spikes(SIGNAL) == []


def test_one_that_is_switched_off_while_it_is_told_of_is_over(watch: Watch, store: Settings) -> None:
    run(watch, store, NOW, 30, "b")
    assert [one.state for one in spikes(SIGNAL)] == ["firing"]
    off = tuple(one.model_copy(update={"enabled": one.name != "a"}) for one in watch.sources)
    run(watch.model_copy(update={"sources": off}), store, NOW + HOUR / 2, 5, "b")
    assert [one.state for one in spikes(SIGNAL)] == ["resolved"]


def spec(every_seconds: int) -> SourceSpec:
    return SourceSpec(type="feed", name="a", every_seconds=every_seconds)


def test_what_is_asked_seldom_may_be_silent_for_longer() -> None:
    assert limit(spec(60), None) == timedelta(minutes=15)
    assert limit(spec(3_600), None) == timedelta(hours=3)
    assert limit(spec(3_600), 5) == timedelta(minutes=5)


def test_one_that_reads_an_archive_or_was_never_read_is_not_silent() -> None:
    old = Cursor(watch="w", source="a", next_due_at=NOW, covered_until=NOW - 9 * HOUR, read_at=NOW, caught_up=False)
    never = Cursor(watch="w", source="a", next_due_at=NOW, read_at=NOW, failures=9)
    for cursor in (old, never, None):
        assert judge(spec(60), cursor, None, longest=timedelta(minutes=15), now=NOW) is None
    old.read_at = NOW - HOUR
    silence = judge(spec(60), old, None, longest=timedelta(minutes=15), now=NOW)
    assert silence is not None
    assert silence.since == old.covered_until


def supply(chance: float, days: int) -> Supply:
    """A source that has a post in every tenth minute, say."""
    one, every = Supply(0, 0), round(1 / chance)
    for minute in range(days * 1_440):
        one.learn(minute * 60, {"posts": 1} if minute % every == 0 else {})
    return one


@pytest.mark.parametrize(("chance", "minutes"), [(1.0, 16), (0.5, 90), (0.1, 400)])
def test_a_silence_is_told_when_chance_does_not_explain_it(chance: float, minutes: int) -> None:
    one, end = supply(chance, 3), 3 * 86_400
    found = None
    for minute in range(minutes):
        one.learn(end + minute * 60, {})
        found = found or one.silent_since(end + minute * 60 + 60, limit=900)
        assert not (found and minute < 14), "nobody is told of a quarter of an hour"
    assert found is not None


def test_a_source_that_has_few_posts_is_never_told_of_within_hours() -> None:
    one, end = supply(0.005, 3), 3 * 86_400
    for minute in range(600):
        one.learn(end + minute * 60, {})
        assert one.silent_since(end + minute * 60, limit=900) is None
    assert Supply.load(one.dump()).dump() == one.dump()
