"""When there is nothing left to do: what `uproar up --exit-when-idle` and `uproar replay --wait` wait for."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import Session

from uproar import answers, database, deadletters, deliveries, detectors, posts, rescoring, sources
from uproar.signals import signals_of
from uproar.watch import Watch

LOOK_EVERY = 0.5


def watcher(watches: list[Watch], *, since: datetime) -> Callable[[], bool]:
    """A question to ask often: was every source read since then, and has everything been worked off? Cheap."""
    last = float("-inf")

    def is_idle() -> bool:
        nonlocal last
        if time.monotonic() - last < LOOK_EVERY:
            return False
        last = time.monotonic()
        with database.reading() as session:
            return (
                all_read(session, watches, since=since)
                and posts.backlog(session)[0] == 0
                and rescoring.waiting(session, watches=[watch.name for watch in watches]) == 0
                and all(spikes_sought(session, watch) for watch in watches)
                and deliveries.due_since(session, now=datetime.now(UTC)) is None
            )

    return is_idle


def all_read(session: Session, watches: list[Watch], *, since: datetime) -> bool:
    """Whether every source was read to its end, or has failed, since then."""
    state = {(cursor.watch, cursor.source): cursor for cursor in sources.cursors(session)}
    for watch in watches:
        for source in watch.sources:
            cursor = state.get((watch.name, source.name))
            if not source.enabled:
                continue
            if cursor is None or cursor.read_at is None or cursor.read_at < since:
                return False
            if not cursor.caught_up and not cursor.failures and cursor.last_error is None:
                return False
    return True


def spikes_sought(session: Session, watch: Watch) -> bool:
    """Whether the detectors of a watch that runs on the posts' clock have seen all minutes but the newest."""
    extent = answers.extent(session, watch=watch.name)
    if watch.alerts.clock == "wall" or extent is None or extent[0] == extent[1]:
        return True
    return detectors.seen_by_all(session, watch=watch.name, signals=signals_of(watch), until=extent[1])


def summary(watches: list[Watch]) -> str:
    """What was done, for a person: posts, reactions, dead letters, and sources that could not be read."""
    lines = []
    with database.reading() as session:
        for watch in watches:
            stored, reacted = posts.totals(session, watch=watch.name)
            dead = deadletters.count(session, watch=watch.name)
            lines.append(f"{watch.name}: {stored} posts, {reacted} reactions, {dead} dead letters")
            lines.extend(
                f"  {cursor.source} could not be read: {cursor.last_error}"
                for cursor in sources.cursors(session, watch=watch.name)
                if cursor.failures
            )
    return "\n".join(lines)
