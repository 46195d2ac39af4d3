"""The store of posts, backlog, reactions and buckets, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from uproar import database, detectors, posts, recounting
from uproar.incoming import Incoming
from uproar.posts import Saved
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)


def some(number: int, **changes: Any) -> list[Incoming]:
    fields: dict[str, Any] = {
        "platform": "file",
        "text": "I left Harbour Clinics",
        "created_at": NOW,
        "author": "ana",
    } | changes
    return [Incoming(native_id=str(index), **fields) for index in range(number)]


def save(items: list[Incoming], store: Settings) -> Saved:
    with database.writing() as session:
        return posts.save(session, items, watch="harbour", source="file", now=NOW, settings=store)


def reaction(post_id: int | None, **changes: Any) -> dict[str, Any]:
    row = {
        "post_id": post_id, "watch": "harbour", "source": "file", "created_at": NOW, "lang": "en",
        "sentiment": "negative", "compound": -0.5, "cancel": True, "stage": "cancelled", "score": 0.9,
        "evidence": [{"start": 2, "end": 6, "text": "left", "rule": "en.left"}], "stance": "none",
        "concerns": ["privacy"], "voice": True, "model_version": "t", "reacted_at": NOW,
    }  # fmt: skip
    return row | changes


def claim(name: str, batch: int = 100, now: datetime = NOW) -> list[int]:
    with database.writing() as session:
        taken = posts.claim(session, claim=name, batch=batch, now=now, until=now + timedelta(seconds=60))
    return [post.id or 0 for post, _ in taken]


def test_a_post_that_is_read_twice_is_stored_once(store: Settings) -> None:
    assert save(some(3), store) == Saved(new=3, duplicate=0)
    assert save(some(4), store) == Saved(new=1, duplicate=3)
    with database.reading() as session:
        assert posts.totals(session, watch="harbour") == (4, 0)


def test_a_post_twice_in_one_page_is_stored_once(store: Settings) -> None:
    assert save(some(1) + some(1), store) == Saved(new=1, duplicate=1)
    with database.reading() as session:
        assert posts.backlog(session)[0] == 1


def test_no_author_is_stored_as_it_came(store: Settings) -> None:
    save(some(1), store)
    with database.reading() as session:
        (post, *_), *_ = posts.export(session)
    assert post.author_hash == store.hash_author("file", "ana")
    assert "ana" not in str(post.author_hash)


def test_two_workers_never_hold_the_same_post(store: Settings) -> None:
    save(some(10), store)
    first, second = claim("a", 6), claim("b", 6)
    assert len(first) == 6
    assert len(second) == 4
    assert not set(first) & set(second)
    assert claim("c") == []


def test_what_a_dead_worker_held_is_free_after_its_time(store: Settings) -> None:
    save(some(3), store)
    held = claim("dead")
    assert claim("next", now=NOW + timedelta(seconds=59)) == []
    assert claim("next", batch=40, now=NOW + timedelta(seconds=61)) == held[:2]


def test_what_a_worker_held_is_free_when_it_starts_again(store: Settings) -> None:
    save(some(3), store)
    claim("host:1")
    with database.writing() as session:
        assert posts.release(session, claim_prefix="host:") == 3
        assert posts.release(session, claim_prefix="other:") == 0
    assert claim("host:2")


def test_batches_get_smaller_with_every_failed_try(store: Settings) -> None:
    save(some(40), store)
    sizes = [len(claim("x", 40, now=NOW + timedelta(minutes=2 * turn))) for turn in range(3)]
    assert sizes == [40, 2, 1]


def test_a_reaction_and_its_counts_are_written_once(store: Settings) -> None:
    save(some(2), store)
    ids = claim("a")
    rows = [reaction(id_) for id_ in ids]
    with database.writing() as session:
        assert posts.finish(session, rows, claim="a") == 2
    with database.writing() as session:
        assert posts.finish(session, rows, claim="a") == 0
    with database.reading() as session:
        (bucket,) = posts.export_buckets(session)
        assert (bucket.posts, bucket.cancel, bucket.negative, bucket.stage_cancelled) == (2, 2, 2, 2)
        assert posts.totals(session, watch="harbour") == (2, 2)


def test_a_worker_that_lost_its_claim_writes_nothing(store: Settings) -> None:
    save(some(1), store)
    ids = claim("slow")
    assert claim("fast", now=NOW + timedelta(minutes=2)) == ids
    with database.writing() as session:
        assert posts.finish(session, [reaction(ids[0])], claim="slow") == 0
        assert posts.finish(session, [reaction(ids[0])], claim="fast") == 1


def test_a_failed_transaction_leaves_no_count_behind(store: Settings) -> None:
    save(some(1), store)
    ids = claim("a")

    def die_between() -> None:
        with database.writing() as session:
            posts.finish(session, [reaction(ids[0])], claim="a")
            raise RuntimeError("killed here")

    with pytest.raises(RuntimeError):
        die_between()
    with database.reading() as session:
        assert list(posts.export_buckets(session)) == []
        assert posts.backlog(session)[0] == 1


def test_buckets_equal_a_recount_and_survive_a_rebuild(store: Settings) -> None:
    save(some(30), store)
    ids = claim("a")
    variety = [
        reaction(
            id_,
            created_at=NOW + timedelta(seconds=20 * index),
            lang=("en", "fr")[index % 2],
            stage=("cancelled", "none", "urging")[index % 3],
            cancel=index % 3 == 0,
            voice=index % 5 > 0,
            stance=("against", "for", "none")[index % 3],
            sentiment=("negative", "neutral", "positive")[index % 3],
            concerns=[["privacy"], [], ["privacy", "price"]][index % 3],
        )
        for index, id_ in enumerate(ids)
    ]
    with database.writing() as session:
        posts.finish(session, variety[:11], claim="a")
    with database.writing() as session:
        posts.finish(session, variety[11:], claim="a")

    def table() -> list[dict[str, Any]]:
        with database.reading() as session:
            return [bucket.model_dump() for bucket in posts.export_buckets(session)]

    before = table()
    with database.reading() as session:
        expected, concerns = recounting.recount(session, watch="harbour")
    keys = ("watch", "minute", "source", "lang")
    found = {
        tuple(row[key] for key in keys): {name: n for name, n in row.items() if name not in keys and n}
        for row in before
    }
    assert found == expected
    assert sum(count["posts"] for count in expected.values()) == 30
    assert sum(count["posts"] for count in concerns.values()) == 30
    with database.writing() as session:
        recounting.rebuild(session, watch="harbour")
    assert table() == before


def test_the_oldest_waiting_post_is_found_from_a_moment_on(store: Settings) -> None:
    save(some(1, created_at=NOW - timedelta(days=9)), store)
    with database.reading() as session:
        assert detectors.waiting(session, ["harbour"], since=NOW - timedelta(days=10)).keys() == {"harbour"}
        assert detectors.waiting(session, ["harbour"], since=NOW) == {}
