"""`uproar rescore`: from the command to new reactions by the ordinary workers, on SQLite and PostgreSQL."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from tests.recounted import assert_recounted
from tests.workers.rescored import age, rescore, versions, waiting, without_a_queue
from tests.workers.stream import NOW as NOON
from tests.workers.test_batches import DEADLY, dead, reacted, save, work_off
from uproar import corrections, database, posts, rescoring
from uproar.corrections import Given
from uproar.errors import UproarError
from uproar.models import Backlog, Post, Reaction
from uproar.settings import Settings
from workers import batches, scorers
from workers import rescore as command
from workers.reaction import MODEL_VERSION, Asked, Scorer

WORK = """
from uproar.settings import settings
from workers.batches import react_to_batch
from uproar import database, rescoring
import time
while True:
    if not react_to_batch(settings())[0]:
        with database.reading() as session:
            if not rescoring.waiting(session, watches=["harbour"]):
                break
        time.sleep(0.05)
"""


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No broker is asked."""
    without_a_queue(monkeypatch)
    yield
    scorers.scorer.cache_clear()
    scorers.watches.cache_clear()


def test_reactions_of_another_version_are_made_anew_by_the_ordinary_workers(store: Settings) -> None:
    save(store, 25)
    work_off(store)
    made = reacted()
    age(store)
    answer = rescore()
    assert answer.stdout == f"25 reactions are to be made anew by version {MODEL_VERSION}; 0 waited for it already\n"
    assert set(reacted().values()) == {"none"}, "until then the old ones are shown"
    assert assert_recounted() == 25
    assert "; 25 waited for it already" in rescore().stdout
    assert work_off(store) == 25
    assert reacted() == made
    assert versions() == {MODEL_VERSION}
    assert assert_recounted() == 25
    assert rescore().stdout.startswith("0 reactions")
    assert rescore("--all").stdout.startswith("25 reactions")


def test_a_range_and_a_watch_can_be_asked_for(sqlite_store: Settings) -> None:
    save(sqlite_store, 20)
    work_off(sqlite_store)
    age(sqlite_store)
    assert rescore("--until", "2026-03-04T12:00:05Z").stdout.startswith("5 reactions")
    assert rescore("--since", "2026-03-04T12:00:15Z", "--until", "2027-01-01").stdout.startswith("5 reactions")
    assert rescore("--watch", "harbour").stdout.startswith("20 reactions")
    assert waiting() == 20
    answer = rescore("--since", "soon")
    assert answer.exit_code == 2
    assert "neither ISO 8601 nor seconds since 1970" in answer.stderr
    with pytest.raises(UproarError, match="There is no watch 'nobody'"):
        rescore("--watch", "nobody")


def test_a_watch_without_a_file_keeps_its_reactions(sqlite_store: Settings) -> None:
    save(sqlite_store, 3)
    work_off(sqlite_store)
    with database.writing() as session:
        for table in (Post, Reaction):
            session.execute(update(table).values(watch="gone", **({} if table is Post else {"model_version": "0"})))
    assert rescore().stdout.startswith("0 reactions")


def test_a_big_table_is_put_in_slice_by_slice(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, 50)
    work_off(store)
    age(store)
    monkeypatch.setattr(command, "SLICE", 7)
    slices: list[int] = []
    honest = rescoring.enqueue

    def enqueue(session: Session, ids: list[int]) -> int:
        slices.append(len(ids))
        return honest(session, ids)

    monkeypatch.setattr(rescoring, "enqueue", enqueue)
    assert rescore().stdout.startswith("50 reactions")
    assert slices == [7] * 7 + [1]
    assert waiting() == 50


def test_a_post_that_can_no_longer_be_scored_keeps_its_old_reaction(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, 5, DEADLY)
    work_off(store)
    age(store)
    honest = Scorer.react_all

    def breaks(self: Scorer, some: Sequence[Asked]) -> list[Any]:
        if DEADLY in [one.text for one in some]:
            raise ValueError("cannot read this")
        return honest(self, some)

    monkeypatch.setattr(Scorer, "react_all", breaks)
    rescore()
    assert work_off(store) == 5
    assert waiting() == 0
    assert len(reacted()) == 6
    assert versions() == {"0", MODEL_VERSION}
    assert [letter.raw for letter in dead()] == [DEADLY]
    assert assert_recounted() == 6
    assert rescore().stdout.startswith("1 reactions")
    work_off(store)
    assert len(dead()) == 1


