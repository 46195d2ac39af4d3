"""What is let go because it is old: texts, and then all of a post but what was counted of it. Every question about it.

Posts are numbered in the order in which they were collected: each kind is let go from the first one on, and how far
that went is remembered, so that nothing is looked at twice.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Literal

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session, col, select

from uproar import erasing, quotes
from uproar.database import insert
from uproar.fingerprints import Fingerprint
from uproar.models import Backlog, Correction, DeadLetter, Horizon, Post, Reaction, Version

AT_ONCE = 300  # posts in one transaction
What = Literal["text", "reactions"]


def let_texts_go(session: Session, *, before: datetime, now: datetime) -> bool:
    """Let go what some posts say that were collected before a moment; False if there are no more.

    With the text goes all that quotes it: versions, the words that decided, notes of corrections, excerpts in alerts
    and messages, and by what copies are found. One that waits for its reaction will get none. Counts stay.
    """
    posts = _next(session, "text", before)
    if posts is None:
        return False
    ids = [one.id for one in posts if one.id is not None and one.erased_at is None and one.let_go_at is None]
    if not ids:
        return True
    session.execute(delete(DeadLetter).where(col(DeadLetter.post_id).in_(ids)))
    session.exec(select(Post.id).where(col(Post.id).in_(ids)).order_by(col(Post.id)).with_for_update()).all()
    for table in (Backlog, Fingerprint, Version):
        session.execute(delete(table).where(col(table.post_id).in_(ids)))
    _let_evidence_go(session, ids)
    session.execute(update(Correction).where(col(Correction.post_id).in_(ids)).values(note=None))
    session.execute(update(Post).where(col(Post.id).in_(ids)).values(text="", parent_text=None, let_go_at=now))
    quotes.forget(session, ids)
    return True


def _let_evidence_go(session: Session, ids: Sequence[int]) -> None:
    """Which rules were met, and where, stays; the words go."""
    query = select(Reaction.post_id, Reaction.evidence).where(col(Reaction.post_id).in_(ids))
    found = session.exec(query.order_by(col(Reaction.post_id)).with_for_update()).all()
    bare = [
        {"its_id": id_, "bare": [{name: one[name] for name in one if name != "text"} for one in evidence]}
        for id_, evidence in found
        if evidence
    ]
    if bare:
        table: Any = Reaction.__table__  # type: ignore[attr-defined] # SQLModel adds it to classes with table=True
        statement = table.update().where(table.c.post_id == bindparam("its_id")).values(evidence=bindparam("bare"))
        session.connection().execute(statement, bare)


def let_reactions_go(session: Session, *, before: datetime, now: datetime) -> bool:
    """Let some posts go that were collected before a moment, with what was made of them; False if there are no more.

    Their keys stay, so that they are not collected again, and what was counted of them.
    """
    posts = _next(session, "reactions", before)
    if posts is None:
        return False
    ids = [one.id for one in posts if one.id is not None and one.erased_at is None]
    erasing.take_out(session, ids, now=now, settle=True)
    return True


def let_letters_go(session: Session, *, before: datetime) -> bool:
    """Let some dead letters go that are older; False if there are no more."""
    old = select(DeadLetter.id).where(col(DeadLetter.died_at) < before).order_by(col(DeadLetter.id)).limit(AT_ONCE)
    gone: Any = session.execute(delete(DeadLetter).where(col(DeadLetter.id).in_(list(session.exec(old)))))
    return bool(gone.rowcount)


def _next(session: Session, what: What, before: datetime) -> Sequence[Post] | None:
    """The next posts that are old enough; None if there are none, or if somebody else is at it."""
    first = insert(session, Horizon).on_conflict_do_nothing(index_elements=["what"])
    session.execute(first, [{"what": what, "post_id": 0}])
    query = select(Horizon).where(Horizon.what == what).with_for_update(skip_locked=True)
    horizon = session.exec(query).first()
    if horizon is None:
        return None
    after = select(Post).where(col(Post.id) > horizon.post_id).order_by(col(Post.id)).limit(AT_ONCE)
    old = list(takewhile(lambda post: post.collected_at < before, session.exec(after)))
    if not old:
        return None
    horizon.post_id = old[-1].id or 0
    session.add(horizon)
    return old
