"""Takes JSONL and CSV files apart into records, and those into posts; pure."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from collector.source import SourceGoneError
from uproar.incoming import BadItemError, Incoming, checked
from uproar.lines import MAX_LINE, BadLineError, Line, require_length
from uproar.records import parse_json, parse_record

LONGEST_RECORD = 100  # lines of one CSV record; a quote that is never closed must not eat the file

Record = tuple[Line, Incoming | BadItemError | None]  # None stands for a blank line

csv.field_size_limit(MAX_LINE)


class UnclosedError(BadItemError):
    """A CSV record whose quotes are still open where the stream ends."""


def json_records(lines: Iterator[Line], *, now: datetime) -> Iterator[Record]:
    """Each line as a post, or as the error that it is."""
    for line in lines:
        if line.blank:
            yield line, None
            continue
        try:
            _require_length(line)
            yield line, checked(parse_json(line.data, now=now), now=now)
        except BadItemError as error:
            yield line, error


def read_header(lines: Iterator[Line], *, whole: bool) -> tuple[list[str], int]:
    """The column names in the first line that is not blank, and the offset behind it; [] if it is not there yet.

    Raises:
        SourceGoneError: it is no CSV, or no column is called `text`.
    """
    for line in lines:
        if line.blank:
            continue
        if not line.ended and not whole:
            break
        try:
            names = [name.strip() for name in _split(line.data.decode("utf-8", "replace"))]
        except BadItemError as error:
            raise SourceGoneError(f"the CSV file's header cannot be read: {error}") from None
        if "text" not in names:
            raise SourceGoneError(f"the CSV file has no column called text; its columns are {names[:20]}")
        return names, line.after
    return [], 0


def csv_records(lines: Iterator[Line], header: list[str], *, now: datetime) -> Iterator[Record]:
    """Each CSV record (RFC 4180) as a post; what cannot be read as CSV costs its first line only.

    A record whose quotes are still open at the end of the stream is an UnclosedError: the rest may be still to come.
    """
    back: deque[Line] = deque()
    while (line := _following(back, lines)) is not None:
        if line.blank:
            yield line, None
            continue
        taken, closed = _gather(line, back, lines)
        try:
            row = _parse_row(taken, len(header))
        except BadItemError as error:
            back.extendleft(reversed(taken[1:]))
            yield line, error if closed else UnclosedError(str(error))
            continue
        last = taken[-1]
        record = replace(last, data=b"\n".join(one.data for one in taken), size=sum(one.size for one in taken))
        try:
            yield record, checked(parse_record(dict(zip(header, row, strict=True)), now=now), now=now)
        except BadItemError as error:
            yield record, error


def parse_csv(text: str, header: list[str], *, now: datetime) -> Incoming:
    """One CSV record as a post.

    Raises:
        BadItemError: it is no CSV, has not as many fields as the header, or is no post.
    """
    row = _split(text)
    if len(row) != len(header):
        raise BadItemError(f"the record has {len(row)} fields, the header has {len(header)}")
    return parse_record(dict(zip(header, row, strict=True)), now=now)


def _following(back: deque[Line], lines: Iterator[Line]) -> Line | None:
    return back.popleft() if back else next(lines, None)


def _gather(first: Line, back: deque[Line], lines: Iterator[Line]) -> tuple[list[Line], bool]:
    """The lines of one record, as many as it takes to close its quotes, and whether they are closed or given up."""
    taken, quotes, size = [first], first.data.count(b'"'), first.size
    if quotes % 2 == 0 or _stands_alone(first):
        return taken, True
    while quotes % 2 and len(taken) < LONGEST_RECORD and size <= MAX_LINE:
        line = _following(back, lines)
        if line is None:
            return taken, False
        taken.append(line)
        quotes += line.data.count(b'"')
        size += line.size
    return taken, True


def _stands_alone(line: Line) -> bool:
    """Whether a line with an odd quote is whole: a quote inside a plain field (5" pipes) opens nothing."""
    try:
        _split(line.data.decode("utf-8", "surrogateescape"))
    except BadItemError:
        return False
    return True


def _parse_row(taken: list[Line], columns: int) -> list[str]:
    for line in taken:
        _require_length(line)
    # bytes that are no UTF-8 become lone surrogates, which the check of the post then names
    row = _split("\n".join(line.data.decode("utf-8", "surrogateescape") for line in taken))
    if len(row) != columns:
        raise BadItemError(f"the record has {len(row)} fields, the header has {columns}")
    return row


def _split(text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error as error:
        raise BadItemError(f"not CSV: {error}") from None


def _require_length(line: Line) -> None:
    try:
        require_length(line)
    except BadLineError as error:
        raise BadItemError(str(error)) from None
