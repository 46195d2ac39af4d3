"""The queue, with a real broker and real worker processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture, ReturnLogger

from tests.waiting import until
from uproar import broker, database, posts, queue, roles
from uproar.incoming import Incoming
from uproar.settings import Settings, settings

NOW = datetime.now(UTC).replace(microsecond=0)
HURRIED_BEAT = """
from uproar import queue
for entry in queue.app.conf.beat_schedule.values():
    entry["schedule"] = 0.5
    entry["options"]["expires"] = 0.5
queue.app.conf.beat_max_loop_interval = 0.5
from uproar.log import set_up_logging
set_up_logging()
queue.app.start(["--quiet", "beat"])
"""

SLOW_WORKER = """
import time
from uproar.queue import app
from workers.commands import work

@app.task(name="slow")
def slow():
    print("slow begins", flush=True)
    time.sleep(60)

work()
"""

DEAF_WORKER = """
from kombu.transport.redis import QoS
from workers import presence
from workers.commands import work

presence.LOOK_SECONDS, presence.DEAF_SECONDS = 0.5, 2.0
acknowledge, lost = QoS.ack, []

def lose_the_first(self, tag):
    if not lost:
        lost.append(tag)
        raise ConnectionError("the broker was killed just now")
    acknowledge(self, tag)

QoS.ack = lose_the_first
work()
"""


@pytest.fixture
def stack(running_broker: Settings, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A broker, an empty store, and an app in this process that announces to that broker."""
    monkeypatch.setenv("UPROAR_WORKER_PROCESSES", "1")
    settings.cache_clear()
    monkeypatch.setattr(queue, "app", queue.make_app(settings()))
    return settings()


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


def test_an_announcement_makes_a_worker_give_posts_their_reactions(stack: Settings, home: Path) -> None:
    log = home / "log"
    with worker(log) as process:
        save(stack, *range(20))
        start = time.monotonic()
        assert queue.announce(queue.REACT)
        until(lambda: waiting() == 0, log=log)
        assert time.monotonic() - start < 15
        save(stack, 20)
        queue.announce(queue.REACT)
        queue.announce(queue.REACT)  # told twice, counted once
        until(lambda: waiting() == 0, log=log)
        process.terminate()
        assert process.wait(60) == 0, log.read_text()[-4_000:]
    with database.reading() as session:
        assert sum(bucket.posts for bucket in posts.export_buckets(session)) == 21
    text = log.read_text()
    assert "Traceback" not in text
    assert "Harbour Clinics" not in text, "the log holds no text of a post"


def test_a_message_holds_no_post(stack: Settings, home: Path) -> None:
    save(stack, 1)
    queue.announce(queue.REACT)
    with broker.connect(stack.broker) as client:
        (message,) = client.lrange("uproar", 0, -1)
    assert b"uproar.react" in message
    assert b"Harbour" not in message


def test_after_the_broker_was_wiped_the_sweep_finds_the_work(stack: Settings, home: Path) -> None:
    log = home / "log"
    with worker(log), running(log, "-c", HURRIED_BEAT):
        save(stack, 1)
        until(lambda: waiting() == 0, log=log)  # both are at work
        for number in (2, 3):
            with broker.connect(stack.broker) as client:
                client.flushall()
            save(stack, number)
            until(lambda: waiting() == 0, log=log)


def test_a_worker_says_that_it_is_at_work_also_after_its_broker_was_away(stack: Settings, home: Path) -> None:
    log = home / "log"

    def is_seen() -> bool:
        return any(one.role == "worker" and one.alive for one in roles.seen(stack))

    with worker(log) as process:
        until(is_seen, log=log)
        with broker.connect(stack.broker) as client:
            client.flushall()
            client.client_kill_filter(_type="normal")  # also what the worker waits on: it connects anew
        until(is_seen, log=log)
        process.terminate()
        assert process.wait(60) == 0, log.read_text()[-4_000:]
    assert not is_seen(), "who stops takes leave"


