"""Every question we ask of messages that have not arrived: which wait, and another try for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, update
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.deliveries import PENDING, state_of
from uproar.models import Delivery


@dataclass(frozen=True, slots=True)
class Stuck:
    """Messages to one endpoint that failed and are tried again, the next at `next_attempt_at`."""

    messages: int
    next_attempt_at: datetime
    error: str


def retry(session: Session, delivery_id: int, *, now: datetime) -> Delivery | None:
    """Make a message due now that was not delivered, with all its attempts before it if it was given up.

    With the end of a spike, so is what was given up of its beginning: nobody is told of an end alone. None if there is
    none of that id; one that was delivered comes back as it is, for it must not be sent twice.
    """
    row = session.get(Delivery, delivery_id, with_for_update=True)
    if row is None or row.delivered_at is not None:
        return row
    rows = [row]
    if row.event == "resolved":
        same = Delivery.spike_id == row.spike_id, Delivery.endpoint == row.endpoint, col(Delivery.id) < row.id
        before = select(Delivery).where(*same, col(Delivery.delivered_at).is_(None)).order_by(col(Delivery.id))
        rows += session.exec(before.with_for_update()).all()
    for one in rows:
        one.attempts = 0 if one.next_attempt_at is None else one.attempts
        one.next_attempt_at = now
        session.add(one)
    return row


def make_due(session: Session, *, watch: str | None, endpoint: str | None, now: datetime) -> int:
    """Make what waits for its next attempt due now, of a watch and an endpoint (None: of all); how many that were."""
    places = _places(watch, endpoint)
    waiting = select(Delivery.id).where(*PENDING, *places, col(Delivery.next_attempt_at) > now)
    ids = session.exec(waiting.order_by(col(Delivery.id)).with_for_update()).all()
    mine = update(Delivery).where(col(Delivery.id).in_(ids), *PENDING)
    result: Any = session.execute(mine.values(next_attempt_at=now))
    return int(result.rowcount)


def waiting(session: Session, *, watch: str | None, endpoint: str | None, now: datetime) -> int:
    """How many messages wait for a later attempt."""
    query = select(func.count()).select_from(Delivery)
    later = col(Delivery.next_attempt_at) > now
    return session.exec(query.where(*PENDING, *_places(watch, endpoint), later)).one()


def _places(watch: str | None, endpoint: str | None) -> list[ColumnElement[bool]]:
    asked = ((col(Delivery.watch), watch), (col(Delivery.endpoint), endpoint))
    return [column == value for column, value in asked if value is not None]


def stuck(session: Session) -> dict[tuple[str, str], Stuck]:
    """By watch and endpoint, what has failed there and is tried again."""
    place = col(Delivery.watch), col(Delivery.endpoint)
    failed = (*PENDING, col(Delivery.last_error).is_not(None))
    query = choose(*place, func.count(), func.min(Delivery.next_attempt_at), func.max(Delivery.last_error))
    rows = session.execute(query.where(*failed).group_by(*place))
    return {(watch, name): Stuck(int(number), again, error) for watch, name, number, again, error in rows}


def told(session: Session, spike_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By spike and endpoint, how its newest message is: pending, delivered or failed."""
    found: dict[int, dict[str, str]] = {id_: {} for id_ in spike_ids}
    query = select(Delivery).where(col(Delivery.spike_id).in_(spike_ids)).order_by(col(Delivery.id))
    for one in session.exec(query):
        found[one.spike_id][one.endpoint] = state_of(one)
    return found
