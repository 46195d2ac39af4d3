"""`uproar status`: how the service is, for a terminal and for scripts."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from uproar import database
from uproar.jobs import Job
from uproar.settings import settings
from uproar.source_states import SourceState
from uproar.status import Status, look
from uproar.times import span_in_words
from uproar.watch import load_watches

WITHIN = 2.0  # seconds between the two looks that a rate is made of
BAR = 30
CLEAR = "\x1b[H\x1b[2J"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object; with --follow one a line.")
@click.option("--follow", "-f", is_flag=True, help="Look again and again, until Ctrl-C.")
@click.option("--every", default=WITHIN, show_default=True, type=click.FloatRange(0.5, 3_600), help="Seconds between.")
def status(*, as_json: bool, follow: bool, every: float) -> None:
    """How the service is: roles, lag, rates, queue, sources, gaps, budget, spikes, messages, jobs.

    Exit status 0 if all goes well, 1 if there is trouble (it is said which), 2 if it could not be looked at.
    """
    database.require_current()
    chosen = settings()
    watches = load_watches(chosen.watch_dir)
    before = now = look(chosen, watches=watches, now=datetime.now(UTC))
    try:
        while True:
            time.sleep(every if follow else WITHIN)
            before, now = now, look(chosen, watches=watches, now=datetime.now(UTC))
            _show(before, now, as_json=as_json, follow=follow)
            if not follow:
                break
    except KeyboardInterrupt:
        pass
    sys.exit(1 if now.trouble else 0)


def _show(before: Status, now: Status, *, as_json: bool, follow: bool) -> None:
    if as_json:
        click.echo(json.dumps(as_object(before, now), default=str, indent=None if follow else 1))
        return
    top = CLEAR if follow and sys.stdout.isatty() else ""
    click.echo(top + "\n".join(described(before, now)))


def rates(before: Status, now: Status) -> tuple[float, float]:
    """Posts and reactions a second between two looks; what was erased meanwhile is no rate below nothing."""
    seconds = max((now.at - before.at).total_seconds(), 1e-9)
    posts, reactions = now.posts - before.posts, now.reactions - before.reactions
    return max(0, posts) / seconds, max(0, reactions) / seconds


def as_object(before: Status, now: Status) -> dict[str, Any]:
    """What `--json` prints."""
    stored, reacted = rates(before, now)
    return {
        "at": now.at.isoformat(),
        "ok": not now.trouble,
        "trouble": now.trouble,
        "roles": [{**asdict(one), "alive": one.alive} for one in now.roles],
        "lag_seconds": now.lags,
        "posts_a_second": round(stored, 2),
        "reactions_a_second": round(reacted, 2),
        "figures": asdict(now.figures),
        "sources": [asdict(one) for one in now.sources],
        "budget": asdict(now.budget) if now.budget else None,
        "jobs": [asdict(job) for job in now.jobs],
    }


def described(before: Status, now: Status) -> Iterator[str]:
    """What a person reads."""
    stored, reacted = rates(before, now)
    figures = now.figures
    failing = sum(one.enabled and one.state == "failing" for one in now.sources)
    note = f"; {failing} of the sources fail, which is tried again" if failing else ""
    yield f"{now.at:%Y-%m-%d %H:%M:%S} UTC   {'TROUBLE' if now.trouble else 'the service does its work'}{note}"
    for reason in now.trouble:
        yield f"  ! {_printable(reason)}"
    yield ""
    for one in now.roles:
        seen = f"{one.seconds:.0f} s ago" if one.alive else f"NOT SEEN FOR {span_in_words(one.seconds)}"
        yield f"{one.role:<12}{_printable(one.name):<30}{seen}"
    yield ""
    yield _line("lag", {stage: span_in_words(seconds) for stage, seconds in now.lags.items()})
    yield _line("a second", {"posts": f"{stored:.1f}", "reactions": f"{reacted:.1f}"})
    yield _line("stored", {"posts": f"{now.posts:,}", "reactions": f"{now.reactions:,}"})
    waiting = {"new": sum(figures.backlog.values()), "rescore": sum(figures.rescoring.values())}
    yield _line("queue", {name: f"{number:,}" for name, number in waiting.items()})
    yield _line("spikes", {"go on": figures.spikes_firing, "untold": figures.spikes_untold})
    told = {"due": figures.deliveries_pending, "received": figures.deliveries_delivered}
    yield _line("messages", {**told, "given up": figures.deliveries_failed})
    yield _line("dead letters", {"": f"{figures.dead_letters:,}"})
    if now.budget is not None:
        used = {"day": now.budget.day.share, "month": now.budget.month.share}
        yield _line("budget of X", {period: f"{share:.0%}" for period, share in used.items()})
    yield ""
    yield from map(_source, now.sources)
    yield from (_bar(job) for job in now.jobs)


def _line(name: str, values: dict[str, Any]) -> str:
    return f"{name:<14}" + "   ".join(f"{label} {value}".strip() for label, value in values.items())


def _source(one: SourceState) -> str:
    lag = "-" if one.lag_seconds is None else span_in_words(one.lag_seconds)
    name = _printable(f"{one.watch}/{one.source}")
    gaps = f"   gaps {one.gaps_open}" if one.gaps_open else ""
    return f"{name:<34}{one.state:<9}lag {lag:<10}posts {one.posts:,}{gaps}"


def _bar(job: Job) -> str:
    name = _printable(job.name)
    if not job.total:
        return f"{name:<34}{job.done:,} {job.unit}"
    share = min(1.0, max(0.0, job.done / job.total))
    filled = "#" * int(share * BAR)
    return f"{name:<34}[{filled:<{BAR}}] {share:>4.0%} of {job.total:,} {job.unit}"


def _printable(text: str) -> str:
    """A name from outside must not steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
