"""Who is told of a change of a spike, and when: filters, silences, inhibition, acknowledgements, fallbacks."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from uproar import database, deliveries, endpoints, silences
from uproar.deliveries import Message
from uproar.log import get_logger
from uproar.models import Delivery, Spike
from uproar.settings import Settings
from uproar.signals import inhibits, rank
from uproar.watch import Watch
from uproar.watch_endpoints import Endpoint
from workers.alerting.messages import SEVERITIES, compose, message_id, severity_of

Kind = Literal["firing", "escalated", "resolved"]

log = get_logger(__name__)


def notify(session: Session, spike: Spike, kind: Kind, *, watch: Watch, settings: Settings, now: datetime) -> None:
    """Put one delivery on the table for each endpoint that is to be told of a change; in the caller's transaction.

    `spike` is flushed and says how things stand after the change: `state`, `changed_at`, `resolved_at`, the figures
    and `details`. It is for the caller to hold what is too old to be told (`LATE`), and to bring the most telling
    signal of a minute first. While a silence or a mute time holds, nobody is told, and an endpoint that knows of a more
    telling spike of the watch that goes on is not told of a less telling one: `spike.held` says by what, and `release`
    tells what is left to tell when it is over. This sets `spike.held` and, once somebody is told, `spike.notified`.
    Calling it twice for one change tells nobody twice.
    """
    by = _held_by(session, spike.signal, watch, now=now)
    if by is not None:
        if kind != "resolved" or spike.notified:
            spike.held = by
            session.add(spike)
    else:
        more = {"held_by": spike.held} if spike.held == silences.LATE and kind != "resolved" else {}
        _tell(session, spike, kind, watch=watch, settings=settings, now=now, more=more)
    if spike.held and (kind != "resolved" or spike.notified):
        log.info("spike_held", watch=watch.name, signal=spike.signal, kind=kind, by=spike.held)


def release(watches: Mapping[str, Watch], settings: Settings, *, now: datetime) -> int:
    """Tell of the spikes that were held back by what is over now; of how many."""
    released = 0
    with database.reading() as session:
        if not silences.is_any_held(session):
            return 0  # most often so, and nobody who writes has to wait for this question
    with database.writing() as session:
        for spike in sorted(silences.held(session), key=lambda one: rank(one.signal)):
            watch = watches.get(spike.watch)
            if watch is None:
                continue
            try:
                with session.begin_nested():
                    released += _release(session, spike, watch, settings=settings, now=now)
            except SQLAlchemyError:
                raise
            except Exception:  # a bug that one spike meets must not keep the others from being told
                log.exception("release_failed", watch=watch.name, signal=spike.signal)
    return released


def _release(session: Session, spike: Spike, watch: Watch, *, settings: Settings, now: datetime) -> bool:
    if _held_by(session, spike.signal, watch, now=now) is not None:
        return False
    more = {"held_by": spike.held}
    _tell(session, spike, left_to_tell(spike), watch=watch, settings=settings, now=now, more=more)
    return spike.held is None


def left_to_tell(spike: Spike) -> Kind:
    """The change that says how a spike is now."""
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
    receivers = list(_receivers(session, spike, kind, watch))
    knowing = {} if kind == "resolved" else _inhibited(session, spike, kind, watch)
    reasons = [knowing[one.name] for one in receivers if one.name in knowing]
    session.add(spike)
    spike.held = None
    if kind != "resolved" and _is_acknowledged(spike, kind):
        log.info("spike_acknowledged", watch=watch.name, signal=spike.signal, by=spike.acknowledged_by)
        return
    spike.held = f"inhibited by {min(reasons, key=rank)}" if reasons else None
    free = [one for one in receivers if one.name not in knowing]
    if reasons and not free:
        return
    spike.notified = True
    messages = [
        Message(
            message_id=message_id(kind, spike, endpoint.name),
            endpoint=endpoint.name,
            event=kind,
            body=compose(kind, spike, watch=watch, endpoint=endpoint.name, dashboard=settings.dashboard_url, more=more),
        )
        for endpoint in free
    ]
    deliveries.enqueue(session, spike, messages, now=now)


def _inhibited(session: Session, spike: Spike, kind: Kind, watch: Watch) -> dict[str, str]:
    """The endpoints that know of the same event by a more telling signal, and by which: Alertmanager's inhibition.

    It goes by what each endpoint was told: one that asks for little is not kept from it by what it never hears of,
    and one that knows of something less severe is not kept from what is critical.
    """
    if not watch.alerts.inhibit:
        return {}
    critical = severity_of(kind, spike) == "critical"
    known = [
        (endpoint, signal)
        for endpoint, signal, event in deliveries.told_of(session, watch=watch.name)
        if inhibits(signal, spike.signal) and (event == "escalated" or not critical)
    ]
    return dict(sorted(known, key=lambda one: rank(one[1]), reverse=True))  # of several the most telling one stays


def _is_acknowledged(spike: Spike, kind: Kind) -> bool:
    """Whether somebody looks after a spike who knows already that it is as severe as it is now."""
    known = spike.acknowledged_severity
    return known is not None and SEVERITIES.index(severity_of(kind, spike)) <= SEVERITIES.index(known)


def _receivers(session: Session, spike: Spike, kind: Kind, watch: Watch) -> Iterator[Endpoint]:
    """Who is to be told: of the end, those who were told of the beginning; of the beginning, those who were not."""
    told = deliveries.told(session, spike)
    gone = {name for _, name in endpoints.disabled(session, [watch])}
    wanting = [one for one in watch.alerts.endpoints if _wants(one, spike, kind, is_first=one.name not in told)]
    stand_in = any(one.name in gone for one in wanting if not one.fallback)  # a fallback takes the place of who is gone
    for endpoint in wanting:
        if kind == "resolved":
            wanted = endpoint.name in told
        else:
            wanted = (stand_in or not endpoint.fallback) and not (kind == "firing" and endpoint.name in told)
        if wanted and endpoint.name not in gone:
            yield endpoint


def _wants(endpoint: Endpoint, spike: Spike, kind: Kind, *, is_first: bool) -> bool:
    """Whether an endpoint asks for a change; what it hears first of a spike is its beginning there."""
    severity = None if kind == "resolved" else severity_of(kind, spike)
    events = ("firing", "escalated") if kind == "escalated" and is_first else (kind,)
    return any(endpoint.wants(signal=spike.signal, event=event, severity=severity) for event in events)


def tell_fallbacks(
    session: Session, failed: Delivery, error: str, *, watch: Watch, settings: Settings, now: datetime
) -> None:
    """Tell the fallback endpoints that another one could not be told of a spike, once for each of the two.

    Silences do not hold this back: the message that failed was one that nobody had silenced.
    """
    spike = session.get(Spike, failed.spike_id)
    gone = {name for _, name in endpoints.disabled(session, [watch])}
    known = {one.name: one for one in watch.alerts.endpoints}
    if spike is None or (failed.endpoint in known and known[failed.endpoint].fallback):
        return
    severity = severity_of("given_up", spike)
    more = {"given_up": failed.endpoint, "error": error}
    messages = [
        Message(
            message_id=message_id("given_up", spike, f"{one.name}/{failed.endpoint}"),
            endpoint=one.name,
            event="given_up",
            body=compose(
                "given_up", spike, watch=watch, endpoint=one.name, dashboard=settings.dashboard_url, more=more
            ),
        )
        for one in watch.alerts.endpoints
        if one.fallback and one.name not in gone and one.wants(signal=spike.signal, event=None, severity=severity)
    ]
    told = deliveries.enqueue(session, spike, messages, now=now)
    log.error("delivery_given_up", watch=watch.name, endpoint=failed.endpoint, spike=spike.id, fallbacks_told=told)
