"""How the sources and the service are: for the page, for probes and for Prometheus."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

from redis import RedisError
from sqlmodel import Session

from dashboards import shapes
from dashboards.budgets import budget_answers
from uproar import condition, database, endpoints, roles, sources
from uproar.lags import lags
from uproar.readiness import reasons, seconds_since
from uproar.roles import BACKUP, ROLES
from uproar.settings import settings
from uproar.source_states import source_states
from uproar.watch import Watch, active

METRICS = {
    "uproar_ready": "1 if the service does its work, as /ready says; else 0.",
    "uproar_broker_up": "1 if the broker answers; if it is 0, nobody knows which roles are at work.",
    "uproar_roles_alive": "On how many machines a role is at work.",
    "uproar_lag_seconds": "How far behind now a stage is.",
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
    "uproar_source_gaps": "Gaps of a source that have not ended.",
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
    yield "uproar_ready", {}, int(not reasons(session, watches=watches, versions=database.versions(), now=now))
    yield from _roles()
    for stage, seconds in lags(session, watches=watches, now=now).items():
        yield "uproar_lag_seconds", {"stage": stage}, seconds
    figures = condition.figures(session)
    names: Iterable[str] = sorted({*figures.reactions, *figures.backlog, *(watch.name for watch in watches)})
    for watch in names:
        label = {"watch": watch}
        reacted, waiting = figures.reactions.get(watch, 0), figures.backlog.get(watch, 0)
        yield "uproar_posts_total", label, reacted + waiting
        yield "uproar_reactions_total", label, reacted
        yield "uproar_backlog_posts", label, waiting
        yield "uproar_rescoring_posts", label, figures.rescoring.get(watch, 0)
    yield "uproar_backlog_oldest_seconds", {}, seconds_since(condition.waiting_since(session), now)
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
    gaps = condition.gaps_by_source(session)
    for cursor in sources.cursors(session):
        label = {"watch": cursor.watch, "source": cursor.source}
        yield "uproar_source_failures", label, cursor.failures
        yield "uproar_source_gaps", label, gaps.get((cursor.watch, cursor.source), 0)
        yield "uproar_source_posts_total", label, cursor.posts
        yield "uproar_source_unrelated_total", label, cursor.unrelated
        if cursor.covered_until is not None:
            yield "uproar_source_lag_seconds", label, seconds_since(cursor.covered_until, now)


def _roles() -> Iterator[Line]:
    try:
        alive = Counter(one.role for one in roles.seen(settings()) if one.alive)
    except (RedisError, OSError):
        yield "uproar_broker_up", {}, 0
        return
    yield "uproar_broker_up", {}, 1
    for role in (*ROLES, BACKUP):
        yield "uproar_roles_alive", {"role": role}, alive[role]


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
