"""`uproar collect` as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlmodel import select

from collector.sources.x.connection import LEAST
from tests.collector.test_loop import stored
from tests.collector.x_stream_api import StreamApi
from tests.waiting import until
from tests.web_server import Reply, WebServer
from uproar import database
from uproar.models import Spending
from uproar.settings import Settings

FILE = '\n[[sources]]\ntype = "file"\npath = "{path}"\nevery_seconds = 1\n'
STREAM = '\n[[sources]]\ntype = "x"\nmode = "stream"\n'
FEED = '\n[[sources]]\ntype = "feed"\nurl = "{url}"\nallow_private = true\nevery_seconds = 1\n'


def begin(home: Path, more: str) -> subprocess.Popen[bytes]:
    """A real `uproar collect` on the watch of this test, with these sources."""
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + more)
    return subprocess.Popen(
        [sys.executable, "-m", "uproar", "collect"], env=dict(os.environ), stderr=subprocess.PIPE, cwd=Path.cwd()
    )


def end(process: subprocess.Popen[bytes]) -> tuple[float, str]:
    """How long a process took to end after SIGTERM, and what it logged."""
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    return time.monotonic() - start, log.decode()


def test_the_command_reads_a_file_and_a_feed_and_ends_on_sigterm(
    home: Path, sqlite_store: Settings, web: WebServer
) -> None:
    (home / "posts.jsonl").write_text('{"id": "1", "text": "I left Harbour Clinics"}\noops\n')
    item = b"<item><guid>1</guid><title>Gone from Harbour Clinics</title></item>"
    rss = b"<rss version='2.0'><channel>" + item + b"</channel></rss>"
    url = web.says("/feed", Reply(body=rss))
    process = begin(home, FILE.format(path=home / "posts.jsonl") + FEED.format(url=url))
    try:
        until(lambda: stored() == 2)
        seconds, log = end(process)
    finally:
        process.kill()
    assert process.returncode == 0, log
    assert seconds < 10
    assert "collector_stopped" in log
    assert "Harbour Clinics" not in log


def test_the_command_ends_on_sigterm_while_a_source_hangs(home: Path, sqlite_store: Settings, web: WebServer) -> None:
    url = web.says("/feed", Reply(raw=lambda: [b"x"], pause=60))
    process = begin(home, FEED.format(url=url))
    try:
        web.wait_for(1)
        seconds, log = end(process)
    finally:
        process.kill()
    assert process.returncode == 0, log
    assert seconds < 10
    assert "hanging=1" in log


def test_a_collector_that_was_killed_goes_on_at_once_where_it_stopped(
    home: Path, sqlite_store: Settings, web: WebServer
) -> None:
    url = web.says("/feed", Reply(raw=lambda: [b"x"], pause=60))
    process = begin(home, FEED.format(url=url))
    try:
        web.wait_for(1)
    finally:
        process.kill()
        process.communicate()
    process = begin(home, "")
    try:
        web.wait_for(2)
    finally:
        process.kill()
        process.communicate()


def reserved() -> int:
    """Posts of X that were paid for in advance."""
    with database.reading() as session:
        return sum(row.reserved for row in session.exec(select(Spending)))


def test_a_stream_gives_back_what_it_did_not_use_though_another_source_hangs(
    home: Path, sqlite_store: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPROAR_X_URL", web.url)
    monkeypatch.setenv("UPROAR_X_BEARER_TOKEN", "made-up")
    api = StreamApi(web)
    url = web.says("/feed", Reply(raw=lambda: [b"x"], pause=60))
    process = begin(home, STREAM + FEED.format(url=url))
    try:
        until(lambda: api.opened == 1 and reserved() == LEAST)
        seconds, log = end(process)
    finally:
        process.kill()
        api.closed.set()
    assert "hanging=1" in log
    assert seconds < 9
    assert reserved() == 0


# A collector whose only source cannot be closed.
CHILD = """
import time
from collector.loop import Job, Loop
from collector.source import Page
from uproar.settings import settings
from uproar.watch import load_watches, SourceSpec

class Stubborn:
    def fetch(self, position, *, now):
        print("begun", flush=True)
        return Page([], {})
    def close(self):
        time.sleep(60)

spec = SourceSpec.model_validate({"type": "made", "name": "made"})
loop = Loop([Job(Stubborn(), spec, load_watches(settings().watch_dir)[0])], settings())
loop.stop_on_signals()
loop.run()
"""


def test_a_collector_ends_within_ten_seconds_whatever_holds_it_up(home: Path, sqlite_store: Settings) -> None:
    process = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, env=dict(os.environ))
    try:
        assert process.stdout is not None
        assert b"begun\n" in process.stdout
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == -signal.SIGALRM
    finally:
        process.kill()
        process.communicate()
