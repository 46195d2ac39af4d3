"""Every question we ask about posts that may be gone from their platform: which are to be asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from uproar.models import Post


@dataclass(frozen=True, slots=True)
class Chosen:
    """Posts of one source that were collected within a time, from the number after `after` on; erased ones never."""

    watch: str
    source: str
    platform: str
    since: datetime
    before: datetime
    after: int = 0


def due(session: Session, chosen: Chosen, *, limit: int) -> Sequence[tuple[int, str]]:
    """Number and id of the next posts."""
    query = select(col(Post.id), col(Post.native_id)).where(*_within(chosen))
    found = session.exec(query.order_by(col(Post.id)).limit(limit))
    return [(number, native_id) for number, native_id in found if number is not None]


def count(session: Session, chosen: Chosen) -> int:
    """How many there are."""
    return session.exec(select(func.count()).select_from(Post).where(*_within(chosen))).one()


def _within(chosen: Chosen) -> list[ColumnElement[bool]]:
    return [
        col(Post.id) > chosen.after,
        col(Post.watch) == chosen.watch,
        col(Post.source) == chosen.source,
        col(Post.platform) == chosen.platform,
        col(Post.collected_at) >= chosen.since,
        col(Post.collected_at) < chosen.before,
        col(Post.erased_at).is_(None),
    ]
