"""What has to be known of a watch before it is looked at, read for many watches at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from uproar import alerts, answers, detectors
from uproar.alerts import Open
from uproar.buckets import minute_of
from uproar.detectors import Head
from uproar.models import Cursor
from uproar.settings import Settings
from uproar.signals import signals_of
from uproar.silences import LATE
from uproar.watch import Watch
from workers.finding.minutes import Edge, Reach, edge, reaches

LOOK_BACK = timedelta(days=28)
CLOCK_ERROR = timedelta(hours=1)
QUICK = 1_800  # seconds of minutes that are looked at in passing; more is work for when there is time


@dataclass(frozen=True, slots=True)
class Front:
    """The signals of a watch that stand at `start`, and those that are `behind` them; `newest` minute with posts.

    `newest` is known on the posts' clock only.
    """

    start: int
    signals: tuple[str, ...]
    behind: tuple[str, ...]
    newest: int


@dataclass(frozen=True, slots=True)
class View:
    """One watch before a look."""

    watch: Watch
    heads: dict[str, Head]
    cursors: dict[str, Cursor]
    reaches: dict[str, Reach]
    edge: Edge
    front: Front
    open_spikes: dict[str, Open]

    @property
    def late(self) -> frozenset[str]:
        """Of the open spikes, those that were found too late to be told as they were then."""
        return frozenset(signal for signal, one in self.open_spikes.items() if one.held == LATE)

    @property
    def is_quick(self) -> bool:
        """Whether there is little to look at."""
        return self.edge.settled - self.front.start <= QUICK


def views(session: Session, watches: Sequence[Watch], *, settings: Settings, now: datetime) -> list[View]:
    """What is known of these watches; those without any post are left out."""
    names = [watch.name for watch in watches]
    heads = detectors.heads(session, names)
    cursors = detectors.cursors(session, names)
    firing = alerts.open_spikes(session, names)
    begun = [(watch, _front(session, watch, heads[watch.name], now=now)) for watch in watches]
    fronts = [(watch, front) for watch, front in begun if front is not None]
    if not fronts:
        return []
    since = datetime.fromtimestamp(min(front.start for _, front in fronts), UTC)
    waiting = detectors.waiting(session, names, since=since)
    lost = detectors.gaps(session, names, since=since)
    found = []
    for watch, front in fronts:
        name, oldest = watch.name, waiting.get(watch.name)
        if oldest is not None and oldest.timestamp() < front.start:  # its minute was looked at: who waits after it?
            after = datetime.fromtimestamp(front.start, UTC)
            oldest = detectors.waiting(session, [name], since=after).get(name)
        closed = edge(
            watch,
            cursors[name],
            newest=front.newest,
            waiting=oldest,
            settle_seconds=settings.settle_seconds,
            now=now,
        )
        known = {one.source: one for one in cursors[name]}
        found.append(
            View(
                watch=watch,
                heads=heads[name],
                cursors=known,
                reaches=reaches(watch, cursors[name], lost[name]),
                edge=closed,
                front=front,
                open_spikes=firing[name],
            )
        )
    return found


def _front(session: Session, watch: Watch, heads: dict[str, Head], *, now: datetime) -> Front | None:
    """Where to go on, with which signals, and which are behind these; None for a watch that has no posts."""
    wanted = signals_of(watch)
    known = {signal: heads[signal].seen_until for signal in wanted if signal in heads}
    first = newest = 0
    if not known or watch.alerts.clock == "posts":
        extent = answers.extent(session, watch=watch.name)
        if extent is None:
            return None
        first, newest = extent
    lead = max(known.values(), default=first)
    signals = tuple(signal for signal in wanted if not known or known.get(signal) == lead)
    behind = tuple(signal for signal in wanted if signal not in signals)
    return Front(within_reach(watch, lead, newest=newest, now=now), signals, behind, newest)


def within_reach(watch: Watch, start: int, *, newest: int, now: datetime) -> int:
    """Where to go on: no further back than four weeks, and not where a clock that was wrong has led."""
    if watch.alerts.clock == "posts":
        return max(start, newest - int(LOOK_BACK.total_seconds()))
    if start > minute_of(now + CLOCK_ERROR):
        return minute_of(now - CLOCK_ERROR)
    return max(start, minute_of(now - LOOK_BACK))
