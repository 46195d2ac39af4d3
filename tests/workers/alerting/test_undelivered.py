"""What has not arrived, and another try for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.workers.alerting.test_alerts_command import lines, put, run
from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import deliver_due, stored, waits, watch_of
from uproar import database, deliveries, undelivered
from uproar.models import Delivery, Spike
from uproar.settings import Settings
from workers.alerting import checks, deliveries_command


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that answers 204 unless told otherwise."""
    with serving() as one:
        yield one


def test_what_waits_for_hours_is_sent_once_a_test_was_taken_or_somebody_asks_for_it(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    group = deliveries_command.group
    endpoint.replies = [Reply(500)]
    watches = watch_of(home, endpoint)
    put()
    deliver_due(watches, sqlite_store)
    found = {one.subject: one for one in checks.check(sqlite_store, list(watches.values()))}["endpoint harbour/e0"]
    assert (found.ok, "1 failed so far" in found.detail, "HTTP 500" in found.detail) == (False, True, True)
    failed, *hint = lines("retry", "--failed", group=group)
    assert (failed, hint) == (
        "0 to be sent again.",
        ["2 more were not given up and wait for another attempt: --pending sends them now."],
    )
    assert run("test", "e0").exit_code == 1
    assert waits(stored("e0", "msg_1_e0")) > 0
    endpoint.replies = [Reply(204)]
    assert lines("test", "e0")[1] == "1 that waited for it are sent now."
    assert waits(stored("e0", "msg_1_e0")) <= 0
    later = datetime.now(UTC) + timedelta(hours=5)
    for arguments, said in (
        (["retry", "--pending"], "2 to be sent again."),
        (["retry", "--pending", "--endpoint", "e1"], "1 to be sent again."),
    ):
        with database.writing() as session:
            session.execute(update(Delivery).values(next_attempt_at=later))
        assert lines(*arguments, group=group) == [said]


def test_the_end_of_a_spike_is_not_sent_again_without_its_beginning(sqlite_store: Settings) -> None:
    put()
    now = datetime.now(UTC)
    with database.writing() as session:
        spike = session.get_one(Spike, 1)
        deliveries.enqueue(session, spike, [deliveries.Message("end", "e0", "resolved", "{}")], now=now)
        session.execute(update(Delivery).values(next_attempt_at=None))
    with database.writing() as session:
        undelivered.retry(session, stored("e0", "end").id or 0, now=now)
    assert stored("e0", "msg_1_e0").next_attempt_at == now
    assert stored("e1", "msg_1_e1").next_attempt_at is None
