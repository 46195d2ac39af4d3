import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from collector.loop import Job, Loop, jobs_of
from collector.source import Page, Source
from collector.sources.file import PAGE
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.test_reading import Made, post
from tests.waiting import until
from uproar import database, deadletters, posts, sources
from uproar.outgoing import OutgoingError
from uproar.settings import Settings
from uproar.watch import Watch

FILE = '\n[[sources]]\ntype = "file"\npath = "{path}"\nevery_seconds = 1\n'
FEED = '\n[[sources]]\ntype = "feed"\nurl = "{url}"\nallow_private = true\nevery_seconds = 1\n'


def stored() -> int:
    with database.reading() as session:
        return posts.totals(session, watch="harbour")[0]


def failures(name: str) -> int:
    with database.reading() as session:
        return sum(cursor.failures for cursor in sources.cursors(session) if cursor.source == name)


Running = Callable[..., Loop]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """Runs loops in threads of this process, until the test ends."""
    begun: list[tuple[Loop, threading.Thread]] = []
    monkeypatch.setattr("collector.loop.announce", lambda _task: True, raising=False)
    monkeypatch.setattr("uproar.queue.announce", lambda _task: True)

    def run(jobs: list[Job], settings: Settings) -> Loop:
        loop = Loop(jobs, settings)
        thread = threading.Thread(target=loop.run)
        begun.append((loop, thread))
        thread.start()
        return loop

    yield run
    for loop, _ in begun:
        loop._stop.set()
    for _, thread in begun:
        thread.join(10)
        assert not thread.is_alive()


def job(source: Source, watch: Watch, name: str = "made") -> Job:
    return Job(source, spec_of("made", name=name, every_seconds=1), watch)


def test_a_source_that_is_switched_off_is_no_job(home: Path, make_watch: MakeWatch) -> None:
    watch = make_watch(
        sources=[{"type": "file", "path": "a"}, {"type": "file", "name": "off", "path": "b", "enabled": False}]
    )
    assert [job.spec.name for job in jobs_of([watch], Settings())] == ["file"]


def test_a_file_is_stored_once_over_many_pages(
    store: Settings, running: Running, make_watch: MakeWatch, tmp_path: Path
) -> None:
    path = tmp_path / "posts.jsonl"
    rows = [b'{"id": "%d", "text": "I left"}\n' % number for number in range(PAGE + 50)]
    path.write_bytes(b"".join(rows) + b"oops\n" + b"".join(rows[:20]))
    running(jobs_of([make_watch(sources=[{"type": "file", "path": str(path), "every_seconds": 1}])], store), store)
    until(lambda: stored() == PAGE + 50)
    with path.open("ab") as file:
        file.write(b'{"id": "last", "text": "me too"}\n')
    until(lambda: stored() == PAGE + 51)
    with database.reading() as session:
        assert deadletters.count(session) == 1
        (cursor,) = sources.cursors(session)
    assert (cursor.posts, cursor.position["offset"]) == (PAGE + 51, path.stat().st_size)


def test_a_source_that_breaks_stops_no_other(store: Settings, running: Running, make_watch: MakeWatch) -> None:
    watch = make_watch()
    errors = [
        ZeroDivisionError("bug"),
        UnicodeEncodeError("ascii", "é", 0, 1, "bug"),
        OutgoingError("down"),
        MemoryError(),
    ]
    jobs = [job(Made(error), watch, f"bad{number}") for number, error in enumerate(errors)]
    running([*jobs, job(Made(Page([post(1)], {})), watch, "good")], store)
    until(lambda: stored() == 1)
    for number in range(len(errors)):
        until(lambda number=number: failures(f"bad{number}") > 0)  # type: ignore[misc]


