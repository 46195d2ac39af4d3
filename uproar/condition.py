"""Every question about how the service itself is: what waits, what fails, and whether anything changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from uproar.alerts import FIRING
from uproar.buckets import DAY
from uproar.models import Backlog, Correction, Cursor, DeadLetter, Delivery, Gap, Post, Reaction, Rollup, Spike

MOST_DELAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the metrics are made of."""

    reactions: Mapping[str, int]
    backlog: Mapping[str, int]
    rescoring: Mapping[str, int]
    dead_letters: int
    deliveries_pending: int
    deliveries_failed: int
    deliveries_delivered: int
    delivery_attempts: int
    spikes_firing: int


def figures(session: Session) -> Figures:
    """Count reactions (out of the buckets) and what waits by watch, and all that is dead, due or firing."""
    reacted = session.exec(
        select(Rollup.watch, func.sum(Rollup.posts)).where(Rollup.step == DAY).group_by(Rollup.watch)
    ).all()
    by_watch = select(Backlog.watch, func.count()).group_by(Backlog.watch)
    waiting = session.exec(by_watch.where(col(Backlog.rescore).is_(False))).all()
    rescoring = session.exec(by_watch.where(col(Backlog.rescore).is_(True))).all()
    pending = select(func.count()).where(
        col(Delivery.delivered_at).is_(None), col(Delivery.next_attempt_at).is_not(None)
    )
    failed = select(func.count()).where(col(Delivery.delivered_at).is_(None), col(Delivery.next_attempt_at).is_(None))
    delivered = select(func.count()).where(col(Delivery.delivered_at).is_not(None))
    firing = select(func.count()).where(col(Spike.resolved_at).is_(None), col(Spike.state).in_(FIRING))
    return Figures(
        reactions={watch: int(number) for watch, number in reacted},
        backlog={watch: int(number) for watch, number in waiting},
        rescoring={watch: int(number) for watch, number in rescoring},
        dead_letters=session.exec(select(func.count()).select_from(DeadLetter)).one(),
        deliveries_failed=session.exec(failed.select_from(Delivery)).one(),
        deliveries_pending=session.exec(pending.select_from(Delivery)).one(),
        deliveries_delivered=session.exec(delivered.select_from(Delivery)).one(),
        delivery_attempts=session.exec(select(func.coalesce(func.sum(Delivery.attempts), 0))).one(),
        spikes_firing=session.exec(firing.select_from(Spike)).one(),
    )


def waiting_since(session: Session) -> datetime | None:
    """When the post that waits longest for its first reaction was stored; ids grow with time: its id is the least."""
    oldest = select(func.min(Backlog.post_id)).where(col(Backlog.rescore).is_(False)).scalar_subquery()
    return session.exec(select(Post.collected_at).where(Post.id == oldest)).first()


def posts_by_source(session: Session) -> dict[tuple[str, str], int]:
    """How many posts of each source have been scored, out of the buckets."""
    keys = (Rollup.watch, Rollup.source)
    query = select(*keys, func.sum(Rollup.posts)).where(Rollup.step == DAY).group_by(*keys)
    return {(watch, source): int(number) for watch, source, number in session.exec(query)}


def dead_by_source(session: Session) -> dict[tuple[str, str], int]:
    """How many dead letters each source has."""
    query = select(DeadLetter.watch, DeadLetter.source, func.count()).group_by(DeadLetter.watch, DeadLetter.source)
    return {(watch, source): int(number) for watch, source, number in session.exec(query)}


def gaps_by_source(session: Session) -> dict[tuple[str, str], int]:
    """How many gaps of each source have not ended."""
    query = select(Gap.watch, Gap.source, func.count()).where(col(Gap.ended_at).is_(None))
    return {
        (watch, source): int(number) for watch, source, number in session.exec(query.group_by(Gap.watch, Gap.source))
    }


def overdue(session: Session, *, now: datetime) -> list[Cursor]:
    """Sources that nobody has looked at, although they are due, for longer than a pause explains."""
    late = now - MOST_DELAY
    query = select(Cursor).where(Cursor.next_due_at < late).order_by(Cursor.watch, Cursor.source)
    return [cursor for cursor in session.exec(query) if cursor.read_at is None or cursor.read_at < late]


def state(session: Session) -> dict[str, str]:
    """A short text for each part of the tables; a part has changed if its text is another one than before.

    Every question is answered from the end of an index or from a small table, so it may be asked every second.
    """
    done = session.exec(select(func.max(Reaction.post_id))).one()
    first = session.exec(select(func.min(Backlog.post_id))).one()
    last = session.exec(select(func.max(Backlog.post_id))).one()
    said = session.exec(select(func.max(Correction.id))).one()
    figures = func.count(), func.max(Spike.changed_at), func.sum(Spike.count)
    spikes = tuple(session.exec(select(*figures).select_from(Spike)).one())
    seen = session.exec(select(func.max(Spike.acknowledged_at))).one()
    tried = session.exec(select(func.count(), func.sum(Cursor.posts), func.sum(Cursor.failures))).one()
    read_at, covered = session.exec(select(func.max(Cursor.read_at), func.max(Cursor.covered_until))).one()
    return {
        "reactions": f"{done} {first} {last} {said}",
        "spikes": f"{spikes} {seen}",
        "sources": f"{tuple(tried)} {read_at} {covered}",
    }
