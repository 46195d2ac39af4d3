"""What stands beside the sums of a range: its extent, its gaps and its spikes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.buckets import DAY
from uproar.models import Bucket, Gap, Rollup, Spike
from uproar.span import Span

# two questions: SQLite answers each from an end of the index, but both together by reading all of it
_EXTENT = choose(
    *(
        choose(end(Bucket.minute)).where(col(Bucket.watch) == bindparam("watch")).scalar_subquery()
        for end in (func.min, func.max)
    )
)

_GAPS = (
    select(Gap)
    .where(Gap.watch == bindparam("watch"), Gap.started_at < bindparam("last"), col(Gap.filled_at).is_(None))
    .where(or_(col(Gap.ended_at).is_(None), col(Gap.ended_at) > bindparam("first")))
    .order_by(col(Gap.started_at), col(Gap.id))
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class WantedSpikes:
    """Which spikes are asked for: in one of these states, of a signal, or of all of a kind (`concern:*`)."""

    states: Sequence[str] = ()
    signal: str | None = None


def extent(session: Session, *, watch: str) -> tuple[int, int] | None:
    """The first and the last minute of a watch that have a bucket."""
    first, last = session.execute(_EXTENT, {"watch": watch}).one()
    return None if first is None or last is None else (int(first), int(last))


def parts(session: Session, *, watch: str) -> tuple[set[str], set[str]]:
    """The sources and the languages of a watch's posts, read from the days: a few rows each."""
    query = select(Rollup.source, Rollup.lang).where(Rollup.watch == watch, Rollup.step == DAY).distinct()
    found = session.exec(query).all()
    return {source for source, _ in found}, {lang for _, lang in found}


def gaps(session: Session, *, watch: str, span: Span, limit: int = 500) -> list[Gap]:
    """The stretches that could not be read and still are not, as far as they touch the span."""
    asked = {"watch": watch, "first": span.first, "last": span.last, "limit": limit}
    return list(session.exec(_GAPS, params=asked))


def spikes(
    session: Session,
    *,
    watch: str | None = None,
    span: Span | None = None,
    wanted: WantedSpikes | None = None,
    before: Spike | None = None,
    limit: int = 200,
) -> list[Spike]:
    """The newest spikes, of one watch or of all, as far as they touch the span; those that come after `before`."""
    query = select(Spike).order_by(col(Spike.started_at).desc(), col(Spike.id).desc()).limit(limit)
    if watch is not None:
        query = query.where(Spike.watch == watch)
    if span is not None:
        going_on = or_(col(Spike.resolved_at).is_(None), col(Spike.resolved_at) >= span.first)
        query = query.where(Spike.started_at < span.last, going_on)
    if before is not None:
        later = and_(col(Spike.started_at) == before.started_at, col(Spike.id) < before.id)
        query = query.where(or_(col(Spike.started_at) < before.started_at, later))
    if wanted is not None and wanted.states:
        query = query.where(col(Spike.state).in_(wanted.states))
    if wanted is not None and wanted.signal is not None:
        kind = wanted.signal.removesuffix("*")
        of_kind = col(Spike.signal).startswith(kind, autoescape=True)
        query = query.where(of_kind if kind != wanted.signal else col(Spike.signal) == wanted.signal)
    return list(session.exec(query))


def spike(session: Session, spike_id: int) -> Spike | None:
    """The spike of that number."""
    return session.get(Spike, spike_id)
