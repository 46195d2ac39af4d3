"""`uproar rescore`: reactions that another version of the rules made are made anew, while the old ones stay visible."""

import time
from datetime import datetime

import click

from uproar import database, jobs, rescoring
from uproar.commands.up import start_workers
from uproar.errors import UproarError
from uproar.incoming import BadItemError
from uproar.lock import is_held, only_one
from uproar.log import set_up_logging
from uproar.queue import REACT, Announcer
from uproar.rescoring import Range
from uproar.settings import Settings, settings
from uproar.supervisor import Supervisor
from uproar.times import parse_time
from uproar.watch import choose, load_watches
from workers.reaction import MODEL_VERSION

SLICE = 5_000  # posts in one transaction: no writer waits long for it
ASK_EVERY = 1.0  # a million that wait take a tenth of a second to count
TELL_EVERY = 5.0
PATIENCE = 30.0


class Moment(click.ParamType[datetime]):
    """A moment on the command line."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say what it should be."""
        try:
            return value if isinstance(value, datetime) else parse_time(value)
        except BadItemError as error:
            self.fail(f"{error}. Write 2022-07-21T12:00:00Z.", param, ctx)


class Progress:
    """How many reactions are still to be made, asked often and told now and then."""

    def __init__(self, chosen: Range) -> None:
        self._watches = chosen.watches
        self._start = self._asked = self._told = self._moved = time.monotonic()
        self.left = self._first = self._ask()

    def is_done(self) -> bool:
        """Whether none is left."""
        now, before = time.monotonic(), self.left
        if now - self._asked < ASK_EVERY:
            return self.left == 0
        self._asked, self.left = now, self._ask()
        if self.left != before:
            self._moved = now
        if self.left and now - self._told >= TELL_EVERY:
            self._told = now
            click.echo(f"{self.left} of {self._first} posts wait for their new reaction, {self.rate:.0f} posts/s")
        return self.left == 0

    @property
    def rate(self) -> float:
        """Posts a second since the start."""
        return (self._first - self.left) / max(time.monotonic() - self._start, 1e-9)

    @property
    def stalled_for(self) -> float:
        """Seconds since the number last changed."""
        return time.monotonic() - self._moved

    def _ask(self) -> int:
        with database.reading() as session:
            return rescoring.waiting(session, watches=self._watches)

    def finish(self) -> None:
        """Say how it ended."""
        seconds = time.monotonic() - self._start
        state = "no post waits for a new reaction" if not self.left else f"stopped; {self.left} posts wait"
        click.echo(f"{state} after {seconds:.1f} s, {self.rate:.0f} posts/s")


@click.command()
@click.option("--since", type=Moment(), help="Only posts written from this moment on.")
@click.option("--until", type=Moment(), help="Only posts written before this moment.")
@click.option("--watch", "name", help="Only this watch; otherwise all that have a file.")
@click.option("--all", "every", is_flag=True, help="Those of this version too: the watch file has changed, say.")
@click.option("--wait", is_flag=True, help="Return when all have their new reaction.")
def rescore(*, since: datetime | None, until: datetime | None, name: str | None, every: bool, wait: bool) -> None:
    """Make reactions of another version anew; until then the old ones are shown and counted.

    New posts go first. Corrections stay, and no spike is opened by what changes behind the detectors. With --wait
    and no service running here, workers are started for as long as it takes.
    """
    set_up_logging()
    configured = settings()
    known = load_watches(configured.watch_dir)
    watches = [choose(known, name)] if name is not None else known
    names = tuple(watch.name for watch in watches)
    chosen = Range(names, since=since, until=until, version=None if every else MODEL_VERSION)
    if wait and configured.embedded_broker and not is_held(configured):
        with only_one(configured):
            _with_workers_of_our_own(chosen, configured)
        return
    database.require_current()
    _enqueue_all(chosen, configured)
    if wait:
        _wait(chosen)
    elif configured.embedded_broker and not is_held(configured):
        click.echo("No service runs here: the posts get their reactions at the next `uproar up`.", err=True)


def _with_workers_of_our_own(chosen: Range, configured: Settings) -> None:
    supervisor = Supervisor()
    supervisor.stop_on_signals()
    try:
        start_workers(supervisor, configured)
        _enqueue_all(chosen, configured)
        progress = Progress(chosen)
        supervisor.run(progress.is_done)
        progress.finish()
        if not supervisor.stopping:
            _tell_left(chosen)
    finally:
        supervisor.stop()


def _enqueue_all(chosen: Range, configured: Settings) -> None:
    """Put the posts of a range back into the backlog, slice by slice: they are sought outside any transaction."""
    news = Announcer(REACT)
    found = new = last = 0
    while True:
        with database.reading() as session:
            ids = rescoring.outdated(session, chosen, after=last, limit=SLICE)
        if not ids:
            break
        with database.writing() as session:
            new += rescoring.enqueue(session, ids)
        found, last = found + len(ids), ids[-1]
        news.announce()
    with database.reading() as session:
        jobs.start_lasting(jobs.RESCORE, rescoring.waiting(session, watches=chosen.watches), configured)
    click.echo(f"{found} reactions are to be made anew by version {MODEL_VERSION}; {found - new} waited for it already")


def _wait(chosen: Range) -> None:
    """Return when the workers of the service have made all of them; say so if nobody does."""
    progress = Progress(chosen)
    while not progress.is_done():
        if progress.stalled_for > PATIENCE:
            raise UproarError(
                f"{progress.left} posts still wait for their new reaction and none was made for {PATIENCE:g} s. "
                "Is a worker running (`uproar up` or `uproar work`)? The old reactions are still there."
            )
        time.sleep(0.1)
    progress.finish()
    _tell_left(chosen)


def _tell_left(chosen: Range) -> None:
    if chosen.version is None:
        return
    with database.reading() as session:
        left = rescoring.count_outdated(session, chosen)
    if left:
        click.echo(
            f"{left} reactions are still of another version: their posts are in the dead letters, or a worker runs "
            "an older program. Restart the workers and run this again.",
            err=True,
        )
