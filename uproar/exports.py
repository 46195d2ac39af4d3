"""Everything of a range that is to be exported, row by row: memory stays at one page, however many there are."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from uproar.models import Bucket
from uproar.post_lists import Order, Row, Wanted, posts
from uproar.span import Span
from uproar.sums import Range

PAGE = 1_000


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
    query = select(Bucket).where(
        Bucket.watch == asked.watch, Bucket.minute >= asked.span.start, Bucket.minute < asked.span.end
    )
    if asked.sources:
        query = query.where(col(Bucket.source).in_(asked.sources))
    if asked.langs:
        query = query.where(col(Bucket.lang).in_(asked.langs))
    query = query.order_by(col(Bucket.minute), Bucket.source, Bucket.lang)
    for bucket in session.exec(query.execution_options(yield_per=PAGE)):
        yield bucket
        session.expunge(bucket)
