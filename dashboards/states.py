"""How the sources and the service are: for the page, for probes and for Prometheus."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from dashboards import shapes
from dashboards.budgets import budget_answers
from uproar import condition, deliveries, endpoints, sources
from uproar.settings import settings
from uproar.source_states import source_states
from uproar.watch import Watch, active

METRICS = {
    "uproar_posts_total": "Posts that are stored: those with a reaction and those that wait for one.",
    "uproar_reactions_total": "Posts that have a reaction; the sum of all buckets.",
    "uproar_backlog_posts": "Posts that wait for their reaction.",
    "uproar_rescoring_posts": "Posts that wait for a new reaction in place of an old one.",
    "uproar_backlog_oldest_seconds": "How long the post that waits longest has waited; 0 if none waits.",
    "uproar_dead_letters_total": "Items that could not be used.",
    "uproar_deliveries_pending": "Messages to endpoints that are still to be brought there.",
    "uproar_deliveries_failed": "Messages to endpoints that were given up after their last attempt.",
    "uproar_deliveries_delivered": "Messages to endpoints that were received: answered with a 2xx.",
    "uproar_delivery_attempts_total": "Attempts to bring messages to endpoints.",
    "uproar_endpoints_disabled": "Endpoints that have said that they are gone.",
    "uproar_spikes_firing": "Spikes that go on.",
    "uproar_spikes_untold": "Spikes of which no message could be made; the log says why.",
    "uproar_source_failures": "Failed attempts in a row to read a source; 0 if the last one went well.",
    "uproar_source_lag_seconds": "How far behind now a source is read.",
    "uproar_source_posts_total": "Posts of a source that were new.",
    "uproar_budget_posts": "Posts that count against a budget: bought, or reserved.",
    "uproar_budget_cap_posts": "Posts that may be bought.",
    "uproar_source_unrelated_total": "Posts of a source that do not mention the deal; they are not stored.",
}
Line = tuple[str, dict[str, str], float]


def source_answers(session: Session, *, watches: list[Watch], now: datetime) -> list[shapes.SourceAnswer]:
    """Every source and how it is, as the API shows it."""
    states = source_states(session, watches=watches, now=now)
    return [shapes.SourceAnswer.model_validate(asdict(state)) for state in states]


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def reasons(
    session: Session, *, watches: list[Watch], versions: tuple[str | None, str | None], now: datetime
) -> list[str]:
    """Why the service does not do its work, each reason with what to do; empty if it does."""
    present, newest = versions
    if present != newest:
        return [f"The tables are at version {present}, this program needs {newest}: run `uproar migrate`."]
    found = []
    waited = _seconds(condition.waiting_since(session), now)
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
        waited = _seconds(due_since, now)
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


def metrics(session: Session, *, watches: list[Watch], now: datetime) -> str:
    """All metrics in the text format of Prometheus, version 0.0.4."""
    lines = sorted(_figures(session, watches=watches, now=now), key=lambda line: list(METRICS).index(line[0]))
    shown: list[str] = []
    last = ""
    for name, labels, value in lines:
        if name != last:
            shown += [f"# HELP {name} {METRICS[name]}", f"# TYPE {name} gauge"]
            last = name
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        shown.append(f"{name}{{{inside}}} {_number(value)}" if inside else f"{name} {_number(value)}")
    return "\n".join(shown) + "\n"


def _figures(session: Session, *, watches: list[Watch], now: datetime) -> Iterator[Line]:
    figures = condition.figures(session)
    names: Iterable[str] = sorted({*figures.reactions, *figures.backlog, *(watch.name for watch in watches)})
    for watch in names:
        label = {"watch": watch}
        reacted, waiting = figures.reactions.get(watch, 0), figures.backlog.get(watch, 0)
        yield "uproar_posts_total", label, reacted + waiting
        yield "uproar_reactions_total", label, reacted
        yield "uproar_backlog_posts", label, waiting
        yield "uproar_rescoring_posts", label, figures.rescoring.get(watch, 0)
    yield "uproar_backlog_oldest_seconds", {}, _seconds(condition.waiting_since(session), now)
    yield "uproar_dead_letters_total", {}, figures.dead_letters
    yield "uproar_deliveries_pending", {}, figures.deliveries_pending
    yield "uproar_deliveries_failed", {}, figures.deliveries_failed
    yield "uproar_deliveries_delivered", {}, figures.deliveries_delivered
    yield "uproar_delivery_attempts_total", {}, figures.delivery_attempts
    yield "uproar_endpoints_disabled", {}, len(endpoints.disabled(session, active(watches)))
    yield "uproar_spikes_firing", {}, figures.spikes_firing
    yield "uproar_spikes_untold", {}, figures.spikes_untold
    for one in budget_answers(session, settings=settings(), now=now):
        for period, spent in (("day", one.day), ("month", one.month)):
            yield "uproar_budget_posts", {"account": one.account, "period": period}, spent.posts + spent.reserved
            yield "uproar_budget_cap_posts", {"account": one.account, "period": period}, spent.cap
    for cursor in sources.cursors(session):
        label = {"watch": cursor.watch, "source": cursor.source}
        yield "uproar_source_failures", label, cursor.failures
        yield "uproar_source_posts_total", label, cursor.posts
        yield "uproar_source_unrelated_total", label, cursor.unrelated
        if cursor.covered_until is not None:
            yield "uproar_source_lag_seconds", label, _seconds(cursor.covered_until, now)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
