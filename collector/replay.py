"""`uproar replay`: posts from files or standard input through the whole pipeline."""

import os
import re
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedReader, FileIO
from pathlib import Path

import click

from collector.source import SourceGoneError
from collector.sources.file import Format, format_of, read_pages
from uproar import database, jobs, migrating, posts
from uproar.commands.up import start_workers
from uproar.errors import UproarError
from uproar.lines import KEEP
from uproar.lock import is_held, only_one
from uproar.log import set_up_logging
from uproar.posts import Saved
from uproar.queue import REACT, Announcer
from uproar.settings import Settings, settings
from uproar.storing import REASONS, Stored, store
from uproar.supervisor import Supervisor
from uproar.watch import choose, load_watches

PATIENCE = 30.0


@dataclass
class Replay:
    """What a replay has done so far."""

    start: float = field(default_factory=time.monotonic)
    read: int = 0
    dead: int = 0
    reasons: list[str] = field(default_factory=list)
    saved: Saved = field(default_factory=Saved)

    def add(self, stored: Stored, *, read: int) -> None:
        """Count one page."""
        self.read += read
        self.dead += stored.dead
        self.saved += stored.saved
        self.reasons += stored.reasons[: REASONS - len(self.reasons)]

    @property
    def rate(self) -> float:
        """Posts a second since the start."""
        return self.read / max(time.monotonic() - self.start, 1e-9)

    def finish(self, waiting: int) -> None:
        """Say how long it took until the last reaction."""
        seconds = time.monotonic() - self.start
        state = "all posts have reactions" if not waiting else f"stopped; {waiting} posts wait for a reaction"
        click.echo(f"{state} after {seconds:.1f} s, {self.rate:.0f} posts/s")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--watch", "name", help="The watch that the posts belong to; needed if more than one is switched on.")
@click.option("--source", default="replay", show_default=True, help="The name under which they are counted.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), help="Otherwise by the file's name.")
@click.option("--wait", is_flag=True, help="Return when all posts have reactions.")
def replay(*, files: tuple[str, ...], name: str | None, source: str, form: str | None, wait: bool) -> None:
    """Send posts from JSONL or CSV files (- is standard input) through the whole pipeline, to their end.

    With --wait and no service running here, workers are started for as long as it takes.
    """
    set_up_logging()
    chosen = settings()
    watch = choose(load_watches(chosen.watch_dir), name)
    if wait and chosen.embedded_broker and not is_held(chosen):
        with only_one(chosen):
            supervisor = Supervisor()
            supervisor.stop_on_signals()
            try:
                start_workers(supervisor, chosen)
                done = _replay_all(files, watch.name, source, form, chosen)
                supervisor.run(lambda: _waiting(watch.name) == 0)
                done.finish(_waiting(watch.name))
            finally:
                supervisor.stop()
        return
    if database.versions()[0] is None:  # nothing has run here yet
        migrating.migrate()
    database.require_current()
    done = _replay_all(files, watch.name, source, form, chosen)
    if wait:
        _wait(watch.name)
        done.finish(_waiting(watch.name))
    elif chosen.embedded_broker and not is_held(chosen):
        click.echo("No service runs here: the posts get their reactions at the next `uproar up`.", err=True)


def _replay_all(files: tuple[str, ...], watch: str, source: str, form: str | None, chosen: Settings) -> Replay:
    done = Replay()
    for name in files:
        try:
            with _open(name) as stream:
                chosen_form = _form(name, form, stream)
                _replay_one(stream, chosen_form, done, watch=watch, source=source, settings=chosen)
        except SourceGoneError as error:
            raise UproarError(f"{name}: {error}") from None
    click.echo(
        f"read {done.read}, new {done.saved.new}, duplicate {done.saved.duplicate}, dead-lettered {done.dead}, "
        f"{done.rate:.0f} posts/s"
    )
    for reason in done.reasons:
        click.echo(f"dead-lettered: {reason}", err=True)
    if done.dead > len(done.reasons):
        click.echo(f"and {done.dead - len(done.reasons)} more: see /api/v1/deadletters?watch={watch}", err=True)
    return done


def _form(name: str, asked: str | None, stream: BufferedReader) -> Format:
    """What was asked for, else what the name says, else what standard input begins with."""
    if asked:
        return "csv" if asked == "csv" else "jsonl"
    if name != "-":
        return format_of(Path(name))
    first = stream.peek(KEEP)[:KEEP].partition(b"\n")[0].lower()
    return "csv" if re.search(rb'(^|,)\s*"?text"?\s*(,|$)', first.strip()) else "jsonl"


def _open(name: str) -> BufferedReader:
    if name == "-":
        return BufferedReader(FileIO(sys.stdin.fileno(), closefd=False))
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise UproarError(f"{name}: {error.strerror}. Name a JSONL or CSV file, or - for standard input.") from None


def _replay_one(
    stream: BufferedReader, form: Format, done: Replay, *, watch: str, source: str, settings: Settings
) -> None:
    news, size = Announcer(REACT), _size(stream)
    told = jobs.Progress("replay", size, "bytes" if size else "posts", settings)
    for page in read_pages(stream, form, now=datetime.now(UTC)):
        with database.writing() as session:
            stored = store(session, page.posts, page.dead, watch=watch, source=source, settings=settings)
        done.add(stored, read=len(page.posts) + len(page.dead))
        told.at(stream.tell() if size else done.read)
        if stored.saved.new:
            news.announce()
    news.announce()
    told.end()


def _size(stream: BufferedReader) -> int:
    """How many bytes there are to read; 0 if nobody knows, as of a pipe."""
    return os.fstat(stream.fileno()).st_size if stream.seekable() else 0


def _waiting(watch: str) -> int:
    with database.reading() as session:
        return posts.backlog(session, watch=watch)[0]


def _wait(watch: str) -> None:
    """Return when the backlog of a watch is empty; say so if nobody works on it."""
    least, since = _waiting(watch), time.monotonic()
    while waiting := _waiting(watch):
        if waiting < least:
            least, since = waiting, time.monotonic()
        if time.monotonic() - since > PATIENCE:
            raise UproarError(
                f"{waiting} posts still wait for a reaction and none was made for {PATIENCE:g} s. "
                "Is a worker running (`uproar up` or `uproar work`)? The posts are stored."
            )
        time.sleep(0.1)
