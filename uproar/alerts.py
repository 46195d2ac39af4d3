"""Every question we ask of spikes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import case, func, update
from sqlmodel import Session, col, or_, select

from uproar.models import Spike

FIRING = ("firing", "escalated")
BEFORE, AFTER = timedelta(hours=1), timedelta(days=1)


def open_spike(session: Session, *, watch: str, signal: str) -> Spike | None:
    """The spike of a signal that has not been resolved; nobody else changes it until the transaction ends."""
    query = select(Spike).where(Spike.watch == watch, Spike.signal == signal, col(Spike.state).in_(FIRING))
    return session.exec(query.order_by(col(Spike.id).desc()).with_for_update()).first()


def open_spikes(session: Session, watches: Collection[str]) -> dict[str, dict[str, str | None]]:
    """The signals of these watches whose spikes have not been resolved, and what holds each back."""
    found: dict[str, dict[str, str | None]] = {watch: {} for watch in watches}
    query = select(Spike.watch, Spike.signal, Spike.held)
    for watch, signal, held in session.exec(query.where(col(Spike.watch).in_(watches), col(Spike.state).in_(FIRING))):
        found[watch][signal] = held
    return found


def refresh(session: Session, *, watch: str, signal: str, count: int, expected: float, window_s: int) -> None:
    """Put down what is counted now of a spike that goes on."""
    peak = func.coalesce(Spike.peak, Spike.count)
    highest = case((or_(col(Spike.window_s) != window_s, peak < count), count), else_=peak)
    mine = update(Spike).where(col(Spike.watch) == watch, col(Spike.signal) == signal, col(Spike.state).in_(FIRING))
    session.execute(mine.values(count=count, expected=expected, window_s=window_s, peak=highest))


def in_words(spike: Spike) -> str:
    """What was told of a spike and, if that is another number, how many there are now, or were at its height."""
    told = spike.count if spike.told_count is None else spike.told_count
    minutes = spike.window_s // 60
    if spike.resolved_at is None:
        return spike.explanation + (f". Now: {spike.count} in {minutes} min" if spike.count != told else "")
    height = f"At its height: {spike.count} in {minutes} min. Told: " if spike.count > told else ""
    return height + spike.explanation


def is_known(session: Session, *, watch: str, signal: str, moment: datetime) -> bool:
    """Whether that moment belongs to a spike on record that is over.

    A clock that was wrong may have ended it in another year: then the day after its beginning belongs to it.
    """
    ended = col(Spike.resolved_at)
    around = [col(Spike.started_at) <= moment + BEFORE, col(Spike.started_at) >= moment - AFTER]
    over = or_(ended >= moment, ended < col(Spike.started_at))
    query = select(Spike.id).where(Spike.watch == watch, Spike.signal == signal, over, *around)
    return session.exec(query).first() is not None
