"""Every question we ask of what was expected: written by who looks at minutes, read for charts."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, delete, func, or_
from sqlalchemy import select as choose
from sqlmodel import Session, col

from uproar.bands import LONG, SHORT, Expected
from uproar.buckets import DAY
from uproar.database import insert
from uproar.models import Expectation
from uproar.span import Span

SHORT_KEPT = 90 * DAY  # so long the short ones are kept
NUMBERS = ("minutes", "expected", "deviation")


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
    asked = {"watch": watch, "signals": signals, "start": span.start, "end": span.end}
    rows = [Expected(*row) for row in session.execute(_IN_SPAN, asked)]
    fine = {(one.signal, one.start // LONG) for one in rows if one.step == SHORT}
    return [one for one in rows if one.step == SHORT or (one.signal, one.start // LONG) not in fine]


def by_hours(session: Session, *, watch: str, signals: Sequence[str], span: Span, step: int) -> list[Expected]:
    """The sums of the whole hours of a span by steps of so many seconds, and the short steps before and after them.

    A sum has the seconds of the hours that are known as its step, and begins where the first of them does.
    """
    asked = {"watch": watch, "signals": signals, "start": span.start, "end": span.end, "step": step}
    first, last = -(-span.start // LONG) * LONG, span.end // LONG * LONG
    rows = session.execute(_BY_HOURS, asked | {"first": first, "last": last}).all()
    found = [Expected(row[0], int(row[1]) * LONG, int(row[2]), int(row[3]), *row[4:6]) for row in rows]
    until = max((int(row[6]) + LONG for row in rows), default=first)
    return found + [Expected(*row) for row in session.execute(_EDGES, asked | {"first": first, "until": until})]


def _asked(*columns: Any) -> Select[Any]:
    return choose(*columns).where(
        col(Expectation.watch) == bindparam("watch"), col(Expectation.signal).in_(bindparam("signals", expanding=True))
    )


def _statements() -> tuple[Select[Any], Select[Any], Select[Any]]:
    """Made once: to make them takes longer than the databases do to answer."""
    whole = [getattr(Expectation, name) for name in ("signal", "step", "start", *NUMBERS)]
    at, step = col(Expectation.start), col(Expectation.step)
    start: BindParameter[int] = bindparam("start")
    end: BindParameter[int] = bindparam("end")
    # the second condition says nothing new; it lets both databases start in the index at the right place
    in_span = _asked(*whole).where(step.in_((SHORT, LONG)), at + step > start, at > start - LONG, at < end)
    sums = [func.sum(getattr(Expectation, name)) for name in NUMBERS]
    hours = _asked(Expectation.signal, func.count(), func.min(at), *sums, func.max(at))
    hours = hours.where(step == LONG, at >= bindparam("first"), at < bindparam("last"))
    hours = hours.group_by(col(Expectation.signal), at - at % bindparam("step"))
    before = (at > start - SHORT) & (at < bindparam("first"))
    edges = _asked(*whole).where(step == SHORT, or_(before, (at >= bindparam("until")) & (at < end)))
    return in_span, hours, edges


_IN_SPAN, _BY_HOURS, _EDGES = _statements()
