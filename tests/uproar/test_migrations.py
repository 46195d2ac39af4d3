"""From the tables of an earlier version, with rows, to those of this one; on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from tests.postgres import Postgres
from uproar import corrections, counting, database, judgements, migrating, posts, recounting, rescoring
from uproar.buckets import rolled_up
from uproar.corrections import Given
from uproar.models import Backlog, Correction, Forgetting, Post, Reaction

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
OLD = """
INSERT INTO posts (id, watch, source, platform, native_id, text, repost, created_at, collected_at)
VALUES (1, 'harbour', 'file', 'file', 'a', 'I left', false, :now, :now),
       (2, 'harbour', 'file', 'file', 'b', 'Not read yet', false, :now, :now);
INSERT INTO reactions (post_id, watch, source, created_at, lang, sentiment, compound, cancel, stage, score, evidence,
                       stance, concerns, voice, model_version, reacted_at)
VALUES (1, 'harbour', 'file', :now, 'en', 'neutral', 0, true, 'cancelled', 0.9, '[]', 'none', '["privacy"]', true, '1',
        :now);
INSERT INTO backlog (post_id, watch, created_at, attempts) VALUES (2, 'harbour', :now, 1);
INSERT INTO buckets (watch, minute, source, lang, posts, voices, negative, neutral, positive, stance_against,
                     stance_for, cancel, stage_cancelled, stage_cancelling, stage_conditional, stage_considering,
                     stage_seeking, stage_urging, stage_reported, stage_staying, stage_joining)
VALUES ('harbour', 1772625600, 'file', 'en', 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO concern_buckets (watch, minute, source, lang, concern, posts, cancel)
VALUES ('harbour', 1772625600, 'file', 'en', 'privacy', 1, 1)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of version 0001 with a post that has a reaction and one that waits."""
    server: Postgres | None = None
    address, name = f"sqlite:///{tmp_path / 'old.db'}", ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        name = server.create()
        address = server.address(name).replace("postgresql://", "postgresql+psycopg://")
    engine = database.make_engine(address)
    with engine.begin() as connection:
        command.upgrade(migrating.alembic_config(connection), "0001")
        now: Any = NOW if server else "2026-03-04 12:00:00.000000"
        for statement in OLD.split(";\n"):
            connection.execute(text(statement), {"now": now} if ":now" in statement else {})
    yield engine
    engine.dispose()
    if server is not None:
        server.drop(name)


def test_a_migration_tells_each_of_its_steps(old: Engine) -> None:
    told: list[str] = []
    steps = migrating.steps_left(old)
    migrating.migrate(old, told=told.append)
    assert len(told) == steps > 0
    assert told[-1] == database.versions(old)[1]
    assert migrating.steps_left(old) == 0


def test_rows_of_the_first_version_keep_what_they_say(old: Engine) -> None:
    migrating.migrate(old)
    with database.reading(old) as session:
        reaction = session.exec(select(Reaction)).one()
        assert (reaction.model_version, reaction.stage, reaction.concerns) == ("1", "cancelled", ["privacy"])
        assert (reaction.speaker, reaction.echo_of) == ("other", None)
        waiting = session.exec(select(Backlog)).one()
        assert (waiting.post_id, waiting.attempts, waiting.rescore) == (2, 1, False)
        assert session.exec(select(Correction)).all() == []
        counted = counting.stored(session, watch="harbour")
        assert counting.stored_rollups(session, watch="harbour") == (rolled_up(counted[0]), rolled_up(counted[1]))
        assert recounting.recount(session, watch="harbour")[0] == {
            ("harbour", 1772625600, "file", "en"): {
                "posts": 1, "voices": 1, "neutral": 1, "cancel": 1, "stage_cancelled": 1,
            }
        }  # fmt: skip


def test_rows_of_the_first_version_can_be_corrected_and_made_anew(old: Engine) -> None:
    migrating.migrate(old)
    with database.writing(old) as session:
        corrections.correct(session, 1, Given(stage="none"), note=None, by=None, now=NOW)
        assert rescoring.enqueue(session, [1, 2]) == 1
    with database.reading(old) as session:
        (bucket,) = posts.export_buckets(session)
        assert (bucket.posts, bucket.cancel, bucket.stage_cancelled) == (1, 0, 0)


def test_of_an_old_correction_it_is_not_known_whether_its_post_was_drawn_by_chance(old: Engine) -> None:
    with old.begin() as connection:
        command.upgrade(migrating.alembic_config(connection), "0007")
        now: Any = NOW if old.dialect.name == "postgresql" else "2026-03-04 12:00:00.000000"
        said = "INSERT INTO corrections (post_id, watch, created_at, stage, withdrawn, corrected_at)"
        connection.execute(text(f"{said} VALUES (1, 'harbour', :now, 'none', false, :now)"), {"now": now})
    migrating.migrate(old)
    with database.writing(old) as session:
        assert session.exec(select(Correction.sampled)).all() == [None]
        corrections.correct(session, 1, Given(stage="none", sampled=True), note=None, by=None, now=NOW)
        (judged,) = judgements.judged(session, watch="harbour")
        assert judged.sampled is True
    with old.begin() as connection:
        command.downgrade(migrating.alembic_config(connection), "0007")
        assert connection.execute(text("SELECT stage FROM corrections")).scalars().all() == ["none", "none"]


def test_on_the_way_back_an_old_reaction_does_not_wait_twice(old: Engine) -> None:
    migrating.migrate(old)
    with database.writing(old) as session:
        rescoring.enqueue(session, [1])
    with old.begin() as connection:
        command.downgrade(migrating.alembic_config(connection), "0001")
        assert connection.execute(text("SELECT post_id FROM backlog")).scalars().all() == [2]
        assert connection.execute(text("SELECT stage FROM reactions")).scalars().all() == ["cancelled"]
    migrating.migrate(old)


def test_old_posts_keep_their_texts_and_the_way_back_and_forth_can_be_gone(old: Engine) -> None:
    for _ in range(2):
        migrating.migrate(old)
        with database.writing(old) as session:
            assert session.exec(select(Post.text, Post.let_go_at).order_by(col(Post.id))).all() == [
                ("I left", None),
                ("Not read yet", None),
            ]
            session.add(Forgetting(at=NOW, by="me", kind="post", step="begun", rows={}))
        with pytest.raises(DBAPIError, match="only added"), old.begin() as connection:
            connection.execute(text("DELETE FROM forgettings"))
        with old.begin() as connection:
            command.downgrade(migrating.alembic_config(connection), "0008")
