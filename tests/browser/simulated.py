"""A simulated day through the real pipeline: what `uproar demo` shows, at a moment that never changes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert
from sqlmodel import select

from uproar import database, posts, sources
from uproar.buckets import CANCEL_STAGES
from uproar.counting import add_counts, counted
from uproar.demo.simulate import Simulated, announced_at, enact
from uproar.demo.watch_text import render_watch
from uproar.models import Backlog, Cursor, Post, Reaction
from uproar.records import parse_record
from uproar.settings import settings
from uproar.watch import Watch, load_watches
from workers import batches
from workers.finding import episodes

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
HOURS = 24
WATCH = "demo"
POSTS = 1_500
SOURCES = {"x": "", "bluesky": "", "mastodon": 'instances = ["mastodon.example"]', "reddit": 'queries = ["Larkfield"]'}
STAGES = (*CANCEL_STAGES, "urging", "staying", "joining")
GLAD = ("for", "staying", "joining")
CALM = ("smalltalk", "offtopic", "headlines", "data")
COMPOUND = {"positive": 0.6, "neutral": 0.0, "negative": -0.6}


def lay_out(folder: Path) -> None:
    """Write the watch file of the simulated deal."""
    (folder / "watches").mkdir()
    watch = render_watch(
        posts_path=str(folder / "posts.jsonl"),
        receiver_url="http://127.0.0.1:9/",
        starts=NOW - timedelta(hours=HOURS),
        announced_at=announced_at(end=NOW, hours=HOURS),
    )
    before, _, after = watch.partition("[[sources]]")  # the demo reads one file; here its platforms are sources
    platforms = "".join(f'[[sources]]\ntype = "{name}"\n{options}\n' for name, options in SOURCES.items())
    watch = before + platforms + "".join(after.partition("[[concerns]]")[1:])
    (folder / "watches" / f"{WATCH}.toml").write_text(watch, encoding="utf-8")


def fill(*, react: bool = False) -> None:
    """Let the day go by on the empty tables of these settings: posts, reactions, spikes with deliveries, and a gap.

    The workers `react` if that is wanted, which takes half a minute; otherwise reactions are what the simulation knows.
    """
    watch = load_watches(settings().watch_dir)[0]
    day = list(enact(seed=1, end=NOW, hours=HOURS, posts=POSTS))
    for source in SOURCES:
        _read(source, [one.post for one in day if one.post["source"] == source])
    lost = NOW - timedelta(hours=20)
    with database.writing() as session:
        sources.add_gap(
            session, watch=WATCH, source="mastodon", started_at=lost, ended_at=lost + timedelta(hours=2),
            reason="mastodon.example did not answer",
        )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:  # there is no broker: nobody is told that there is more to do
        for module in (batches, episodes):
            patch.setattr(module, "announce", lambda _task: True)
        patch.setattr(batches._spikes, "announce", lambda: True)
        if react:
            while batches.react_to_all(settings()):
                pass
        else:
            _react(watch, {str(one.post["id"]): one for one in day})
        while episodes.find_in_all({WATCH: watch}, settings(), now=NOW):
            pass


def _read(source: str, records: list[dict[str, object]]) -> None:
    items = [parse_record(record, now=NOW) for record in records]
    cursor = Cursor(
        watch=WATCH, source=source, position={}, covered_until=NOW, caught_up=True, posts=len(items), read_at=NOW,
        next_due_at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    with database.writing() as session:
        posts.save(session, items, watch=WATCH, source=source, now=NOW, settings=settings())
        session.add(cursor)


def _react(watch: Watch, day: Mapping[str, Simulated]) -> None:
    with database.writing() as session:
        rows = [_reaction(watch, post, day[post.native_id]) for post in session.exec(select(Post))]
        session.execute(insert(Reaction), rows)
        add_counts(session, [counted(row) for row in rows])
        session.execute(delete(Backlog))


def _reaction(watch: Watch, post: Post, known: Simulated) -> dict[str, Any]:
    """What a post is, as the simulation knows it; its first words are what decided."""
    stage = known.role if known.role in STAGES else "none"
    stance = known.role if known.role in ("against", "for") else "none"
    sentiment = "positive" if known.role in GLAD else "neutral" if known.role in CALM else "negative"
    words = {one.name: [word.strip("*").lower() for word in one.words[str(post.lang_claim)]] for one in watch.concerns}
    return {
        "post_id": post.id, "watch": WATCH, "source": post.source, "created_at": post.created_at,
        "lang": post.lang_claim, "sentiment": sentiment, "compound": COMPOUND[sentiment],
        "stage": stage, "cancel": stage in CANCEL_STAGES, "score": 0.9, "stance": stance, "voice": not known.repost,
        "concerns": [name for name, some in words.items() if any(word in post.text.lower() for word in some)],
        "evidence": [{"start": 0, "end": 20, "text": post.text[:20], "rule": f"en.{stage}"}] if stage != "none" else [],
        "speaker": "member", "model_version": "simulated", "reacted_at": NOW,
    }  # fmt: skip
