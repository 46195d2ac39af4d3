"""What is exported of posts, corrections and buckets: one JSON object a line, or one row of a table. Pure shapes."""

from dataclasses import dataclass
from typing import Any, Literal

from uproar.corrections import CORRECTABLE, corrected
from uproar.models import Bucket, ConcernBucket, Correction, Post, Reaction

Row = tuple[Post, Reaction | None, Correction | None]
SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. Lists are texts, with a semicolon between two entries."""

    name: str
    kind: Literal["text", "integer", "number", "flag", "time"] = "text"


POST_COLUMNS = (
    Column("post_id", "integer"), Column("watch"), Column("source"), Column("platform"), Column("id"), Column("url"),
    Column("created_at", "time"), Column("collected_at", "time"), Column("edited_at", "time"), Column("matched"),
    Column("lang"), Column("text"), Column("sentiment"), Column("compound", "number"), Column("stage"),
    Column("cancel", "flag"), Column("score", "number"), Column("stance"), Column("concerns"), Column("voice", "flag"),
    Column("speaker"), Column("echo_of", "integer"), Column("rules"), Column("corrected", "flag"),
    Column("let_go_at", "time"),
    Column("machine_stage"), Column("machine_sentiment"), Column("machine_stance"), Column("machine_concerns"),
    Column("machine_voice", "flag"), Column("model_version"), Column("reacted_at", "time"),
)  # fmt: skip
_NAMES = tuple(column.name for column in POST_COLUMNS)
_OF_POST = tuple(name for name in _NAMES if name in Post.model_fields)
_OF_REACTION = tuple(name for name in _NAMES if name in Reaction.model_fields)
_TEXTS = ("watch", "source", "lang", "concern")
BUCKET_COLUMNS = tuple(Column(name, "text" if name in _TEXTS else "integer") for name in Bucket.model_fields)
CONCERN_COLUMNS = tuple(Column(name, "text" if name in _TEXTS else "integer") for name in ConcernBucket.model_fields)


def post_row(post: Post, reaction: Reaction | None, correction: Correction | None) -> dict[str, Any]:
    """A post and what counts of it as one row; `cancel` is what buckets count: an original that speaks of leaving."""
    row = dict.fromkeys(_NAMES)
    row |= {name: getattr(post, name) for name in _OF_POST}
    row |= {"id": post.native_id, "post_id": post.id, "text": said_in(post)}
    if reaction is None:
        return row
    counts = corrected(reaction, correction)
    row |= {name: getattr(counts, name) for name in _OF_REACTION}
    row |= {f"machine_{name}": getattr(reaction, name) for name in CORRECTABLE}
    return row | {
        "cancel": counts.cancel and counts.voice,
        "concerns": SEPARATOR.join(counts.concerns),
        "machine_concerns": SEPARATOR.join(reaction.concerns),
        "rules": SEPARATOR.join(dict.fromkeys(one["rule"] for one in reaction.evidence)),
        "corrected": correction is not None and not correction.withdrawn,
    }


def said_in(post: Post) -> str | None:
    """The text of a post; None if it was let go, since it is old."""
    return None if post.let_go_at is not None else post.text


def bucket_row(bucket: Bucket) -> dict[str, Any]:
    """A bucket as one row, and as one line."""
    return {column.name: getattr(bucket, column.name) for column in BUCKET_COLUMNS}


def post_line(post: Post, reaction: Reaction | None, correction: Correction | None) -> dict[str, Any]:
    """A post and its reaction in the shape of `uproar score`; the author only as a keyed hash."""
    values = post.model_dump(mode="json")
    line: dict[str, Any] = {"id": post.native_id, "post_id": post.id}
    line |= {name: values[name] for name in Post.model_fields if name not in ("id", "native_id")}
    line["text"] = said_in(post)
    said = None if correction is None or correction.withdrawn else correction
    line["reaction"] = None if reaction is None else reaction_line(corrected(reaction, said))
    line["correction"] = None if reaction is None or said is None else correction_line(reaction, said)
    return line


def authorless_line(post: Post, reaction: Reaction | None, correction: Correction | None) -> dict[str, Any]:
    """The same without the author, for those who are not this machine's own."""
    line = post_line(post, reaction, correction)
    del line["author_hash"]
    return line


def correction_line(reaction: Reaction, correction: Correction) -> dict[str, Any]:
    """A correction with what it corrects; null is what it leaves as it is."""
    return {
        **{name: getattr(correction, name) for name in CORRECTABLE},
        "note": correction.note,
        "by": correction.by,
        "sampled": correction.sampled,
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
        "sampled": correction.sampled,
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
