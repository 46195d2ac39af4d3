"""What a platform deletes is erased here too: the text, what was made of it, and its place in every count."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from uproar import corrections, counting, quotes, tombstones
from uproar.buckets import Counted
from uproar.fingerprints import Fingerprint
from uproar.incoming import Erasure
from uproar.models import Backlog, Correction, DeadLetter, Post, Reaction, Version
from uproar.settings import Settings

CHUNK = 300

T = TypeVar("T")


def erase(session: Session, erasures: Iterable[Erasure], *, now: datetime, settings: Settings) -> int:
    """Erase posts, and everything of accounts, in all watches; how many posts that was.

    An erased post keeps its key and its time, so that it is not collected again. What is not stored, and what is
    erased already, is passed over.

    Raises:
        OtherKeyError: accounts could not be known again.
    """
    names: dict[str, set[str]] = {}
    authors: set[str] = set()
    for one in erasures:
        if one.native_id is not None:
            names.setdefault(one.platform, set()).add(one.native_id)
        if one.author is not None:
            authors.add(settings.hash_author(one.platform, one.author))
    if authors:
        tombstones.require_keys(session, settings)
    there = col(Post.erased_at).is_(None)
    ids: set[int] = set()
    for platform, named in names.items():
        for some in _chunks(sorted(named)):
            # no pairs in one list: SQLite would look for these in the whole table
            ids.update(_ids(session, Post.platform == platform, col(Post.native_id).in_(some), there))
    for hashes in _chunks(sorted(authors)):
        ids.update(_ids(session, col(Post.author_hash).in_(hashes), there))
    take_out(session, sorted(ids), now=now)
    return len(ids)


def _ids(session: Session, *conditions: ColumnElement[bool] | bool) -> list[int]:
    return [id_ for id_ in session.exec(select(Post.id).where(*conditions)) if id_ is not None]


def _chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def take_out(session: Session, ids: Sequence[int], *, now: datetime, settle: bool = False) -> None:
    """Erase these posts: of each its key and its time are left; with `settle` it is counted as ever, too."""
    # posts before what belongs to them, and the counts last, as everybody does: two never wait for each other
    for some in _chunks(ids):
        # who reads letters again has them before the posts; what a worker buries until the posts are ours follows below
        session.execute(delete(DeadLetter).where(col(DeadLetter.post_id).in_(some)))
    for some in _chunks(ids):
        session.exec(select(Post.id).where(col(Post.id).in_(some)).order_by(col(Post.id)).with_for_update()).all()
    counted: list[Counted] = []
    for some in _chunks(ids):
        session.execute(delete(Backlog).where(col(Backlog.post_id).in_(some)))
        counted += corrections.hold(session, some).values()
    if settle:
        counting.settle(session, counted)
    else:
        counting.change_counts(session, before=counted, after=())
    nothing = {"parent_text": None, "author_hash": None, "url": None, "target": None, "lang_claim": None}
    for some in _chunks(ids):
        for table in (Correction, Fingerprint, Version, Reaction, DeadLetter):
            session.execute(delete(table).where(col(table.post_id).in_(some)))
        session.execute(update(Post).where(col(Post.id).in_(some)).values(text="", erased_at=now, **nothing))
        quotes.forget(session, some)
