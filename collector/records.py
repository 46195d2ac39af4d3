"""Turns the records of JSONL and CSV files into posts; pure."""

import csv
import hashlib
import json
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collector.lines import MAX_LINE, Line
from collector.source import SourceGoneError
from uproar.incoming import BadItemError, Incoming
from uproar.times import parse_time

PLATFORM = "file"
# the first of these names that a record has is the one that counts
TIMES = ("created_at", "timestamp", "time", "date", "published")
AUTHORS = ("author", "author_id", "user", "username")
LONGEST_RECORD = 100  # lines of one CSV record; a quote that is never closed must not eat the file

csv.field_size_limit(MAX_LINE)


def json_records(lines: Iterator[Line], *, now: datetime) -> Iterator[tuple[Line, Incoming | BadItemError]]:
    """Each line as a post, or as the error that it is; blank lines are no records."""
    for line in lines:
        if line.data.strip():
            try:
                _require_length(line)
                yield line, parse_json(line.data, now=now)
            except BadItemError as error:
                yield line, error


def read_header(lines: Iterator[Line]) -> tuple[list[str], int]:
    """The column names in the first line that is not blank, and the offset behind it.

    Raises:
        SourceGoneError: there is none, or no column is called `text`.
    """
    for line in lines:
        if line.data.strip():
            names = [name.strip() for name in _split(line.data.decode("utf-8", "replace"))]
            if "text" not in names:
                raise SourceGoneError(f"the CSV file has no column called text; its columns are {names[:20]}")
            return names, line.after
    return [], 0


def csv_records(
    lines: Iterator[Line], header: list[str], *, now: datetime
) -> Iterator[tuple[Line, Incoming | BadItemError]]:
    """Each CSV record (RFC 4180) as a post; a record that cannot be read costs its first line only."""
    back: deque[Line] = deque()
    while True:
        line = back.popleft() if back else next(lines, None)
        if line is None:
            return
        if not line.data.strip():
            continue
        taken = [line]
        while sum(one.data.count(b'"') for one in taken) % 2 and len(taken) < LONGEST_RECORD:
            following = back.popleft() if back else next(lines, None)
            if following is None:
                break
            taken.append(following)
        try:
            yield taken[-1], _parse_row(taken, header, now=now)
        except BadItemError as error:
            back.extendleft(reversed(taken[1:]))
            yield line, error


def _parse_row(taken: list[Line], header: list[str], *, now: datetime) -> Incoming:
    for line in taken:
        _require_length(line)
    # bytes that are no UTF-8 become lone surrogates, which the check of the post then names
    row = _split("\n".join(line.data.decode("utf-8", "surrogateescape") for line in taken))
    if len(row) != len(header):
        raise BadItemError(f"the record has {len(row)} fields, the header has {len(header)}")
    return parse_record(dict(zip(header, row, strict=True)), now=now)


def _split(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise BadItemError(f"not CSV: {error}") from None


def _require_length(line: Line) -> None:
    if line.too_long:
        raise BadItemError(f"the line has {line.size:,} bytes; the limit is {MAX_LINE:,}")


def parse_json(line: bytes, *, now: datetime) -> Incoming:
    """One JSON object as a post.

    Raises:
        BadItemError: not UTF-8, not JSON, no object, or no post.
    """
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadItemError(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        raise BadItemError(f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise BadItemError(f"a JSON {type(record).__name__}, not an object")
    return parse_record(record, now=now)


def parse_record(record: dict[str, Any], *, now: datetime) -> Incoming:
    """One record as a post: `text`; if present, `id`, a time, an author, `url`, `lang`, `target`, `parent`, `source`.

    Without a time the post counts as written `now`; without an id it is known by a hash of text, time and author.

    Raises:
        BadItemError: a field is missing or of the wrong kind.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise BadItemError("no text" if text is None else f"the text is a JSON {type(text).__name__}, not a string")
    when = next((record[name] for name in TIMES if record.get(name) not in (None, "")), None)
    author = next((str(record[name]) for name in AUTHORS if record.get(name) not in (None, "")), None)
    own = record.get("id")
    return Incoming(
        platform=_text(record, "source") or _text(record, "platform") or PLATFORM,
        native_id=_fingerprint(text, when, author) if own in (None, "") else str(own),
        text=text,
        created_at=now if when is None else parse_time(when),
        author=author,
        lang=_text(record, "lang"),
        url=_text(record, "url"),
        parent_text=_text(record, "parent"),
        target=_text(record, "target"),
        repost=record.get("repost") in (True, "true", "True", "1"),
    )


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadItemError(f"{name} is a JSON {type(value).__name__}, not a string")
    return value


def _fingerprint(text: str, when: Any, author: str | None) -> str:
    return hashlib.sha256(f"{text}\0{when}\0{author}".encode(errors="backslashreplace")).hexdigest()
