"""The queue, with a real broker and real worker processes."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture, ReturnLogger

from tests.waiting import until
from tests.workers.worker_process import running, save, waiting, worker
from uproar import broker, database, posts, queue
from uproar.settings import Settings, settings

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
