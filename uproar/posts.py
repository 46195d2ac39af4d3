"""Every question we ask of posts, the backlog and reactions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, or_, update
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar import corrections, editing, tombstones
from uproar.buckets import DAY
from uproar.bulk import among, inserting
from uproar.counting import change_counts, counted
from uproar.identifiers import without_identifiers
from uproar.incoming import Incoming
from uproar.models import Backlog, Bucket, Correction, Post, Reaction, Rollup, SettledBucket
from uproar.settings import Settings

MOST_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Saved:
    """How many posts of a page were new, there already, edited (of these), and left out since they are forgotten."""

    new: int = 0
    duplicate: int = 0
    edited: int = 0
    forgotten: int = 0

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(
            self.new + other.new,
            self.duplicate + other.duplicate,
            self.edited + other.edited,
            self.forgotten + other.forgotten,
        )


def save(
    session: Session, posts: Sequence[Incoming], *, watch: str, source: str, now: datetime, settings: Settings
) -> Saved:
    """Store posts and put the new ones into the backlog.

    A post that is there already is left as it is, unless it was edited since. What `uproar forget` was told to
    forget is not stored.
    """
    if not posts:
        return Saved()
    came, posts = posts, tombstones.without_forgotten(session, posts, watch=watch, settings=settings)
    forgotten = len(came) - len(posts)
    if not posts:
        return Saved(forgotten=forgotten)
    rows = [
        {
            "watch": watch,
            "source": source,
            "platform": post.platform,
            "native_id": post.native_id,
            "author_hash": settings.hash_author(post.platform, post.author) if post.author else None,
            "text": without_identifiers(post.text),
            "parent_text": without_identifiers(post.parent_text) if post.parent_text else None,
            "target": post.target,
            "lang_claim": post.lang,
            "url": post.url,
            "repost": post.repost,
            "matched": post.matched,
            "edited_at": post.edited_at,
            "created_at": post.created_at,
            "collected_at": now,
        }
        for post in sorted(posts, key=_order)
    ]
    statement, given = inserting(session, Post, rows)
    statement = statement.on_conflict_do_nothing(index_elements=["watch", "platform", "native_id"])
    stored = session.execute(statement.returning(col(Post.id), col(Post.created_at)), given).all()
    if stored:
        waiting = [{"post_id": id_, "watch": watch, "created_at": created, "attempts": 0} for id_, created in stored]
        session.execute(*inserting(session, Backlog, waiting))
    duplicate = len(posts) - len(stored)
    edited = editing.apply(session, posts, watch=watch, now=now) if duplicate else 0
    return Saved(new=len(stored), duplicate=duplicate, edited=edited, forgotten=forgotten)


def _order(post: Incoming) -> tuple[datetime, str, str]:
    """In which posts are stored: the same in every page, or two that have the same posts could wait for each other."""
    return post.created_at, post.platform, post.native_id


def batch_size(attempts: int, batch: int) -> int:
    """How many posts to claim together: fewer after each failed try, so that a post that kills is found."""
    return (batch, max(1, batch // 20), 1)[min(attempts, 2)]


class Waiting(NamedTuple):
    """What the workers are to know of a post; a row of these columns costs less than a whole `Post`."""

    id: int
    watch: str
    source: str
    platform: str
    author_hash: str | None
    text: str
    parent_text: str | None
    target: str | None
    lang_claim: str | None
    repost: bool
    created_at: datetime


def claim(session: Session, *, claim: str, batch: int, now: datetime, until: datetime) -> list[tuple[Waiting, int]]:
    """Take posts from the backlog, each with the number of tries including this one.

    Those that have no reaction come first, however many are to get a new one; then the oldest. They are ours until
    `until`; then they are free again for others. Commit before working on them, so that the try is counted even if
    the work kills the process.
    """
    free = or_(col(Backlog.claimed_until).is_(None), col(Backlog.claimed_until) < now)
    query = select(Backlog.post_id, Backlog.attempts, Backlog.rescore).where(free)
    query = query.order_by(col(Backlog.rescore), col(Backlog.post_id)).limit(batch)  # no further than the index's start
    rows = session.exec(query.with_for_update(skip_locked=True)).all()
    if not rows:
        return []
    _, attempts, rescore = rows[0]
    alike = [id_ for id_, tries, again in rows if (tries, again) == (attempts, rescore)]
    ids = alike[: batch_size(attempts, batch)]
    session.execute(
        update(Backlog)
        .where(among(session, col(Backlog.post_id), ids))
        .values(attempts=attempts + 1, claim=claim, claimed_until=until)
    )
    columns = [getattr(Post, name) for name in Waiting._fields]
    found = session.execute(choose(*columns).where(among(session, col(Post.id), ids)).order_by(col(Post.id)))
    return [(Waiting(*row), attempts + 1) for row in found]


def claims(session: Session, *, claim_prefix: str) -> list[str]:
    """The claims under which posts are held now."""
    held = col(Backlog.claim).startswith(claim_prefix, autoescape=True)
    return [claim for claim in session.exec(select(Backlog.claim).where(held).distinct()) if claim is not None]


def release(session: Session, *, claim_prefix: str) -> int:
    """Free what a worker held that is known to be dead; how many posts that was."""
    held = col(Backlog.claim).startswith(claim_prefix, autoescape=True)
    result: Any = session.execute(update(Backlog).where(held).values(claim=None, claimed_until=None))
    return int(result.rowcount)


def hold(session: Session, ids: Sequence[int]) -> None:
    """Let nobody edit or erase these posts until the transaction ends.

    Whoever changes what belongs to posts takes the posts first, in their order: so no two wait for each other.
    """
    held = select(Post.id).where(among(session, col(Post.id), ids)).order_by(col(Post.id))
    session.exec(held.with_for_update(read=True)).all()


def give_back(session: Session, *, claim: str) -> None:
    """Free what is still under a claim and was not tried, as if it had not been taken."""
    held = update(Backlog).where(col(Backlog.claim) == claim)
    session.execute(held.values(claim=None, claimed_until=None, attempts=col(Backlog.attempts) - 1))


def finish(session: Session, reactions: Iterable[dict[str, Any]], *, claim: str) -> int:
    """Write reactions and their bucket counts together, once; how many were still ours to write.

    A reaction whose post is no longer under this claim is left out: somebody else has it, or it is written. One that
    was there before is replaced, and its counts leave the buckets as those of the new one enter; a correction stays.
    """
    ready = {row["post_id"]: row for row in reactions}
    mine = sorted(drop(session, list(ready), claim=claim))
    if mine:
        before = corrections.hold(session, mine)
        rows = [ready[id_] for id_ in mine]
        statement, given = inserting(session, Reaction, rows)
        new = {column.name: statement.excluded[column.name] for column in statement.table.c if not column.primary_key}
        session.execute(statement.on_conflict_do_update(index_elements=["post_id"], set_=new), given)
        said = corrections.latest(session, before)
        after = [counted(corrections.overlaid(row, said.get(row["post_id"]))) for row in rows]
        change_counts(session, before=before.values(), after=after)
    return len(mine)


def drop(session: Session, ids: Sequence[int], *, claim: str) -> list[int]:
    """Take posts out of the backlog that are still under this claim; which ones they were."""
    held = delete(Backlog).where(among(session, col(Backlog.post_id), ids), col(Backlog.claim) == claim)
    return list(session.execute(held.returning(col(Backlog.post_id))).scalars())


def backlog(session: Session, *, watch: str | None = None) -> tuple[int, datetime | None]:
    """How many posts wait for their first reaction, and when the oldest of them was written."""
    query = select(func.count(), func.min(Backlog.created_at)).where(col(Backlog.rescore).is_(False))
    if watch is not None:
        query = query.where(Backlog.watch == watch)
    number, oldest = session.exec(query).one()
    return int(number), oldest


def export(
    session: Session, *, watch: str | None = None, chunk: int = 2_000
) -> Iterator[tuple[Post, Reaction | None, Correction | None]]:
    """Every post with the machine's reaction and the newest correction, in the order in which they were stored.

    Erased posts are left out. Memory stays at one chunk.
    """
    last = 0
    while True:
        query = select(Post, Reaction).join(Reaction, col(Reaction.post_id) == col(Post.id), isouter=True)
        query = query.where(col(Post.id) > last, col(Post.erased_at).is_(None)).order_by(col(Post.id)).limit(chunk)
        if watch is not None:
            query = query.where(Post.watch == watch)
        rows = session.exec(query).all()
        if not rows:
            return
        said = corrections.latest(session, [post.id for post, _ in rows if post.id is not None])
        yield from ((post, reaction, said.get(post.id or 0)) for post, reaction in rows)
        last = rows[-1][0].id or last
        session.expunge_all()


def export_buckets(session: Session, *, watch: str | None = None) -> Iterator[Bucket]:
    """Every bucket, in the order of watch and minute."""
    query = select(Bucket).order_by(Bucket.watch, col(Bucket.minute), Bucket.source, Bucket.lang)
    if watch is not None:
        query = query.where(Bucket.watch == watch)
    yield from session.exec(query.execution_options(yield_per=2_000))


def totals(session: Session, *, watch: str) -> tuple[int, int]:
    """How many posts of a watch are stored, and how many of them have a reaction (which every bucket counts)."""
    there = select(func.count()).select_from(Post).where(Post.watch == watch, col(Post.erased_at).is_(None))
    stored = session.exec(there).one()
    reacted = session.exec(select(func.sum(Rollup.posts)).where(Rollup.watch == watch, Rollup.step == DAY)).one()
    gone = session.exec(select(func.sum(SettledBucket.posts)).where(SettledBucket.watch == watch)).one()
    return int(stored), int(reacted or 0) - int(gone or 0)
