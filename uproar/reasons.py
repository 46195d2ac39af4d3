"""Every question we ask of a spike: what it is made of, beside what is usual, and which posts show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import Bucket, ConcernBucket, Correction, Post, Quote, Reaction
from uproar.signals import CONCERN, COUNTS
from uproar.span import Span

CANDIDATES = 200  # posts that are looked at for one that names a concern
SPEAK_FOR_THEMSELVES = ("member", "other")  # no official, company or newspaper is a cancel voice


@dataclass(frozen=True, slots=True)
class Made:
    """What a span is made of: voices and echoes in it, the counted events by source and by language, and concerns.

    `concerns`: the posts that name each, in this span, and how many it would be at the rate of the span before.
    """

    voices: int
    echoes: int
    sources: Mapping[str, int]
    languages: Mapping[str, int]
    concerns: Mapping[str, tuple[int, float]]


def made_of(session: Session, *, watch: str, counted: str, span: Span, before: Span) -> Made:
    """What the events of a span are: `counted` is posts, negative, cancel or concern:NAME."""
    table, column, more = _column(counted)
    rows = session.execute(
        choose(col(table.source), col(table.lang), func.sum(column))
        .where(*_within(table, watch, span), *more)
        .group_by(col(table.source), col(table.lang))
    ).all()
    sources: dict[str, int] = {}
    languages: dict[str, int] = {}
    for source, lang, number in rows:
        sources[source] = sources.get(source, 0) + int(number)
        languages[lang] = languages.get(lang, 0) + int(number)
    sums = choose(func.sum(Bucket.posts), func.sum(Bucket.voices)).where(*_within(Bucket, watch, span))
    posts, voices = session.execute(sums).one()
    now, earlier = _concerns(session, watch, span), _concerns(session, watch, before)
    part = (span.end - span.start) / max(before.end - before.start, 1)
    grown = {name: (number, earlier.get(name, 0) * part) for name, number in now.items()}
    return Made(int(voices or 0), int(posts or 0) - int(voices or 0), sources, languages, grown)


def _column(counted: str) -> tuple[type[Bucket | ConcernBucket], Any, list[ColumnElement[bool]]]:
    if counted.startswith(CONCERN):
        return ConcernBucket, ConcernBucket.posts, [col(ConcernBucket.concern) == counted.removeprefix(CONCERN)]
    return Bucket, getattr(Bucket, counted if counted in COUNTS else "posts"), []


def _concerns(session: Session, watch: str, span: Span) -> dict[str, int]:
    query = choose(col(ConcernBucket.concern), func.sum(ConcernBucket.posts))
    rows = session.execute(query.where(*_within(ConcernBucket, watch, span)).group_by(col(ConcernBucket.concern)))
    return {concern: int(number) for concern, number in rows}


def _within(table: type[Bucket | ConcernBucket], watch: str, span: Span) -> list[ColumnElement[bool]]:
    return [col(table.watch) == watch, col(table.minute) >= span.start, col(table.minute) < span.end]


def shown_by(session: Session, *, watch: str, counted: str, span: Span, limit: int) -> list[Post]:
    """The posts that show best what is counted: originals that mention the deal themselves, the strongest first.

    Nobody edits or erases them until the transaction ends. Whatever a person has corrected is not among them.
    """
    query = select(Post, Reaction).join(Reaction, col(Reaction.post_id) == col(Post.id))
    query = query.where(
        col(Reaction.watch) == watch,
        col(Reaction.created_at) >= span.first,
        col(Reaction.created_at) < span.last,
        col(Reaction.voice).is_(True),
        col(Reaction.echo_of).is_(None),
        col(Post.repost).is_(False),
        col(Post.erased_at).is_(None),
        or_(col(Post.matched).is_(None), col(Post.matched) == "direct"),
        ~select(Correction.id).where(Correction.post_id == Reaction.post_id).exists(),
    )
    order: list[Any] = [col(Reaction.created_at).desc(), col(Reaction.post_id)]
    if counted == "cancel":
        query = query.where(col(Reaction.cancel).is_(True), col(Reaction.speaker).in_(SPEAK_FOR_THEMSELVES))
        order.insert(0, col(Reaction.score).desc())
    if counted == "negative":
        query = query.where(Reaction.sentiment == "negative")
        order.insert(0, col(Reaction.compound))
    concern = counted.removeprefix(CONCERN) if counted.startswith(CONCERN) else None
    rows = session.exec(query.order_by(*order).limit(CANDIDATES if concern else limit)).all()
    ids = [post.id for post, reaction in rows if concern is None or concern in reaction.concerns][:limit]
    # by their numbers, as everybody takes posts: two never wait for each other
    held = select(Post).where(col(Post.id).in_(ids), col(Post.erased_at).is_(None)).order_by(col(Post.id))
    held = held.with_for_update(read=True).execution_options(populate_existing=True)
    found = {post.id: post for post in session.exec(held)}
    return [found[id_] for id_ in ids if id_ in found]


def quote(session: Session, *, spike_id: int, posts: list[int]) -> None:
    """Put on record which posts the details of a spike show, so that they go from there when they are erased."""
    if posts:
        rows = [{"spike_id": spike_id, "post_id": post} for post in posts]
        session.execute(insert(session, Quote).on_conflict_do_nothing(index_elements=["spike_id", "post_id"]), rows)
