"""Everything of a range that is to be exported, row by row: memory stays at one page, however many there are."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from uproar.models import Bucket, ConcernBucket, SettledBucket, SettledConcernBucket
from uproar.post_lists import Order, Row, Wanted, posts
from uproar.span import Span
from uproar.sums import Range

PAGE = 1_000
Counts = Bucket | ConcernBucket | SettledBucket | SettledConcernBucket


def chosen_posts(session: Session, *, watch: str, span: Span, wanted: Wanted) -> Iterator[Row]:
    """The posts of a range that have a reaction and are asked for, the newest first."""
    order = Order()
    while True:
        page = posts(session, watch=watch, span=span, wanted=wanted, order=order, limit=PAGE)
        yield from page.rows
        session.expunge_all()
        if page.after is None:
            return
        order = Order(before=page.after)


def chosen_buckets(session: Session, asked: Range) -> Iterator[Bucket]:
    """The buckets of a range, of these sources and languages, in the order of time."""
    query = select(Bucket).where(*_within(Bucket, asked)).order_by(col(Bucket.minute), Bucket.source, Bucket.lang)
    yield from _streamed(session, query)


def chosen_concerns(session: Session, asked: Range) -> Iterator[ConcernBucket]:
    """The same of concerns."""
    query = select(ConcernBucket).where(*_within(ConcernBucket, asked))
    query = query.order_by(col(ConcernBucket.minute), ConcernBucket.source, ConcernBucket.lang, ConcernBucket.concern)
    yield from _streamed(session, query)


def chosen_settled(session: Session, asked: Range) -> tuple[list[SettledBucket], list[SettledConcernBucket]]:
    """What of these counts is of posts that are not kept any more, of the buckets and of the concerns."""
    table, by_concern = SettledBucket, SettledConcernBucket
    query = select(table).where(*_within(table, asked)).order_by(col(table.minute), table.source, table.lang)
    concerns = select(by_concern).where(*_within(by_concern, asked))
    concerns = concerns.order_by(col(by_concern.minute), by_concern.source, by_concern.lang, by_concern.concern)
    return list(session.exec(query)), list(session.exec(concerns))


def _within(table: type[Counts], asked: Range) -> list[ColumnElement[bool]]:
    minute = col(table.minute)
    found = [col(table.watch) == asked.watch, minute >= asked.span.start, minute < asked.span.end]
    found += [col(table.source).in_(asked.sources)] if asked.sources else []
    return found + ([col(table.lang).in_(asked.langs)] if asked.langs else [])


def _streamed(session: Session, query: Any) -> Iterator[Any]:
    for row in session.exec(query.execution_options(yield_per=PAGE)):
        yield row
        session.expunge(row)
