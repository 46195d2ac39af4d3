"""How far behind now each stage of the way of a post is."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlmodel import Session

from uproar import condition, deliveries, detectors, sources
from uproar.readiness import seconds_since
from uproar.watch import Watch, active

STAGES = ("read", "react", "find", "deliver")


def lags(session: Session, *, watches: Collection[Watch], now: datetime) -> dict[str, float]:
    """Seconds by stage, 0 where nothing waits; a stage that has nothing to do yet is left out.

    `read`: of the source that is furthest behind, among those that are switched on. `react`: how long the post has
    waited that waits longest. `find`: since the newest minute that was looked at, in the watch that is furthest
    behind (on the posts' clock nobody is behind). `deliver`: how long the message has been due that waits longest.
    """
    on = [watch for watch in active(list(watches)) if watch.ends is None or watch.ends > now]
    enabled = {(watch.name, spec.name) for watch in on for spec in watch.sources if spec.enabled}
    read = [
        cursor.covered_until
        for cursor in sources.cursors(session)
        if cursor.covered_until is not None and (cursor.watch, cursor.source) in enabled
    ]
    heads = detectors.heads(session, [watch.name for watch in on if watch.alerts.clock == "wall"])
    looked = [max(head.seen_until for head in signals.values()) for signals in heads.values() if signals]
    found = {"read": seconds_since(min(read), now)} if read else {}
    found["react"] = seconds_since(condition.waiting_since(session), now)
    if looked:
        found["find"] = seconds_since(datetime.fromtimestamp(min(looked), UTC), now)
    return found | {"deliver": seconds_since(deliveries.due_since(session, now=now), now)}