def test_a_worker_that_could_not_acknowledge_what_it_holds_connects_anew(stack: Settings, home: Path) -> None:
    log = home / "log"
    with running(log, "-c", DEAF_WORKER):
        until(lambda: "@test ready." in log.read_text(), log=log)
        queue.announce(queue.FORGET)  # one process may hold one message: this one, from now on
        until(lambda: "Couldn't ack" in log.read_text(), log=log)
        save(stack, 1)
        queue.announce(queue.REACT)
        until(lambda: waiting() == 0, log=log)
        until(lambda: roles.is_at_work("worker", stack), log=log)
    assert "worker_deaf" in log.read_text()


def test_a_worker_that_starts_takes_what_its_killed_predecessor_held(stack: Settings, home: Path) -> None:
    log = home / "log"
    save(stack, 1, 2)
    with database.writing() as session:
        far = datetime(2100, 1, 1, tzinfo=UTC)
        assert posts.claim(session, claim=f"{stack.name}:99:x", batch=9, now=datetime.now(UTC), until=far)
    with worker(log):
        queue.announce(queue.REACT)
        until(lambda: waiting() == 0, log=log)


def test_a_worker_that_is_told_to_stop_breaks_off_what_takes_too_long(stack: Settings, home: Path) -> None:
    log = home / "log"
    with running(log, "-c", SLOW_WORKER) as process:
        until(lambda: "@test ready." in log.read_text(), log=log)
        queue.announce("slow")
        until(lambda: "slow begins" in log.read_text(), log=log)
        process.terminate()
        assert process.wait(60) == 0, log.read_text()


def test_a_worker_refuses_tables_of_another_version(running_broker: Settings, home: Path) -> None:
    answer = subprocess.run([sys.executable, "-m", "uproar", "work"], capture_output=True, check=False, text=True)
    assert answer.returncode == 2
    assert "Run `uproar migrate`" in answer.stderr


@pytest.mark.parametrize("address", ["", "redis://127.0.0.1:1/0"])
def test_without_a_broker_an_announcement_is_lost_quickly_and_said_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    told = LogCapture()
    monkeypatch.setattr(queue, "log", structlog.wrap_logger(ReturnLogger(), processors=[told]))
    monkeypatch.setenv("UPROAR_BROKER_URL", address)
    settings.cache_clear()
    monkeypatch.setattr(queue, "app", queue.make_app(settings()))
    start = time.monotonic()
    assert not queue.announce(queue.REACT)
    assert time.monotonic() - start < 20, "it is not tried for minutes"
    (entry,) = told.entries
    assert (entry["event"], entry["remedy"]) == ("announcement_lost", "the sweep finds the work")


def test_a_broker_that_is_full_costs_announcements_and_no_worker(stack: Settings, home: Path) -> None:
    log = home / "log"
    save(stack, 1)
    with worker(log) as process, broker.connect(stack.broker) as client:
        client.config_set("maxmemory", "1")  # as nothing may be evicted, it refuses to write from now on
        assert not queue.announce(queue.REACT)
        assert process.poll() is None
        client.config_set("maxmemory", "0")
        assert queue.announce(queue.REACT)
        until(lambda: waiting() == 0, log=log)


def test_news_is_told_once_in_a_while_and_not_for_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def tell(task: str) -> bool:
        told.append(task)
        return True

    monkeypatch.setattr(queue, "announce", tell)
    news = queue.Announcer(queue.REACT, pause=0.2)
    assert news.announce()
    assert [news.announce() for _ in range(20)] == [False] * 20
    time.sleep(0.21)
    assert news.announce()
    assert told == [queue.REACT, queue.REACT]


def test_the_sweep_runs_every_task_that_there_is(home: Path) -> None:
    app = queue.make_app(settings())
    swept = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert swept.keys() == {queue.REACT, queue.FIND_SPIKES, queue.FORGET, queue.HEARTBEAT}
    assert swept.pop(queue.HEARTBEAT) == 60
    assert swept.pop(queue.FORGET) <= 600, "often enough to be reached between two restarts"
    assert all(seconds <= 10 for seconds in swept.values())
