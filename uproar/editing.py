"""What becomes of a post that its author edits: the new text counts, the old one is kept as a version."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from uproar import deadletters, quotes
from uproar.identifiers import without_identifiers
from uproar.incoming import Incoming
from uproar.models import Backlog, Post, Version

CHUNK = 500


def apply(session: Session, posts: Sequence[Incoming], *, watch: str, now: datetime) -> int:
    """Put newer versions in the place of stored posts, and have these read again; how many there were.

    A version counts if its `edited_at` is later than that of the stored one. An erased post stays erased, and one whose
    text was let go stays without; what the worker made of the old text is dropped, or replaced when the new text has
    been read.
    """
    newest: dict[tuple[str, str], Incoming] = {}
    for post in posts:
        key = (post.platform, post.native_id)
        if post.edited_at is not None and (key not in newest or _edited(newest[key]) < post.edited_at):
            newest[key] = post
    changed: list[int] = []
    edited = list(newest.values())
    for start in range(0, len(edited), CHUNK):
        for stored in _stored(session, edited[start : start + CHUNK], watch=watch):
            new = newest[stored.platform, stored.native_id]
            if (stored.edited_at or stored.created_at) < _edited(new):
                changed += _replace(session, stored, new, now=now)
    if changed:
        session.flush()
        # a worker that reads the old text now finds its claim gone, and leaves the post to the next
        held = update(Backlog).where(col(Backlog.post_id).in_(changed))
        session.execute(held.values(claim=None, claimed_until=None, attempts=0))
        deadletters.put_back(session, changed)  # one whose old text could not be scored, too
        quotes.forget(session, changed)
    return len(changed)


def _edited(post: Incoming) -> datetime:
    return post.edited_at or post.created_at


def _stored(session: Session, edited: Sequence[Incoming], *, watch: str) -> Sequence[Post]:
    """The posts of which these are versions, held until the transaction ends."""
    keys = {(post.platform, post.native_id) for post in edited}
    kept = col(Post.erased_at).is_(None), col(Post.let_go_at).is_(None)
    query = select(Post).where(Post.watch == watch, *kept)
    query = query.where(col(Post.platform).in_({platform for platform, _ in keys}))
    query = query.where(col(Post.native_id).in_({native_id for _, native_id in keys})).order_by(col(Post.id))
    found = session.exec(query.with_for_update(key_share=True)).all()
    return [post for post in found if (post.platform, post.native_id) in keys]


def _replace(session: Session, stored: Post, new: Incoming, *, now: datetime) -> list[int]:
    """Write the new version over the old one; the post's number if its text is another one now."""
    was = stored.text, stored.edited_at or stored.created_at
    stored.edited_at = new.edited_at
    stored.matched = new.matched or stored.matched
    session.add(stored)
    text = without_identifiers(new.text)
    if stored.id is None or stored.text == text:
        return []
    session.add(Version(post_id=stored.id, text=was[0], written_at=was[1], replaced_at=now))
    stored.text = text
    stored.lang_claim = new.lang or stored.lang_claim
    return [stored.id]
