"""Every question we ask of detectors and spikes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy import select as select_sums
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Bucket, Cursor, DetectorState, Spike

FIRING = ("firing", "escalated")
SIGNALS = ("posts", "negative", "cancel")  # columns of the buckets; each has a detector


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


def seen_by_all(session: Session, *, watch: str, until: int) -> bool:
    """Whether the detectors of all signals of a watch have looked at all minutes before `until`."""
    ready = select(func.count()).where(DetectorState.watch == watch, DetectorState.seen_until >= until)
    return session.exec(ready.where(col(DetectorState.signal).in_(SIGNALS))).one() == len(SIGNALS)
