"""Which posts are voices and which are echoes of what, in the stream, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, func, update
from sqlmodel import col, select

from tests.recounted import assert_recounted
from tests.workers.echo_pairs import compose
from uproar import database, echoes, erasing, posts, rescoring
from uproar.fingerprints import Fingerprint
from uproar.incoming import Erasure, Incoming
from uproar.models import Backlog, Post, Reaction
from uproar.settings import Settings
from workers import batches, tasks
from workers.originals import forget_old

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PLAIN = "I'm cancelling my Harbour plan tonight because a parcel company has no place in my daughter's medical chart"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "announce", lambda _: None)
    monkeypatch.setattr(batches._spikes, "announce", lambda: None)


def save(store: Settings, *texts: str, start: int = 0, later: int = 0, watch: str = "harbour", **more: Any) -> None:
    """Posts of different authors, a minute apart."""
    items = [
        Incoming(
            native_id=str(number),
            text=text,
            created_at=NOW + timedelta(minutes=number + later),
            **{"platform": "file", "author": f"author{number}", **more},
        )
        for number, text in enumerate(texts, start)
    ]
    with database.writing() as session:
        posts.save(session, items, watch=watch, source="file", now=datetime.now(UTC), settings=store)


def work_off(store: Settings) -> None:
    while batches.react_to_batch(store)[0]:
        pass


def originals(watch: str = "harbour") -> dict[str, str | None]:
    """For each post that is an echo, its original; both by their own ids. Voices are those that are not there."""
    with database.reading() as session:
        ids = dict(session.exec(select(Post.id, Post.native_id)).all())
        query = select(Reaction).where(Reaction.watch == watch, col(Reaction.voice).is_(False))
        return {ids[row.post_id]: ids.get(row.echo_of) for row in session.exec(query)}


def rows() -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(Fingerprint)).one()


def test_copies_in_one_batch_are_echoes_of_the_one_that_was_written_first(store: Settings) -> None:
    save(store, PLAIN.upper(), f"RT @a: {PLAIN}", later=60)
    save(store, PLAIN, "Something else altogether", start=5)
    work_off(store)
    assert originals() == {"0": "5", "1": "5"}
    assert assert_recounted() == 4


def test_copies_that_come_later_are_echoes_of_the_first(store: Settings) -> None:
    for number, text in enumerate([PLAIN, f"{PLAIN} 😡", PLAIN.replace("parcel", "delivery")]):
        save(store, text, start=number)
        work_off(store)
    assert originals() == {"1": "0", "2": "0"}
    assert assert_recounted() == 3


def test_one_that_was_written_earlier_but_comes_after_its_copy_makes_no_second_voice(store: Settings) -> None:
    save(store, PLAIN, start=9)
    work_off(store)
    save(store, PLAIN, start=1)
    work_off(store)
    assert originals() == {"1": "9"}
    assert assert_recounted() == 2


def test_a_repost_is_an_echo_though_nobody_knows_its_original_and_is_none_itself(store: Settings) -> None:
    save(store, f"RT @a: {PLAIN}", PLAIN)
    work_off(store)
    assert originals() == {"0": None}


def test_an_author_who_repeats_few_words_is_one_voice_and_others_are_their_own(store: Settings) -> None:
    save(store, "Cancelled.", "cancelled!!", author="ana")
    save(store, "Cancelled.", "Cancelled.", start=5)
    work_off(store)
    assert originals() == {"1": "0"}


def test_authors_whom_nobody_knows_are_different_ones(store: Settings) -> None:
    save(store, "Cancelled.", "Cancelled.", author=None)
    work_off(store)
    assert originals() == {}


def test_a_watch_knows_only_its_own_originals(store: Settings) -> None:
    save(store, PLAIN, author="ana")
    save(store, PLAIN, watch="other", author="ana")
    work_off(store)
    assert originals() == originals("other") == {}


def test_made_anew_every_post_is_what_it_was(store: Settings) -> None:
    save(store, PLAIN, "I'm out", f"{PLAIN}!!", f"RT @a: {PLAIN}")
    work_off(store)
    before, kept = originals(), rows()
    for _ in range(2):
        rescore()
        work_off(store)
        assert originals() == before == {"2": "0", "3": "0"}
        assert rows() == kept
    assert assert_recounted() == 4


def test_an_echo_that_is_made_anew_keeps_an_original_of_long_ago(store: Settings) -> None:
    save(store, PLAIN, f"{PLAIN}!!")
    work_off(store)
    forget_old(store, now=datetime.now(UTC) + timedelta(days=store.echo_days + 1))
    assert rows() == 0
    rescore("1")
    work_off(store)
    assert originals() == {"1": "0"}


def test_after_its_time_an_original_is_forgotten(store: Settings) -> None:
    save(store, PLAIN)
    work_off(store)
    forget_old(store, now=datetime.now(UTC) + timedelta(days=store.echo_days - 1))
    assert rows() > 0
    forget_old(store, now=datetime.now(UTC) + timedelta(days=store.echo_days + 1))
    save(store, PLAIN, start=1)
    work_off(store)
    assert originals() == {}


def test_the_task_forgets_what_the_setting_says(store: Settings) -> None:
    save(store, PLAIN)
    work_off(store)
    with database.writing() as session:
        session.execute(update(Post).values(collected_at=datetime.now(UTC) - timedelta(days=31)))
    tasks.forget()
    assert rows() == 0


def test_who_speaks_is_kept_and_a_newspaper_does_not_leave(store: Settings) -> None:
    save(store, "'I'm cancelling my membership': patients vow to leave Harbour Clinics", platform="feed")
    save(store, "I'm cancelling my membership", start=1)
    work_off(store)
    with database.reading() as session:
        found = session.exec(select(Reaction.speaker, Reaction.cancel).order_by(col(Reaction.post_id))).all()
    assert list(found) == [("press", False), ("member", True)]


def test_an_original_that_was_erased_has_no_more_echoes(store: Settings) -> None:
    save(store, PLAIN, f"{PLAIN}!!")
    work_off(store)
    with database.writing() as session:
        erasing.erase(session, [Erasure("file", "0")], now=NOW, settings=store)
        session.execute(delete(Post).where(col(Post.native_id) == "0"))
    assert rows() == 0
    save(store, PLAIN, start=2)
    work_off(store)
    assert originals() == {"1": None}, "what is written once stays"
    rescore("1")
    work_off(store)
    assert originals() == {"1": "2"}


def test_a_phrase_of_everybody_is_kept_for_a_few_originals_only(store: Settings) -> None:
    rng = Random(5)
    ending = "and that is the end of six good years with the nurses of Harbour Clinics"
    save(store, *(f"{compose(rng)} {compose(rng)} {ending}" for _ in range(90)))
    work_off(store)
    with database.reading() as session:
        query = select(func.count()).select_from(Fingerprint).group_by(col(Fingerprint.key))
        counts = session.exec(query).all()
    assert max(counts) == echoes.MOST_OF_A_KEY
    assert originals() == {}


def test_workers_at_once_leave_one_voice_of_each_text(store: Settings) -> None:
    rng = Random(3)
    texts = [compose(rng) for _ in range(12)]
    save(store, *(text for text in texts for _ in range(20)))
    with database.writing() as session:  # those that are worked on at the same time are each other's copies
        session.execute(delete(Backlog))
        ids = session.exec(select(Post.id).order_by(col(Post.id) * 7919 % 241)).all()
        waiting = [{"post_id": id_, "watch": "harbour", "created_at": NOW, "attempts": 0} for id_ in ids]
        session.execute(database.insert(session, Backlog), waiting)
    chosen = store.model_copy(update={"batch_posts": 7})
    database.engine()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work_off, [chosen] * 4))
    with database.reading() as session:
        voices = session.exec(select(Post.text).join(Reaction).where(col(Reaction.voice))).all()
    assert sorted(voices) == sorted(set(texts))
    assert assert_recounted() == 240


def test_a_worker_that_is_killed_leaves_no_trace_of_its_batch(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledError(BaseException):
        """As good as kill -9 before the transaction ends."""

    def dies(*_: Any, **__: Any) -> None:
        raise KilledError

    save(store, PLAIN, f"{PLAIN}!!")
    with monkeypatch.context() as patched:
        patched.setattr(posts, "give_back", dies)
        with pytest.raises(KilledError):
            batches.react_to_batch(store)
    assert rows() == 0
    with database.writing() as session:
        posts.release(session, claim_prefix="test:")
    work_off(store)
    assert originals() == {"1": "0"}
    assert assert_recounted() == 2


def rescore(*natives: str) -> None:
    """Put posts back into the backlog; without a name, all."""
    with database.writing() as session:
        query = select(Post.id).where(col(Post.native_id).in_(natives)) if natives else select(Post.id)
        assert rescoring.enqueue(session, [id_ for id_ in session.exec(query) if id_ is not None])
