"""What was expected is kept for charts: once, with the minutes that were observed, on SQLite and PostgreSQL."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from tests.workers.finding.coverage import calm_kinds, coverage
from tests.workers.finding.test_missing_minutes import HOUR, stream
from tests.workers.stream import MINUTE, NOW, covered, find, watch_of
from uproar import database, detectors, expectations
from uproar.bands import LONG, SHORT, Expected
from uproar.buckets import minute_of
from uproar.expectations import SHORT_KEPT
from uproar.models import DetectorState, Expectation, Gap
from uproar.settings import Settings
from uproar.watch import Watch
from workers.finding.memory import Memory

RATE = 2.0


def kept(step: int, signal: str = "posts") -> list[Expectation]:
    """What is kept of the steps of one length, the earliest first."""
    with database.reading() as session:
        rows = session.exec(select(Expectation).where(Expectation.signal == signal, Expectation.step == step)).all()
        session.expunge_all()
    return sorted(rows, key=lambda row: row.start)


def learnt(home: Path, store: Settings) -> Watch:
    """A watch that was looked at for the first time after ten hours of one source."""
    watch = watch_of(home)
    stream(NOW - 10 * HOUR, 600, source="a", rate=RATE)
    covered(NOW, "a")
    find(watch, store)
    return watch


def test_the_first_look_fills_the_history_but_for_the_hour_in_which_nothing_was_known(
    store: Settings, home: Path
) -> None:
    learnt(home, store)
    hours = kept(LONG)
    start = minute_of(NOW - 10 * HOUR)
    assert [row.start for row in hours] == list(range(start, start + 9 * LONG, LONG))
    assert (hours[0].minutes, hours[0].expected) == (0, 0.0)
    assert {row.minutes for row in hours[1:]} == {60}
    assert hours[-1].expected == pytest.approx(60 * RATE, rel=0.3)
    assert hours[-1].deviation >= hours[-1].expected ** 0.5 * 0.999
    within = [row.expected for row in kept(SHORT) if 0 <= row.start - hours[-1].start < LONG]
    assert sum(within) == pytest.approx(hours[-1].expected, abs=0.01)


def test_signals_that_are_no_count_of_posts_have_none(store: Settings, home: Path) -> None:
    learnt(home, store)
    with database.reading() as session:
        assert set(session.exec(select(Expectation.signal))) == {"posts", "negative", "cancel"}


def test_minute_by_minute_it_is_the_same_as_at_once(sqlite_store: Settings, home: Path) -> None:
    watch = watch_of(home)
    stream(NOW - 3 * HOUR, 180, source="a", rate=RATE)
    covered(NOW, "a")
    for back in range(170, -1, -7):
        find(watch, sqlite_store, NOW - back * MINUTE)
    piecemeal = [row.model_dump() for row in kept(SHORT)]
    with database.writing() as session:
        for table in (Expectation, DetectorState):
            for row in session.exec(select(table)):
                session.delete(row)
    find(watch, sqlite_store)
    assert [row.model_dump() for row in kept(SHORT)] == piecemeal != []


def test_of_missing_minutes_nothing_was_expected(store: Settings, home: Path) -> None:
    with database.writing() as session:
        start = NOW - 3 * HOUR
        session.add(Gap(watch="harbour", source="a", started_at=start, ended_at=start + 30 * MINUTE, reason="lost"))
    learnt(home, store)
    by_start = {row.start: row for row in kept(SHORT)}
    lost = minute_of(NOW - 3 * HOUR)
    assert [by_start[lost + SHORT * n].minutes for n in range(-1, 4)] == [10, 0, 0, 0, 10]
    assert next(row.minutes for row in kept(LONG) if row.start == lost) == 30


def test_the_finder_that_was_slower_writes_nothing(
    store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = learnt(home, store)
    before = len(kept(SHORT))
    stream(NOW, 20, source="a", rate=RATE)
    covered(NOW + 20 * MINUTE, "a")
    with monkeypatch.context() as patch:
        patch.setattr(detectors, "put", lambda *_args, **_more: False)
        find(watch, store, NOW + 20 * MINUTE)
    assert len(kept(SHORT)) == before
    find(watch, store, NOW + 20 * MINUTE)
    find(watch, store, NOW + 20 * MINUTE)
    steps = [row.start for row in kept(SHORT)]
    assert before < len(steps) == len(set(steps))
    assert steps == list(range(steps[0], steps[-1] + 1, SHORT)), "none is missing"


def test_a_state_of_before_goes_on_without_what_it_does_not_know(home: Path) -> None:
    watch = watch_of(home)
    memory = Memory.load(watch, ("posts",), {}, 0)
    old = memory.dump()
    del old["posts"]["usual"]
    assert Memory.load(watch, ("posts",), old, 0).dump()["posts"]["usual"] == memory.dump()["posts"]["usual"]


def test_a_step_is_kept_once_and_short_ones_for_ninety_days(store: Settings) -> None:
    one = Expected("posts", SHORT, 0, 10, 5.0, 2.5)
    hour = Expected("posts", LONG, SHORT_KEPT + SHORT, 60, 30.0, 6.0)
    for more in (one, replace(one, expected=6.0), replace(one, start=SHORT)):
        with database.writing() as session:
            expectations.put(session, [("harbour", more)])
    assert [row.expected for row in kept(SHORT)] == [6.0, 5.0]
    with database.writing() as session:
        expectations.put(session, [("harbour", hour)])
    assert [row.start for row in kept(SHORT)] == [SHORT]
    assert len(kept(LONG)) == 1


@pytest.mark.parametrize("kind", ["poisson_like", "stormy", "brand"])
def test_most_counts_of_a_stream_without_news_lie_inside_of_the_band(kind: str) -> None:
    inside, every = coverage(next(one for one in calm_kinds() if one.name == kind), days=20)
    assert inside[SHORT] / every[SHORT] >= 0.9
    assert inside[LONG] / every[LONG] >= 0.85
