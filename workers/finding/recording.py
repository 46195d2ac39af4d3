"""Puts what was found on record, in the row of its spike, and has it told."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from uproar import alerts, reasons
from uproar.buckets import MINUTE
from uproar.log import get_logger
from uproar.models import Spike
from uproar.settings import Settings
from uproar.signals import counted_by
from uproar.silences import LATE
from uproar.span import Span
from uproar.watch import Watch
from workers.alerting.notifying import Kind, left_to_tell, notify
from workers.finding import why

USUAL = 86_400  # seconds before a window: what is usual of its concerns
FRESH = timedelta(minutes=15)  # what is older is put on record, and told only if it still goes on

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What happened to a signal: figures of the window that ended with the minute `at`."""

    signal: str
    kind: Kind
    at: datetime
    count: int
    expected: float
    window_s: int
    score: float
    explanation: str
    details: dict[str, Any] | None = None


def record(session: Session, found: Found, watch: Watch, *, settings: Settings, now: datetime) -> None:
    """Open the spike's row, change it or end it, and tell of it; in the caller's transaction.

    What is too old to be told waits in its row for `tell_late`. What is on record already is left out: a detector may
    have learnt anew, or a clock that was wrong have led it back.
    """
    fresh = watch.alerts.clock == "posts" or now - found.at <= FRESH
    spike = alerts.open_spike(session, watch=watch.name, signal=found.signal)
    known = alerts.is_known(session, watch=watch.name, signal=found.signal, moment=found.at)
    if spike is None and (found.kind == "resolved" or known):
        return
    kind = found.kind
    quoted: list[int] = []
    if kind != "resolved":
        found, quoted = _explained(session, found, watch, settings=settings)
    if spike is None:
        kind = "firing"
        spike = Spike(
            watch=watch.name,
            signal=found.signal,
            started_at=found.at,
            notified=False,
            peak=found.count,
            **_figures(found, kind),
        )
    elif found.kind == "resolved":
        spike.state, spike.changed_at, spike.resolved_at = "resolved", found.at, found.at
        spike.count = spike.count if spike.peak is None else spike.peak
    elif found.kind == "escalated":
        before = (spike.peak or 0) if spike.window_s == found.window_s else 0
        spike.peak = max(before, found.count)
        for name, value in _figures(found, kind).items():
            setattr(spike, name, value)
    else:
        return  # it is on record, and goes on
    session.add(spike)
    session.flush()
    reasons.quote(session, spike_id=spike.id or 0, posts=quoted)
    if (fresh and not known) or (found.kind == "resolved" and spike.notified):  # the end is for who knows
        notify(session, spike, kind, watch=watch, settings=settings, now=now)
    elif found.kind != "resolved" and not fresh:
        spike.held = spike.held or LATE
    log.info("spike", watch=watch.name, signal=found.signal, kind=kind, count=found.count, notified=spike.notified)


def tell_late(session: Session, signal: str, watch: Watch, *, settings: Settings, now: datetime) -> None:
    """Tell of a spike that was found late and goes on, as it is on record; in the caller's transaction."""
    spike = alerts.open_spike(session, watch=watch.name, signal=signal)
    if spike is None or spike.held != LATE:
        return
    if not alerts.is_known(session, watch=watch.name, signal=signal, moment=spike.changed_at):
        notify(session, spike, left_to_tell(spike), watch=watch, settings=settings, now=now)


def _explained(session: Session, found: Found, watch: Watch, *, settings: Settings) -> tuple[Found, list[int]]:
    """What was found with why, and the posts that this quotes."""
    end = int(found.at.timestamp()) + MINUTE
    details = dict(found.details or {"window": why.window(end - found.window_s, end)})
    details["dashboard"] = why.link(settings.dashboard_url, watch.name, end - MINUTE)
    counted = counted_by(found.signal, watch)
    if counted is None:
        return replace(found, details=details), []
    span = Span(end - found.window_s, end)
    before = Span(span.start - USUAL, span.start)
    made = reasons.made_of(session, watch=watch.name, counted=counted, span=span, before=before)
    posts = []
    if watch.alerts.posts != "none":
        posts = reasons.shown_by(session, watch=watch.name, counted=counted, span=span, limit=why.MOST_POSTS)
    shown = [why.Shown(post.id or 0, post.url, post.text) for post in posts]
    details |= {
        "voices": made.voices,
        "echoes": made.echoes,
        "concerns": why.grown(made.concerns),
        "sources": why.largest(made.sources, why.MOST_SOURCES),
        "languages": why.largest(made.languages, why.MOST_LANGUAGES),
        "posts": why.shown(shown, watch.alerts.posts),
    }
    return replace(found, details=details), [post.id for post in shown]


def _figures(found: Found, state: str) -> dict[str, Any]:
    return {
        "state": state,
        "changed_at": found.at.astimezone(UTC),
        "count": found.count,
        "told_count": found.count,
        "expected": found.expected,
        "window_s": found.window_s,
        "score": found.score,
        "explanation": found.explanation,
        "details": found.details,
    }
