"""Turns one record of a file or of a push into a post; pure."""

import hashlib
import math
from datetime import datetime
from typing import Any

from uproar.incoming import BadItemError, Incoming
from uproar.lines import BadLineError, parse_object
from uproar.times import parse_time

PLATFORM = "file"
# the first of these names that a record has is the one that counts
TIMES = ("created_at", "timestamp", "time", "date", "published")
AUTHORS = ("author", "author_id", "user", "username")


def parse_json(line: bytes, *, now: datetime) -> Incoming:
    """One JSON object as a post.

    Raises:
        BadItemError: not UTF-8, not JSON, no object, or no post.
    """
    try:
        record = parse_object(line, allow_nan=True)  # a NaN in a field that is of no interest costs no post
    except BadLineError as error:
        raise BadItemError(str(error)) from None
    return parse_record(record, now=now)


def parse_record(record: dict[str, Any], *, now: datetime) -> Incoming:
    """One record as a post: its `text`, and if present `id`, a time, an author and what docs/sources.md names.

    Without a time the post counts as written `now`; without an id it is known by a hash of text, time and author as
    they stand there, so that the same record is the same post whenever it comes again.

    Raises:
        BadItemError: a field is missing or of the wrong kind.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise BadItemError("no text" if text is None else f"the text is a JSON {type(text).__name__}, not a string")
    when = next((record[name] for name in TIMES if record.get(name) not in (None, "")), None)
    author = next((_name(record, name) for name in AUTHORS if record.get(name) not in (None, "")), None)
    created_at = now if when is None else parse_time(when)
    edited = record.get("edited_at")
    parent, target = _text(record, "parent") or _text(record, "parent_text"), _text(record, "target")
    return Incoming(
        # an exported post comes back in as the same post: `source` is the name of ours that it was read by
        platform=_text(record, "platform") or _text(record, "source") or PLATFORM,
        native_id=_name(record, "id") or _fingerprint(text, when, author),
        text=text,
        created_at=created_at,
        author=author,
        lang=_text(record, "lang") or _text(record, "lang_claim"),
        url=_text(record, "url"),
        parent_text=parent,
        target=target,
        repost=record.get("repost") in (True, "true", "True", "1"),
        edited_at=parse_time(edited) if edited not in (None, "") else None,
        context=tuple(one for one in (parent, target) if one),
    )


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadItemError(f"{name} is a JSON {type(value).__name__}, not a string")
    return value


def _name(record: dict[str, Any], name: str) -> str | None:
    """What stands for a post or a person: a text or a number, never a list or an object, whose form may change."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise BadItemError(f"{name} is a JSON {type(value).__name__}, neither a string nor a number")
    if value in (None, "") or (isinstance(value, float) and not math.isfinite(value)):
        return None  # NaN is how tables write that there is none; as an id, all of them would be one post
    return str(value)


def _fingerprint(text: str, when: Any, author: str | None) -> str:
    return hashlib.sha256(f"{text}\0{when}\0{author}".encode(errors="backslashreplace")).hexdigest()
