"""`uproar export`: every post with its reaction, and every bucket, one JSON object a line."""

import json
from typing import Any

import click

from uproar import database, posts
from uproar.models import Bucket, Post, Reaction

jsonl = click.option("--jsonl", is_flag=True, expose_value=False, help="One JSON object a line (the only form so far).")
of_watch = click.option("--watch", help="Only this watch; otherwise all.")


@click.group()
def export() -> None:
    """Write out what is stored, for recounts and other tools."""


@export.command("posts")
@jsonl
@of_watch
def export_posts(*, watch: str | None) -> None:
    """Every post with its reaction (null while it waits for one), in the order of storing."""
    database.require_current()
    with database.reading() as session:
        for post, reaction in posts.export(session, watch=watch):
            click.echo(json.dumps(post_line(post, reaction), ensure_ascii=False))


@export.command("buckets")
@jsonl
@of_watch
def export_buckets(*, watch: str | None) -> None:
    """Every bucket: one minute of one watch, source and language; `minute` in seconds since 1970, UTC."""
    database.require_current()
    with database.reading() as session:
        for bucket in posts.export_buckets(session, watch=watch):
            values = bucket.model_dump()
            click.echo(json.dumps({name: values[name] for name in Bucket.model_fields}, ensure_ascii=False))


def post_line(post: Post, reaction: Reaction | None) -> dict[str, Any]:
    """A post and its reaction in the shape of `uproar score`; the author only as a keyed hash."""
    values = post.model_dump(mode="json")
    line: dict[str, Any] = {"id": post.native_id, "post_id": post.id}
    line |= {name: values[name] for name in Post.model_fields if name not in ("id", "native_id")}
    line["reaction"] = None if reaction is None else reaction_line(reaction)
    return line


def reaction_line(reaction: Reaction) -> dict[str, Any]:
    """A reaction in the shape of `uproar score`."""
    return {
        "lang": reaction.lang,
        "sentiment": {"label": reaction.sentiment, "compound": reaction.compound},
        "intent": {
            "cancel": reaction.cancel,
            "stage": reaction.stage,
            "score": reaction.score,
            "evidence": reaction.evidence,
        },
        "stance": reaction.stance,
        "concerns": reaction.concerns,
        "voice": reaction.voice,
        "model_version": reaction.model_version,
        "reacted_at": reaction.reacted_at.isoformat(),
    }
