"""`uproar export`: posts with their reactions, corrections as an evaluation set, buckets; one JSON object a line."""

import json
from typing import Any

import click

from uproar import corrections, database, posts
from uproar.corrections import CORRECTABLE, corrected
from uproar.models import Bucket, Correction, Post, Reaction

jsonl = click.option("--jsonl", is_flag=True, expose_value=False, help="One JSON object a line (the only form so far).")
of_watch = click.option("--watch", help="Only this watch; otherwise all.")


@click.group()
def export() -> None:
    """Write out what is stored, for recounts and other tools."""


@export.command("posts")
@jsonl
@of_watch
def export_posts(*, watch: str | None) -> None:
    """Every post with its reaction (null while it waits for one), in the order of storing.

    `reaction` is what counts; where a person has corrected it, `correction` says so, with the machine's answer.
    """
    database.require_current()
    with database.reading() as session:
        for post, reaction, correction in posts.export(session, watch=watch):
            click.echo(json.dumps(post_line(post, reaction, correction), ensure_ascii=False))


@export.command("corrections")
@jsonl
@of_watch
def export_corrections(*, watch: str | None) -> None:
    """Every correction in force as a line of an evaluation set: the post, what is right, what the machine said.

    `label` is the corrected stage. What nobody has corrected is null: it was not judged.
    """
    database.require_current()
    with database.reading() as session:
        for post, reaction, correction in corrections.export(session, watch=watch):
            click.echo(json.dumps(evaluation_line(post, reaction, correction), ensure_ascii=False))


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


def post_line(post: Post, reaction: Reaction | None, correction: Correction | None) -> dict[str, Any]:
    """A post and its reaction in the shape of `uproar score`; the author only as a keyed hash."""
    values = post.model_dump(mode="json")
    line: dict[str, Any] = {"id": post.native_id, "post_id": post.id}
    line |= {name: values[name] for name in Post.model_fields if name not in ("id", "native_id")}
    said = None if correction is None or correction.withdrawn else correction
    line["reaction"] = None if reaction is None else reaction_line(corrected(reaction, said))
    line["correction"] = None if reaction is None or said is None else correction_line(reaction, said)
    return line


def correction_line(reaction: Reaction, correction: Correction) -> dict[str, Any]:
    """A correction with what it corrects; null is what it leaves as it is."""
    return {
        **{name: getattr(correction, name) for name in CORRECTABLE},
        "note": correction.note,
        "by": correction.by,
        "corrected_at": correction.corrected_at.isoformat(),
        "machine": machine_line(reaction),
    }


def evaluation_line(post: Post, reaction: Reaction, correction: Correction) -> dict[str, Any]:
    """A corrected post as labelled data, in the names that `uproar score --jsonl` reads."""
    return {
        "id": post.native_id,
        "watch": post.watch,
        "text": post.text,
        "lang": reaction.lang,
        "target": post.target,
        "parent": post.parent_text,
        "label": correction.stage,
        **{name: getattr(correction, name) for name in CORRECTABLE if name != "stage"},
        "note": correction.note,
        "machine": machine_line(reaction),
        "model_version": reaction.model_version,
    }


def machine_line(reaction: Reaction) -> dict[str, Any]:
    """What the machine answers to what a person may correct."""
    return {name: getattr(reaction, name) for name in CORRECTABLE}


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
        "speaker": reaction.speaker,
        "echo_of": reaction.echo_of,
        "model_version": reaction.model_version,
        "reacted_at": reaction.reacted_at.isoformat(),
    }
