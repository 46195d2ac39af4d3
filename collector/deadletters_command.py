"""`uproar deadletters`: what could not be used, and another try."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import click
from sqlmodel import Session

from collector.revival import NotRevivableError, Revival
from collector.sources_command import one_line
from uproar import database, deadletters, posts
from uproar import sources as questions
from uproar.columns import MOST_ID
from uproar.deadletters import Wanted
from uproar.incoming import BadItemError, Incoming, was_cut
from uproar.log import set_up_logging
from uproar.models import DeadLetter
from uproar.posts import Saved
from uproar.queue import REACT, Announcer
from uproar.settings import settings
from uproar.watch import load_watches

SLICE = 200  # letters in one transaction
WIDTH = 100
SHOWN = 10  # reasons that are told

of_watch = click.option("--watch", help="Only those of this watch.")
of_source = click.option("--source", help="Only those of this source.")
with_reason = click.option("--reason", metavar="TEXT", help="Only those whose reason has this text in it.")


@click.group("deadletters")
def dead_letters() -> None:
    """Show items that could not be used, and try them again."""


@dead_letters.command("list")
@of_watch
@of_source
@with_reason
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON list, with the raw forms.")
def list_letters(*, watch: str | None, source: str | None, reason: str | None, limit: int, as_json: bool) -> None:
    """List dead letters, the newest first: number, time, source, reason, and the start of the raw form."""
    database.require_current()
    with database.reading() as session:
        letters = deadletters.newest(session, Wanted(watch, source, reason), limit=limit)
        if as_json:
            click.echo(json.dumps([letter.model_dump(mode="json", exclude={"digest"}) for letter in letters], indent=1))
            return
        for letter in letters:
            post = "" if letter.post_id is None else f"post {letter.post_id}: "
            said = f"{post}{one_line(letter.reason, WIDTH)}{' (cut)' if was_cut(letter.raw) else ''}"
            at = letter.died_at.strftime("%Y-%m-%dT%H:%M:%SZ")
            click.echo(f"{letter.id}  {at}  {letter.watch}/{letter.source}  {said}")
            click.echo(f"    {one_line(letter.raw, WIDTH)}")
    if not letters:
        click.echo("There are no dead letters.")


@dead_letters.command()
@of_watch
@of_source
@with_reason
@click.option("--id", "number", type=click.IntRange(1, MOST_ID), help="Only this one.")
@click.option("--all", "everything", is_flag=True, help="All of them, if nothing else is said.")
@click.option("--dry-run", is_flag=True, help="Say what would become of them, and change nothing.")
def retry(
    *, watch: str | None, source: str | None, reason: str | None, number: int | None, everything: bool, dry_run: bool
) -> None:
    """Read dead letters again: what can be used now is stored as a post, what cannot stays, with today's reason.

    A post that killed a worker goes back into the backlog.
    """
    wanted = Wanted(watch, source, reason, number)
    if wanted == Wanted() and not everything:
        raise click.UsageError("Say which: --watch, --source, --reason or --id, or --all.")
    set_up_logging()
    database.require_current()
    chosen = settings()
    with database.reading() as session:
        read = [(cursor.watch, cursor.source) for cursor in questions.cursors(session)]
    revival = Revival(load_watches(chosen.watch_dir), read, chosen)
    news = Announcer(REACT)
    told = Outcome()
    last: int | None = 0
    while last is not None:
        with database.reading() if dry_run else database.writing() as session:
            last = _retry_some(session, wanted, revival, told, after=last, dry_run=dry_run)
        if not dry_run and (told.saved.new or told.put_back):
            news.announce()
    told.tell(dry_run=dry_run)


@dataclass
class Outcome:
    """What has become of the letters so far."""

    seen: int = 0
    usable: int = 0
    saved: Saved = field(default_factory=Saved)
    put_back: int = 0
    unrelated: int = 0
    dead: Counter[str] = field(default_factory=Counter)

    def tell(self, *, dry_run: bool) -> None:
        """Say it."""
        parts = [f"{self.seen} read again: {self.usable} {'can be' if dry_run else 'are'} stored as posts"]
        if self.saved.duplicate:
            parts.append(f"{self.saved.duplicate} of them were there already")
        parts.append(f"{self.put_back} {'can go' if dry_run else 'are'} back in the backlog")
        parts.append(f"{self.unrelated} say nothing of the deal")
        parts.append(f"{self.dead.total()} stay")
        click.echo(", ".join(parts))
        for reason, times in self.dead.most_common(SHOWN):
            click.echo(f"  {times} x {one_line(reason, WIDTH)}")
        if len(self.dead) > SHOWN:
            click.echo(f"  and {len(self.dead) - SHOWN} more reasons: see `uproar deadletters list`")


def _retry_some(
    session: Session, wanted: Wanted, revival: Revival, told: Outcome, *, after: int, dry_run: bool
) -> int | None:
    """Try some letters again, in the transaction that is open; the number of the last one, None at the end."""
    now = datetime.now(UTC)
    letters = deadletters.take(session, wanted, after=after, limit=SLICE, hold=not dry_run)
    found: list[tuple[DeadLetter, Incoming]] = []
    done: list[DeadLetter] = []
    for letter in letters:
        told.seen += 1
        if letter.post_id is not None:
            continue
        try:
            post = revival.revive(letter, now=now)
        except NotRevivableError as error:
            told.dead[f"{error}: cannot be read again"] += 1
            continue
        except BadItemError as error:
            told.dead[str(error)] += 1
            if not dry_run:
                deadletters.die_again(session, letter, str(error), now=now)
            continue
        if post is None:
            told.unrelated += 1
            done.append(letter)
        else:
            found.append((letter, post))
    told.usable += len(found)
    killers = {letter.post_id for letter in letters if letter.post_id is not None}
    if dry_run:
        told.put_back += len(killers)
    else:
        told.saved += _save(session, found, now=now)
        told.put_back += len(deadletters.put_back(session, killers))
        done += [letter for letter in letters if letter.post_id is not None] + [letter for letter, _ in found]
        deadletters.remove(session, [letter.id for letter in done if letter.id is not None])
    return letters[-1].id if len(letters) == SLICE else None


def _save(session: Session, found: list[tuple[DeadLetter, Incoming]], *, now: datetime) -> Saved:
    """Store posts under the sources that they came from."""
    saved = Saved()
    for watch, source in dict.fromkeys((letter.watch, letter.source) for letter, _ in found):
        of_one = [post for letter, post in found if (letter.watch, letter.source) == (watch, source)]
        saved += posts.save(session, of_one, watch=watch, source=source, now=now, settings=settings())
    return saved
