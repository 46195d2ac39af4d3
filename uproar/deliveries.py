"""Every question we ask of deliveries: messages about spikes on their way to endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from uproar.alerts import FIRING
from uproar.database import insert
from uproar.models import Delivery, EndpointState, Spike

BEGINNINGS = ("firing", "escalated", "given_up")  # an endpoint that was sent one of these is told of the end

LONGEST_BUSY = timedelta(minutes=10)  # longer than any sender wants an endpoint for itself, or lets it rest

PENDING = (col(Delivery.delivered_at).is_(None), col(Delivery.next_attempt_at).is_not(None))
_FAILED = (col(Delivery.delivered_at).is_(None), col(Delivery.next_attempt_at).is_(None))
_TOLD = (
    col(Delivery.event).in_(BEGINNINGS),
    col(Delivery.delivered_at).is_not(None) | col(Delivery.next_attempt_at).is_not(None),
)
_STATES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "pending": PENDING,
    "failed": _FAILED,
    "delivered": (col(Delivery.delivered_at).is_not(None),),
}


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
    return set(session.exec(select(Delivery.endpoint).where(Delivery.spike_id == spike.id, *_TOLD)))


def told_of(session: Session, *, watch: str) -> set[tuple[str, str, str]]:
    """Endpoint, signal and event of what endpoints are `told` of the spikes of a watch that go on."""
    query = select(Delivery.endpoint, Spike.signal, Delivery.event).join(Spike, col(Spike.id) == Delivery.spike_id)
    going_on = Spike.watch == watch, col(Spike.state).in_(FIRING)
    return set(session.exec(query.where(*going_on, *_TOLD).distinct()))


def due_since(session: Session, *, now: datetime) -> datetime | None:
    """Since when the delivery has been due that could be made at `now` and waits longest; None if there is none.

    Asked for a moment that is past, it finds what nobody has made since: an attempt moves either the delivery or its
    endpoint beyond that moment.
    """
    return session.exec(select(func.min(Delivery.next_attempt_at)).where(*_due(now))).first()


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions for a message whose time has come, with none before it and an endpoint that is free."""
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
        ~or_(*_free(now)),
    )
    return col(Delivery.next_attempt_at) <= now, ~before.exists(), ~busy.exists()


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of these one must hold: nobody sends to an endpoint, and it does not rest; or a clock was wrong that says so."""
    until = col(EndpointState.busy_until)
    return until.is_(None), until <= now, until > now + LONGEST_BUSY


def claim(session: Session, *, now: datetime, until: datetime) -> Delivery | None:
    """Take one delivery that is due, and with it its endpoint: nobody else sends there before it is recorded.

    If its sender dies, both are free again at `until`, and the message goes out with the same id. Messages about one
    spike reach an endpoint in the order in which they were written: a later one waits.
    """
    query = select(Delivery).where(*_due(now)).order_by(col(Delivery.next_attempt_at), col(Delivery.id)).limit(1)
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
    free = or_(*_free(now))
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
    rest_until: datetime | None = None,
) -> bool:
    """Write down how an attempt ended, and set its endpoint free, or let it rest; False if another has begun since."""
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
    session.execute(update(EndpointState).where(*place).values(busy_until=rest_until))
    return True


def hold(session: Session, *, watch: str, endpoint: str) -> None:
    """Let nobody else change what is still to be brought to an endpoint: in the order in which all lock deliveries."""
    query = select(Delivery.id).where(Delivery.watch == watch, Delivery.endpoint == endpoint, *PENDING)
    session.exec(query.order_by(col(Delivery.id)).with_for_update()).all()


def abandon(session: Session, *, watch: str, endpoint: str, error: str) -> list[Delivery]:
    """Give up everything that is still to be brought to an endpoint, which is on `hold`; what that was."""
    query = select(Delivery).where(Delivery.watch == watch, Delivery.endpoint == endpoint, *PENDING)
    given_up = list(session.exec(query.order_by(col(Delivery.id))))
    for one in given_up:
        one.next_attempt_at, one.last_error = None, error
        session.add(one)
    return given_up


def drop_end(session: Session, failed: Delivery) -> None:
    """Give up the end of a spike where its beginning was never received."""
    same = col(Delivery.spike_id) == failed.spike_id, col(Delivery.endpoint) == failed.endpoint
    if session.exec(select(Delivery.id).where(*same, col(Delivery.delivered_at).is_not(None)).limit(1)).first():
        return
    beginning = select(Delivery.id).where(*same, col(Delivery.event).in_(BEGINNINGS), *PENDING)
    if session.exec(beginning.limit(1)).first() is None:
        last = update(Delivery).where(*same, col(Delivery.event) == "resolved", *PENDING)
        session.execute(last.values(next_attempt_at=None, last_error="the endpoint never received the beginning"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deliveries are asked for; None asks for all."""

    watch: str | None = None
    endpoint: str | None = None
    spike_id: int | None = None
    state: str | None = None  # pending, delivered or failed


def state_of(delivery: Delivery) -> str:
    """How a delivery is: pending, delivered, or failed for good."""
    if delivery.delivered_at is not None:
        return "delivered"
    return "failed" if delivery.next_attempt_at is None else "pending"


def newest(session: Session, asked: Asked, *, limit: int) -> list[Delivery]:
    """Deliveries, the newest first."""
    query = select(Delivery).where(*_meeting(asked)).order_by(col(Delivery.id).desc())
    return list(session.exec(query.limit(limit)))


def _meeting(asked: Asked) -> list[ColumnElement[bool] | bool]:
    named = {"watch": asked.watch, "endpoint": asked.endpoint, "spike_id": asked.spike_id}
    return [
        *_STATES.get(asked.state or "", ()),
        *(getattr(Delivery, name) == value for name, value in named.items() if value is not None),
    ]


def counts(session: Session, spike_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many deliveries of these spikes are in each state."""
    found: dict[int, dict[str, int]] = {id_: dict.fromkeys(_STATES, 0) for id_ in spike_ids}
    for state, conditions in _STATES.items():
        query = select(Delivery.spike_id, func.count()).where(col(Delivery.spike_id).in_(spike_ids), *conditions)
        for id_, number in session.exec(query.group_by(col(Delivery.spike_id))):
            found[id_][state] = int(number)
    return found


def failing(session: Session) -> list[tuple[str, str, str]]:
    """Watch, name and last error of the endpoints at which the newest message that came to an end was given up."""
    place = col(Delivery.watch), col(Delivery.endpoint)
    ended = col(Delivery.next_attempt_at).is_(None)
    last = select(func.max(Delivery.id)).where(ended).group_by(*place)
    query = select(Delivery).where(col(Delivery.id).in_(last), col(Delivery.delivered_at).is_(None))
    return [(one.watch, one.endpoint, one.last_error or "") for one in session.exec(query.order_by(*place))]
