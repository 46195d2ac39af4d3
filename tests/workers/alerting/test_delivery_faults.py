"""Receivers that misbehave, and senders that die: nothing is lost, nothing is sent twice once it was taken."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import deliver_due, enqueue, hurry, make_due, stored, watch_of
from uproar import outgoing
from uproar.settings import Settings
from workers.alerting import channels, deliveries


def test_a_sender_waits_fifteen_seconds_in_all_and_reads_no_body() -> None:
    limits = channels.LIMITS
    assert (limits.total, limits.wait, limits.size, limits.redirects, limits.allow_private) == (15, 15, 0, 0, False)
    assert channels.APPRISE_SECONDS < deliveries.CLAIM_SECONDS, "an attempt ends before another sender may begin one"


def test_a_receiver_that_is_down_for_an_hour_loses_nothing_and_gets_nothing_twice(
    sqlite_store: Settings, home: Path
) -> None:
    with serving() as endpoint:
        port = endpoint.port
    watches = watch_of(home, endpoint)
    enqueue("e0", "e0-b", "e0-c", to="e0")
    began = datetime.now(UTC)
    for minute in range(60):
        with time_machine.travel(began + timedelta(minutes=minute)):
            deliver_due(watches, sqlite_store)
    attempts = stored("e0", "msg_e0").attempts
    assert 3 <= attempts <= 5, "at 0 s, 5 s, 5 min and 30 min"
    with serving(port) as back:
        for minute in range(60, 24 * 60, 30):
            with time_machine.travel(began + timedelta(minutes=minute)):
                deliver_due(watches, sqlite_store)
        assert sorted(got.headers["webhook-id"] for got in back.received) == ["msg_e0", "msg_e0-b", "msg_e0-c"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(hang=20),
        Reply(drip=0.05),
        Reply(500, size=1_000_000_000),
        Reply(302, {"location": "http://169.254.169.254/latest/meta-data/"}),
        Reply(raw=b""),
        Reply(raw=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 50),
        Reply(raw=b"HTTP/1.1 two hundred OK\r\n\r\n"),
        Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"x-padding: " + b"a" * 300_000 + b"\r\n"),
    ],
    ids=["500", "hangs", "drips", "1 GB", "redirect", "closes", "garbage", "no status", "endless header"],
)
def test_a_message_survives_whatever_a_receiver_does_and_arrives_once(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    hurry(monkeypatch)
    connected: list[Any] = []
    honest = socket.create_connection

    def connect(address: Any, *args: Any, **kwargs: Any) -> socket.socket:
        connected.append(address[0])
        return honest(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", connect)
    endpoint.replies = [reply, reply, Reply(204)]
    watches = watch_of(home, endpoint)
    enqueue()
    for _ in range(5):
        make_due()
        start = time.monotonic()
        deliver_due(watches, sqlite_store)
        assert time.monotonic() - start < 10
    assert stored().delivered_at is not None
    assert stored().attempts == len(endpoint.received) == 3
    assert len({(got.headers["webhook-id"], got.body) for got in endpoint.received}) == 1
    assert set(connected) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, size=1_000_000_000),
        Reply(202, {"content-length": "5", "content-encoding": "br"}),
        Reply(200, {"content-length": "9"}),
    ],
    ids=["1 GB", "odd encoding", "less than it says"],
)
def test_what_was_taken_with_a_2xx_is_not_sent_again_whatever_follows(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    hurry(monkeypatch)
    endpoint.replies = [reply]
    watches = watch_of(home, endpoint)
    enqueue()
    for _ in range(2):
        make_due()
        deliver_due(watches, sqlite_store)
    assert len(endpoint.received) == 1
    assert stored().last_status == reply.status


def test_one_that_hangs_with_many_messages_holds_up_nobody_else(
    store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    endpoint.replies = [Reply(hang=20)]
    with serving() as other:
        watches = watch_of(home, endpoint, other)
        enqueue(*(f"e0-{number}" for number in range(4)), to="e0")
        enqueue("e1")
        assert deliver_due(watches, store) == 2, "while it rests, nothing else is sent there"
        assert (len(endpoint.received), len(other.received)) == (1, 1)
        make_due()
        deliver_due(watches, store)
        assert len(endpoint.received) == 2


def test_while_one_hangs_a_new_message_to_another_is_sent(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, 2.0)
    endpoint.replies = [Reply(hang=20)]
    with serving() as other:
        watches = watch_of(home, endpoint, other)
        honest = outgoing.request

        def request(*args: Any, **kwargs: Any) -> Any:
            if endpoint.url in args:
                enqueue("e1")  # a spike that is found while this one waits
            return honest(*args, **kwargs)

        monkeypatch.setattr(channels, "request", request)
        enqueue("e0")
        assert deliver_due(watches, sqlite_store) == 2
        assert stored("e1").delivered_at is not None
        assert stored("e0").delivered_at is None


KILLED = """
import os, signal, threading
from uproar import deliveries
from uproar import outgoing
from uproar.settings import settings
from uproar.watch import load_watches
from workers.alerting.deliver import keep_delivering

deliveries.record = lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL)
watches = {watch.name: watch for watch in load_watches(settings().watch_dir)}
keep_delivering(watches, settings(), threading.Event())
"""


def test_a_worker_that_is_killed_between_send_and_record_sends_it_again_with_the_same_id(
    store: Settings, home: Path, endpoint: Endpoint
) -> None:
    watches = watch_of(home, endpoint)
    enqueue()
    died = subprocess.run([sys.executable, "-c", KILLED], env=os.environ, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert len(endpoint.received) == 1
    assert (stored().attempts, stored().delivered_at) == (1, None)
    assert deliver_due(watches, store) == 0, "its claim is still good"
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert deliver_due(watches, store) == 1
    assert [got.headers["webhook-id"] for got in endpoint.received] == ["msg_e0", "msg_e0"]
    assert endpoint.received[0].body == endpoint.received[1].body
    assert (stored().attempts, stored().last_status) == (2, 204)


def test_as_many_that_hang_as_there_are_hands_keep_none_from_the_others(
    store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, 0.3)
    monkeypatch.setattr(deliveries, "AT_ONCE", 2)
    with serving() as second, serving() as good:
        for one in (endpoint, second):
            one.replies = [Reply(hang=60)]
        watches = watch_of(home, endpoint, second, good)
        for name in ("e0", "e1"):
            enqueue(*(f"{name}-{number}" for number in range(20)), to=name)
        enqueue("e2", to="e2")
        assert deliver_due(watches, store) == 3
        assert len(good.received) == 1
        for one in (endpoint, second):
            one.over.set()
