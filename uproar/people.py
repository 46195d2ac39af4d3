"""How many people the cancel voices of a range are, told apart by the keyed hashes of their accounts."""

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from uproar.corrections import corrected, is_newest
from uproar.models import Correction, Post, Reaction, SettledBucket
from uproar.sums import Range

MOST_VOICES = 5_000  # more than these are not told apart while somebody waits for a page


def cancel_people(session: Session, asked: Range, *, voices: int) -> int | None:
    """Distinct authors of the cancel voices, corrections included.

    Posts without an author (erased, or never told) count nothing; who writes under two accounts counts twice. Who
    leaves the services of two watches counts once: the keyed hash of an account is the same in both.

    Args:
        session: of either database.
        asked: the range, and of which sources and languages.
        voices: how many cancel voices it has; None is answered where they are too many to be asked one by one,
            and where some are of posts that are not kept any more.
    """
    if voices > MOST_VOICES or _settled(session, asked):
        return None
    within: list[ColumnElement[bool]] = [
        col(Reaction.watch).in_(asked.watches),
        col(Reaction.created_at) >= asked.span.first,
        col(Reaction.created_at) < asked.span.last,
        col(Post.author_hash).is_not(None),
    ]
    within += [col(Reaction.source).in_(asked.sources)] if asked.sources else []
    within += [col(Reaction.lang).in_(asked.langs)] if asked.langs else []
    leaving = [col(Reaction.stage) != "none", col(Reaction.cancel), col(Reaction.voice)]  # the first has an index
    touched = select(Correction.id).where(Correction.post_id == Reaction.post_id).exists()
    of_machine = select(Post.author_hash).join(Reaction, col(Reaction.post_id) == col(Post.id))
    of_machine = of_machine.where(*within, *leaving, ~touched)
    found = session.exec(
        select(Reaction, Correction, Post.author_hash)
        .join(Post, col(Reaction.post_id) == col(Post.id))
        .join(Correction, col(Correction.post_id) == col(Reaction.post_id))
        .where(*within, is_newest())
    )
    said = set()
    for reaction, correction, author in found:
        counts = corrected(reaction, correction)
        if counts.cancel and counts.voice:
            said.add(author)
    everybody = of_machine.subquery()
    number = session.exec(select(func.count(func.distinct(everybody.c.author_hash)))).one()
    if said:
        said -= set(session.exec(of_machine.where(col(Post.author_hash).in_(said))))
    return number + len(said)


def _settled(session: Session, asked: Range) -> bool:
    """Whether the range has cancel voices of which nothing but their count is kept."""
    minute = col(SettledBucket.minute)
    query = select(SettledBucket.minute).where(col(SettledBucket.watch).in_(asked.watches), SettledBucket.cancel > 0)
    query = query.where(minute >= asked.span.start, minute < asked.span.end)
    query = query.where(col(SettledBucket.source).in_(asked.sources)) if asked.sources else query
    query = query.where(col(SettledBucket.lang).in_(asked.langs)) if asked.langs else query
    return session.exec(query.limit(1)).first() is not None
