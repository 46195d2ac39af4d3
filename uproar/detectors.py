"""Every question we ask of detectors and of what they are fed with: counts, and how far sources were read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, update
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Backlog, Bucket, ConcernBucket, Cursor, DetectorState, Gap
from uproar.signals import CONCERN

COLUMNS = ("posts", "voices", "negative", "cancel")

Numbers = dict[str, int]  # a column, or concern:NAME (posts that name it)
Counts = dict[int, dict[str, Numbers]]  # minute, source


@dataclass(frozen=True, slots=True)
class Head:
    """How far a signal was looked at, and the version of what is remembered of it."""

    seen_until: int
    version: int


def heads(session: Session, watches: Collection[str]) -> dict[str, dict[str, Head]]:
    """The heads of these watches, by watch and signal."""
    columns = [getattr(DetectorState, name) for name in ("watch", "signal", "seen_until", "version")]
    found: dict[str, dict[str, Head]] = {watch: {} for watch in watches}
    rows = session.execute(choose(*columns).where(col(DetectorState.watch).in_(watches)))
    for watch, signal, seen_until, version in rows:
        found[watch][signal] = Head(seen_until, version)
    return found


def states(session: Session, watches: Collection[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """What is remembered of all signals of these watches, by watch and signal."""
    found: dict[str, dict[str, dict[str, Any]]] = {watch: {} for watch in watches}
    columns = [getattr(DetectorState, name) for name in ("watch", "signal", "state")]
    for watch, signal, state in session.execute(choose(*columns).where(col(DetectorState.watch).in_(watches))):
        found[watch][signal] = state
    return found


def put(
    session: Session, *, watch: str, states: Mapping[str, tuple[int, dict[str, Any]]], was: Mapping[str, Head]
) -> bool:
    """Keep what was learnt (how far, and the state) if nobody else has changed anything since `was` was read.

    False means that another worker was faster: what was found must then be thrown away with the transaction.
    """
    same = (DetectorState.signal, DetectorState.version)
    mine = select(*same).where(DetectorState.watch == watch).order_by(col(DetectorState.signal)).with_for_update()
    if dict(session.exec(mine).all()) != {signal: head.version for signal, head in was.items()}:
        return False
    rows = [{"of": signal, "until": until, "new": state} for signal, (until, state) in states.items() if signal in was]
    if rows:
        moved = update(DetectorState).where(
            col(DetectorState.watch) == watch, col(DetectorState.signal) == bindparam("of")
        )
        new = {"seen_until": bindparam("until"), "state": bindparam("new"), "version": DetectorState.version + 1}
        session.connection().execute(moved.values(new), rows)
    first = [
        {"watch": watch, "signal": signal, "seen_until": until, "version": 0, "state": state}
        for signal, (until, state) in states.items()
        if signal not in was
    ]
    if not first:
        return True
    added = insert(session, DetectorState).on_conflict_do_nothing(index_elements=["watch", "signal"])
    return len(session.execute(added.returning(col(DetectorState.signal)), first).all()) == len(first)


def seen_by_all(session: Session, *, watch: str, signals: Collection[str], until: int) -> bool:
    """Whether all these signals of a watch were looked at in all minutes before `until`."""
    ready = select(func.count()).where(DetectorState.watch == watch, DetectorState.seen_until >= until)
    return session.exec(ready.where(col(DetectorState.signal).in_(signals))).one() == len(signals)


def counts(session: Session, watches: Collection[str], *, start: int, end: int) -> dict[str, Counts]:
    """By watch, what was counted in each minute of [start, end) and each source; a minute of nothing is not there."""
    found: dict[str, Counts] = {watch: {} for watch in watches}
    within = [col(Bucket.watch).in_(watches), col(Bucket.minute) >= start, col(Bucket.minute) < end]
    keys = (col(Bucket.watch), col(Bucket.minute), col(Bucket.source))
    sums = [func.sum(getattr(Bucket, name)) for name in COLUMNS]
    for watch, minute, source, *numbers in session.execute(choose(*keys, *sums).where(*within).group_by(*keys)):
        row = dict(zip(COLUMNS, map(int, numbers), strict=True))
        found[watch].setdefault(int(minute), {})[source] = row
    table = ConcernBucket
    about = [col(table.watch).in_(watches), col(table.minute) >= start, col(table.minute) < end]
    named = (col(table.watch), col(table.minute), col(table.source), col(table.concern))
    for watch, minute, source, concern, posts in session.execute(
        choose(*named, func.sum(table.posts)).where(*about).group_by(*named)
    ):
        found[watch].setdefault(int(minute), {}).setdefault(source, {})[CONCERN + concern] = int(posts)
    return found


def cursors(session: Session, watches: Collection[str]) -> dict[str, list[Cursor]]:
    """How far the sources of these watches were read."""
    found: dict[str, list[Cursor]] = {watch: [] for watch in watches}
    for cursor in session.exec(select(Cursor).where(col(Cursor.watch).in_(watches))):
        found[cursor.watch].append(cursor)
    return found


def gaps(session: Session, watches: Collection[str], *, since: datetime) -> dict[str, list[Gap]]:
    """The stretches of these watches that were not read and still are not, as far as they reach beyond `since`."""
    found: dict[str, list[Gap]] = {watch: [] for watch in watches}
    lost = select(Gap).where(col(Gap.watch).in_(watches), col(Gap.filled_at).is_(None))
    for gap in session.exec(lost.where(or_(col(Gap.ended_at).is_(None), col(Gap.ended_at) > since))):
        found[gap.watch].append(gap)
    return found


def waiting(session: Session, watches: Collection[str], *, since: datetime) -> dict[str, datetime]:
    """By watch, when the oldest post was written that has no reaction and is not older than `since`."""
    query = select(Backlog.watch, func.min(Backlog.created_at)).where(col(Backlog.rescore).is_(False))
    query = query.where(col(Backlog.watch).in_(watches), col(Backlog.created_at) >= since)
    return dict(session.exec(query.group_by(Backlog.watch)).all())
