"""Many rows and many values in one statement, on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from uproar import database
from uproar.bulk import among, inserting
from uproar.fingerprints import Fingerprint
from uproar.models import Post, Reaction
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)
ODD = 'a "quoted" \\u0041 \\ / \u2028 é 🦜 \x7f \t\n {"key": [1]}'
KEY = 2**63 - 1


def post(number: int, **more: Any) -> dict[str, Any]:
    plain = {"watch": "harbour", "source": "file", "platform": "file", "native_id": str(number), "text": ODD}
    return {**plain, "parent_text": None, "repost": False, "created_at": NOW, "collected_at": NOW, **more}


def put(*rows: dict[str, Any]) -> list[int]:
    with database.writing() as session:
        statement, given = inserting(session, Post, rows)
        return [id_ for (id_,) in session.execute(statement.returning(col(Post.id)), given)]


def test_what_is_put_in_comes_out_as_it_was_whatever_it_says(store: Settings) -> None:
    eastern = NOW.astimezone(timezone(timedelta(hours=-5)))
    ids = put(post(1), post(2, parent_text=ODD, repost=True, created_at=eastern))
    said = {
        "watch": "harbour", "source": "file", "created_at": NOW, "lang": "en", "sentiment": "neutral", "cancel": False,
        "stage": "none", "stance": "none", "concerns": ["privacy", ODD], "voice": True, "model_version": "1",
        "evidence": [{"start": 0, "end": 1, "text": ODD, "rule": "r"}], "reacted_at": NOW,
        "compound": -0.1234567, "score": 1.0,
    }  # fmt: skip
    with database.writing() as session:
        session.execute(*inserting(session, Reaction, [{"post_id": id_, **said} for id_ in ids]))
    with database.reading() as session:
        first, second = session.exec(select(Post).order_by(col(Post.id))).all()
        assert (first.text, first.parent_text, first.repost, first.created_at) == (ODD, None, False, NOW)
        assert (second.text, second.parent_text, second.repost, second.created_at) == (ODD, ODD, True, NOW)
        for reaction in session.exec(select(Reaction)):
            assert {name: getattr(reaction, name) for name in said} == said


def test_rows_are_numbered_in_their_order(store: Settings) -> None:
    put(*(post(number) for number in range(2_000)))
    with database.reading() as session:
        found = session.exec(select(Post.native_id).order_by(col(Post.id))).all()
    assert list(found) == [str(number) for number in range(2_000)]


def test_a_moment_without_a_zone_is_refused(store: Settings) -> None:
    with pytest.raises((ValueError, StatementError), match="has no time zone"):
        put(post(1, created_at=NOW.replace(tzinfo=None)))


def test_any_number_of_values_may_be_asked_for_and_large_ones_are_exact(store: Settings) -> None:
    (id_,) = put(post(1))
    with database.writing() as session:
        kept = [{"post_id": id_, "key": key} for key in (KEY, KEY - 1, 7)]
        session.execute(*inserting(session, Fingerprint, kept))
        wanted = [KEY, 7, *range(100, 70_000)]
        query = select(Fingerprint.key).where(among(session, col(Fingerprint.key), wanted)).order_by(Fingerprint.key)  # type: ignore[arg-type]
        assert session.exec(query).all() == [7, KEY]
        assert not session.exec(select(Fingerprint.key).where(among(session, col(Fingerprint.key), []))).all()
