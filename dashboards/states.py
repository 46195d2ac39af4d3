"""How the sources and the service are: for the page, for probes and for Prometheus."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlmodel import Session

from dashboards import shapes
from uproar import condition, sources
from uproar.models import Cursor
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
    "uproar_spikes_firing": "Spikes that go on.",
    "uproar_source_failures": "Failed attempts in a row to read a source; 0 if the last one went well.",
    "uproar_source_lag_seconds": "How far behind now a source is read.",
    "uproar_source_posts_total": "Posts of a source that were new.",
    "uproar_source_unrelated_total": "Posts of a source that do not mention the deal; they are not stored.",
}
Line = tuple[str, dict[str, str], float]


def source_answers(session: Session, *, watches: list[Watch], now: datetime) -> list[shapes.SourceAnswer]:
    """Every source that a watch names, read or not, and every one that was read and is no longer named."""
    cursors = {(cursor.watch, cursor.source): cursor for cursor in sources.cursors(session)}
    gaps = condition.gaps_by_source(session)
    dead = condition.dead_by_source(session)
    named = {(watch.name, spec.name): (watch, spec) for watch in watches for spec in watch.sources}
    known = {watch.name for watch in watches}
    found = []
    for key in [*named, *(key for key in cursors if key not in named and key[0] in known)]:
        watch, spec = named.get(key, (None, None))
        on = watch is not None and spec is not None and watch.enabled and spec.enabled
        answer = _source(key, cursors.get(key), on=on, named=spec is not None, now=now)
        answer.type = spec.type if spec is not None else ""
        answer.gaps_open, answer.dead_letters = gaps.get(key, 0), dead.get(key, 0)
        found.append(answer)
    return found


def _source(
    key: tuple[str, str], cursor: Cursor | None, *, on: bool, named: bool, now: datetime
) -> shapes.SourceAnswer:
    state = "ok"
    if not on:
        state = "off" if named else "gone"
    elif cursor is None or cursor.read_at is None:
        state = "unread"
    elif cursor.failures:
        state = "failing"
    seen = cursor or Cursor(watch=key[0], source=key[1], next_due_at=now)
    return shapes.SourceAnswer(
        watch=key[0],
        source=key[1],
        type="",
        state=state,
        read_at=seen.read_at,
        covered_until=seen.covered_until,
        next_due_at=seen.next_due_at if cursor else None,
        caught_up=seen.caught_up,
        failures=seen.failures,
        last_error=seen.last_error,
        posts=seen.posts,
        unrelated=seen.unrelated or 0,
        lag_seconds=_seconds(seen.covered_until, now) if seen.covered_until else None,
        gaps_open=0,
        dead_letters=0,
    )


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
    return found


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
    yield "uproar_spikes_firing", {}, figures.spikes_firing
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
