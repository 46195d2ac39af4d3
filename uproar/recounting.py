"""The buckets of a watch counted anew, from what they are made of."""

from collections.abc import Iterator

from sqlmodel import Session, select

from uproar import corrections, counting
from uproar.buckets import BucketKey, ConcernKey, Counted, tally
from uproar.counting import add_counts, clear, counted
from uproar.models import Reaction


def recount(
    session: Session, *, watch: str
) -> tuple[dict[BucketKey, dict[str, int]], dict[ConcernKey, dict[str, int]]]:
    """The buckets of a watch as they follow from reactions, corrections and what was settled: what must be there."""
    buckets, concerns = tally(_all_counted(session, watch=watch))
    gone, gone_concerns = counting.settled(session, watch=watch)
    return counting.summed(buckets, gone), counting.summed(concerns, gone_concerns)


def _all_counted(session: Session, *, watch: str) -> Iterator[Counted]:
    said = corrections.latest_of_watch(session, watch=watch)
    columns = [Reaction.post_id, *(getattr(Reaction, name) for name in Counted.__slots__)]
    for row in session.execute(select(*columns).where(Reaction.watch == watch)).mappings():
        yield counted(corrections.overlaid(dict(row), said.get(row["post_id"])))


def rebuild(session: Session, *, watch: str) -> None:
    """Throw the buckets of a watch away and count its reactions anew."""
    clear(session, watch=watch)
    add_counts(session, _all_counted(session, watch=watch))
    counting.add_settled(session, watch=watch)
