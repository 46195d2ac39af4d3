"""Reads the body of a push: which records it holds, and the post in each; pure."""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uproar.incoming import BadItemError, Dead, Incoming, checked
from uproar.lines import BadLineError, parse_object, read_lines, require_length
from uproar.records import parse_record

MOST_RECORDS = 10_000
JSON = "application/json"
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")

Item = dict[str, Any] | Dead


class NoJsonError(Exception):
    """The body as a whole cannot be read, so that none of it can be kept."""


class WrongShapeError(Exception):
    """The body is JSON, but neither a record, nor a list of them, nor an object with `posts`."""


class TooManyError(Exception):
    """There are more records than one request may bring."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a body holds: a record, or what is none, for each item; and the watch, if the body names it."""

    items: list[Item]
    watch: str | None = None


def read_body(body: bytes, kind: str) -> Pushed:
    """Take a body apart; `kind` is JSON or one of LINES.

    Raises:
        NoJsonError: not UTF-8 or not JSON; of JSON lines: not one of them is JSON.
        WrongShapeError: JSON of another shape.
        TooManyError: more than MOST_RECORDS.
    """
    if kind in LINES:
        return Pushed(_read_lines(body))
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise NoJsonError(f"The body is no JSON: {error}") from None
    watch = None
    if isinstance(value, dict) and "posts" in value and "text" not in value:
        strange = sorted(set(value) - {"watch", "posts"})
        watch, value = value.get("watch"), value["posts"]
        if strange or not isinstance(watch, str | None) or not isinstance(value, list):
            raise WrongShapeError("An object with `posts` needs a list there, and may have a `watch`, a string.")
    records = [value] if isinstance(value, dict) else value
    if not isinstance(records, list):
        raise WrongShapeError(f"The body is a JSON {type(value).__name__}, neither an object nor a list of objects.")
    if len(records) > MOST_RECORDS:
        raise TooManyError
    return Pushed([_item(record) for record in records], watch)


def _item(value: Any) -> Item:
    kind = type(value).__name__
    return value if isinstance(value, dict) else Dead(_raw(value), f"not a JSON object but a JSON {kind}")


def _read_lines(body: bytes) -> list[Item]:
    items: list[Item] = []
    readable = False
    for line in read_lines(io.BytesIO(body)):
        if line.blank:
            continue
        if len(items) == MOST_RECORDS:
            raise TooManyError
        try:
            require_length(line)
            items.append(parse_object(line.data, allow_nan=True))
            readable = True
        except BadLineError as error:
            items.append(Dead(line.data.decode("utf-8", "backslashreplace"), str(error)))
    if not readable:
        raise NoJsonError("The body is no JSON: none of its lines is a JSON object.")
    return items


def parse(items: list[Item], *, source: str, now: datetime) -> tuple[list[Incoming], list[Dead]]:
    """Turn the items of a push into posts; pure. One that cannot be used goes to the dead letters.

    Without a `platform` (or `source`) of its own, a record's id is one of `source`: two programs that both count from
    one do not meet.
    """
    posts: list[Incoming] = []
    dead: list[Dead] = []
    for item in items:
        if isinstance(item, Dead):
            dead.append(item)
            continue
        record = item if item.get("platform") or item.get("source") else {**item, "platform": source}
        try:
            posts.append(checked(parse_record(record, now=now), now=now))
        except BadItemError as error:
            dead.append(Dead(_raw(record), str(error)))
    return posts, dead


def _raw(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to be written down)"
