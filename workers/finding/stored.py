"""What is stored of a signal, as a detector would have been fed with it: for `uproar backtest`."""

from collections.abc import Iterator
from datetime import UTC, datetime

from uproar import answers, database, detectors
from uproar.buckets import MINUTE
from uproar.signals import counted_by
from uproar.watch import Watch
from workers.finding.memory import LEAST, Memory
from workers.finding.minutes import reaches, total
from workers.finding.views import LOOK_BACK

SLICE = 1_440 * MINUTE


def stored_counts(watch: Watch, signal: str) -> Iterator[tuple[int, int | None]]:
    """The start of each minute and what was counted in it, from the first or from four weeks before the newest.

    None is a minute in which sources that bring half of the posts or more were not observed. The newest minute is
    left out: it may not be over.
    """
    counted = counted_by(signal, watch) or "posts"
    with database.reading() as session:
        extent = answers.extent(session, watch=watch.name)
        if extent is None:
            return
        start = max(extent[0], extent[1] - int(LOOK_BACK.total_seconds()))
        known = detectors.cursors(session, [watch.name])[watch.name]
        lost = detectors.gaps(session, [watch.name], since=datetime.fromtimestamp(start, UTC))[watch.name]
    reach = reaches(watch, known, lost)
    memory = Memory.load(watch, (), {}, start)
    for first in range(start, extent[1], SLICE):
        end = min(first + SLICE, extent[1])
        with database.reading() as session:
            counts = detectors.counts(session, [watch.name], start=first, end=end)[watch.name]
        for minute in range(first, end, MINUTE):
            by_source = counts.get(minute, {})
            absent = {name for name, one in reach.items() if not one.covers(minute)}
            part = memory.observed(minute, by_source, reach, absent)
            yield minute, total(by_source, absent).get(counted, 0) if part >= LEAST else None
