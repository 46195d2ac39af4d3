"""Every question that charts, key figures and the list of posts ask: counts from buckets, texts from posts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, null, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.buckets import CANCEL_STAGES, STAGES
from uproar.corrections import is_newest
from uproar.models import Bucket, ConcernBucket, Correction, Gap, Post, Reaction, Spike
from uproar.span import Span

COUNTED = ("posts", "voices", "negative", "neutral", "positive", "cancel")
STAGE_COLUMNS = tuple(f"stage_{stage}" for stage in STAGES[:-1])  # `none` has none: it is what remains of the voices
CORRECTED = ("stage", "sentiment")  # of what posts can be asked for by: what a person may say another word for
FIXED = ("source", "lang")


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
) -> list[tuple[Post, Reaction, Correction | None]]:
    """Posts with the machine's reactions and the corrections in force, newest first.

    They are older than the place `before` (moment and id of the last one seen), and `wanted` speaks of what counts.
    Corrections are few: the posts that have one are asked for by themselves, so that all others are found by the
    indexes of what the machine made of them.
    """
    untouched = (
        select(Post, Reaction, null())
        .join(Reaction, col(Reaction.post_id) == col(Post.id))
        .where(*_place(Reaction, watch, span, before), *_asked_of_machine(wanted))
        .order_by(col(Reaction.created_at).desc(), col(Reaction.post_id).desc())
    )
    touched = (
        select(Post, Reaction, Correction)
        .join(Reaction, col(Reaction.post_id) == col(Post.id))
        .join(Correction, col(Correction.post_id) == col(Post.id))
        .where(*_place(Correction, watch, span, before), *_asked_of_person(wanted))
        .order_by(col(Correction.created_at).desc(), col(Correction.post_id).desc())
    )
    found = [*session.exec(untouched.limit(limit)), *session.exec(touched.limit(limit))]
    return sorted(found, key=lambda row: (row[1].created_at, row[1].post_id), reverse=True)[:limit]


def _place(
    table: type[Reaction | Correction], watch: str, span: Span, before: tuple[datetime, int] | None
) -> list[ColumnElement[bool]]:
    """Conditions for what lies in the span and comes after a place in the list."""
    at, id_ = col(table.created_at), col(table.post_id)
    conditions = [col(table.watch) == watch, at >= span.first, at < span.last]
    if before is not None:
        # the first condition says nothing new; it lets both databases start in the index at the right place
        conditions += [at <= before[0], or_(at < before[0], and_(at == before[0], id_ < before[1]))]
    return conditions


def _asked_of_machine(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Conditions for reactions against which nobody has said anything."""
    said = select(Correction.id).where(Correction.post_id == Reaction.post_id)
    conditions = [
        ~said.exists(),
        *(col(getattr(Reaction, name)) == value for name, value in _same(wanted, *CORRECTED, *FIXED)),
    ]
    if wanted.cancel is True:  # the same posts as the buckets' `cancel`: voices only
        conditions += [col(Reaction.cancel).is_(True), col(Reaction.voice).is_(True)]
    if wanted.cancel is False:
        conditions.append(or_(col(Reaction.cancel).is_(False), col(Reaction.voice).is_(False)))
    return conditions


def _asked_of_person(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The same for the others: what was said last, and where nothing was said, what the machine answers."""
    conditions = [is_newest(), *(col(getattr(Reaction, name)) == value for name, value in _same(wanted, *FIXED))]
    conditions += [
        func.coalesce(getattr(Correction, name), getattr(Reaction, name)) == value
        for name, value in _same(wanted, *CORRECTED)
    ]
    if wanted.cancel is not None:
        stage = col(Correction.stage)
        leaving = or_(
            and_(stage.is_(None), col(Reaction.cancel).is_(True)),
            and_(stage.is_not(None), stage.in_(CANCEL_STAGES)),
        )
        cancel = and_(leaving, func.coalesce(Correction.voice, Reaction.voice).is_(True))
        conditions.append(cancel if wanted.cancel else ~cancel)
    return conditions


def _same(wanted: Wanted, *names: str) -> list[tuple[str, str]]:
    return [(name, value) for name in names if (value := getattr(wanted, name)) is not None]
