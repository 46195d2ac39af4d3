"""The role that delivers: endpoints that hang hold up nobody, and it stops in time."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.spikes import a_spike
from tests.waiting import until
from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import enqueue, stored, watch_of
from uproar import database, silences
from uproar.settings import Settings
from uproar.watch import Watch
from workers.alerting import deliver

ROLE = [sys.executable, "-c", "from workers.alerting.deliver import deliver; deliver()"]


@contextmanager
def delivering(watches: dict[str, Watch], store: Settings) -> Iterator[None]:
    """Release and send in a thread until the block ends."""
    stopping = threading.Event()
    thread = threading.Thread(target=deliver.keep_delivering, args=(watches, store, stopping))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def test_endpoints_that_hang_for_ever_hold_up_no_other(store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(hang=60)]
    with serving() as second, serving() as healthy:
        second.replies = [Reply(hang=60)]
        watches = watch_of(home, endpoint, second, healthy)
        for name in ("e0", "e1"):
            enqueue(*(f"{name}-{number}" for number in range(50)), to=name)
        try:
            with delivering(watches, store):
                until(lambda: len(endpoint.received) == len(second.received) == 1)
                for number in range(5):
                    enqueue(f"e2-{number}", to="e2")
                    until(lambda number=number: len(healthy.received) > number)  # type: ignore[misc] # bound now
                assert len(endpoint.received) == len(second.received) == 1, "one message at a time to each"
        finally:
            endpoint.over.set()
            second.over.set()


def test_what_a_silence_held_is_told_when_it_is_over(
    store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "RELEASE_SECONDS", 0.1)
    watches = watch_of(home, endpoint)
    moment = datetime.now(UTC)
    with database.writing() as session:
        one = silences.silence(
            session,
            watch=None,
            signal=None,
            starts_at=moment,
            ends_at=moment + timedelta(hours=1),
            comment="",
            by=None,
            now=moment,
        )
        session.add(a_spike(held="silence 1"))
        number = one.id or 0
    with delivering(watches, store):
        with database.writing() as session:
            silences.end(session, number, now=datetime.now(UTC))
        until(lambda: len(endpoint.received) == 1)


@pytest.mark.parametrize("error", [OperationalError("select", {}, Exception("gone")), KeyError("a bug")])
def test_a_failure_costs_a_moment_and_no_message(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(deliver, "release", fail)
    watches = watch_of(home, endpoint)
    with delivering(watches, sqlite_store):
        enqueue()
        until(lambda: stored().delivered_at is not None)


def test_it_stops_in_time_while_an_endpoint_hangs_and_the_message_is_sent_again(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    endpoint.replies = [Reply(hang=60)]
    watch_of(home, endpoint)
    enqueue()
    log = home / "log"
    with log.open("w") as file:
        process = subprocess.Popen(ROLE, env=os.environ, stdout=file, stderr=file)
    try:
        until(lambda: len(endpoint.received) == 1, log=log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
    assert "hanging=1" in log.read_text()
    assert stored().next_attempt_at is not None
    assert stored().delivered_at is None
