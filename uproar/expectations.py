"""Every question we ask of what was expected: written by who looks at minutes, read for charts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, delete, func, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar.buckets import DAY
from uproar.database import insert
from uproar.models import Expectation
from uproar.span import Span

SHORT, LONG = 600, 3_600  # seconds of the steps that are kept
SHORT_KEPT = 90 * DAY  # so long the short ones are kept
NUMBERS = ("minutes", "expected", "deviation")


@dataclass(frozen=True, slots=True)
class Expected:
    """What was expected of a signal in so many observed minutes of a step.

    Only the minutes that were observed count: none of a step, and nothing was expected of it. `deviation` is the
    standard deviation of what is counted around it.
    """

    signal: str
    step: int
    start: int
    minutes: int
    expected: float
    deviation: float


def put(session: Session, found: Iterable[tuple[str, Expected]]) -> None:
    """Keep steps of watches, those of one watch in the transaction that says how far it was looked at.

    A step that is known already takes the new numbers. Short steps that are too old are forgotten.
    """
    rows = [{"watch": watch, **asdict(one)} for watch, one in found]
    if not rows:
        return
    statement = insert(session, Expectation)
    new = {name: statement.excluded[name] for name in NUMBERS}
    key = ["watch", "signal", "step", "start"]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=new), rows)
    hours = [row for row in rows if row["step"] == LONG]
    if hours:
        old = [col(Expectation.watch) == bindparam("of"), col(Expectation.signal) == bindparam("named")]
        old += [col(Expectation.step) == SHORT, col(Expectation.start) < bindparam("before")]
        gone = [{"of": row["watch"], "named": row["signal"], "before": row["start"] - SHORT_KEPT} for row in hours]
        session.connection().execute(delete(Expectation).where(*old), gone)


def in_span(session: Session, *, watch: str, signals: Sequence[str], span: Span) -> list[Expected]:
    """The steps that touch a span: the short ones, and the long ones of hours that have no short one any more."""
    columns = [getattr(Expectation, name) for name in ("signal", "step", "start", *NUMBERS)]
    query = choose(*columns).where(col(Expectation.watch) == watch, col(Expectation.signal).in_(signals))
    query = query.where(col(Expectation.step).in_((SHORT, LONG)))
    touches = col(Expectation.start) + col(Expectation.step) > span.start
    # the second says nothing new: it lets both databases start in the index at the right place
    query = query.where(touches, col(Expectation.start) > span.start - LONG, col(Expectation.start) < span.end)
    rows = [Expected(*row) for row in session.execute(query)]
    fine = {(one.signal, one.start // LONG) for one in rows if one.step == SHORT}
    return [one for one in rows if one.step == SHORT or (one.signal, one.start // LONG) not in fine]


def by_hours(session: Session, *, watch: str, signals: Sequence[str], span: Span, step: int) -> list[Expected]:
    """The sums of the whole hours of a span by steps of so many seconds, and the short steps before and after them.

    A sum has the seconds of the hours that are known as its step, and begins where the first of them does.
    """
    first, last = -(-span.start // LONG) * LONG, span.end // LONG * LONG
    at = (col(Expectation.start) - col(Expectation.start) % step).label("at")
    sums = [func.sum(getattr(Expectation, name)) for name in NUMBERS]
    start = col(Expectation.start)
    query = choose(col(Expectation.signal), func.count() * LONG, func.min(start), *sums, func.max(start))
    query = query.where(col(Expectation.watch) == watch, col(Expectation.signal).in_(signals))
    query = query.where(col(Expectation.step) == LONG, col(Expectation.start) >= first, col(Expectation.start) < last)
    rows = session.execute(query.group_by(col(Expectation.signal), at)).all()
    found = [Expected(row[0], int(row[1]), int(row[2]), int(row[3]), *row[4:6]) for row in rows]
    until = max((int(row[6]) + LONG for row in rows), default=first)
    edges = select(Expectation).where(col(Expectation.watch) == watch, col(Expectation.signal).in_(signals))
    edges = edges.where(col(Expectation.step) == SHORT)
    before = (col(Expectation.start) > span.start - SHORT) & (col(Expectation.start) < first)
    after = (col(Expectation.start) >= until) & (col(Expectation.start) < span.end)
    some = session.exec(edges.where(or_(before, after)))
    return found + [Expected(one.signal, one.step, one.start, one.minutes, one.expected, one.deviation) for one in some]
