"""Whether the service does its work: for probes, and for whoever is told every minute that it does."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from uproar import condition, deliveries, endpoints
from uproar.watch import Watch, active


def reasons(
    session: Session, *, watches: list[Watch], versions: tuple[str | None, str | None], now: datetime
) -> list[str]:
    """Why the service does not do its work, each reason with what to do; empty if it does."""
    present, newest = versions
    if present != newest:
        return [f"The tables are at version {present}, this program needs {newest}: run `uproar migrate`."]
    found = []
    waited = seconds_since(condition.waiting_since(session), now)
    if waited > condition.MOST_DELAY.total_seconds():
        found.append(f"A post has waited {waited:.0f} s for its reaction: do the workers run (`uproar work`)?")
    running = {
        (watch.name, spec.name)
        for watch in active(watches)
        if watch.ends is None or watch.ends > now
        for spec in watch.sources
        if spec.enabled
    }
    late = [cursor for cursor in condition.overdue(session, now=now) if (cursor.watch, cursor.source) in running]
    if late:
        names = ", ".join(f"{cursor.watch}/{cursor.source}" for cursor in late[:5])
        found.append(f"Nobody reads {names}, though due: does the collector run (`uproar collect`)?")
    due_since = deliveries.due_since(session, now=now - condition.MOST_DELAY)
    if due_since is not None:
        waited = seconds_since(due_since, now)
        found.append(f"An alert has waited {waited:.0f} s to be sent: is there somebody to send it (`uproar deliver`)?")
    found += _untold(session, watches=watches)
    return found


def _untold(session: Session, *, watches: list[Watch]) -> Iterator[str]:
    """Endpoints that spikes do not reach: disabled, or with a last message that was given up."""
    gone = endpoints.disabled(session, active(watches))
    for watch, name in gone:
        yield (
            f"The endpoint {watch}/{name} has said that it is gone: give it another url in the watch file, "
            f"or run `uproar alerts enable {name} --watch {watch}`."
        )
    known = {(watch.name, endpoint.name) for watch in active(watches) for endpoint in watch.alerts.endpoints}
    for watch, name, error in deliveries.failing(session):
        if (watch, name) in known - gone.keys():
            yield (
                f"A message to the endpoint {watch}/{name} was given up ({error}): mend it, then run "
                f"`uproar alerts test {name} --watch {watch}` and `uproar deliveries retry --failed`."
            )


def seconds_since(since: datetime | None, now: datetime) -> float:
    """How long ago that was; 0 if it never was, or lies ahead."""
    return max(0.0, (now - since).total_seconds()) if since else 0.0
