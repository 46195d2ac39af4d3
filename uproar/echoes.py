"""Every question we ask of originals and their copies."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import delete, text
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.bulk import among
from uproar.database import is_sqlite
from uproar.fingerprints import Fingerprint
from uproar.models import Backlog, Post, Reaction

MOST_OF_A_KEY = 16  # originals: a key of more is a phrase that everybody uses, and tells nothing
_LOCKS = 1_701_343_087  # any number, the same for all: which kind of lock it is
_KEEP = "INSERT INTO fingerprints (key, post_id)"


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


def keep(session: Session, keys: Collection[tuple[int, int]]) -> None:
    """Keep posts under keys: pairs of key and post; what is there already stays."""
    if not keys:
        return
    rows = sorted(keys)  # neighbours in the table one after the other
    connection = session.connection()
    if is_sqlite(session):
        connection.exec_driver_sql(f"{_KEEP} VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
        return
    given = {"keys": _array(key for key, _ in rows), "ids": _array(id_ for _, id_ in rows)}
    unnested = "SELECT * FROM unnest(CAST(:keys AS BIGINT[]), CAST(:ids AS BIGINT[]))"
    connection.execute(text(f"{_KEEP} {unnested} ON CONFLICT DO NOTHING"), given)


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def forget(session: Session, ids: Collection[int]) -> None:
    """Keep these posts no longer."""
    if ids:
        session.execute(delete(Fingerprint).where(among(session, col(Fingerprint.post_id), ids)))


def forget_before(session: Session, moment: datetime, *, limit: int = 1_000) -> int:
    """Forget posts that were collected before a moment, some of them; how many there were.

    Posts are numbered in the order in which they were collected: the old ones are those at the front.
    """
    first = select(Fingerprint.post_id).order_by(col(Fingerprint.post_id)).limit(limit)
    ids = set(session.exec(first))
    younger = select(Post.id).where(among(session, col(Post.id), ids), col(Post.collected_at) >= moment)
    old = ids.difference(id_ for id_ in session.exec(younger) if id_ is not None)
    forget(session, old)
    return len(old)
