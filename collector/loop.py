"""The loop: what is due is read, several sources at a time; a source that hangs holds up nobody."""

import os
import secrets
import signal
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from collector.reading import read_if_due
from collector.source import Source
from collector.sources import build, filtered
from uproar import database, sources
from uproar.log import get_logger
from uproar.mentions import Mentions
from uproar.queue import REACT, Announcer
from uproar.roles import Presence
from uproar.settings import Settings
from uproar.storing import Stored
from uproar.watch import SourceSpec, Watch

TICK = 0.2
STOP_SECONDS = 5.0
LAST_SECONDS = 9  # after which the process ends by itself: not even a database that hangs may hold it

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One source of one watch."""

    source: Source
    spec: SourceSpec
    watch: Watch
    mentions: Mentions | None = None


def jobs_of(watches: list[Watch], settings: Settings) -> list[Job]:
    """A job for every source that is switched on.

    Raises:
        WatchError: a source cannot be built from its keys.
    """
    return [
        Job(build(spec, watch, settings), spec, watch, Mentions(watch) if filtered(spec) else None)
        for watch in watches
        for spec in watch.sources
        if spec.enabled
    ]


class Loop:
    """Reads sources until it is told to stop."""

    def __init__(self, jobs: list[Job], settings: Settings) -> None:
        self._jobs = jobs
        self._settings = settings
        self._stop = threading.Event()
        self._news = Announcer(REACT)
        self._running: dict[int, Future[Stored | None]] = {}
        self._left: set[int] = set()  # jobs whose reading is over and, for want of a database, may still hold its claim

    def stop_on_signals(self) -> None:
        """From now on SIGTERM and SIGINT end `run`, or else the process: what was not stored is read again."""

        def stop(_number: int, _frame: object) -> None:
            signal.alarm(LAST_SECONDS)  # first: it needs no lock, and stops also what waits outside of Python
            self._stop.set()

        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)

    def run(self) -> None:
        """Read what is due, over and over. A page that is being read at the end is read again at the next start."""
        name, me = f"{self._settings.name}:", f"{os.getpid()}-{secrets.token_hex(4)}"  # containers share their pids
        with database.writing() as session:
            sources.release(session, claim_prefix=name)  # what a killed collector of this machine was reading
            sources.try_again(session, now=datetime.now(UTC))  # a token or a budget may have been set meanwhile
        pool = ThreadPoolExecutor(self._settings.fetch_threads, thread_name_prefix="source")
        log.info("collector_ready", sources=len(self._jobs))
        here = Presence("collector", self._settings)
        while not self._stop.wait(TICK):
            here.say()
            self._collect()
            for number in self._due():
                job = self._jobs[number]
                self._left.discard(number)
                self._running[number] = pool.submit(
                    read_if_due,
                    job.source,
                    job.spec,
                    job.watch,
                    claim=f"{name}{me}:{number}",
                    settings=self._settings,
                    mentions=job.mentions,
                )
        here.leave()
        self._finish(pool)

    def _due(self) -> list[int]:
        """The jobs that are due and not under way, here or elsewhere. Only a look: the claim decides."""
        now = datetime.now(UTC)
        try:
            with database.reading() as session:
                rest = sources.resting(session, now=now)
        except SQLAlchemyError as error:
            self._database_failed(error)
            return []
        return [
            number
            for number, job in enumerate(self._jobs)
            if number not in self._running and (number in self._left or (job.watch.name, job.spec.name) not in rest)
        ]

    def _collect(self) -> None:
        for number, future in list(self._running.items()):
            if not future.done():
                continue
            del self._running[number]
            try:
                stored = future.result()
            except SQLAlchemyError as error:  # neither page nor cursor was stored: it is read again
                self._left.add(number)
                self._database_failed(error)
                continue
            except Exception:  # whatever else gets out of one source must not stop the others
                log.exception(
                    "reading_broken", watch=self._jobs[number].watch.name, source=self._jobs[number].spec.name
                )
                continue
            if stored is not None and (stored.saved.new or stored.saved.edited):
                self._news.announce()

    def _database_failed(self, error: SQLAlchemyError) -> None:
        log.error("database_failed", error=f"{type(error).__name__}: {error.args[0] if error.args else ''}"[:300])
        self._stop.wait(1.0)

    def _finish(self, pool: ThreadPoolExecutor) -> None:
        """Wait a little for pages under way; a thread that hangs ends with the process."""
        pool.shutdown(wait=False, cancel_futures=True)
        begun = [future for future in self._running.values() if not future.cancelled()]  # no wait ends for those
        _, hanging = wait(begun, timeout=STOP_SECONDS)
        for number, job in enumerate(self._jobs):
            if self._running.get(number) not in hanging:
                _close(job)
        log.info("collector_stopped", hanging=len(hanging))
        if hanging:
            os._exit(0)  # the interpreter would wait for the threads; their pages are read again at the next start


def _close(job: Job) -> None:
    """Let a source go of what it holds: connections, and what was paid for in advance."""
    close = getattr(job.source, "close", None)
    if close is None:
        return
    try:
        close()
    except Exception as error:  # noqa: BLE001 - the others have to be closed too
        problem = f"{type(error).__name__}: {error}"[:300]
        log.warning("source_not_closed", watch=job.watch.name, source=job.spec.name, error=problem)
