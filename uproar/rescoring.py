"""Every question we ask about making reactions anew: which posts, and how many still wait for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Backlog, Post, Reaction


@dataclass(frozen=True, slots=True)
class Range:
    """Reactions of some watches whose posts were written from `since` up to but without `until`.

    With a `version`, only those that were not made by it.
    """

    watches: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    version: str | None = None


def outdated(session: Session, chosen: Range, *, after: int, limit: int) -> Sequence[int]:
    """The posts of a range, by their numbers, from the one after `after` on."""
    query = select(Reaction.post_id).where(*_within(chosen), col(Reaction.post_id) > after)
    return session.exec(query.order_by(col(Reaction.post_id)).limit(limit)).all()


def count_outdated(session: Session, chosen: Range) -> int:
    """How many reactions a range has; it reads all of them."""
    return session.exec(select(func.count()).select_from(Reaction).where(*_within(chosen))).one()


def _within(chosen: Range) -> list[ColumnElement[bool]]:
    let_go = select(Post.id).where(Post.id == Reaction.post_id, col(Post.let_go_at).is_not(None))
    conditions: list[ColumnElement[bool]] = [col(Reaction.watch).in_(chosen.watches), ~let_go.exists()]
    if chosen.since is not None:
        conditions.append(col(Reaction.created_at) >= chosen.since)
    if chosen.until is not None:
        conditions.append(col(Reaction.created_at) < chosen.until)
    if chosen.version is not None:
        conditions.append(col(Reaction.model_version) != chosen.version)
    return conditions


def enqueue(session: Session, ids: Collection[int]) -> int:
    """Put posts that have a reaction into the backlog; how many were not there already. Their reactions stay.

    A post whose text was let go keeps the reaction that it has.
    """
    there = select(Post.id).where(col(Post.id).in_(ids), col(Post.let_go_at).is_(None)).order_by(col(Post.id))
    # held, so that nobody erases one in between; those that are gone already are left out
    held = session.exec(there.with_for_update(read=True, key_share=True)).all()
    rows = (
        choose(col(Reaction.post_id), col(Reaction.watch), col(Reaction.created_at), literal(0), literal(value=True))
        .where(col(Reaction.post_id).in_(held))
        .order_by(col(Reaction.post_id))
    )
    columns = ["post_id", "watch", "created_at", "attempts", "rescore"]
    statement = insert(session, Backlog).from_select(columns, rows)
    added = statement.on_conflict_do_nothing(index_elements=["post_id"]).returning(col(Backlog.post_id))
    return len(session.execute(added).all())


def waiting(session: Session, *, watches: Collection[str]) -> int:
    """How many posts of these watches are still to get a new reaction."""
    query = select(func.count()).select_from(Backlog).where(col(Backlog.rescore).is_(True))
    return session.exec(query.where(col(Backlog.watch).in_(watches))).one()
