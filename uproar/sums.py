"""Sums of what was counted in a range: as a whole, and step by step, by source, language and concern."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlalchemy import select as choose
from sqlmodel import Session, col

from uproar.buckets import STAGES
from uproar.models import Bucket, ConcernBucket
from uproar.span import Span

COUNTED = ("posts", "voices", "negative", "neutral", "positive", "cancel")
STAGE_COLUMNS = tuple(f"stage_{stage}" for stage in STAGES[:-1])  # `none` has none: it is what remains of the voices
STANCE_COLUMNS = ("stance_against", "stance_for")
COLUMNS = (*COUNTED, *STAGE_COLUMNS, *STANCE_COLUMNS)

Numbers = dict[str, int]


@dataclass(frozen=True, slots=True)
class Range:
    """What is summed up: a stretch of a watch, and which of its sources and languages; of none named, all."""

    watch: str
    span: Span
    sources: Sequence[str] = ()
    langs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """Sums by the start of each step that has any: the columns, posts of each source and language, concerns.

    Of a concern it is the cancel voices that name it.
    """

    columns: dict[int, Numbers]
    sources: dict[int, Numbers]
    langs: dict[int, Numbers]
    concerns: dict[int, Numbers]


def whole(session: Session, asked: Range) -> dict[tuple[str, str], Numbers]:
    """The sums of all columns over the range, by source and language."""
    keys = (col(Bucket.source), col(Bucket.lang))
    query = choose(*keys, *(func.sum(getattr(Bucket, name)) for name in COLUMNS))
    rows = session.execute(query.where(*_within(Bucket, asked)).group_by(*keys))
    return {(row[0], row[1]): dict(zip(COLUMNS, map(int, row[2:]), strict=True)) for row in rows}


def concerns(session: Session, asked: Range) -> dict[str, tuple[int, int]]:
    """Posts that name each concern, and the cancel voices among them; the most cancel voices first."""
    key = col(ConcernBucket.concern)
    query = choose(key, func.sum(ConcernBucket.posts), func.sum(ConcernBucket.cancel))
    rows = session.execute(query.where(*_within(ConcernBucket, asked)).group_by(key))
    found = {concern: (int(posts), int(cancel)) for concern, posts, cancel in rows}
    return dict(sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0])))


def steps(
    session: Session, asked: Range, *, step: int, sources: Sequence[str], langs: Sequence[str], named: Sequence[str]
) -> Steps:
    """Sums by step, with the posts of these sources and languages, and the cancel voices that name these concerns."""
    parts = [
        *(getattr(Bucket, name) for name in COLUMNS),
        *(case((col(Bucket.source) == name, Bucket.posts), else_=0) for name in sources),
        *(case((col(Bucket.lang) == name, Bucket.posts), else_=0) for name in langs),
    ]
    rows = _by_step(session, Bucket, asked, step=step, parts=parts)
    about = [case((col(ConcernBucket.concern) == name, ConcernBucket.cancel), else_=0) for name in named]
    reasons = _by_step(session, ConcernBucket, asked, step=step, parts=about) if named else {}
    first, second = len(COLUMNS), len(COLUMNS) + len(sources)
    return Steps(
        columns={at: dict(zip(COLUMNS, row[:first], strict=True)) for at, row in rows.items()},
        sources={at: dict(zip(sources, row[first:second], strict=True)) for at, row in rows.items()},
        langs={at: dict(zip(langs, row[second:], strict=True)) for at, row in rows.items()},
        concerns={at: dict(zip(named, row, strict=True)) for at, row in reasons.items()},
    )


def _by_step(
    session: Session,
    table: type[Bucket | ConcernBucket],
    asked: Range,
    *,
    step: int,
    parts: Sequence[Any],
) -> dict[int, list[int]]:
    query = choose(col(table.minute), *map(func.sum, parts)).where(*_within(table, asked))
    found: dict[int, list[int]] = {}
    for minute, *numbers in session.execute(query.group_by(col(table.minute))):
        into = found.setdefault(minute // step * step, [0] * len(numbers))
        for place, number in enumerate(numbers):
            into[place] += int(number)
    return found


def _within(table: type[Bucket | ConcernBucket], asked: Range) -> list[ColumnElement[bool]]:
    conditions = [
        col(table.watch) == asked.watch,
        col(table.minute) >= asked.span.start,
        col(table.minute) < asked.span.end,
    ]
    if asked.sources:
        conditions.append(col(table.source).in_(asked.sources))
    if asked.langs:
        conditions.append(col(table.lang).in_(asked.langs))
    return conditions
