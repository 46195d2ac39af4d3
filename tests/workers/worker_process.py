"""A real worker process for a test, and posts that wait for it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.waiting import until
from uproar import database, posts
from uproar.incoming import Incoming
from uproar.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0)


def save(store: Settings, *ids: int) -> None:
    items = [
        Incoming(platform="file", native_id=str(one), text="I left Harbour Clinics", created_at=NOW) for one in ids
    ]
    with database.writing() as session:
        posts.save(session, items, watch="harbour", source="file", now=NOW, settings=store)


def waiting() -> int:
    with database.reading() as session:
        return posts.backlog(session)[0]


@contextmanager
def running(log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as file:
        process = subprocess.Popen([sys.executable, *arguments], stdout=file, stderr=file, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that takes tasks."""
    with running(log, "-m", "uproar", "work") as process:
        until(lambda: b"@test ready." in log.read_bytes(), log=log)
        yield process