def test_what_gets_out_of_one_reading_stops_no_other(
    sqlite_store: Settings, running: Running, make_watch: MakeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("collector.reading._record_failure", broken)
    watch = make_watch()
    bad = Made(OutgoingError("down"))
    running([job(bad, watch, "bad"), job(Made(Page([post(1)], {})), watch, "good")], sqlite_store)
    until(lambda: bool(bad.positions) and stored() == 1)


def test_a_source_that_hangs_holds_up_nobody(store: Settings, running: Running, make_watch: MakeWatch) -> None:
    released = threading.Event()

    def hang() -> Page:
        released.wait(60)
        return Page([], {})

    watch, number = make_watch(), iter(range(1_000))
    lively = Made(lambda: Page([post(next(number))], {}, more=True, rest=0.0))
    running([job(Made(hang), watch, "hangs"), job(lively, watch, "lively")], store)
    try:
        until(lambda: stored() >= 3)
    finally:
        released.set()


def test_two_collectors_on_one_database_read_each_page_once(
    store: Settings, running: Running, make_watch: MakeWatch, tmp_path: Path
) -> None:
    pages: list[int] = []

    class Counting:
        def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
            """The next post; ten there are."""
            assert now.tzinfo is not None
            at = position.get("at", 0)
            if at == 10:
                return Page([], position)
            pages.append(at)
            return Page([post(at)], {"at": at + 1}, more=True, rest=0.0)

    watch = make_watch()
    for name in ("one", "two"):
        running([job(Counting(), watch)], store.model_copy(update={"name": name}))
    until(lambda: stored() == 10)
    assert pages == list(range(10))


def test_a_source_that_another_collector_reads_is_left_alone_without_asking_again_and_again(
    sqlite_store: Settings, running: Running, make_watch: MakeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = sources.claim_due

    def noted(*arguments: Any, **keys: Any) -> Any:
        asked.append(keys["claim"])
        return real(*arguments, **keys)

    monkeypatch.setattr(sources, "claim_due", noted)
    started, released = threading.Event(), threading.Event()

    def hang() -> Page:
        started.set()
        released.wait(60)
        return Page([], {})

    watch = make_watch()
    running([job(Made(hang), watch)], sqlite_store.model_copy(update={"name": "one"}))
    assert started.wait(5)
    running([job(Made(hang), watch)], sqlite_store.model_copy(update={"name": "two"}))
    time.sleep(0.8)
    released.set()
    assert [name.partition(":")[0] for name in asked] == ["one"]


def test_what_was_waiting_for_a_thread_does_not_delay_the_end(
    sqlite_store: Settings, running: Running, make_watch: MakeWatch
) -> None:
    started, released = threading.Event(), threading.Event()

    def slow() -> Page:
        started.set()
        released.wait(60)
        return Page([], {})

    watch = make_watch()
    jobs = [job(Made(slow), watch, f"slow{number}") for number in range(4)]
    loop = running(jobs, sqlite_store.model_copy(update={"fetch_threads": 1}))
    assert started.wait(5)
    until(lambda: len(loop._running) == 4)
    start = time.monotonic()
    loop._stop.set()
    time.sleep(0.3)
    released.set()
    until(lambda: all(future.done() for future in loop._running.values()))
    for thread in threading.enumerate():
        if thread.name.startswith("Thread") and thread is not threading.current_thread():
            thread.join(5)
    assert time.monotonic() - start < 3


def test_a_source_that_cannot_be_closed_keeps_no_other_open(
    sqlite_store: Settings, running: Running, make_watch: MakeWatch
) -> None:
    closed: list[str] = []

    class Closing(Made):
        def close(self) -> None:
            """Fails at the first one."""
            closed.append("")
            if len(closed) == 1:
                raise OutgoingError("the ledger does not answer")

    watch = make_watch()
    loop = running([job(Closing(Page([], {})), watch, f"made{number}") for number in range(2)], sqlite_store)
    loop._stop.set()
    until(lambda: len(closed) == 2)


def test_a_source_goes_on_at_once_when_the_database_answers_again(
    store: Settings, running: Running, make_watch: MakeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = sources.still_ours, iter(range(1_000))

    def away(*arguments: Any, **keys: Any) -> Any:
        if next(calls) < 2:  # neither the page nor the failure can be stored
            raise OperationalError("", {}, ConnectionError())
        return real(*arguments, **keys)

    monkeypatch.setattr(sources, "still_ours", away)
    running([job(Made(Page([post(1)], {})), make_watch())], store)
    until(lambda: stored() == 1)
