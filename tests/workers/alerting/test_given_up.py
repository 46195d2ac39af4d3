"""After the last attempt: another channel is told, and the endpoint that is gone is left alone."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from dashboards.app import make_app
from tests.spikes import a_spike
from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import deliver_due, make_due, watch_of
from uproar import database, deliveries, endpoints, undelivered
from uproar.models import Delivery, Spike
from uproar.settings import Settings
from uproar.watch import Watch
from workers.alerting.notifying import Kind, notify

FALLBACK = "allow_private = true\nfallback = true"


@pytest.fixture
def ops() -> Iterator[Endpoint]:
    """The endpoint e0."""
    with serving() as one:
        yield one


@pytest.fixture
def mail() -> Iterator[Endpoint]:
    """The endpoint that is told if e0 cannot be."""
    with serving() as one:
        yield one


def both(home: Path, ops: Endpoint, mail: Endpoint) -> dict[str, Watch]:
    watch_of(home, ops)
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + f'[[alerts.endpoints]]\nname = "mail"\nurl = "{mail.url}"\n{FALLBACK}\n')
    return watch_of(home)


def change(watches: dict[str, Watch], store: Settings, kind: Kind, *, signal: str = "cancel") -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        query = select(Spike).where(Spike.signal == signal)
        spike = session.exec(query).first() or a_spike(signal=signal, started_at=now)
        spike.state, spike.changed_at, spike.resolved_at = kind, now, now if kind == "resolved" else None
        session.add(spike)
        session.flush()
        notify(session, spike, kind, watch=watches["harbour"], settings=store, now=now)


def try_often(watches: dict[str, Watch], store: Settings) -> None:
    for _ in range(12):
        make_due()
        deliver_due(watches, store)


def states() -> list[tuple[str, str, str]]:
    with database.reading() as session:
        found = session.exec(select(Delivery).order_by(col(Delivery.id)))
        return [(one.endpoint, one.event, deliveries.state_of(one)) for one in found]


def events(endpoint: Endpoint) -> list[str]:
    return [json.loads(got.body)["uproar"]["event"] for got in endpoint.received]


def ready(status: int) -> str:
    with TestClient(make_app(), base_url="http://localhost") as client:
        answer = client.get("/ready")
        assert answer.status_code == status, answer.text
        metrics = client.get("/metrics").text
    return " ".join([*answer.json()["reasons"], metrics])


def test_after_the_last_attempt_the_fallback_is_told_once_with_endpoint_and_spike(
    store: Settings, home: Path, ops: Endpoint, mail: Endpoint
) -> None:
    ops.replies = [Reply(503)]
    watches = both(home, ops, mail)
    change(watches, store, "firing")
    try_often(watches, store)
    assert len(ops.received) == 10
    assert states() == [("e0", "firing", "failed"), ("mail", "given_up", "delivered")]
    (got,) = mail.received
    message = json.loads(got.body)
    assert got.headers["webhook-id"] not in {one.headers["webhook-id"] for one in ops.received}
    assert (message["uproar"]["given_up"], message["uproar"]["error"]) == ("e0", "HTTP 503")
    change(watches, store, "escalated")
    try_often(watches, store)
    assert events(mail) == ["given_up"], "that it cannot be told of this spike has been said"
    change(watches, store, "resolved")
    try_often(watches, store)
    assert events(mail) == ["given_up", "resolved"]
    assert ("e0", "resolved", "delivered") not in states()


def test_what_was_given_up_is_a_reason_of_ready_until_something_arrives_there(
    store: Settings, home: Path, ops: Endpoint, mail: Endpoint
) -> None:
    ops.replies = [Reply(503)]
    watches = both(home, ops, mail)
    assert "uproar_deliveries_failed 0" in ready(200)
    change(watches, store, "firing")
    try_often(watches, store)
    said = ready(503)
    assert "A message to the endpoint harbour/e0 was given up (HTTP 503)" in said
    assert "uproar_deliveries_failed 1" in said
    assert "uproar_deliveries_delivered 1" in said
    assert "uproar_delivery_attempts_total 11" in said
    ops.replies = [Reply(204)]
    with database.writing() as session:
        (failed,) = deliveries.newest(session, deliveries.Asked(state="failed"), limit=5)
        assert failed.id is not None
        assert undelivered.retry(session, failed.id, now=datetime.now(UTC)) is failed
    deliver_due(watches, store)
    assert "uproar_deliveries_failed 0" in ready(200)
    assert len({got.headers["webhook-id"] for got in ops.received}) == 1


def test_410_disables_the_endpoint_ends_all_that_waits_for_it_and_tells_the_fallback(
    store: Settings, home: Path, ops: Endpoint, mail: Endpoint
) -> None:
    ops.replies = [Reply(410)]
    watches = both(home, ops, mail)
    for signal in ("cancel", "threshold:many-leave"):
        change(watches, store, "firing", signal=signal)
    deliver_due(watches, store)
    assert len(ops.received) == 1
    assert sorted(states()) == [("e0", "firing", "failed")] * 2 + [("mail", "given_up", "delivered")] * 2
    said = ready(503)
    assert "The endpoint harbour/e0 has said that it is gone" in said
    assert "uproar_endpoints_disabled 1" in said
    change(watches, store, "firing", signal="threshold:another")
    change(watches, store, "resolved")
    deliver_due(watches, store)
    assert len(ops.received) == 1
    assert sorted(events(mail)) == ["firing", "given_up", "given_up", "resolved"]
    with database.writing() as session:
        assert endpoints.enable(session, watches["harbour"].alerts.endpoints[0], watch="harbour")
    ops.replies = [Reply(204)]
    change(watches, store, "firing", signal="concern:price")
    deliver_due(watches, store)
    assert len(ops.received) == 2


def test_the_end_is_not_sent_where_the_beginning_was_given_up(
    sqlite_store: Settings, home: Path, ops: Endpoint
) -> None:
    ops.replies = [Reply(500)]
    watches = watch_of(home, ops)
    change(watches, sqlite_store, "firing")
    change(watches, sqlite_store, "resolved")
    try_often(watches, sqlite_store)
    assert set(events(ops)) == {"firing"}
    assert states() == [("e0", "firing", "failed"), ("e0", "resolved", "failed")]


def test_the_end_is_sent_where_at_least_the_escalation_arrived(
    sqlite_store: Settings, home: Path, ops: Endpoint
) -> None:
    ops.replies = [Reply(500)] * 10 + [Reply(204)]
    watches = watch_of(home, ops)
    for kind in ("firing", "escalated", "resolved"):
        change(watches, sqlite_store, kind)
    try_often(watches, sqlite_store)
    assert events(ops)[-2:] == ["escalated", "resolved"]


def test_a_fallback_that_fails_tells_nobody_else(
    sqlite_store: Settings, home: Path, ops: Endpoint, mail: Endpoint
) -> None:
    ops.replies = mail.replies = [Reply(410)]
    watches = both(home, ops, mail)
    change(watches, sqlite_store, "firing")
    try_often(watches, sqlite_store)
    assert states() == [("e0", "firing", "failed"), ("mail", "given_up", "failed")]
    assert len(mail.received) == 1


def test_what_was_delivered_is_not_retried_and_what_waits_is_sent_at_once(store: Settings, home: Path) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        spike = a_spike()
        session.add(spike)
        session.flush()
        messages = [deliveries.Message(f"msg_{name}", name, "firing", "{}") for name in ("a", "b")]
        assert deliveries.enqueue(session, spike, messages, now=now) == 2
        assert deliveries.enqueue(session, spike, messages, now=now) == 0
        later, done = session.exec(select(Delivery).order_by(col(Delivery.id)))
        later.next_attempt_at, later.attempts = now + timedelta(hours=9), 4
        done.next_attempt_at, done.delivered_at = None, now
        session.add_all([later, done])
        session.flush()
        assert later.id is not None
        assert done.id is not None
        undelivered.retry(session, later.id, now=now)
        undelivered.retry(session, done.id, now=now)
        assert (later.next_attempt_at, later.attempts) == (now, 4)
        assert done.next_attempt_at is None
        assert undelivered.retry(session, 999, now=now) is None
