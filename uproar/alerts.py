"""Every question we ask of spikes."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, or_, select

from uproar.models import Spike

FIRING = ("firing", "escalated")


def open_spike(session: Session, *, watch: str, signal: str) -> Spike | None:
    """The spike of a signal that has not been resolved; nobody else changes it until the transaction ends."""
    query = select(Spike).where(Spike.watch == watch, Spike.signal == signal, col(Spike.state).in_(FIRING))
    return session.exec(query.order_by(col(Spike.id).desc()).with_for_update()).first()


def open_spikes(session: Session, watches: Collection[str]) -> dict[str, set[str]]:
    """The signals of these watches whose spikes have not been resolved."""
    found: dict[str, set[str]] = {watch: set() for watch in watches}
    query = select(Spike.watch, Spike.signal).where(col(Spike.watch).in_(watches), col(Spike.state).in_(FIRING))
    for watch, signal in session.exec(query):
        found[watch].add(signal)
    return found


def ended_after(session: Session, *, watch: str, signal: str, moment: datetime) -> bool:
    """Whether a spike of a signal is on record that went on at that moment, or began later."""
    over = or_(col(Spike.resolved_at) >= moment, col(Spike.changed_at) >= moment)
    return session.exec(select(Spike.id).where(Spike.watch == watch, Spike.signal == signal, over)).first() is not None
