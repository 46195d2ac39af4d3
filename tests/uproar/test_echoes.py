"""How long originals are known, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from uproar import database, echoes, posts
from uproar.fingerprints import Fingerprint
from uproar.incoming import Incoming
from uproar.models import Post
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_what_was_collected_before_a_moment_is_forgotten_bit_by_bit_and_nothing_else(store: Settings) -> None:
    with database.writing() as session:
        for days in (3, 0):
            items = [
                Incoming(platform="file", native_id=f"{days}-{number}", text="I left", created_at=NOW)
                for number in range(15)
            ]
            at = NOW - timedelta(days=days)
            posts.save(session, items, watch="harbour", source="file", now=at, settings=store)
        ids = [id_ for id_ in session.exec(select(Post.id).order_by(col(Post.id))) if id_ is not None]
        echoes.keep(session, [(key, id_) for id_ in ids for key in (7, id_, -id_)])
    forgotten = 0
    while True:
        with database.writing() as session:
            some = echoes.forget_before(session, NOW - timedelta(days=1), limit=20)
        if not some:
            break
        forgotten += some
    assert forgotten == 15
    with database.reading() as session:
        assert set(session.exec(select(Fingerprint.post_id))) == set(ids[15:])
