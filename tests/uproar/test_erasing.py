"""Erased posts, on SQLite and PostgreSQL: the text goes, the counts follow, and the post does not come back."""

from datetime import timedelta

from sqlmodel import select

from tests.recounted import assert_recounted
from tests.uproar.test_posts import NOW, claim, reaction, save, some
from uproar import corrections, database, deadletters, erasing, posts, rescoring
from uproar.corrections import Given
from uproar.fingerprints import Fingerprint
from uproar.incoming import Dead, Erasure
from uproar.models import Correction, DeadLetter, Post, Reaction, Version
from uproar.settings import Settings

LATER = NOW + timedelta(hours=1)


def erase(*erasures: Erasure, store: Settings) -> int:
    with database.writing() as session:
        return erasing.erase(session, erasures, now=LATER, settings=store)


def one(native_id: str) -> Erasure:
    return Erasure("file", native_id=native_id)


def react(number: int) -> None:
    held = claim("w")
    assert len(held) == number
    with database.writing() as session:
        assert posts.finish(session, [reaction(id_) for id_ in held], claim="w") == number


def test_nothing_of_an_erased_post_is_left_but_its_key_and_time(store: Settings) -> None:
    save(some(2, url="https://x.example/1", parent_text="Who else left?", lang="en"), store)
    react(2)
    save(some(1, text="I am leaving Harbour Clinics", edited_at=LATER), store)
    with database.writing() as session:
        corrections.correct(session, 1, Given(stage="none"), note="a joke", by="me", now=NOW)
        session.add(Fingerprint(post_id=1, key=7))
        deadletters.bury(
            session, [Dead("I left Harbour", "too odd", post_id=1)], watch="harbour", source="file", now=NOW
        )
    assert erase(one("0"), store=store) == 1
    with database.reading() as session:
        post = session.get(Post, 1)
        assert post is not None
        assert (post.text, post.parent_text, post.author_hash, post.url) == ("", None, None, None)
        assert (post.native_id, post.created_at, post.erased_at) == ("0", NOW, LATER)
        assert session.exec(select(Reaction.post_id)).all() == [2]
        for table in (Correction, Fingerprint, Version, DeadLetter):
            assert session.exec(select(table)).all() == []
        assert [stored.id for stored, *_ in posts.export(session)] == [2]
        assert posts.totals(session, watch="harbour") == (1, 1)
    assert assert_recounted() == 1


def test_an_erased_post_is_not_collected_again_nor_edited_nor_erased_twice(store: Settings) -> None:
    save(some(1), store)
    erase(one("0"), store=store)
    saved = save(some(1) + some(1, text="again", edited_at=LATER), store)
    assert (saved.new, saved.edited) == (0, 0)
    assert claim("w") == []
    assert erase(one("0"), store=store) == 0


def test_an_account_takes_all_its_posts_with_it_and_nobody_elses(store: Settings) -> None:
    save(some(2), store)
    save(some(1, platform="other"), store)
    save([*some(3, author="bo")][2:], store)
    react(4)
    assert erase(Erasure("file", author="ana"), store=store) == 2
    with database.reading() as session:
        assert session.exec(select(Post.platform, Post.native_id).where(Post.text != "")).all() == [
            ("other", "0"),
            ("file", "2"),
        ]
    assert assert_recounted() == 2


def test_a_deletion_reaches_every_watch_that_has_the_post(store: Settings) -> None:
    for watch in ("harbour", "second"):
        with database.writing() as session:
            posts.save(session, some(1), watch=watch, source="file", now=NOW, settings=store)
    assert erase(one("0"), store=store) == 2


def test_many_unknown_deletions_cost_nothing_and_do_nothing(store: Settings) -> None:
    save(some(1), store)
    assert erase(*(one(f"unknown-{number}") for number in range(1_000)), store=store) == 0


def test_a_worker_that_has_read_an_erased_post_writes_nothing_of_it(store: Settings) -> None:
    save(some(1), store)
    assert claim("slow") == [1]
    erase(one("0"), store=store)
    with database.writing() as session:
        assert posts.finish(session, [reaction(1)], claim="slow") == 0
        assert rescoring.enqueue(session, [1]) == 0
    assert assert_recounted() == 0
