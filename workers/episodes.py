"""Looks for spikes in the buckets that have closed, and puts each on record with one delivery for each endpoint."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from uproar import alerts, database, posts
from uproar.alerts import SIGNALS
from uproar.buckets import MINUTE, minute_of
from uproar.log import get_logger
from uproar.models import Spike
from uproar.queue import DELIVER, announce
from uproar.settings import Settings
from uproar.watch import Watch
from workers.notifying import notify
from workers.spikes import Detector, Event

LONGEST_WAIT = timedelta(minutes=3)  # for a source that has not been read up to now
LONGEST_BACKLOG = timedelta(minutes=10)  # for posts that have no reaction yet
FRESH = timedelta(minutes=15)  # an event older than this is put on record and reported to nobody
LOOK_BACK = timedelta(days=28)
CLOCK_ERROR = timedelta(hours=1)
MOST_MINUTES = 20_000  # in one transaction

log = get_logger(__name__)

Counts = dict[int, dict[str, int]]  # minute, signal


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes to look at, from `start` up to but without `end`, and which of them were observed."""

    start: int
    end: int
    counts: Counts
    observed_until: int | None  # None: always observed


def find_in_all(watches: dict[str, Watch], settings: Settings, *, now: datetime) -> int:
    """Look at what has closed since the last time, in every watch that is switched on; how many events there were."""
    found = 0
    for watch in watches.values():
        if watch.enabled:
            for signal in SIGNALS:
                try:
                    found += find(watch, signal, settings=settings, now=now)
                except Exception:  # a bug in one must not blind the others; it is logged, and tried again
                    log.exception("detector_failed", watch=watch.name, signal=signal)
    if found:
        announce(DELIVER)
    return found


def find(watch: Watch, signal: str, *, settings: Settings, now: datetime) -> int:
    """Look at one signal of one watch; how many events there were.

    Weeks of minutes take seconds to look at: that is done outside any transaction, which would hold up all writers.
    """
    with database.reading() as session:
        known = alerts.detector(session, watch=watch.name, signal=signal)
        first = alerts.first_minute(session, watch=watch.name)
        if first is None:
            return 0
        start = known.seen_until if known else first
        start = _within_reach(session, watch, start, now=now)
        stretch = _stretch(session, watch, start, settings=settings, now=now)
    if stretch.end <= stretch.start:
        return 0
    detector = Detector.load(known.state) if known else Detector(MINUTE)
    detector.min_count = watch.alerts.min_count
    events = look(detector, stretch, signal)
    seen_from = known.seen_until if known else None
    state = detector.dump()
    with database.writing() as session:
        moved = alerts.advance(
            session, watch=watch.name, signal=signal, seen_from=seen_from, seen_until=stretch.end, state=state
        )
        if not moved:
            return 0  # another worker was faster; its findings stand
        for event in events:
            _record(session, event, watch, signal, settings=settings, now=now)
    return len(events)


def _within_reach(session: Session, watch: Watch, start: int, *, now: datetime) -> int:
    """Where to go on: no further back than four weeks, and not where a clock that was wrong has led."""
    if watch.alerts.clock == "posts":
        newest = alerts.last_minute(session, watch=watch.name) or start
        return max(start, newest - int(LOOK_BACK.total_seconds()))
    if start > minute_of(now + CLOCK_ERROR):
        return minute_of(now - CLOCK_ERROR)
    return max(start, minute_of(now - LOOK_BACK))


def look(detector: Detector, stretch: Stretch, signal: str) -> list[Event]:
    """Feed a stretch to a detector; pure but for the detector's memory."""
    events = []
    for minute in range(stretch.start, stretch.end, MINUTE):
        covered = stretch.observed_until is None or minute + MINUTE <= stretch.observed_until
        none = dict.fromkeys(SIGNALS, 0) if covered else {}  # while one source is down, another may still be counted
        event = detector.observe(minute, stretch.counts.get(minute, none).get(signal))
        if event is not None:
            events.append(event)
    return events


def _stretch(session: Session, watch: Watch, start: int, *, settings: Settings, now: datetime) -> Stretch:
    """The minutes from `start` that have closed: over, read by the sources, and with all their reactions made."""
    waiting = posts.oldest_waiting(session, watch=watch.name, since=datetime.fromtimestamp(start, UTC))
    covered: dict[str, datetime] = {}
    if watch.alerts.clock == "posts":
        end = alerts.last_minute(session, watch=watch.name) or start
        end = min(end, minute_of(waiting)) if waiting else end
    else:
        in_use = [source.name for source in watch.sources if source.enabled]
        covered, catching_up = alerts.coverage(session, watch=watch.name, sources=in_use)
        end = minute_of(now - timedelta(seconds=settings.settle_seconds))
        if covered:  # what is not counted now is never counted: so the slowest source is waited for, if it is not down
            in_time = [until for until in covered.values() if until > now - LONGEST_WAIT]
            archive = max(covered.values()) if catching_up else now - LONGEST_WAIT
            end = min(end, minute_of(min(in_time, default=archive)))
        if waiting:
            end = min(end, minute_of(max(waiting, now - LONGEST_BACKLOG)))
    end = min(end, start + MOST_MINUTES * MINUTE)
    counts = _counts(session, watch, start, end, covered)
    return Stretch(start, end, counts, int(max(covered.values()).timestamp()) if covered else None)


def _counts(session: Session, watch: Watch, start: int, end: int, covered: dict[str, datetime]) -> Counts:
    counts: Counts = {}
    for minute, source, numbers in alerts.counts(session, watch=watch.name, start=start, end=end):
        if source in covered and covered[source].timestamp() < minute + MINUTE:
            continue  # a source that is behind would make this minute look emptier or fuller than it is
        sums = counts.setdefault(minute, dict.fromkeys(SIGNALS, 0))
        for signal, number in numbers.items():
            sums[signal] += number
    return counts


def _record(session: Session, event: Event, watch: Watch, signal: str, *, settings: Settings, now: datetime) -> None:
    happened = datetime.fromtimestamp(event.start, UTC)
    fresh = watch.alerts.clock == "posts" or now - happened <= FRESH
    figures: dict[str, Any] = {
        "state": event.kind,
        "changed_at": happened,
        "count": event.count,
        "expected": event.expected,
        "window_s": event.window_s,
        "score": event.score,
        "explanation": event.explanation,
    }
    spike = None if event.kind == "firing" else alerts.open_spike(session, watch=watch.name, signal=signal)
    if spike is None:
        spike = Spike(watch=watch.name, signal=signal, started_at=happened, notified=False, **figures)
    elif event.kind == "resolved":
        spike.state, spike.changed_at, spike.resolved_at = "resolved", happened, happened
    else:
        for name, value in figures.items():
            setattr(spike, name, value)
    session.add(spike)
    session.flush()
    if fresh or (event.kind == "resolved" and spike.notified):  # who was told of the beginning is told of the end
        notify(session, spike, event.kind, watch=watch, settings=settings, now=now)
    log.info("spike", watch=watch.name, signal=signal, kind=event.kind, count=event.count, notified=spike.notified)
