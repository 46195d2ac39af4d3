"""Deliveries to a real server on this machine, on SQLite and PostgreSQL."""

import json
import time
from datetime import datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import BODY, deliver_due, enqueue, make_due, stored, waits, watch_of
from uproar.settings import Settings
from workers.alerting import channels
from workers.alerting.webhooks import sign


def test_a_message_is_delivered_once(store: Settings, home: Path, endpoint: Endpoint) -> None:
    watches = watch_of(home, endpoint)
    enqueue()
    assert deliver_due(watches, store) == 1
    assert deliver_due(watches, store) == 0
    delivery = stored()
    assert delivery.delivered_at is not None
    assert (delivery.attempts, delivery.last_status, delivery.last_error) == (1, 204, None)
    assert delivery.next_attempt_at is None
    assert len(endpoint.received) == 1


def test_what_arrives_is_signed_and_the_very_body_that_was_stored(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    (got,) = endpoint.received
    assert got.body.decode() == BODY
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "msg_e0"
    assert Webhook(sqlite_store.endpoint_secret("harbour", "e0")).verify(got.body, got.headers) == json.loads(BODY)
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 5


def test_after_a_failure_the_same_message_is_sent_again_with_a_new_time(
    store: Settings, home: Path, endpoint: Endpoint
) -> None:
    endpoint.replies = [Reply(500), Reply(200)]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, store)
    first = stored()
    assert (first.attempts, first.last_status, first.last_error, first.delivered_at) == (1, 500, "HTTP 500", None)
    assert 3 < waits(first) < 6
    assert deliver_due(watches, store) == 0, "it is not due yet"
    make_due()
    deliver_due(watches, store)
    assert stored().delivered_at is not None
    one, two = endpoint.received
    assert one.headers["webhook-id"] == two.headers["webhook-id"]
    assert one.body == two.body


def test_the_tenth_failure_is_the_last(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(500)]
    watches = watch_of(home, endpoint)
    enqueue()
    for _ in range(12):
        make_due()
        deliver_due(watches, sqlite_store)
    assert len(endpoint.received) == 10
    assert (stored().attempts, stored().next_attempt_at) == (10, None)


def test_a_server_that_is_not_there_is_tried_again(sqlite_store: Settings, home: Path) -> None:
    with serving() as gone:
        url = gone.url
    watches = watch_of(home, url)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert "Connect" in (stored().last_error or "")
    assert 3 < waits(stored()) < 6


def test_a_bug_in_sending_costs_one_attempt_of_one_delivery(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(body: str, *, secrets: list[str], message: str, now: datetime) -> dict[str, str]:
        if message == "msg_e0":
            raise RuntimeError("a bug")
        return sign(body, secrets=secrets, message=message, now=now)

    monkeypatch.setattr(channels, "sign", broken)
    watches = watch_of(home, endpoint, endpoint)
    enqueue("e0", "e1")
    deliver_due(watches, sqlite_store)
    assert stored("e1").delivered_at is not None
    assert stored("e0").last_error == "RuntimeError: a bug"
    assert 3 < waits(stored("e0")) < 6


def test_many_deliveries_are_worked_off_in_one_round(store: Settings, home: Path, endpoint: Endpoint) -> None:
    watches = watch_of(home, *[endpoint] * 11)
    enqueue(*(f"e{number}" for number in range(11)))
    assert [deliver_due(watches, store) for _ in range(2)] == [11, 0]
    assert len({got.headers["webhook-id"] for got in endpoint.received}) == len(endpoint.received) == 11