def test_a_correction_outlives_a_new_version(store: Settings) -> None:
    save(store, 4)
    work_off(store)
    with database.writing() as session:
        first = session.exec(select(Reaction.post_id).order_by(col(Reaction.post_id))).first()
        assert first is not None
        corrections.correct(session, first, Given(stage="staying"), note=None, by=None, now=NOON)
    rescore("--all")
    assert work_off(store) == 4
    with database.reading() as session:
        assert sum(bucket.stage_staying for bucket in posts.export_buckets(session)) == 1
        assert sum(bucket.stage_cancelled for bucket in posts.export_buckets(session)) == 0
    assert_recounted()


def test_workers_that_are_killed_again_and_again_leave_exact_counts(store: Settings) -> None:
    save(store, 400)
    work_off(store)
    age(store)
    chance = random.Random(3)
    environment = {
        **os.environ, "UPROAR_BATCH_POSTS": "11", "UPROAR_CLAIM_SECONDS": "10", "UPROAR_LOG_LEVEL": "error",
    }  # fmt: skip

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", WORK], env=environment, stdout=subprocess.DEVNULL)

    running = [start() for _ in range(2)]
    rescore()
    for _ in range(4):
        time.sleep(chance.uniform(0.5, 1.0))
        victim = running.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        assert assert_recounted() == 400
        rescore()
        with database.writing() as session:  # what a worker does when it starts
            posts.release(session, claim_prefix="test:")
        running.append(start())
    assert [process.wait(60) for process in running] == [0, 0]
    assert waiting() == 0
    assert versions() == {MODEL_VERSION}
    assert assert_recounted() == 400


def test_waiting_for_nobody_ends_with_what_to_do(postgres_store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PATIENCE", 0.2)
    monkeypatch.setattr(command, "is_held", lambda _settings: True)
    save(postgres_store, 3)
    work_off(postgres_store)
    with pytest.raises(UproarError, match="3 posts still wait for their new reaction"):
        rescore("--all", "--wait")


def test_without_a_service_workers_are_started_for_as_long_as_it_takes(sqlite_store: Settings) -> None:
    save(sqlite_store, 300)
    work_off(sqlite_store)
    age(sqlite_store)
    answer = subprocess.run(
        [sys.executable, "-c", "from workers.rescore import rescore; rescore()", "--wait"],
        capture_output=True, text=True, timeout=100, check=False, env={**os.environ, "UPROAR_LOG_LEVEL": "error"},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert "no post waits for a new reaction after" in answer.stdout
    assert versions() == {MODEL_VERSION}
    assert assert_recounted() == 300


def test_an_older_worker_is_noticed(sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    save(sqlite_store, 3)
    work_off(sqlite_store)
    monkeypatch.setattr(command, "MODEL_VERSION", "newer")
    monkeypatch.setattr(command, "ASK_EVERY", 0.0)
    monkeypatch.setattr(command, "is_held", lambda _settings: True)
    honest = command.Progress.is_done
    monkeypatch.setattr(command.Progress, "is_done", lambda self: bool(work_off(sqlite_store)) & honest(self))
    answer = rescore("--wait")
    assert "3 reactions are still of another version" in answer.stderr


def test_a_claim_that_has_run_out_is_made_by_another_and_counted_once(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, 4)
    work_off(store)
    age(store)
    rescore()
    honest = batches._react

    def slow(taken: Any, *, until: float) -> Any:
        monkeypatch.setattr(batches, "_react", honest)
        with database.writing() as session:
            session.execute(update(Backlog).values(claimed_until=NOON - timedelta(days=999)))
        assert work_off(store) == 4
        rescore("--all")
        return honest(taken, until=until)

    monkeypatch.setattr(batches, "_react", slow)
    assert batches.react_to_batch(store) == (4, 0)
    assert waiting() == 4
    assert work_off(store) == 4
    assert assert_recounted() == 4
