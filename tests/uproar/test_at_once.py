"""Edits, erasures, corrections and workers on the same posts at once, on SQLite and PostgreSQL."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.recounted import assert_recounted
from tests.uproar.test_posts import NOW, claim, reaction, save, some
from uproar import corrections, database, deadletters, erasing, posts, rescoring
from uproar.corrections import Given
from uproar.incoming import Erasure
from uproar.models import Backlog, Reaction
from uproar.settings import Settings

MANY = 60


def erase(store: Settings, *native_ids: int) -> None:
    gone = [Erasure("file", native_id=str(number)) for number in native_ids]
    with database.writing() as session:
        erasing.erase(session, gone, now=NOW, settings=store)


def together(*works: Callable[[int], object], times: int) -> None:
    """Do all of it at the same time, each so many times; the first error is raised."""
    database.engine()  # one for all threads
    start = threading.Barrier(len(works))

    def repeat(work: Callable[[int], object]) -> None:
        start.wait(10)
        for turn in range(times):
            work(turn)

    with ThreadPoolExecutor(len(works)) as pool:
        for one in [pool.submit(repeat, work) for work in works]:
            one.result()


def test_a_letter_of_a_post_that_is_being_erased_does_not_put_it_back(store: Settings) -> None:
    save(some(1), store)
    held = claim("w")
    with database.writing() as session:
        posts.drop(session, held, claim="w")
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            erasing.erase(session, [Erasure("file", native_id="0")], now=NOW, settings=store)

            def put_back() -> set[int]:
                with database.writing() as other:
                    return deadletters.put_back(other, held)

            late = pool.submit(put_back)
            time.sleep(0.3)  # it waits for the erasure, or for its turn
        assert late.result(20) == set()
    with database.reading() as session:
        assert session.exec(select(Backlog)).all() == []


def test_whoever_changes_the_same_posts_waits_for_the_others_and_nobody_fails(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "CHUNK", 4)
    save(some(MANY), store)
    numbers = list(range(1, MANY + 1))

    def work(_: int) -> None:
        held = claim("w", 40)
        with database.writing() as session:
            posts.hold(session, held)
            posts.finish(session, [reaction(id_) for id_ in held], claim="w")

    def edit(turn: int) -> None:
        save(some(MANY, text=f"I stay, {turn}", edited_at=NOW + timedelta(seconds=turn + 1)), store)

    def correct(turn: int) -> None:
        with database.reading() as session:
            there = session.exec(select(Reaction.post_id)).all()
        for id_ in there[turn % 7 :: 7]:
            try:
                with database.writing() as session:
                    corrections.correct(session, id_, Given(stage="none"), note=None, by=None, now=NOW)
            except (corrections.NoReactionError, corrections.UnknownPostError):
                continue

    def score(_: int) -> None:
        with database.writing() as session:
            rescoring.enqueue(session, numbers)

    together(
        work, work, edit, correct, score,
        lambda turn: erase(store, *range(turn, MANY, 15)),
        lambda turn: erase(store, *range(MANY - turn, 0, -12)),
        times=12,
    )  # fmt: skip
    work(0)
    assert_recounted()


def test_two_pages_with_the_same_posts_in_another_order_wait_for_each_other(store: Settings) -> None:
    def store_page(turn: int, step: int) -> None:
        save([one for number in range(8) for one in some(40, platform=f"{turn} {number}")][::step], store)

    together(lambda turn: store_page(turn, 1), lambda turn: store_page(turn, -1), times=5)
    with database.reading() as session:
        assert posts.totals(session, watch="harbour") == (5 * 8 * 40, 0)
