"""Lists of posts with what was made of them: newest or strongest first, chosen by everything that is known of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, false, func, literal_column, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.buckets import CANCEL_STAGES
from uproar.corrections import is_newest, said_cancel, said_voice
from uproar.models import Correction, Post, Reaction
from uproar.span import Span

CORRECTED = {
    "stages": "stage",
    "sentiments": "sentiment",
    "stances": "stance",
}  # a person may say another word for them
FIXED = {"sources": "source", "langs": "lang"}

MOST_READ = 20_000  # reactions that are looked at for one page: what that takes is what a page may take

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


@dataclass(frozen=True, slots=True)
class Page:
    """Posts in their order, and the place from which on to ask for more, if there may be more.

    What is rare is not looked for without end: a page may hold few posts, or none, and still not be the last.
    """

    rows: list[Row]
    after: Place | None


def posts(session: Session, *, watch: str, span: Span, wanted: Wanted, order: Order, limit: int) -> Page:
    """Posts with the machine's reactions and the corrections in force, as `wanted` speaks of what counts.

    Corrections are few: the posts that have one are asked for by themselves, so that all others are found by the
    indexes of what the machine made of them.
    """
    within = _within(Reaction, watch, span)
    found: list[tuple[Reaction, Correction | None]] = []
    end: Place | None = None
    for part in _parts(order, wanted):
        if len(found) <= limit and end is None:
            some = [] if part.scored else _indexed(wanted)  # what has a score has an index of its own
            end = _bound(session, [*within, *some], part, order) if wanted != Wanted() or part.scored else None
            down_to = within if end is None else _from_end(watch, span, part, end)
            query = select(Reaction).where(*down_to, *some, *part.conditions, ~_touched(), *_asked_of_machine(wanted))
            query = part.ordered(query, order).limit(limit + 1 - len(found))
            found += [(reaction, None) for reaction in session.exec(query)]
    touched = (
        select(Reaction, Correction)
        .join(Correction, col(Correction.post_id) == col(Reaction.post_id))
        .where(*_within(Correction, watch, span), is_newest(), *_asked_of_person(wanted))
    )
    for row in session.exec(_said(order).ordered(touched, order).limit(limit + 1)):
        found.append((row[0], row[1]))
    placed = sorted(((place_of(*row, strongest=order.strongest), row) for row in found), key=lambda one: one[0])
    ready = [one for one in reversed(placed) if end is None or one[0] > end]
    if len(ready) > limit:
        end = ready[limit - 1][0]
    return Page(_with_posts(session, [row for _, row in ready[:limit]]), end)


def _with_posts(session: Session, rows: list[tuple[Reaction, Correction | None]]) -> list[Row]:
    ids = [reaction.post_id for reaction, _ in rows]
    found = {post.id: post for post in session.exec(select(Post).where(col(Post.id).in_(ids)))}
    return [(found[reaction.post_id], reaction, correction) for reaction, correction in rows]


def place_of(reaction: Reaction, correction: Correction | None, *, strongest: bool) -> Place:
    """The place of a post in a list of the newest, or of the strongest."""
    stage = correction.stage if correction is not None else None
    cancel = reaction.cancel if stage is None else stage in CANCEL_STAGES
    return Place(reaction.score if strongest and cancel else 0.0, reaction.created_at, reaction.post_id)


def _touched() -> ColumnElement[bool]:
    return select(Correction.id).where(Correction.post_id == Reaction.post_id).exists()


def _within(table: type[Reaction | Correction], watch: str, span: Span) -> list[ColumnElement[bool]]:
    return [col(table.watch) == watch, col(table.created_at) >= span.first, col(table.created_at) < span.last]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list that is in the order of an index: by score and then by time, or by time alone."""

    at: Any
    id: Any
    score: Any = None
    scored: bool = False
    conditions: tuple[ColumnElement[bool], ...] = ()

    def ordered(self, query: Any, order: Order, *, alone: bool = False) -> Any:
        """Put a query in order, from the place on that is asked for.

        `alone`: so that an index alone answers it. None has the ids: posts of the same moment are then in any order,
        and those of the place's own moment come again.
        """
        query = query.order_by(*([self.score.desc()] if self.scored else []), self.at.desc())
        query = query if alone else query.order_by(self.id.desc())
        place = order.before
        if place is None:
            return query
        later = or_(self.at < place.at, and_(self.at == place.at, self.id < place.id))
        if alone:  # a place that belongs to no post has its moment behind it
            later = self.at <= place.at if place.id else self.at < place.at
        if self.scored:
            return query.where(self.score <= place.score, or_(self.score < place.score, later))
        if order.strongest and place.score > 0:
            return query  # what has a score comes before all of this
        # the first condition says nothing new; it lets both databases start in the index at the right place
        return query.where(self.at <= place.at, later)


def _from_end(watch: str, span: Span, part: Part, end: Place) -> list[ColumnElement[bool]]:
    """Conditions for what lies in the span and comes before a place that belongs to no post."""
    if part.scored:
        above = or_(part.score > end.score, part.at >= end.at)
        return [*_within(Reaction, watch, span), part.score >= end.score, above]
    # one lower bound, not two: SQLite would start at the first and pass by the second
    return [col(Reaction.watch) == watch, part.at >= end.at, part.at < span.last]


def _parts(order: Order, wanted: Wanted) -> list[Part]:
    part = Part(col(Reaction.created_at), col(Reaction.post_id))
    if not order.strongest:
        return [part]
    # said as the index says it, or SQLite would not use that
    strong: ColumnElement[bool] = and_(literal_column("reactions.cancel"), col(Reaction.score) > 0)
    scored = replace(part, score=col(Reaction.score), scored=True, conditions=(strong,))
    rest = replace(part, conditions=(~strong,))
    none_scored = wanted.stages and not {*wanted.stages} & {*CANCEL_STAGES}
    return [rest] if none_scored or (order.before is not None and order.before.score <= 0) else [scored, rest]


def _said(order: Order) -> Part:
    return Part(col(Correction.created_at), col(Correction.post_id), _said_score(), order.strongest)


def _bound(session: Session, conditions: list[Any], part: Part, order: Order) -> Place | None:
    """The place of the last reaction that one page may look at; None if there are no more than that."""
    columns = choose(part.at) if part.score is None else choose(part.at, part.score)
    columns = columns.where(*conditions, *(part.conditions if part.scored else ()))  # only these have an index
    most = MOST_READ // 4 if part.scored else MOST_READ  # in the order of scores they lie far apart
    row = session.execute(part.ordered(columns, order, alone=True).offset(most).limit(1)).first()
    return None if row is None else Place(row[1] if part.scored else 0.0, row[0], 0)


def _indexed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What `wanted` says that an index of few posts is made for: those whose author speaks of going or staying."""
    some = wanted.cancel or (wanted.stages and "none" not in wanted.stages)
    return [literal_column("reactions.stage <> 'none'")] if some else []


def _said_score() -> ColumnElement[float]:
    return case((said_cancel(), Reaction.score), else_=0.0)


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
    if wanted.cancel is not None:
        cancel = and_(said_cancel(), said_voice())
        conditions.append(cancel if wanted.cancel else ~cancel)
    if wanted.voice is not None:
        conditions.append(said_voice() if wanted.voice else ~said_voice())
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
