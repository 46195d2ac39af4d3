"""The store of detectors and spikes, on SQLite and PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.spikes import a_spike
from uproar import alerts, database
from uproar.settings import Settings


def advance(seen_from: int | None, seen_until: int, mark: str = "") -> bool:
    with database.writing() as session:
        return alerts.advance(
            session, watch="harbour", signal="cancel", seen_from=seen_from, seen_until=seen_until, state={"mark": mark}
        )


def seen() -> tuple[int, str] | None:
    with database.reading() as session:
        state = alerts.detector(session, watch="harbour", signal="cancel")
        return None if state is None else (state.seen_until, state.state["mark"])


def spike(state: str = "firing") -> int:
    with database.writing() as session:
        one = a_spike(state=state)
        session.add(one)
        session.flush()
        return one.id or 0


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Start all at the same moment and wait for their answers."""
    gate = threading.Barrier(len(calls))
    database.engine()  # one for all threads

    def start(call: Callable[[], object]) -> object:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


def test_a_detector_moves_on_only_from_where_it_was_read(store: Settings) -> None:
    assert seen() is None
    assert advance(None, 60, "first")
    assert not advance(None, 60, "late")
    assert advance(60, 120, "second")
    assert not advance(60, 180, "late")
    assert seen() == (120, "second")


def test_of_two_that_move_a_detector_at_once_one_wins(store: Settings) -> None:
    assert sorted(map(bool, at_once(lambda: advance(None, 60, "a"), lambda: advance(None, 60, "b")))) == [False, True]
    moves = [lambda mark=mark: advance(60, 120, mark) for mark in "cdef"]
    won = at_once(*moves)
    assert sum(map(bool, won)) == 1
    assert seen() == (120, "cdef"[won.index(True)])


def test_the_open_spike_is_the_newest_that_has_not_been_resolved(store: Settings) -> None:
    with database.reading() as session:
        assert alerts.open_spike(session, watch="harbour", signal="cancel") is None
    spike("firing")
    newest = spike("escalated")
    spike("resolved")
    with database.reading() as session:
        found = alerts.open_spike(session, watch="harbour", signal="cancel")
        assert found is not None
        assert found.id == newest
        assert alerts.open_spike(session, watch="harbour", signal="posts") is None


def test_all_have_seen_a_minute_when_the_slowest_detector_has(store: Settings) -> None:
    with database.writing() as session:
        assert not alerts.seen_by_all(session, watch="harbour", until=0)
        for signal, until in (("posts", 120), ("cancel", 60), ("negative", 180)):
            assert not alerts.seen_by_all(session, watch="harbour", until=60), f"{signal} has not looked yet"
            alerts.advance(session, watch="harbour", signal=signal, seen_from=None, seen_until=until, state={})
        assert alerts.seen_by_all(session, watch="harbour", until=60)
        assert not alerts.seen_by_all(session, watch="harbour", until=120)
