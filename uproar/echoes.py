"""Every question we ask of originals and their copies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import delete, text
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.bulk import among, inserting
from uproar.database import is_sqlite
from uproar.fingerprints import Fingerprint
from uproar.models import Backlog, Post, Reaction

MOST_OF_A_KEY = 16  # originals: a key of more is a phrase that everybody uses, and tells nothing
_LOCKS = 1_701_343_087  # any number, the same for all: which kind of lock it is


@dataclass(frozen=True, slots=True)
class Original:
    """What a copy is compared with."""

    post_id: int
    watch: str
    author_hash: str | None
    text: str


def lock(session: Session, watches: Collection[str]) -> None:
    """Be the only one who decides on echoes of these watches until the transaction ends.

    Two workers that have a post and its copy at the same moment would else both find no original. SQLite has one
    writer at a time anyway.
    """
    if is_sqlite(session):
        return
    for number in sorted({crc32(watch.encode()) - 2**31 for watch in watches}):  # in one order: no deadlock
        session.execute(text("SELECT pg_advisory_xact_lock(:kind, :number)"), {"kind": _LOCKS, "number": number})


def held(session: Session, ids: Collection[int], *, claim: str) -> dict[int, int | None]:
    """Which of these posts are still under a claim, each with the original that its reaction names so far."""
    query = (
        select(Backlog.post_id, Reaction.echo_of)
        .join(Reaction, col(Reaction.post_id) == col(Backlog.post_id), isouter=True)
        .where(among(session, col(Backlog.post_id), ids), col(Backlog.claim) == claim)
        .order_by(col(Backlog.post_id))
    )
    # held, so that a post whose fingerprint is written is not erased in between
    return dict(session.exec(query.with_for_update(of=Backlog)).all())


def kept_under(session: Session, keys: Sequence[int]) -> list[tuple[int, int]]:
    """Every key with each post that is kept under it: at most `MOST_OF_A_KEY` of one key."""
    table: Any = Fingerprint.__table__  # type: ignore[attr-defined] # SQLModel adds it to classes with table=True
    query = choose(table.c.key, table.c.post_id).where(among(session, table.c.key, keys))
    return [(key, id_) for key, id_ in session.connection().execute(query)]  # thousands of rows: not by way of the ORM


def originals(session: Session, ids: Collection[int]) -> dict[int, Original]:
    """What these posts say; one that was erased is left out."""
    columns = [col(column) for column in (Post.id, Post.watch, Post.author_hash, Post.text)]
    rows = session.execute(choose(*columns).where(among(session, col(Post.id), ids)))
    return {row[0]: Original(*row) for row in rows}


def keep(session: Session, keys: Collection[tuple[int, int]], *, now: datetime) -> None:
    """Keep posts under keys: pairs of post and key; one that is there already stays as old as it is."""
    if keys:
        rows: list[dict[str, Any]] = [{"post_id": id_, "key": key, "seen_at": now} for id_, key in sorted(keys)]
        statement, given = inserting(session, Fingerprint, rows)
        session.execute(statement.on_conflict_do_nothing(), given)


def forget(session: Session, ids: Collection[int]) -> None:
    """Keep these posts no longer."""
    if ids:
        session.execute(delete(Fingerprint).where(among(session, col(Fingerprint.post_id), ids)))


def forget_before(session: Session, moment: datetime, *, limit: int = 5_000) -> int:
    """Forget keys that were written before a moment, the oldest first, those of `limit` rows; how many there were."""
    old = select(Fingerprint.post_id).where(col(Fingerprint.seen_at) < moment)
    old = old.order_by(col(Fingerprint.seen_at)).limit(limit)
    result: Any = session.execute(
        delete(Fingerprint).where(col(Fingerprint.post_id).in_(old), col(Fingerprint.seen_at) < moment)
    )
    return int(result.rowcount)
