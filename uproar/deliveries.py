"""Every question we ask of deliveries, and of the endpoints that they go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Delivery, EndpointState, Spike

BEGINNINGS = ("firing", "escalated", "given_up")  # an endpoint that was sent one of these is told of the end


@dataclass(frozen=True, slots=True)
class Message:
    """One message about a spike, to be brought to one endpoint."""

    message_id: str
    endpoint: str
    event: str
    body: str


def enqueue(session: Session, spike: Spike, messages: Sequence[Message], *, now: datetime) -> int:
    """Put one delivery for each message on the table, due at once; one whose id is there already is passed over."""
    rows = [
        {
            "message_id": message.message_id,
            "spike_id": spike.id,
            "watch": spike.watch,
            "endpoint": message.endpoint,
            "event": message.event,
            "body": message.body,
            "created_at": now,
            "attempts": 0,
            "next_attempt_at": now,
        }
        for message in messages
    ]
    new = insert(session, Delivery).on_conflict_do_nothing(index_elements=["message_id"]).returning(col(Delivery.id))
    return sum(len(session.execute(new, [row]).all()) for row in rows)


def told(session: Session, spike: Spike) -> set[str]:
    """The endpoints that were sent the beginning of a spike, or are still to be; not those that it never reached."""
    query = select(Delivery.endpoint).where(Delivery.spike_id == spike.id, col(Delivery.event).in_(BEGINNINGS))
    alive = col(Delivery.delivered_at).is_not(None) | col(Delivery.next_attempt_at).is_not(None)
    return set(session.exec(query.where(alive)))


def claim(session: Session, *, now: datetime, until: datetime) -> Delivery | None:
    """Take one delivery that is due, and with it its endpoint: nobody else sends there before it is recorded.

    If its sender dies, both are free again at `until`, and the message goes out with the same id. Messages about one
    spike reach an endpoint in the order in which they were written: a later one waits.
    """
    earlier = aliased(Delivery)
    before = select(earlier.id).where(
        earlier.spike_id == Delivery.spike_id,
        earlier.endpoint == Delivery.endpoint,
        col(earlier.id) < col(Delivery.id),
        col(earlier.next_attempt_at).is_not(None),
    )
    busy = select(EndpointState.name).where(
        EndpointState.watch == Delivery.watch,
        EndpointState.name == Delivery.endpoint,
        col(EndpointState.busy_until) > now,
    )
    query = select(Delivery).where(col(Delivery.next_attempt_at) <= now, ~before.exists(), ~busy.exists())
    query = query.order_by(col(Delivery.next_attempt_at), col(Delivery.id)).limit(1)
    while (delivery := session.exec(query.with_for_update(skip_locked=True)).first()) is not None:
        if _take_endpoint(session, delivery, now=now, until=until):
            delivery.attempts += 1
            delivery.next_attempt_at = until
            session.add(delivery)
            return delivery
    return None


def _take_endpoint(session: Session, delivery: Delivery, *, now: datetime, until: datetime) -> bool:
    """Whether nobody else sends there; on PostgreSQL two may get here at once, with two messages for one endpoint."""
    row = {"watch": delivery.watch, "name": delivery.endpoint, "busy_until": until}
    free = col(EndpointState.busy_until).is_(None) | (col(EndpointState.busy_until) <= now)
    taken = insert(session, EndpointState).on_conflict_do_update(
        index_elements=["watch", "name"], set_={"busy_until": until}, where=free
    )
    return bool(session.execute(taken.returning(col(EndpointState.name)), [row]).all())


def record(
    session: Session,
    delivery: Delivery,
    *,
    status: int | None,
    error: str | None,
    delivered_at: datetime | None,
    next_attempt_at: datetime | None,
) -> bool:
    """Write down how an attempt ended, and set its endpoint free; False if another attempt has begun since."""
    same = update(Delivery).where(
        col(Delivery.id) == delivery.id,
        col(Delivery.attempts) == delivery.attempts,
        col(Delivery.delivered_at).is_(None),
    )
    result: Any = session.execute(
        same.values(last_status=status, last_error=error, delivered_at=delivered_at, next_attempt_at=next_attempt_at)
    )
    if not result.rowcount:
        return False
    place = col(EndpointState.watch) == delivery.watch, col(EndpointState.name) == delivery.endpoint
    session.execute(update(EndpointState).where(*place).values(busy_until=None))
    return True


def due(session: Session, *, now: datetime) -> bool:
    """Whether a delivery could be made right now."""
    query = select(Delivery.id).where(col(Delivery.next_attempt_at) <= now).limit(1)
    return session.exec(query).first() is not None
