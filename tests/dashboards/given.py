"""What a test puts in: posts with their reactions and counts, as the workers write them."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from uproar import database
from uproar.buckets import CANCEL_STAGES
from uproar.counting import add_counts, counted
from uproar.models import Backlog, Post, Reaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_numbers = itertools.count(1)


def put(minute: float = 0, *, start: datetime = NOON, **given: Any) -> int:
    """Store one post with its reaction and counts, so many minutes after noon; its id."""
    at = start + timedelta(minutes=minute)
    stage = given.pop("stage", "none")
    watch, source = given.pop("watch", "meadow"), given.pop("source", "bluesky")
    author = given.pop("author", "0123456789abcdef")
    post = Post(
        watch=watch, source=source, platform="bluesky", native_id=str(next(_numbers)), author_hash=author,
        text=given.pop("text", "A post about the deal"), url=given.pop("url", None), created_at=at, collected_at=at,
    )  # fmt: skip
    with database.writing() as session:
        session.add(post)
        session.flush()
        row = {
            "post_id": post.id, "watch": watch, "source": source, "created_at": at, "lang": "en",
            "sentiment": "neutral", "compound": 0.0, "stage": stage, "cancel": stage in CANCEL_STAGES,
            "score": 0.9, "evidence": [], "stance": "none", "concerns": [], "voice": True,
            "model_version": "test", "reacted_at": at, **given,
        }  # fmt: skip
        session.add(Reaction(**row))
        add_counts(session, [counted(row)])
    assert post.id is not None
    return post.id


def wait_for_reaction(collected_at: datetime) -> None:
    """Store one post that has no reaction yet."""
    post = Post(
        watch="meadow", source="bluesky", platform="bluesky", native_id=str(next(_numbers)), text="Not read yet",
        created_at=collected_at, collected_at=collected_at,
    )  # fmt: skip
    with database.writing() as session:
        session.add(post)
        session.flush()
        assert post.id is not None
        session.add(Backlog(post_id=post.id, watch="meadow", created_at=collected_at))
