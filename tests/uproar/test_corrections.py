"""What a person says against a reaction, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from tests.recounted import assert_recounted
from tests.uproar.test_posts import LATER, NOW, claim, reaction, save, some
from uproar import corrections, database, posts, recounting, rescoring
from uproar.corrections import Given, NoReactionError, NotCorrectedError, UnknownPostError
from uproar.counting import change_counts
from uproar.models import Backlog, Bucket, ConcernBucket, Correction, Post, Reaction
from uproar.settings import Settings


def given(store: Settings, number: int = 1, **changes: Any) -> list[int]:
    """Posts with reactions; their numbers."""
    save(some(number), store)
    ids = claim("a", number)
    with database.writing() as session:
        posts.finish(session, [reaction(id_, **changes) for id_ in ids], claim="a")
    return ids


def correct(post_id: int, note: str | None = None, **said: Any) -> None:
    with database.writing() as session:
        corrections.correct(session, post_id, Given(**said), note=note, by=None, now=LATER)


def withdraw(post_id: int) -> None:
    with database.writing() as session:
        corrections.withdraw(session, post_id, now=LATER)


def rescore(ids: list[int], **changes: Any) -> int:
    """Make the reactions of these posts anew."""
    with database.writing() as session:
        rescoring.enqueue(session, ids)
    taken = claim("again", len(ids))
    with database.writing() as session:
        return posts.finish(session, [reaction(id_, model_version="next", **changes) for id_ in taken], claim="again")


def buckets() -> list[Bucket]:
    with database.reading() as session:
        found = list(posts.export_buckets(session))
        session.expunge_all()
        return found


def concern_counts() -> dict[str, tuple[int, int]]:
    with database.reading() as session:
        return {row.concern: (row.posts, row.cancel) for row in session.exec(select(ConcernBucket))}


def test_a_correction_moves_the_counts_and_leaves_the_machines_answer_alone(store: Settings) -> None:
    first, second = given(store, 2)
    correct(first, stage="none", sentiment="positive", stance="for", concerns=["price"])
    (bucket,) = buckets()
    assert (bucket.posts, bucket.voices, bucket.cancel, bucket.stage_cancelled) == (2, 2, 1, 1)
    assert (bucket.negative, bucket.positive, bucket.stance_for) == (1, 1, 1)
    assert concern_counts() == {"privacy": (1, 1), "price": (1, 0)}
    with database.reading() as session:
        machine = session.get_one(Reaction, first)
        assert (machine.stage, machine.sentiment, machine.concerns) == ("cancelled", "negative", ["privacy"])
        said = corrections.latest(session, [first, second])
        counts = corrections.corrected(machine, said[first])
        assert (counts.stage, counts.cancel, counts.concerns, counts.voice) == ("none", False, ["price"], True)
        assert set(said) == {first}
    assert assert_recounted() == 2


def test_an_echo_that_is_corrected_to_a_voice_counts_as_one(store: Settings) -> None:
    (post_id,) = given(store, voice=False)
    assert buckets()[0].cancel == 0
    correct(post_id, voice=True)
    assert (buckets()[0].voices, buckets()[0].cancel, buckets()[0].stage_cancelled) == (1, 1, 1)
    correct(post_id, concerns=[])
    assert (buckets()[0].voices, buckets()[0].cancel) == (0, 0), "the newest takes the place of the whole one before"
    assert concern_counts() == {}
    assert_recounted()


def test_a_withdrawn_correction_gives_the_machines_answer_back_and_stays_in_the_history(store: Settings) -> None:
    (post_id,) = given(store)
    before = [bucket.model_dump() for bucket in buckets()]
    correct(post_id, stage="staying", note="she stays")
    correct(post_id, stage="joining")
    withdraw(post_id)
    assert [bucket.model_dump() for bucket in buckets()] == before
    with database.reading() as session:
        history = corrections.history(session, post_id)
        assert [(one.stage, one.withdrawn, one.note) for one in history] == [
            (None, True, None), ("joining", False, None), ("staying", False, "she stays"),
        ]  # fmt: skip
        assert list(corrections.export(session)) == []
    with pytest.raises(NotCorrectedError):
        withdraw(post_id)
    assert_recounted()


def test_what_cannot_be_corrected_is_said_by_its_reason(store: Settings) -> None:
    save(some(1), store)
    with database.reading() as session:
        (waiting,) = session.exec(select(Post.id)).all()
        assert waiting is not None
        assert corrections.history(session, waiting) == []
        with pytest.raises(UnknownPostError):
            corrections.history(session, 999)
    with pytest.raises(NoReactionError):
        correct(waiting, stage="none")
    with pytest.raises(UnknownPostError):
        correct(999, stage="none")
    with pytest.raises(NotCorrectedError):
        withdraw(waiting)
    with pytest.raises(UnknownPostError):
        withdraw(999)


def test_a_new_reaction_keeps_the_correction_and_changes_the_rest(store: Settings) -> None:
    first, second = ids = given(store, 2)
    correct(first, stage="staying")
    assert rescore(ids, stage="considering", lang="fr", sentiment="neutral", concerns=["price"]) == 2
    (bucket,) = buckets()
    assert bucket.lang == "fr", "the bucket that nothing is left of has gone"
    assert (bucket.posts, bucket.neutral, bucket.cancel) == (2, 2, 1)
    assert (bucket.stage_staying, bucket.stage_considering) == (1, 1)
    assert concern_counts() == {"price": (2, 1)}
    with database.reading() as session:
        assert session.get_one(Reaction, first).model_version == "next"
        assert session.get_one(Reaction, second).stage == "considering"
    assert_recounted()
    withdraw(first)
    assert buckets()[0].stage_considering == 2
    assert_recounted()


def test_a_rebuild_counts_what_was_corrected(store: Settings) -> None:
    first, *_ = given(store, 3)
    correct(first, stage="none")
    before = [bucket.model_dump() for bucket in buckets()]
    with database.writing() as session:
        recounting.rebuild(session, watch="harbour")
    assert [bucket.model_dump() for bucket in buckets()] == before
    assert_recounted()


def test_an_erased_post_takes_its_counts_and_corrections_along_though_it_is_being_scored_anew(store: Settings) -> None:
    first, second = ids = given(store, 2)
    correct(first, stage="none")
    with database.writing() as session:
        rescoring.enqueue(session, ids)
    assert claim("again") == ids
    with database.writing() as session:
        session.exec(select(Post).where(Post.id == first).with_for_update()).one()
        change_counts(session, before=corrections.hold(session, [first]).values(), after=())
        for table in (Backlog, Reaction):
            session.execute(delete(table).where(col(table.post_id) == first))
        session.execute(delete(Post).where(col(Post.id) == first))
    with database.writing() as session:
        rows = [reaction(id_, stage="staying") for id_ in ids]
        assert posts.finish(session, rows, claim="again") == 1
    with database.writing() as session:
        assert rescoring.enqueue(session, ids) == 1
        assert session.exec(select(Correction)).all() == []
    assert assert_recounted() == 1
    assert buckets()[0].stage_staying == 1
    assert second in ids


def test_people_and_workers_at_once_leave_exact_counts(store: Settings) -> None:
    ids = given(store, 12)
    stages = ("none", "staying", "seeking", "urging")
    database.engine()  # one for all threads

    def say(turn: int) -> None:
        for number in range(20):
            correct(ids[(number * 5 + turn) % 12], stage=stages[(number + turn) % 4], voice=number % 3 > 0)

    def score(turn: int) -> None:
        for number in range(10):
            with database.writing() as session:
                rescoring.enqueue(session, ids[number % 6 :])
            name = f"{turn}:{number}"
            taken = claim(name, 5)
            rows = [reaction(id_, lang=("en", "fr")[number % 2], stage=stages[number % 4]) for id_ in taken]
            with database.writing() as session:
                posts.finish(session, rows, claim=name)

    def look(_: int) -> None:
        for _ in range(10):
            assert assert_recounted() == 12

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(work, turn) for turn, work in enumerate((say, say, score, score, look, look))]
        for one in running:
            one.result()
    assert assert_recounted() == 12


def test_corrections_in_force_are_exported_in_their_order(store: Settings) -> None:
    ids = given(store, 3)
    correct(ids[2], stage="none")
    correct(ids[0], sentiment="positive")
    correct(ids[1], stance="for")
    withdraw(ids[1])
    with database.reading() as session:
        found = [(post.id, said.stage, said.sentiment) for post, _, said in corrections.export(session)]
        assert found == [(ids[2], "none", None), (ids[0], None, "positive")]
        assert list(corrections.export(session, watch="other")) == []
        (said, *_) = corrections.history(session, ids[0])
        assert (said.created_at, said.corrected_at) == (NOW, NOW + timedelta(seconds=60))
