"""Every question we ask of cursors and gaps."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.incoming import storable
from uproar.models import Cursor, Gap

LONGEST_REST = timedelta(hours=25)  # no source rests longer than a day
ABOUT = timedelta(seconds=1)  # platforms give times in whole seconds
LONG_AGO = timedelta(minutes=5)  # unread for longer than this, a stretch is a gap and not a pause


def is_due(now: datetime) -> ColumnElement[bool]:
    """Cursors that have waited long enough, or whose time was set by a clock that was wrong."""
    return or_(col(Cursor.next_due_at) <= now, col(Cursor.next_due_at) > now + LONGEST_REST)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Cursors that nobody holds, or nobody alive."""
    until = col(Cursor.claimed_until)
    return or_(until.is_(None), until < now, until > now + LONGEST_REST)


def resting(session: Session, *, now: datetime) -> set[tuple[str, str]]:
    """Watch and source of the cursors that are not due, or that somebody reads."""
    return {
        (watch, source)
        for watch, source in session.exec(select(Cursor.watch, Cursor.source).where(~and_(is_due(now), is_free(now))))
    }


def claim_due(
    session: Session, *, watch: str, source: str, claim: str, now: datetime, until: datetime
) -> Cursor | None:
    """The cursor of a source if it is due and nobody else reads it; it is then ours until `until`.

    A claim that is ours already is taken again: whoever asks has ended the reading that it was for.
    """
    first = {
        "watch": watch, "source": source, "position": {}, "next_due_at": now,
        "caught_up": False, "failures": 0, "posts": 0, "unrelated": 0,
    }  # fmt: skip
    session.execute(insert(session, Cursor).on_conflict_do_nothing(index_elements=["watch", "source"]), [first])
    free = or_(is_free(now), col(Cursor.claim) == claim)
    due = update(Cursor).where(col(Cursor.watch) == watch, col(Cursor.source) == source, is_due(now), free)
    taken: Any = session.execute(due.values(claim=claim, claimed_until=until))
    return session.get(Cursor, (watch, source), populate_existing=True) if taken.rowcount else None


def release(session: Session, *, claim_prefix: str) -> int:
    """Free the sources that a dead collector was reading; how many there were."""
    held = col(Cursor.claim).startswith(claim_prefix, autoescape=True)
    result: Any = session.execute(update(Cursor).where(held).values(claim=None, claimed_until=None))
    return int(result.rowcount)


def try_again(session: Session, *, now: datetime) -> int:
    """Let sources be tried at once whose set-up or budget may have been mended; how many there are."""
    waiting = update(Cursor).where(col(Cursor.ours_to_mend), col(Cursor.next_due_at) > now)
    result: Any = session.execute(waiting.values(next_due_at=now))
    return int(result.rowcount)


def wake(session: Session, *, watch: str, source: str, now: datetime) -> bool:
    """Let a source be tried at once that failed and answers now; False if it does not wait."""
    place = col(Cursor.watch) == watch, col(Cursor.source) == source
    waiting = update(Cursor).where(*place, col(Cursor.failures) > 0, col(Cursor.next_due_at) > now)
    result: Any = session.execute(waiting.values(next_due_at=now))
    return bool(result.rowcount)


def still_ours(session: Session, *, watch: str, source: str, claim: str) -> Cursor | None:
    """The cursor, locked, if our claim on it still holds; a reader that was too slow must not move it."""
    query = select(Cursor).where(Cursor.watch == watch, Cursor.source == source, Cursor.claim == claim)
    return session.exec(query.with_for_update()).first()


def succeed(
    session: Session,
    cursor: Cursor,
    *,
    position: dict[str, Any],
    covered_until: datetime | None,
    caught_up: bool,
    next_due_at: datetime,
    posts: int,
    now: datetime,
    unrelated: int = 0,
) -> None:
    """Move a cursor on after a page was stored, and free it; an open gap ends here."""
    cursor.position = position
    cursor.covered_until = covered_until or cursor.covered_until
    cursor.caught_up = caught_up
    cursor.next_due_at = next_due_at
    cursor.posts += posts
    cursor.unrelated += unrelated
    cursor.read_at = now
    cursor.failures = 0
    cursor.ours_to_mend = False
    cursor.last_error = None
    _free(cursor)
    session.add(cursor)
    if caught_up:
        close_gaps(session, watch=cursor.watch, source=cursor.source, now=now)


