"""`uproar forget`: everything of an author, a post or a watch goes for good, and does not come back."""

import getpass
import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from uproar import database, forgettable, forgetting, forgotten_file, tombstones
from uproar.errors import UproarError
from uproar.forgettable import Asked
from uproar.settings import Settings, settings
from uproar.watch import load_watches

Command = Callable[..., None]
LOGGED = 1_000  # steps that are shown
NAMES = {"quotes": "quotes in alerts", "answers": "quotes in answers"}


@click.group()
def forget() -> None:
    """Delete everything of an author, a post or a watch, counts included, and never store it again.

    What was sent to others, backups and evidence packs are out of reach. `uproar restore` forgets again what is in
    the file `forgotten` in the data directory.
    """


def _asking(command: Command) -> Command:
    """The options of all three."""
    command = click.option(
        "--by", metavar="NAME", help="Who does it, for the log; otherwise the user of this machine."
    )(command)
    command = click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")(command)
    return click.option("--dry-run", is_flag=True, help="Only say what would go.")(command)


@forget.command("author")
@click.argument("platform", required=False)
@click.argument("author", required=False)
@click.option("--of", "of_post", metavar="POST", help="Whoever wrote this post: its number here, or its link.")
@_asking
def forget_author(*, platform: str | None, author: str | None, of_post: str | None, **how: Any) -> None:
    """Forget AUTHOR, the id that PLATFORM gives the account; - reads it from standard input, so that no shell keeps it.

    Their posts in all watches go, with reposts of them and what answers quote of them.
    """
    chosen = _ready()
    if (of_post is None) == (author is None or platform is None):
        raise click.UsageError("Name PLATFORM and AUTHOR, or a post of theirs with --of.")
    if of_post is not None:
        with database.reading() as session:
            asked = forgettable.author_of(session, of_post)
    else:
        name = sys.stdin.readline().strip() if author == "-" else author or ""
        if not name:
            raise click.UsageError("AUTHOR is empty.")
        asked = forgettable.author(platform or "", name, chosen)
        _warn_of_unknown(platform or "")
    _forget(asked, chosen, **how)


@forget.command("post")
@click.argument("post")
@_asking
def forget_post(*, post: str, **how: Any) -> None:
    """Forget POST: its number here, its link, or PLATFORM:ID (which need not be stored yet)."""
    chosen = _ready()
    with database.reading() as session:
        asked = forgettable.post(session, post, chosen)
    _forget(asked, chosen, **how)


@forget.command("watch")
@click.argument("watch")
@_asking
def forget_watch(*, watch: str, **how: Any) -> None:
    """Forget all that is stored of WATCH. Remove its file and restart Uproar before: nothing may go on reading it."""
    chosen = _ready()
    if watch in {one.name for one in load_watches(chosen.watch_dir)}:
        raise UproarError(
            f"{watch} is still watched: remove its file from {chosen.watch_dir} and restart Uproar, then forget it."
        )
    _forget(forgettable.watch(watch, chosen), chosen, **how)


@forget.command("log")
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
def show_log(*, as_json: bool) -> None:
    """Show who forgot how much and when, the newest first; what it was stands nowhere."""
    _ready()
    with database.reading() as session:
        rows = forgetting.logged(session, limit=LOGGED)
    if as_json:
        click.echo(json.dumps([row.model_dump(mode="json") for row in rows], indent=1))
        return
    for row in rows:
        click.echo(f"{row.at:%Y-%m-%d %H:%M} UTC, {row.by}: {row.kind}, {row.step}{_in_words(row.rows, before=': ')}")
    if not rows:
        click.echo("Nothing was forgotten.")


def _ready() -> Settings:
    database.require_current()
    return settings()


def _warn_of_unknown(platform: str) -> None:
    with database.reading() as session:
        known = forgetting.has_platform(session, platform)
    if not known:
        click.echo(f"No post of {platform!r} is stored; a platform is written as in exports.", err=True)


def _forget(asked: Asked, chosen: Settings, *, by: str | None, yes: bool, dry_run: bool) -> None:
    with database.reading() as session:
        rows = forgetting.preview(session, asked)
    click.echo(f"{'Would go' if dry_run else 'To go'}: {_in_words(rows) or 'nothing that is stored now'}")
    if dry_run:
        return
    if not yes:
        click.confirm("This cannot be undone. Forget it?", abort=True)
    rows = _act(asked, chosen, by=by or getpass.getuser())
    click.echo(f"Forgotten: {_in_words(rows) or 'nothing was stored'}. What comes again is not stored.")


def _act(asked: Asked, chosen: Settings, *, by: str) -> Counter[str]:
    """Forget, in transactions each of which leaves every count right; if it is cut off, it is to be run again."""
    with database.writing() as session:
        tombstones.require_keys(session, chosen)
        now = datetime.now(UTC)
        tombstones.put(session, [(key, asked.kind) for key in asked.keys], now=now)
        forgetting.log(session, by=by, kind=asked.kind, step="begun", rows=Counter(), now=now)
    with database.writing() as session:
        tombstones.settle(session)
    rows = Counter[str]()
    while True:
        with database.writing() as session:
            found = forgetting.next_posts(session, asked)
            if asked.watch is None:
                rows["answers"] += forgetting.unquote(session, found)
        if not found:
            break
        with database.writing() as session:
            rows += forgetting.take_out(session, asked, found, chosen, now=datetime.now(UTC))
    with database.writing() as session:
        tombstones.require_keys(session, chosen)  # else those hashed anew meanwhile were not found
        rows["dead_letters"] += forgetting.bury_letters(session, asked)
        if asked.watch is not None:
            rows += forgetting.take_out_watch(session, asked.watch)
        forgetting.log(session, by=by, kind=asked.kind, step="done", rows=rows, now=datetime.now(UTC))
    with database.reading() as session:
        forgotten_file.keep(chosen, tombstones.everyone(session))
    return rows


def _in_words(rows: Mapping[str, int], *, before: str = "") -> str:
    said = ", ".join(f"{number} {NAMES.get(name, name.replace('_', ' '))}" for name, number in rows.items() if number)
    return before + said if said else ""
