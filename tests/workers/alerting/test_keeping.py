"""Messages are kept for as long as the setting says, and longer where they are still needed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from tests.spikes import a_spike
from uproar import database
from uproar.models import Delivery
from uproar.settings import Settings
from workers import tasks

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=91)


def put(name: str, state: str, **changes: Any) -> None:
    """One message about a spike of its own."""
    with database.writing() as session:
        spike = a_spike(state=state)
        session.add(spike)
        session.flush()
        given: dict[str, Any] = {"created_at": LONG_AGO, "delivered_at": LONG_AGO, **changes}
        row: dict[str, Any] = {
            "message_id": name,
            "watch": "harbour",
            "endpoint": "ops",
            "event": "firing",
            "body": "{}",
            **given,
        }
        session.add(Delivery(spike_id=spike.id or 0, **row))


@pytest.mark.parametrize(
    ("state", "changes", "kept"),
    [
        ("resolved", {}, False),
        ("resolved", {"delivered_at": None}, False),
        ("resolved", {"created_at": NOW - timedelta(days=89)}, True),
        ("resolved", {"delivered_at": None, "next_attempt_at": NOW}, True),
        ("escalated", {}, True),
    ],
)
def test_a_message_is_forgotten_when_nobody_needs_it(
    store: Settings, state: str, changes: dict[str, object], *, kept: bool
) -> None:
    put("msg_1", state, **changes)
    tasks.forget()
    with database.reading() as session:
        assert list(session.exec(select(col(Delivery.message_id)))) == (["msg_1"] if kept else [])
