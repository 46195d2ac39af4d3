"""Every question we ask of dead letters: what cannot be used, and trying it again."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.incoming import Dead, storable
from uproar.models import Backlog, DeadLetter, Post, Reaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dead letters are meant; what is None excludes nothing. `reason` is a part of theirs, in any case."""

    watch: str | None = None
    source: str | None = None
    reason: str | None = None
    id: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions of a query."""
        found: list[ColumnElement[bool]] = []
        for column, value in ((DeadLetter.watch, self.watch), (DeadLetter.source, self.source)):
            if value is not None:
                found.append(col(column) == value)
        if self.reason is not None:
            found.append(col(DeadLetter.reason).icontains(self.reason, autoescape=True))
        if self.id is not None:
            found.append(col(DeadLetter.id) == self.id)
        return found


def bury(session: Session, dead: Iterable[Dead], *, watch: str, source: str, now: datetime) -> int:
    """Put items into the dead letters, each once however often it is read; how many were new."""
    rows = {}
    for item in dead:
        raw = storable(item.raw)
        reason = storable(item.reason, 1_000)
        digest = digest_of(watch, source, raw, reason, item.post_id)
        rows[digest] = {
            "watch": watch, "source": source, "post_id": item.post_id, "digest": digest,
            "raw": raw, "reason": reason, "died_at": now,
        }  # fmt: skip
    if not rows:
        return 0
    statement = insert(session, DeadLetter).on_conflict_do_nothing(index_elements=["digest"])
    return len(session.execute(statement.returning(col(DeadLetter.id)), list(rows.values())).all())


def digest_of(watch: str, source: str, raw: str, reason: str, post_id: int | None) -> str:
    """What tells one dead letter from another."""
    return hashlib.sha256("\0".join((watch, source, raw, reason, str(post_id))).encode()).hexdigest()


def count(session: Session, *, watch: str | None = None) -> int:
    """How many items are in the dead letters."""
    query = select(func.count()).select_from(DeadLetter)
    return int(session.exec(query if watch is None else query.where(DeadLetter.watch == watch)).one())


def newest(session: Session, wanted: Wanted, *, limit: int) -> list[DeadLetter]:
    """Dead letters, the newest first."""
    query = select(DeadLetter).where(*wanted.conditions()).order_by(col(DeadLetter.id).desc()).limit(limit)
    return list(session.exec(query))


def take(session: Session, wanted: Wanted, *, after: int, limit: int, hold: bool) -> Sequence[DeadLetter]:
    """The next dead letters after the one with this number; with `hold`, ours until the transaction ends."""
    query = select(DeadLetter).where(*wanted.conditions(), col(DeadLetter.id) > after)
    query = query.order_by(col(DeadLetter.id)).limit(limit)
    return session.exec(query.with_for_update(skip_locked=True) if hold else query).all()


def remove(session: Session, ids: Collection[int]) -> None:
    """Delete dead letters."""
    session.execute(delete(DeadLetter).where(col(DeadLetter.id).in_(ids)))


def die_again(session: Session, letter: DeadLetter, reason: str, *, now: datetime) -> None:
    """Note that an item still cannot be used, and why not now; if that is on record already, one letter is enough."""
    reason = storable(reason, 1_000)
    if reason == letter.reason:
        return
    digest = digest_of(letter.watch, letter.source, letter.raw, reason, letter.post_id)
    if session.exec(select(DeadLetter.id).where(DeadLetter.digest == digest)).first() is not None:
        session.delete(letter)
    else:
        letter.reason, letter.digest, letter.died_at = reason, digest, now
        session.add(letter)
    session.flush()


def put_back(session: Session, post_ids: Collection[int]) -> set[int]:
    """Put posts back into the backlog, say because they killed a worker; which ones are there to be put back.

    One that had a reaction before gets a new one.
    """
    query = select(Post.id, Post.watch, Post.created_at, Reaction.post_id)
    query = query.join(Reaction, col(Reaction.post_id) == col(Post.id), isouter=True)
    kept = col(Post.erased_at).is_(None), col(Post.let_go_at).is_(None)
    query = query.where(col(Post.id).in_(post_ids), *kept).order_by(col(Post.id))
    query = query.with_for_update(read=True, key_share=True, of=Post)  # so that nobody erases one in between
    rows: list[dict[str, Any]] = [
        {"post_id": id_, "watch": watch, "created_at": created, "attempts": 0, "rescore": reacted is not None}
        for id_, watch, created, reacted in session.exec(query)
    ]
    if rows:
        session.execute(insert(session, Backlog).on_conflict_do_nothing(index_elements=["post_id"]), rows)
    return {row["post_id"] for row in rows}
