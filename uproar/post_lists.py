"""Lists of posts with what was made of them: newest or strongest first, chosen by everything that is known of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, false, func, null, or_
from sqlmodel import Session, col, select

from uproar.buckets import CANCEL_STAGES
from uproar.corrections import is_newest
from uproar.models import Correction, Post, Reaction
from uproar.span import Span

CORRECTED = {
    "stages": "stage",
    "sentiments": "sentiment",
    "stances": "stance",
}  # a person may say another word for them
FIXED = {"sources": "source", "langs": "lang"}

Row = tuple[Post, Reaction, Correction | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which posts are asked for: one of each list that names any, and all that the others say."""

    cancel: bool | None = None
    voice: bool | None = None
    stages: Sequence[str] = ()
    sentiments: Sequence[str] = ()
    stances: Sequence[str] = ()
    concerns: Sequence[str] = ()
    sources: Sequence[str] = ()
    langs: Sequence[str] = ()


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a list: that of the post with this score (0 in a list of the newest), moment and id."""

    score: float
    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Order:
    """In which order, and from which place on."""

    strongest: bool = False
    before: Place | None = None


def posts(session: Session, *, watch: str, span: Span, wanted: Wanted, order: Order, limit: int) -> list[Row]:
    """Posts with the machine's reactions and the corrections in force, as `wanted` speaks of what counts.

    Corrections are few: the posts that have one are asked for by themselves, so that all others are found by the
    indexes of what the machine made of them.
    """
    untouched = (
        select(Post, Reaction, null())
        .join(Reaction, col(Reaction.post_id) == col(Post.id))
        .where(*_within(Reaction, watch, span), ~_touched(), *_asked_of_machine(wanted))
    )
    touched = (
        select(Post, Reaction, Correction)
        .join(Reaction, col(Reaction.post_id) == col(Post.id))
        .join(Correction, col(Correction.post_id) == col(Post.id))
        .where(*_within(Correction, watch, span), is_newest(), *_asked_of_person(wanted))
    )
    found: list[Any] = [*session.exec(_ordered(touched, Correction, _said_score(), order).limit(limit))]
    left = limit
    for query, score in _by_strength(untouched) if order.strongest else [(untouched, None)]:
        rows = session.exec(_ordered(query, Reaction, score, order).limit(left)).all() if left else []
        found += rows
        left -= len(rows)
    found.sort(key=lambda row: place_of(row[1], row[2], strongest=order.strongest), reverse=True)
    return found[:limit]


def _by_strength(query: Any) -> list[tuple[Any, Any]]:
    """What a query finds, in two: what has a score, which is ordered by it, and then all the rest, by time."""
    strong = and_(col(Reaction.cancel).is_(True), col(Reaction.score) > 0)
    return [(query.where(strong), col(Reaction.score)), (query.where(~strong), None)]


def place_of(reaction: Reaction, correction: Correction | None, *, strongest: bool) -> Place:
    """The place of a post in a list of the newest, or of the strongest."""
    stage = correction.stage if correction is not None else None
    cancel = reaction.cancel if stage is None else stage in CANCEL_STAGES
    return Place(reaction.score if strongest and cancel else 0.0, reaction.created_at, reaction.post_id)


def _touched() -> ColumnElement[bool]:
    return select(Correction.id).where(Correction.post_id == Reaction.post_id).exists()


def _within(table: type[Reaction | Correction], watch: str, span: Span) -> list[ColumnElement[bool]]:
    return [col(table.watch) == watch, col(table.created_at) >= span.first, col(table.created_at) < span.last]


def _ordered(query: Any, table: type[Reaction | Correction], score: Any, order: Order) -> Any:
    """Put a query in order, from its place on; without a `score` all that it finds have none."""
    at, id_ = col(table.created_at), col(table.post_id)
    if order.strongest and score is not None:
        query = query.order_by(score.desc(), at.desc(), id_.desc())
    else:
        query = query.order_by(at.desc(), id_.desc())
    if order.before is None:
        return query
    place = order.before
    later = or_(at < place.at, and_(at == place.at, id_ < place.id))
    if not order.strongest or (score is None and place.score == 0):
        # the first condition says nothing new; it lets both databases start in the index at the right place
        return query.where(at <= place.at, later)
    if score is None:
        return query
    return query.where(score <= place.score, or_(score < place.score, later))


def _said_score() -> ColumnElement[float]:
    return case((_said_cancel(), Reaction.score), else_=0.0)


def _said_cancel() -> ColumnElement[bool]:
    """Whether the author's leaving is spoken of, in the end."""
    stage = col(Correction.stage)
    said = and_(stage.is_not(None), stage.in_(CANCEL_STAGES))
    return or_(and_(stage.is_(None), col(Reaction.cancel).is_(True)), said)


def _asked_of_machine(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Conditions for reactions against which nobody has said anything."""
    conditions: list[ColumnElement[bool]] = [
        col(getattr(Reaction, name)).in_(values)
        for of, name in (CORRECTED | FIXED).items()
        if (values := getattr(wanted, of))
    ]
    conditions += _naming(Reaction.concerns, wanted)
    if wanted.cancel is True:  # the same posts as the buckets' `cancel`: voices only
        conditions += [col(Reaction.cancel).is_(True), col(Reaction.voice).is_(True)]
    if wanted.cancel is False:
        conditions.append(or_(col(Reaction.cancel).is_(False), col(Reaction.voice).is_(False)))
    if wanted.voice is not None:
        conditions.append(col(Reaction.voice).is_(wanted.voice))
    return conditions


def _asked_of_person(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The same for the others: what was said last, and where nothing was said, what the machine answers."""
    conditions: list[ColumnElement[bool]] = [
        col(getattr(Reaction, name)).in_(values) for of, name in FIXED.items() if (values := getattr(wanted, of))
    ]
    conditions += [
        func.coalesce(getattr(Correction, name), getattr(Reaction, name)).in_(values)
        for of, name in CORRECTED.items()
        if (values := getattr(wanted, of))
    ]
    conditions += _naming(func.coalesce(Correction.concerns, Reaction.concerns), wanted)
    voice = func.coalesce(Correction.voice, Reaction.voice)
    if wanted.cancel is not None:
        cancel = and_(_said_cancel(), voice.is_(True))
        conditions.append(cancel if wanted.cancel else ~cancel)
    if wanted.voice is not None:
        conditions.append(voice.is_(wanted.voice))
    return conditions


def _naming(concerns: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Conditions for lists of concerns that name one of those that are asked for.

    A list is looked at as text, in which a name stands between quotation marks: so it is one question for both
    databases.
    """
    if not wanted.concerns:
        return []
    text = cast(concerns, Text)
    return [or_(false(), *(text.contains(json.dumps(name), autoescape=True) for name in wanted.concerns))]
