"""`uproar sources`: how the sources are, and what one of them answers when it is asked."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import click

from collector import plugins
from collector.checking import try_source
from collector.source import Page
from collector.sources import SOURCES
from uproar import database
from uproar.errors import WatchError
from uproar.mentions import Mentions
from uproar.settings import settings
from uproar.source_states import SourceState, source_states
from uproar.sources import wake
from uproar.storing import REASONS
from uproar.times import span_in_words
from uproar.watch import SourceSpec, Watch, active, load_watches

COLUMNS = (
    "source", "type", "on", "state", "last read", "covered until", "lag", "failures", "posts", "unrelated", "gaps",
    "dead",
)  # fmt: skip
TEXTS = 3
WIDTH = 100


@click.group()
def sources() -> None:
    """Show the sources and try one."""


@sources.command("list")
@click.option("--watch", "name", help="Only this watch; otherwise all.")
@click.option("--all", "everything", is_flag=True, help="Those of watches that are switched off, too.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list instead of a table.")
def list_sources(*, name: str | None, everything: bool, as_json: bool) -> None:
    """List every source of the watches that are switched on, or of the one that is named, and how its reading goes."""
    database.require_current()
    known = load_watches(settings().watch_dir)
    wanted = [watch for watch in known if everything or watch.enabled]
    watches = wanted if name is None else [watch for watch in known if watch.name == name]
    if name is not None and not watches:
        raise WatchError(f"There is no watch {name!r}. `uproar watch list` shows which there are.")
    with database.reading() as session:
        states = source_states(session, watches=watches, now=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps([asdict(state) for state in states], default=datetime.isoformat, indent=1))
        return
    for line in _table(states) if states else ["No watch has a source."]:
        click.echo(line)
    for problem in plugins.problems(SOURCES):
        click.echo(f"types of source: {one_line(problem, 500)}", err=True)


def _table(states: list[SourceState]) -> Iterator[str]:
    rows = [COLUMNS, *map(_row, states)]
    widths = [max(len(row[number]) for row in rows) for number in range(len(COLUMNS))]
    for row, state in zip(rows, [None, *states], strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if state is not None and state.last_error:
            again = f"; asked again at {_moment(state.next_due_at)}" if state.enabled and state.next_due_at else ""
            yield f"    last error: {one_line(state.last_error, 200)}{again}"


def _row(state: SourceState) -> tuple[str, ...]:
    return (
        f"{state.watch}/{state.source}",
        state.type or "-",
        "yes" if state.enabled else "no",
        state.state,
        _moment(state.read_at),
        _moment(state.covered_until),
        "-" if state.lag_seconds is None else span_in_words(state.lag_seconds),
        str(state.failures),
        str(state.posts),
        str(state.unrelated),
        str(state.gaps_open),
        str(state.dead_letters),
    )


@sources.command()
@click.argument("source", metavar="NAME")
@click.option("--watch", "name", help="The watch that it belongs to; or write it in front: WATCH/NAME.")
def check(*, source: str, name: str | None) -> None:
    """Ask one source once and show what came back; nothing is stored. Exit status 1 if something is wrong.

    It is asked as at its very first reading; the collector, if it runs, is not disturbed. If the source had failed
    and answers now, the collector does not wait any longer before it asks, either.
    """
    chosen = settings()
    watch, spec = find_source(load_watches(chosen.watch_dir), source, name)
    now = datetime.now(UTC)
    click.echo(f"{watch.name}/{spec.name} ({spec.type})" + ("" if spec.enabled else ", switched off"))
    trial = try_source(spec, watch, chosen, now=now)
    for line in () if trial.page is None else describe(trial.page, watch):
        click.echo(line)
    if trial.problem:
        click.echo(f"WRONG {one_line(trial.problem, 500)}\n      {trial.remedy}")
        sys.exit(1)
    click.echo("It answers.")
    if spec.enabled and _wakes(watch, spec, now=now):
        click.echo("It had failed before; the collector asks it again now.")


def _wakes(watch: Watch, spec: SourceSpec, *, now: datetime) -> bool:
    if not database.is_current():
        return False  # a source may be tried before there is a database
    with database.writing() as session:
        return wake(session, watch=watch.name, source=spec.name, now=now)


def find_source(watches: list[Watch], source: str, name: str | None) -> tuple[Watch, SourceSpec]:
    """The source of that name; with its watch in front of it, or given, or else the only one.

    Raises:
        WatchError: there is none, or there are several.
    """
    before, slash, last = source.partition("/")
    source, asked = (last, {before, name or before}) if slash else (source, {name} if name else set())
    found = [
        (watch, spec) for watch in watches for spec in watch.sources if spec.name == source and asked <= {watch.name}
    ]
    if len(found) > 1:  # the one that runs is meant
        found = [one for one in found if one[0] in active(watches)] or found
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"{watch.name}/{spec.name}" for watch, spec in found)
    if names:
        raise WatchError(f"Several watches have a source {source!r}: say which one of {names}.")
    known = ", ".join(f"{watch.name}/{spec.name}" for watch in watches for spec in watch.sources) or "none"
    where = f" of watch {' and '.join(sorted(map(repr, asked)))}" if asked else ""
    raise WatchError(f"There is no source {source!r}{where}. Sources here: {known}.")


def describe(page: Page, watch: Watch) -> Iterator[str]:
    """What a page holds, for a person, line by line."""
    if page.note:
        yield page.note
        return
    yield f"posts: {len(page.posts)}{', and there is more' if page.more else ''}"
    if page.posts:
        times = [post.created_at for post in page.posts]
        yield f"written: {_moment(min(times))} to {_moment(max(times))}"
        outside = sum(not watch.covers(at) for at in times)
        if outside:
            yield f"outside the time of the watch: {outside}"
        mentions = Mentions(watch)
        ways = [mentions.of(post.text, post.context) for post in page.posts]
        yield f"mention the deal: {ways.count('direct')}, and {ways.count('referenced')} by what they refer to"
        if not any(ways):
            yield "  (none does: look at services, their aliases and [matching] in the watch file)"
        for post in page.posts[:TEXTS]:
            yield f"  {_moment(post.created_at)}  {one_line(post.text, WIDTH)}"
    if page.dead:
        yield f"dead letters: {len(page.dead)}"
        for item in page.dead[:REASONS]:
            yield f"  {one_line(item.reason, WIDTH)}: {one_line(item.raw, WIDTH)}"
    for hole in page.holes:
        yield f"cannot be read: {_moment(hole.started_at)} to {_moment(hole.ended_at)}: {one_line(hole.reason, WIDTH)}"


def one_line(text: str, limit: int) -> str:
    """A text from outside as it may be shown in a terminal: no line ends, no control characters, not too long."""
    plain = " ".join("".join(one if one.isprintable() else " " for one in text[: limit * 4]).split())
    return plain if len(plain) <= limit and len(text) <= limit * 4 else f"{plain[:limit]}…"


def _moment(moment: datetime | None) -> str:
    return "-" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
