"""Who is told of a change of a spike, and when: filters, silences, mute times, acknowledgements, fallbacks."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from uproar import database, deliveries, silences
from uproar.deliveries import Message
from uproar.log import get_logger
from uproar.models import Spike
from uproar.settings import Settings
from uproar.watch import Watch
from uproar.watch_endpoints import Endpoint
from workers.messages import SEVERITIES, compose, message_id, severity_of

Kind = Literal["firing", "escalated", "resolved"]

log = get_logger(__name__)


def notify(session: Session, spike: Spike, kind: Kind, *, watch: Watch, settings: Settings, now: datetime) -> None:
    """Put one delivery on the table for each endpoint that is to be told of a change; in the caller's transaction.

    `spike` is flushed and says how things stand after the change: `state`, `changed_at`, `resolved_at`, the figures
    and `details`. It is for the caller to leave out what is too old to be told. While a silence or a mute time holds,
    nobody is told: `spike.held` says by what, and `release` tells what is left to tell when it is over. This sets
    `spike.held` and, once somebody is told, `spike.notified`. Calling it twice for one change tells nobody twice.
    """
    by = _held_by(session, spike.signal, watch, now=now)
    if by is not None:
        if kind != "resolved" or spike.notified:
            spike.held = by
            session.add(spike)
            log.info("spike_held", watch=watch.name, signal=spike.signal, kind=kind, by=by)
        return
    _tell(session, spike, kind, watch=watch, settings=settings, now=now, more={})


def release(watches: Mapping[str, Watch], settings: Settings, *, now: datetime) -> int:
    """Tell of the spikes that were held back by what is over now; of how many."""
    released = 0
    with database.writing() as session:
        for spike in silences.held(session):
            watch = watches.get(spike.watch)
            if watch is None or _held_by(session, spike.signal, watch, now=now) is not None:
                continue
            more = {"held_by": spike.held}
            _tell(session, spike, _left_to_tell(spike), watch=watch, settings=settings, now=now, more=more)
            released += 1
    return released


def _left_to_tell(spike: Spike) -> Kind:
    if spike.resolved_at is not None:
        return "resolved"
    return "escalated" if spike.state == "escalated" else "firing"


def _held_by(session: Session, signal: str, watch: Watch, *, now: datetime) -> str | None:
    silence = silences.silenced(session, watch=watch.name, signal=signal, now=now)
    if silence is not None:
        return f"silence {silence.id}"
    return next((f"mute {one.name}" for one in watch.alerts.mute if one.holds(signal=signal, now=now)), None)


def _tell(
    session: Session,
    spike: Spike,
    kind: Kind,
    *,
    watch: Watch,
    settings: Settings,
    now: datetime,
    more: Mapping[str, Any],
) -> None:
    if kind == "resolved" and not spike.notified:
        return  # who was not told of the beginning is not told of the end; `held` says why
    spike.held, spike.notified = None, True
    session.add(spike)
    if kind == "escalated" and _is_acknowledged(spike, kind):
        log.info("spike_acknowledged", watch=watch.name, signal=spike.signal, by=spike.acknowledged_by)
        return
    messages = [
        Message(
            message_id=message_id(kind, spike, endpoint.name),
            endpoint=endpoint.name,
            event=kind,
            body=compose(kind, spike, watch=watch, endpoint=endpoint.name, dashboard=settings.dashboard_url, more=more),
        )
        for endpoint in _receivers(session, spike, kind, watch)
    ]
    deliveries.enqueue(session, spike, messages, now=now)


def _is_acknowledged(spike: Spike, kind: Kind) -> bool:
    """Whether somebody looks after a spike who knows already that it is as severe as it is now."""
    known = spike.acknowledged_severity
    return known is not None and SEVERITIES.index(severity_of(kind, spike)) <= SEVERITIES.index(known)


def _receivers(session: Session, spike: Spike, kind: Kind, watch: Watch) -> Iterator[Endpoint]:
    """Who is to be told: of the end, those who were told of the beginning; of the beginning, those who were not."""
    told = deliveries.told(session, spike)
    severity = severity_of(kind, spike)
    for endpoint in watch.alerts.endpoints:
        if kind == "resolved":
            wanted = endpoint.name in told and (not endpoint.events or kind in endpoint.events)
        else:
            wanted = not endpoint.fallback and endpoint.wants(signal=spike.signal, event=kind, severity=severity)
        if wanted and not (kind == "firing" and endpoint.name in told):
            yield endpoint
