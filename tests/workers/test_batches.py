"""From the backlog to reactions and buckets, on SQLite and PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from uproar import database, deadletters, posts, recounting
from uproar.deadletters import Wanted
from uproar.incoming import Incoming
from uproar.models import Backlog, DeadLetter, Post, Reaction
from uproar.queue import FIND_SPIKES, REACT
from uproar.settings import Settings, settings
from workers import batches, scorers

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SENTENCES = (
    "I cancelled my Harbour Clinics membership this morning",
    "Je résilie mon abonnement Harbour Clinics",
    "What happens to my records at Harbour Clinics now?",
    "Lovely weather at the harbour",
)
DEADLY = "this one brings the scorer down"
WORK = """
from uproar.settings import settings
from workers.batches import react_to_batch
while react_to_batch(settings())[0]:
    pass
"""


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is announced; no broker is asked."""
    tasks: list[str] = []
    monkeypatch.setattr(batches, "announce", tasks.append)
    monkeypatch.setattr(batches._spikes, "announce", lambda: tasks.append(FIND_SPIKES))
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()
    yield tasks
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()


def save(store: Settings, number: int, *texts: str) -> None:
    """Posts over ten minutes, then one for each text."""
    chosen = [SENTENCES[index % len(SENTENCES)] for index in range(number)] + list(texts)
    items = [
        Incoming(
            platform="file",
            native_id=str(index),
            text=text,
            created_at=NOW + timedelta(seconds=index % 600),
            author="ana",
        )
        for index, text in enumerate(chosen)
    ]
    with database.writing() as session:
        posts.save(session, items, watch="harbour", source="file", now=NOW, settings=store)


def work_off(store: Settings) -> int:
    written = 0
    while (done := batches.react_to_batch(store))[0]:
        written += done[1]
    return written


def small(store: Settings, size: int) -> Settings:
    return store.model_copy(update={"batch_posts": size})


def reacted() -> dict[str, str]:
    """The stage of every post that has a reaction, by its own id."""
    with database.reading() as session:
        query = select(Post.native_id, Reaction.stage).join(Reaction, col(Reaction.post_id) == col(Post.id))
        return dict(session.exec(query).all())


def dead() -> list[DeadLetter]:
    with database.reading() as session:
        found = deadletters.newest(session, Wanted(), limit=100)
        session.expunge_all()
        return found


def assert_exact(number: int) -> None:
    """Every post once, nothing waits, and the buckets equal a recount."""
    assert len(reacted()) == number
    with database.reading() as session:
        assert posts.backlog(session)[0] == 0
        expected, _ = recounting.recount(session, watch="harbour")
        found = {}
        for bucket in posts.export_buckets(session, watch="harbour"):
            row = bucket.model_dump()
            key = (row.pop("watch"), row.pop("minute"), row.pop("source"), row.pop("lang"))
            found[key] = {name: count for name, count in row.items() if count}
    assert found == expected
    assert sum(row["posts"] for row in found.values()) == number


def free_all_claims() -> None:
    """Let the time of all claims run out, as if their workers were dead."""
    with database.writing() as session:
        for one in session.exec(select(Backlog)).all():
            one.claimed_until = datetime(2020, 1, 1, tzinfo=UTC)
            session.add(one)


def test_the_backlog_is_worked_off_and_counted(store: Settings) -> None:
    save(store, 25)
    assert work_off(small(store, 10)) == 25
    assert_exact(25)
    assert reacted()["0"] == "cancelled"
    assert reacted()["3"] == "none"
    assert dead() == []


def test_nothing_to_do_is_done_at_once(store: Settings, told: list[str]) -> None:
    assert batches.react_to_batch(store) == (0, 0)
    assert batches.react_to_all(store) == 0
    assert told == []


def test_reactions_are_news_for_the_spikes(sqlite_store: Settings, told: list[str]) -> None:
    save(sqlite_store, 8)
    assert batches.react_to_all(sqlite_store) == 8
    assert told == [FIND_SPIKES]


def test_a_long_backlog_gives_others_their_turn_and_announces_the_rest(
    sqlite_store: Settings, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(sqlite_store, 20)
    monkeypatch.setattr(batches, "BUDGET_SECONDS", 0.001)
    assert batches.react_to_all(small(sqlite_store, 5)) == 5
    assert told == [REACT, FIND_SPIKES]


def test_what_a_dead_worker_held_is_worked_off_after_its_time(store: Settings) -> None:
    save(store, 6)
    with database.writing() as session:
        held = posts.claim(
            session, claim="dead:1", batch=4, now=datetime.now(UTC), until=datetime.now(UTC) + timedelta(9)
        )
    assert len(held) == 4
    assert work_off(store) == 2
    free_all_claims()
    assert work_off(store) == 4
    assert_exact(6)


def test_a_worker_that_was_overtaken_writes_nothing_twice(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, 4)
    honest = batches._react

    def slow(taken: Any, *, until: float) -> Any:
        monkeypatch.setattr(batches, "_react", honest)
        free_all_claims()
        assert work_off(store) == 4
        return honest(taken, until=until)

    monkeypatch.setattr(batches, "_react", slow)
    assert batches.react_to_batch(store) == (4, 0)
    assert_exact(4)


def test_threads_at_once_count_every_post_once(store: Settings) -> None:
    save(store, 400)
    chosen = small(store, 23)
    database.engine()  # one for all threads
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work_off, [chosen] * 4)) == 400
    assert_exact(400)


def test_processes_at_once_count_every_post_once(store: Settings) -> None:
    save(store, 300)
    environment = {**os.environ, "UPROAR_BATCH_POSTS": "37", "UPROAR_LOG_LEVEL": "error"}
    running = [
        subprocess.Popen([sys.executable, "-c", WORK], env=environment, stdout=subprocess.DEVNULL) for _ in range(2)
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    assert_exact(300)


def test_a_post_whose_watch_file_is_gone_is_scored_all_the_same(sqlite_store: Settings, home: Path) -> None:
    save(sqlite_store, 4)
    (home / "watches" / "harbour.toml").unlink()
    settings.cache_clear()
    assert work_off(sqlite_store) == 4
    assert_exact(4)


def test_what_a_process_held_that_was_killed_is_free_at_once_and_what_others_hold_is_not(store: Settings) -> None:
    save(store, 3)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for pid in (gone.pid, os.getpid(), 1):
        with database.writing() as session:
            prefix = batches.claim_prefix(store) if pid != 1 else "elsewhere:"
            assert posts.claim(session, claim=f"{prefix}{pid}:x", batch=1, now=NOW, until=NOW + timedelta(days=9_000))
    assert batches.free_of_the_dead(store) == 1
    with database.reading() as session:
        held = set(session.exec(select(Backlog.claim)))
    assert held == {None, f"{batches.claim_prefix(store)}{os.getpid()}:x", "elsewhere:1:x"}


def test_a_process_begins_also_without_a_database(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(database, "writing", broken)
    assert batches.free_of_the_dead(store) == 0
