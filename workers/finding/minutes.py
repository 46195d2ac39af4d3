"""Which minutes of a watch are over, and which sources were observed in them: pure.

A minute is looked at for good once everything in it is counted: it is over, every source that is not down was read
beyond it, and its posts have their reactions. What is counted of later minutes until now is a least: it may fire,
since it can only grow, but it teaches nothing and ends nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from uproar.buckets import MINUTE, minute_of
from uproar.models import Cursor, Gap
from uproar.watch import SourceSpec, Watch

SHORTEST_WAIT = timedelta(minutes=3)  # for a source that has not been read up to now
LONGEST_WAIT = timedelta(minutes=30)  # for one that is asked seldom
LONGEST_BACKLOG = timedelta(minutes=10)  # for posts that have no reaction yet
FOR_EVER = float("inf")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a source was read: all before `until` (None: it cannot tell) but `lost`; times in seconds since 1970."""

    until: float | None
    lost: tuple[tuple[float, float], ...] = ()

    def covers(self, minute: int) -> bool:
        """Whether the whole minute was read."""
        if self.until is not None and minute + MINUTE > self.until:
            return False
        return not any(start < minute + MINUTE and minute < end for start, end in self.lost)


@dataclass(frozen=True, slots=True)
class Edge:
    """Minutes before `settled` can be looked at for good; those before `begun` have begun; `down`: sources that are."""

    settled: int
    begun: int
    down: frozenset[str] = frozenset()


def reaches(watch: Watch, cursors: Iterable[Cursor], gaps: Iterable[Gap]) -> dict[str, Reach]:
    """The reach of each source that the watch reads; one that cannot tell is not there: it counts as observed."""
    in_use = {source.name for source in watch.sources if source.enabled}
    lost: dict[str, list[tuple[float, float]]] = {}
    for gap in gaps:
        if gap.source in in_use:
            end = gap.ended_at.timestamp() if gap.ended_at else FOR_EVER
            lost.setdefault(gap.source, []).append((gap.started_at.timestamp(), end))
    until = {one.source: one.covered_until.timestamp() for one in cursors if one.covered_until is not None}
    return {
        name: Reach(until.get(name), tuple(lost.get(name, ())))
        for name in sorted(in_use & (until.keys() | lost.keys()))
    }


def edge(
    watch: Watch,
    cursors: Iterable[Cursor],
    *,
    newest: int,
    waiting: datetime | None,
    settle_seconds: int,
    now: datetime,
) -> Edge:
    """Up to where the minutes of a watch have closed.

    Args:
        watch: the watch; on the posts' clock a minute is over once a later one has posts.
        cursors: how far its sources were read.
        newest: the newest minute that has posts.
        waiting: when the oldest post was written that has no reaction yet.
        settle_seconds: how long a minute is left open after its end.
        now: the moment of the look.
    """
    if watch.alerts.clock == "posts":
        end = min(newest, minute_of(waiting)) if waiting else newest
        return Edge(end, end)
    known = {source.name: source for source in watch.sources if source.enabled}
    told = {one.source: one for one in cursors if one.covered_until is not None and one.source in known}
    covered = {name: one.covered_until for name, one in told.items() if one.covered_until is not None}
    end = minute_of(now - timedelta(seconds=settle_seconds))
    down: frozenset[str] = frozenset()
    if covered:
        in_time = {
            name: until for name, until in covered.items() if until > now - patience(known[name], told[name].failures)
        }
        reads_archive = not in_time and all(not one.caught_up and not one.failures for one in told.values())
        last = max(covered.values()) if reads_archive else now - SHORTEST_WAIT
        end = min(end, minute_of(min(in_time.values(), default=last)))
        down = frozenset(covered.keys() - in_time.keys())
    if waiting:
        end = min(end, minute_of(max(waiting, now - LONGEST_BACKLOG)))
    return Edge(end, minute_of(now) + MINUTE, down)


def patience(source: SourceSpec, failures: int) -> timedelta:
    """How long minutes are kept open for a source; one that fails is not waited for longer than any other."""
    if failures:
        return SHORTEST_WAIT
    return min(max(SHORTEST_WAIT, timedelta(seconds=1.5 * source.every_seconds + MINUTE)), LONGEST_WAIT)


def total(by_source: Mapping[str, Mapping[str, int]], without: Iterable[str]) -> dict[str, int]:
    """What was counted in a minute, by column, in all sources but some."""
    left_out = set(without)
    sums: dict[str, int] = {}
    for source, numbers in by_source.items():
        if source not in left_out:
            for name, number in numbers.items():
                sums[name] = sums.get(name, 0) + number
    return sums
