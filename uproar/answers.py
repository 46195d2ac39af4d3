"""Every question that charts, key figures and the list of posts ask: counts from buckets, texts from posts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.buckets import STAGES
from uproar.models import Bucket, ConcernBucket, Gap, Post, Reaction, Spike
from uproar.span import Span

COUNTED = ("posts", "voices", "negative", "neutral", "positive", "cancel")
STAGE_COLUMNS = tuple(f"stage_{stage}" for stage in STAGES[:-1])  # `none` has none: it is what remains of the voices


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of one step, source and language: the sums of `COUNTED`, then those of the stages."""

    slot: int
    source: str
    lang: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts are asked for; None asks for all of them."""

    cancel: bool | None = None
    stage: str | None = None
    sentiment: str | None = None
    source: str | None = None
    lang: str | None = None


def extent(session: Session, *, watch: str) -> tuple[int, int] | None:
    """The first and the last minute of a watch that have a bucket."""
    # two questions: SQLite answers each from an end of the index, but both together by reading all of it
    first = session.exec(select(func.min(Bucket.minute)).where(Bucket.watch == watch)).one()
    last = session.exec(select(func.max(Bucket.minute)).where(Bucket.watch == watch)).one()
    return None if first is None or last is None else (int(first), int(last))


def cells(session: Session, *, watch: str, span: Span, step: int) -> list[Cell]:
    """Counts of a watch by step, source and language: the one scan that every sum of a range is made of."""
    slot = (col(Bucket.minute) // step).label("slot")
    sums = [func.sum(getattr(Bucket, name)) for name in (*COUNTED, *STAGE_COLUMNS)]
    query = choose(slot, col(Bucket.source), col(Bucket.lang), *sums).where(*_within(Bucket, watch, span))
    rows = session.execute(query.group_by("slot", col(Bucket.source), col(Bucket.lang)))
    return [Cell(int(row[0]) * step, row[1], row[2], tuple(map(int, row[3:]))) for row in rows]


def sum_by(found: Iterable[Cell], key: Callable[[Cell], Any]) -> dict[Any, dict[str, int]]:
    """Add cells up that have the same key; each sum has every one of `COUNTED` and of the stages."""
    sums: dict[Any, list[int]] = {}
    for cell in found:
        into = sums.setdefault(key(cell), [0] * len(cell.numbers))
        for place, number in enumerate(cell.numbers):
            into[place] += number
    return {name: dict(zip((*COUNTED, *STAGE_COLUMNS), numbers, strict=True)) for name, numbers in sums.items()}


def concerns(session: Session, *, watch: str, span: Span) -> dict[str, tuple[int, int]]:
    """Posts that name each concern, and the cancel voices among them; the most cancel voices first."""
    key = col(ConcernBucket.concern)
    query = (
        select(key, func.sum(ConcernBucket.posts), func.sum(ConcernBucket.cancel))
        .where(*_within(ConcernBucket, watch, span))
        .group_by(key)
    )
    found = {concern: (int(posts), int(cancel)) for concern, posts, cancel in session.exec(query)}
    return dict(sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0])))


def _within(table: type[Bucket | ConcernBucket], watch: str, span: Span) -> list[ColumnElement[bool]]:
    return [col(table.watch) == watch, col(table.minute) >= span.start, col(table.minute) < span.end]


def gaps(session: Session, *, watch: str, span: Span) -> list[Gap]:
    """The stretches that could not be read and still are not, as far as they touch the span."""
    query = select(Gap).where(Gap.watch == watch, Gap.started_at < span.last, col(Gap.filled_at).is_(None))
    ended = or_(col(Gap.ended_at).is_(None), col(Gap.ended_at) > span.first)
    return list(session.exec(query.where(ended).order_by(col(Gap.started_at)).limit(500)))


def spikes(session: Session, *, watch: str | None = None, span: Span | None = None, limit: int = 200) -> list[Spike]:
    """The newest spikes, of one watch or of all, as far as they touch the span."""
    query = select(Spike).order_by(col(Spike.started_at).desc(), col(Spike.id).desc()).limit(limit)
    if watch is not None:
        query = query.where(Spike.watch == watch)
    if span is not None:
        going_on = or_(col(Spike.resolved_at).is_(None), col(Spike.resolved_at) >= span.first)
        query = query.where(Spike.started_at < span.last, going_on)
    return list(session.exec(query))


def posts(
    session: Session,
    *,
    watch: str,
    span: Span,
    wanted: Wanted,
    before: tuple[datetime, int] | None,
    limit: int,
) -> Sequence[tuple[Post, Reaction]]:
    """Posts with their reactions, newest first, older than the place `before` (moment and id of the last one seen)."""
    query = (
        select(Post, Reaction)
        .join(Reaction, col(Reaction.post_id) == col(Post.id))
        .where(Reaction.watch == watch, Reaction.created_at >= span.first, Reaction.created_at < span.last)
        .where(*_asked(wanted))
    )
    if before is not None:
        moment, id_ = before
        same = and_(col(Reaction.created_at) == moment, col(Reaction.post_id) < id_)
        # the first condition says nothing new; it lets both databases start in the index at the right place
        query = query.where(Reaction.created_at <= moment, or_(col(Reaction.created_at) < moment, same))
    newest = (col(Reaction.created_at).desc(), col(Reaction.post_id).desc())
    return session.exec(query.order_by(*newest).limit(limit)).all()


def _asked(wanted: Wanted) -> list[Any]:
    conditions: list[Any] = [
        getattr(Reaction, name) == value
        for name in ("stage", "sentiment", "source", "lang")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.cancel is True:  # the same posts as the buckets' `cancel`: voices only
        conditions += [col(Reaction.cancel).is_(True), col(Reaction.voice).is_(True)]
    if wanted.cancel is False:
        conditions.append(or_(col(Reaction.cancel).is_(False), col(Reaction.voice).is_(False)))
    return conditions
