"""The store of deliveries, on SQLite and PostgreSQL."""

from datetime import datetime, timedelta

from sqlmodel import select

from tests.at_once import at_once
from tests.spikes import NOW, put_spike
from uproar import condition, database, deliveries
from uproar.deliveries import Message
from uproar.models import Delivery, Spike
from uproar.settings import Settings

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def enqueue(*endpoints: str, spike_id: int | None = None, event: str = "firing") -> None:
    number = spike_id or put_spike()
    with database.writing() as session:
        one = session.get_one(Spike, number)
        messages = [Message(f"msg_{number}_{event}_{name}", name, event, "{}") for name in endpoints]
        deliveries.enqueue(session, one, messages, now=NOW)


def claim(now: datetime = NOW) -> Delivery | None:
    with database.writing() as session:
        return deliveries.claim(session, now=now, until=now + MINUTE)


def record(delivery: Delivery, *, again: datetime | None = None, delivered: bool = False) -> bool:
    with database.writing() as session:
        return deliveries.record(
            session, delivery, status=204 if delivered else 500, error=None if delivered else "HTTP 500",
            delivered_at=NOW if delivered else None, next_attempt_at=again,
        )  # fmt: skip


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
        assert deliveries.due_since(session, now=NOW + MINUTE) is None
        assert session.exec(select(Delivery)).one().delivered_at == NOW


def test_a_failed_delivery_waits_until_its_next_attempt(store: Settings) -> None:
    enqueue("ops")
    delivery = claim()
    assert delivery is not None
    record(delivery, again=NOW + 5 * MINUTE)
    assert claim(NOW + 4 * MINUTE) is None
    with database.reading() as session:
        assert condition.figures(session).deliveries_pending == 1
        assert deliveries.due_since(session, now=NOW + 4 * MINUTE) is None
        assert deliveries.due_since(session, now=NOW + 5 * MINUTE) is not None


def test_messages_about_one_spike_reach_an_endpoint_in_their_order(store: Settings) -> None:
    first, other = put_spike(), put_spike()
    enqueue("ops", "pager", spike_id=first)
    enqueue("ops", spike_id=first, event="resolved")
    enqueue("ops", spike_id=other)
    taken = []
    while (one := claim()) is not None:
        taken.append((one.spike_id, one.endpoint, one.event))
        record(one, delivered=True)
    assert taken == [
        (first, "ops", "firing"), (first, "pager", "firing"), (first, "ops", "resolved"), (other, "ops", "firing"),
    ]  # fmt: skip


def test_an_endpoint_is_sent_one_message_at_a_time(store: Settings) -> None:
    enqueue("ops", "pager")
    enqueue("ops")
    first, second = claim(), claim()
    assert first is not None
    assert second is not None
    assert (first.endpoint, second.endpoint, claim()) == ("ops", "pager", None)
    record(first, again=NOW + 5 * MINUTE)
    third = claim()
    assert third is not None
    assert (third.endpoint, third.id != first.id) == ("ops", True)


def test_of_many_who_want_to_send_to_one_endpoint_one_may(store: Settings) -> None:
    for _ in range(6):
        enqueue("ops")
    assert sum(one is not None for one in at_once(*[claim] * 6)) == 1


def test_a_message_does_not_wait_for_one_that_was_given_up(store: Settings) -> None:
    number = put_spike()
    enqueue("ops", spike_id=number)
    enqueue("ops", spike_id=number, event="resolved")
    first = claim()
    assert first is not None
    record(first)
    after = claim()
    assert after is not None
    assert after.event == "resolved"


def test_a_clock_that_is_set_back_keeps_no_endpoint_from_new_messages(store: Settings) -> None:
    enqueue("ops")
    first = claim(NOW + 2 * HOUR)
    assert first is not None
    with database.writing() as session:
        deliveries.record(
            session, first, status=204, error=None, delivered_at=NOW, next_attempt_at=None, rest_until=NOW + 2 * HOUR
        )
    enqueue("ops")
    assert claim(NOW) is not None