def partly_fail(session: Session, cursor: Cursor, *, error: str, now: datetime, starts: datetime) -> None:
    """Record that a part of a source could not be read, beside a page that was; with a gap, as for `fail`."""
    cursor.last_error = storable(error, 1_000)
    session.add(cursor)
    _open_gap_if_late(session, cursor, until=now, starts=starts)


def fail(
    session: Session,
    cursor: Cursor,
    *,
    error: str,
    next_due_at: datetime,
    now: datetime,
    starts: datetime,
    ours_to_mend: bool = False,
) -> None:
    """Record that a source could not be read; what it did not cover, from `starts` on, is a gap after a while.

    And at once, if the source will not be asked again for a while: a budget that is spent, a long rate limit.
    `ours_to_mend`: it is tried again at the next start of a collector, which may have been told something new.
    """
    cursor.failures += 1
    cursor.ours_to_mend = ours_to_mend
    cursor.last_error = storable(error, 1_000)
    cursor.next_due_at = next_due_at
    cursor.read_at = now
    _free(cursor)
    session.add(cursor)
    _open_gap_if_late(session, cursor, until=max(now, next_due_at), starts=starts)


def _open_gap_if_late(session: Session, cursor: Cursor, *, until: datetime, starts: datetime) -> None:
    since = cursor.covered_until or starts
    if until - since > LONG_AGO:
        reason = cursor.last_error or ""
        open_gap(session, watch=cursor.watch, source=cursor.source, started_at=since, reason=reason)


def _free(cursor: Cursor) -> None:
    cursor.claim = None
    cursor.claimed_until = None


def open_gap(session: Session, *, watch: str, source: str, started_at: datetime, reason: str) -> None:
    """Put a stretch that is not read on record, unless it is there already."""
    present = select(Gap.id).where(Gap.watch == watch, Gap.source == source, col(Gap.ended_at).is_(None))
    if session.exec(present).first() is None:
        session.add(Gap(watch=watch, source=source, started_at=started_at, reason=reason))


def add_gap(
    session: Session, *, watch: str, source: str, started_at: datetime, ended_at: datetime, reason: str
) -> None:
    """Put a stretch on record that was read in part only and cannot be read again."""
    same = select(Gap.id).where(Gap.watch == watch, Gap.source == source, Gap.started_at == started_at)
    if session.exec(same.where(Gap.ended_at == ended_at)).first() is None:
        session.add(Gap(watch=watch, source=source, started_at=started_at, ended_at=ended_at, reason=reason))


def close_gaps(session: Session, *, watch: str, source: str, now: datetime) -> None:
    """End the open gap of a source that has caught up; what it could not make good is a gap of its own."""
    still_open = update(Gap).where(col(Gap.watch) == watch, col(Gap.source) == source, col(Gap.ended_at).is_(None))
    session.execute(still_open.values(ended_at=now, filled_at=now))


def fill_gaps(
    session: Session, *, watch: str, source: str, started_at: datetime, ended_at: datetime, now: datetime
) -> int:
    """Mark as filled what lies within a stretch that has now been read; how many gaps that was."""
    lost = update(Gap).where(col(Gap.watch) == watch, col(Gap.source) == source, col(Gap.filled_at).is_(None))
    lost = lost.where(col(Gap.started_at) >= started_at - ABOUT, col(Gap.ended_at) <= ended_at + ABOUT)
    result: Any = session.execute(lost.values(filled_at=now))
    return int(result.rowcount)


def cursors(session: Session, *, watch: str | None = None) -> list[Cursor]:
    """The state of all sources."""
    query = select(Cursor).order_by(Cursor.watch, Cursor.source)
    return list(session.exec(query if watch is None else query.where(Cursor.watch == watch)))
