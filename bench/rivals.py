"""The pipelines that bench/throughput.py compares: their processes, and when they are done."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import core_seconds
from sqlalchemy import NullPool, create_engine, text

from uproar.buckets import DAY

PATIENCE = 300.0
HERE = Path(__file__).parent
UPROAR = [sys.executable, "-m", "uproar"]
WATCH = "harbour"
DEAL = """
title = "Brindlemart buys Larkfield Health"
starts = 2020-01-01T00:00:00Z
names = ["Brindlemart"]
services = [{name = "Larkfield Health", members = 400000}]
concerns = [
    {name = "privacy", words = {en = ["my records", "privacy", "data"], fr = ["mon dossier", "données"]}},
    {name = "price", words = {en = ["price", "fees"], fr = ["prix", "tarif"]}},
]
"""


@dataclass(frozen=True, slots=True)
class Took:
    """What some posts took from their source to the last committed reaction: seconds, and those of cores."""

    posts: int
    seconds: float
    workers: float
    collector: float

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.seconds

    @property
    def worker_us(self) -> float:
        """Microseconds of a core that a post took in the workers."""
        return self.workers / self.posts * 1e6


@dataclass(frozen=True, slots=True)
class Rival:
    """One pipeline: how its parts are started, and what is asked of its database."""

    name: str
    database: str
    environment: Mapping[str, str]
    work: list[str]
    collect: list[str]
    left: str  # the number of posts that wait, in SQL
    counted: str  # the number of posts in buckets
    watched: str  # the same at the cost of a few rows, to be asked again and again while others work

    @contextmanager
    def asked(self) -> Iterator[Callable[[str], int]]:
        """What answers a question in SQL with one number."""
        engine = create_engine(self.database, poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield lambda question: int(connection.execute(text(question)).scalar_one() or 0)


def naive(database: str, broker: str) -> Rival:
    """The tutorial's pipeline on PostgreSQL."""
    plain = database.replace("postgresql://", "postgresql+psycopg://")
    paths = os.pathsep.join((str(HERE), os.environ.get("PYTHONPATH", "")))
    return Rival(
        name="tutorial",
        database=plain,
        environment={"NAIVE_DATABASE_URL": plain, "NAIVE_BROKER_URL": broker, "PYTHONPATH": paths},
        work=[sys.executable, "-m", "celery", "-A", "naive.tasks", "worker", "-c", "2", "-l", "warning"],
        collect=[sys.executable, "-m", "naive.collect"],
        left="SELECT (SELECT count(*) FROM naive_posts) - (SELECT count(*) FROM naive_reactions)",
        counted="SELECT sum(posts) FROM naive_buckets",
        watched="SELECT sum(posts) FROM naive_buckets",
    )


def uproar(name: str, database: str, broker: str, folder: Path, *, processes: int = 2) -> Rival:
    """Uproar on either database."""
    (folder / "watches").mkdir(parents=True)
    return Rival(
        name=name,
        database=database.replace("postgresql://", "postgresql+psycopg://"),
        environment={
            "UPROAR_DATABASE_URL": database,
            "UPROAR_BROKER_URL": broker,
            "UPROAR_DATA_DIR": str(folder),
            "UPROAR_WATCH_DIR": str(folder / "watches"),
            "UPROAR_WORKER_PROCESSES": str(processes),
        },
        work=[*UPROAR, "work"],
        collect=[*UPROAR, "collect"],
        left="SELECT count(*) FROM backlog",
        counted="SELECT sum(posts) FROM buckets",
        watched=f"SELECT sum(posts) FROM rollups WHERE watch = '{WATCH}' AND step = {DAY}",
    )


@contextmanager
def worker(rival: Rival) -> Iterator[int]:
    """Run its workers; the number of their first process."""
    process = _start(rival, rival.work)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _start(rival: Rival, command: list[str]) -> subprocess.Popen[bytes]:
    with Path(os.environ["BENCH_LOG"]).open("ab") as log:
        environment = {**os.environ, **rival.environment}
        return subprocess.Popen(command, env=environment, cwd=HERE.parent, stderr=log, stdout=log)  # noqa: S603


def measure(rival: Rival, working: int, file: Path, posts: int) -> Took:
    """Have a pipeline read a file, and wait until all of its posts are counted.

    Raises:
        SystemExit: it was not done in time, or counted something else.
    """
    watches = rival.environment.get("UPROAR_WATCH_DIR")
    if watches:
        source = f'sources = [{{type = "file", name = "{file.stem}", path = "{file}"}}]'
        Path(watches, f"{WATCH}.toml").write_text(DEAL + source)
    command = rival.collect if watches else [*rival.collect, str(file)]
    log = Path(os.environ["BENCH_LOG"])
    size = log.stat().st_size if log.exists() else 0
    with rival.asked() as ask:
        before, already, seen = core_seconds([working]), ask(rival.counted), ask(rival.watched)
        collector = _start(rival, command)
        try:
            while b"collector_ready" not in log.read_bytes()[size:]:
                time.sleep(0.005)
            loaded = core_seconds([collector.pid])
            start = time.perf_counter()
            while ask(rival.watched) < seen + posts:
                if time.perf_counter() - start > PATIENCE:
                    raise SystemExit(f"{rival.name}: {ask(rival.left)} posts wait after {PATIENCE:.0f} s; see {log}")
                time.sleep(0.02)
            seconds = time.perf_counter() - start
            worked, collected = core_seconds([working]) - before, core_seconds([collector.pid]) - loaded
        finally:
            collector.terminate()
            collector.wait(30)
        if ask(rival.counted) != already + posts or ask(rival.left):
            raise SystemExit(f"{rival.name}: counted {ask(rival.counted) - already} of {posts} posts")
    return Took(posts, seconds, worked, collected)
