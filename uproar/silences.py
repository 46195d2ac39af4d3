"""Every question we ask of who does not want to be told: silences, and spikes that somebody has acknowledged."""

from datetime import datetime
from fnmatch import fnmatchcase

from sqlmodel import Session, col, select

from uproar.errors import UproarError
from uproar.models import Silence, Spike
from uproar.said import Said

LATE = "found late"  # holds a spike until who looks for spikes says that it still goes on
BROKEN = "no message could be made of it"  # holds a spike that meets a bug, until one can be made

_LEFT_TO_TELL = (
    col(Spike.held) != LATE,
    col(Spike.resolved_at).is_(None) | col(Spike.notified).is_(True),
)


class UnknownSpikeError(UproarError):
    """There is no such spike, or it is over."""


class UnknownSilenceError(UproarError):
    """There is no such silence, or it is over."""


def silence(
    session: Session,
    *,
    watch: str | None,
    signal: str | None,
    starts_at: datetime,
    ends_at: datetime,
    comment: str,
    by: str | None,
    now: datetime,
) -> Silence:
    """Put a silence on record: of one watch (None: all) and of signals that meet the pattern `signal` (None: all)."""
    row = Silence(
        watch=watch, signal=signal, starts_at=starts_at, ends_at=ends_at, comment=comment, created_by=by, created_at=now
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, silence_id: int, *, now: datetime) -> Silence:
    """End a silence now; it stays on record.

    Raises:
        UnknownSilenceError: there is none of that id, or it has ended.
    """
    row = session.get(Silence, silence_id, with_for_update=True)
    if row is None or row.ends_at <= now:
        raise UnknownSilenceError(
            Said("There is no silence {id} that could be ended. See `uproar alerts silences`.", id=str(silence_id))
        )
    row.ends_at = now
    row.starts_at = min(row.starts_at, now)
    session.add(row)
    return row


def listed(session: Session, *, now: datetime | None = None) -> list[Silence]:
    """The silences that have not ended by `now` (None: all), the newest first."""
    query = select(Silence).order_by(col(Silence.id).desc()).limit(500)
    return list(session.exec(query if now is None else query.where(Silence.ends_at > now)))


def silenced(session: Session, *, watch: str, signal: str, now: datetime) -> Silence | None:
    """The silence that holds for a signal now and ends last."""
    query = select(Silence).where(Silence.ends_at > now, Silence.starts_at <= now)
    for one in session.exec(query.order_by(col(Silence.ends_at).desc())):
        if one.watch in (None, watch) and fnmatchcase(signal, one.signal or "*"):
            return one
    return None


def acknowledge(session: Session, spike_id: int, *, by: str | None, now: datetime) -> Spike:
    """Put on record that somebody looks after a spike; the first one stands until it gets more severe.

    Raises:
        UnknownSpikeError: there is none of that id, or it is over.
    """
    spike = session.get(Spike, spike_id, with_for_update=True)
    if spike is None or spike.resolved_at is not None:
        unknown = Said("There is no spike {id} that goes on. See `uproar alerts list`.", id=str(spike_id))
        raise UnknownSpikeError(unknown)
    severity = "critical" if spike.state == "escalated" else "warning"
    if spike.acknowledged_at is None or spike.acknowledged_severity != severity:
        spike.acknowledged_at, spike.acknowledged_by, spike.acknowledged_severity = now, by, severity
        session.add(spike)
    return spike


def withdraw(session: Session, spike_id: int) -> Spike:
    """Take back that somebody looks after a spike.

    Raises:
        UnknownSpikeError: there is none of that id, it is over, or nobody has acknowledged it.
    """
    spike = session.get(Spike, spike_id, with_for_update=True)
    if spike is None or spike.resolved_at is not None or spike.acknowledged_at is None:
        raise UnknownSpikeError(Said("There is no spike {id} that goes on and is acknowledged.", id=str(spike_id)))
    spike.acknowledged_at = spike.acknowledged_by = spike.acknowledged_severity = None
    session.add(spike)
    return spike


def held(session: Session) -> list[Spike]:
    """Spikes that somebody has yet to be told of, once what holds them is over; nobody else changes them meanwhile.

    One that is over and that nobody was told of stays held for good: there is nothing left to tell. One that was
    found `LATE` is not among them.
    """
    query = select(Spike).where(*_LEFT_TO_TELL).order_by(col(Spike.id))
    return list(session.exec(query.with_for_update(skip_locked=True)))


def is_any_held(session: Session) -> bool:
    """Whether there is a spike that somebody has yet to be told of."""
    return session.exec(select(Spike.id).where(*_LEFT_TO_TELL).limit(1)).first() is not None
