"""Every question we ask of detectors, spikes and deliveries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy import select as select_sums
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Bucket, Cursor, Delivery, DetectorState, Spike

FIRING = ("firing", "escalated")
SIGNALS = ("posts", "negative", "cancel")  # columns of the buckets; each has a detector


@dataclass(frozen=True, slots=True)
class Message:
    """One message about a spike, to be brought to one endpoint."""

    message_id: str
    endpoint: str
    event: str
    body: str


def detector(session: Session, *, watch: str, signal: str) -> DetectorState | None:
    """What the detector of a signal remembers."""
    return session.get(DetectorState, (watch, signal))


def advance(
    session: Session, *, watch: str, signal: str, seen_from: int | None, seen_until: int, state: dict[str, Any]
) -> bool:
    """Keep what a detector has learnt, if nobody else has moved it since `seen_from` (None: it was not there).

    False means that another worker was faster: what was found must then be thrown away with the transaction.
    """
    row = {"watch": watch, "signal": signal, "seen_until": seen_until, "state": state}
    result: Any
    if seen_from is None:
        first = insert(session, DetectorState).on_conflict_do_nothing(index_elements=["watch", "signal"])
        result = session.execute(first.returning(col(DetectorState.watch)), [row]).all()
        return bool(result)
    moved = update(DetectorState).where(
        col(DetectorState.watch) == watch,
        col(DetectorState.signal) == signal,
        col(DetectorState.seen_until) == seen_from,
    )
    result = session.execute(moved.values(seen_until=seen_until, state=state))
    return bool(result.rowcount)


def first_minute(session: Session, *, watch: str) -> int | None:
    """The start of the first bucket of a watch."""
    return session.exec(select(func.min(Bucket.minute)).where(Bucket.watch == watch)).one()


def last_minute(session: Session, *, watch: str) -> int | None:
    """The start of the newest bucket of a watch."""
    return session.exec(select(func.max(Bucket.minute)).where(Bucket.watch == watch)).one()


def counts(session: Session, *, watch: str, start: int, end: int) -> list[tuple[int, str, dict[str, int]]]:
    """The count of every signal in each minute and source of [start, end)."""
    sums = [func.sum(getattr(Bucket, signal)) for signal in SIGNALS]
    query = select_sums(col(Bucket.minute), col(Bucket.source), *sums).where(
        col(Bucket.watch) == watch, col(Bucket.minute) >= start, col(Bucket.minute) < end
    )
    rows = session.execute(query.group_by(col(Bucket.minute), col(Bucket.source)))
    return [(int(row[0]), row[1], dict(zip(SIGNALS, map(int, row[2:]), strict=True))) for row in rows]


def coverage(session: Session, *, watch: str, sources: Collection[str]) -> tuple[dict[str, datetime], bool]:
    """Up to when each of these sources that can tell has been read in full, and whether all are still catching up."""
    query = select(Cursor).where(Cursor.watch == watch, col(Cursor.covered_until).is_not(None))
    cursors = session.exec(query.where(col(Cursor.source).in_(sources))).all()
    covered = {one.source: one.covered_until for one in cursors if one.covered_until is not None}
    return covered, all(not one.caught_up and not one.failures for one in cursors)


def open_spike(session: Session, *, watch: str, signal: str) -> Spike | None:
    """The spike of a signal that has not been resolved."""
    query = select(Spike).where(Spike.watch == watch, Spike.signal == signal, col(Spike.state).in_(FIRING))
    return session.exec(query.order_by(col(Spike.id).desc())).first()


def enqueue(session: Session, spike: Spike, messages: Sequence[Message], *, now: datetime) -> None:
    """Put one delivery for each message on the table, due at once."""
    for message in messages:
        session.add(
            Delivery(
                message_id=message.message_id,
                spike_id=spike.id or 0,
                watch=spike.watch,
                endpoint=message.endpoint,
                event=message.event,
                body=message.body,
                created_at=now,
                next_attempt_at=now,
            )
        )


def claim_delivery(session: Session, *, now: datetime, until: datetime) -> Delivery | None:
    """Take one delivery that is due; if its sender dies, it is due again at `until`, with the same message id.

    Messages about one spike reach an endpoint in the order in which they were written: a later one waits.
    """
    earlier = aliased(Delivery)
    before = select(earlier.id).where(
        earlier.spike_id == Delivery.spike_id,
        earlier.endpoint == Delivery.endpoint,
        col(earlier.id) < col(Delivery.id),
        col(earlier.next_attempt_at).is_not(None),
    )
    query = select(Delivery).where(col(Delivery.next_attempt_at) <= now, ~before.exists())
    query = query.order_by(col(Delivery.next_attempt_at), col(Delivery.id))
    delivery = session.exec(query.limit(1).with_for_update(skip_locked=True)).first()
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_attempt_at = until
        session.add(delivery)
    return delivery


def record(
    session: Session,
    delivery: Delivery,
    *,
    status: int | None,
    error: str | None,
    delivered_at: datetime | None,
    next_attempt_at: datetime | None,
) -> bool:
    """Write down how an attempt ended; False if another attempt has begun since."""
    same = update(Delivery).where(
        col(Delivery.id) == delivery.id,
        col(Delivery.attempts) == delivery.attempts,
        col(Delivery.delivered_at).is_(None),
    )
    result: Any = session.execute(
        same.values(last_status=status, last_error=error, delivered_at=delivered_at, next_attempt_at=next_attempt_at)
    )
    return bool(result.rowcount)


def due(session: Session, *, now: datetime) -> bool:
    """Whether a delivery could be made right now."""
    query = select(Delivery.id).where(col(Delivery.next_attempt_at) <= now).limit(1)
    return session.exec(query).first() is not None


def seen_by_all(session: Session, *, watch: str, until: int) -> bool:
    """Whether the detectors of all signals of a watch have looked at all minutes before `until`."""
    ready = select(func.count()).where(DetectorState.watch == watch, DetectorState.seen_until >= until)
    return session.exec(ready.where(col(DetectorState.signal).in_(SIGNALS))).one() == len(SIGNALS)
