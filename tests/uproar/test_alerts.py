"""The store of detectors, spikes and deliveries, on SQLite and PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from uproar import alerts, condition, database
from uproar.models import Delivery, Spike
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def spike(state: str = "firing", started_at: datetime = NOW) -> int:
    with database.writing() as session:
        one = Spike(
            watch="harbour", signal="cancel", state=state, started_at=started_at, changed_at=started_at, count=9,
            expected=1.0, window_s=600, score=3.0, explanation="nine", notified=True,
        )  # fmt: skip
        session.add(one)
        session.flush()
        return one.id or 0


def enqueue(*endpoints: str, spike_id: int | None = None, event: str = "firing") -> None:
    number = spike_id or spike()
    with database.writing() as session:
        one = session.get_one(Spike, number)
        messages = [alerts.Message(f"msg_{number}_{event}_{name}", name, event, "{}") for name in endpoints]
        alerts.enqueue(session, one, messages, now=NOW)


def claim(now: datetime = NOW) -> Delivery | None:
    with database.writing() as session:
        return alerts.claim_delivery(session, now=now, until=now + MINUTE)


def record(delivery: Delivery, *, again: datetime | None = None, delivered: bool = False) -> bool:
    with database.writing() as session:
        return alerts.record(
            session, delivery, status=204 if delivered else 500, error=None if delivered else "HTTP 500",
            delivered_at=NOW if delivered else None, next_attempt_at=again,
        )  # fmt: skip


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Start all at the same moment and wait for their answers."""
    gate = threading.Barrier(len(calls))
    database.engine()  # one for all threads

    def start(call: Callable[[], object]) -> object:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


def test_no_two_senders_hold_one_delivery(store: Settings) -> None:
    enqueue(*(f"e{number}" for number in range(8)))

    def take_all() -> list[str]:
        taken = []
        while (delivery := claim()) is not None:
            taken.append(delivery.message_id)
        return taken

    hands = at_once(*[take_all] * 4)
    taken = [one for hand in hands if isinstance(hand, list) for one in hand]
    assert len(taken) == len(set(taken)) == 8


def test_a_delivery_is_due_again_when_its_sender_has_died(store: Settings) -> None:
    enqueue("ops")
    first = claim()
    assert first is not None
    assert claim(NOW + MINUTE / 2) is None
    again = claim(NOW + MINUTE)
    assert again is not None
    assert (again.message_id, again.attempts) == (first.message_id, 2)


def test_a_sender_that_was_too_slow_writes_nothing(store: Settings) -> None:
    enqueue("ops")
    slow, fast = claim(), claim(NOW + MINUTE)
    assert slow is not None
    assert fast is not None
    assert not record(slow, again=None)
    assert record(fast, delivered=True)
    assert not record(fast, again=NOW), "what was delivered stays delivered"
    with database.reading() as session:
        assert not alerts.due(session, now=NOW + MINUTE)
        assert session.exec(select(Delivery)).one().delivered_at == NOW


def test_a_failed_delivery_waits_until_its_next_attempt(store: Settings) -> None:
    enqueue("ops")
    delivery = claim()
    assert delivery is not None
    record(delivery, again=NOW + 5 * MINUTE)
    assert claim(NOW + 4 * MINUTE) is None
    with database.reading() as session:
        assert condition.figures(session).deliveries_pending == 1
        assert not alerts.due(session, now=NOW + 4 * MINUTE)
        assert alerts.due(session, now=NOW + 5 * MINUTE)


def test_messages_about_one_spike_reach_an_endpoint_in_their_order(store: Settings) -> None:
    first, other = spike(), spike()
    enqueue("ops", "pager", spike_id=first)
    enqueue("ops", spike_id=first, event="resolved")
    enqueue("ops", spike_id=other)
    taken = [claim(), claim(), claim(), claim()]
    assert [one and (one.spike_id, one.endpoint, one.event) for one in taken] == [
        (first, "ops", "firing"), (first, "pager", "firing"), (other, "ops", "firing"), None,
    ]  # fmt: skip
    assert taken[0] is not None
    record(taken[0], delivered=True)
    after = claim()
    assert after is not None
    assert after.event == "resolved"


def test_a_message_does_not_wait_for_one_that_was_given_up(store: Settings) -> None:
    number = spike()
    enqueue("ops", spike_id=number)
    enqueue("ops", spike_id=number, event="resolved")
    first = claim()
    assert first is not None
    record(first, again=None)
    after = claim()
    assert after is not None
    assert after.event == "resolved"


def test_the_open_spike_is_the_newest_that_has_not_been_resolved(store: Settings) -> None:
    with database.writing() as session:
        assert alerts.open_spike(session, watch="harbour", signal="cancel") is None
    spike("firing")
    newest = spike("escalated")
    spike("resolved")
    with database.writing() as session:
        found = alerts.open_spike(session, watch="harbour", signal="cancel")
        assert found is not None
        assert found.id == newest
        assert alerts.open_spike(session, watch="harbour", signal="posts") is None
