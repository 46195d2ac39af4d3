"""Reads lines at a bounded size, keeping count of where it is, and JSON objects out of them; pure."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

MAX_LINE = 1_048_576  # bytes, without the line's end
KEEP = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadLineError(Exception):
    """A line cannot be used; the message says why, whoever catches it knows where it stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end. `size` is its true length in bytes; more than MAX_LINE means that it is cut.

    `after` is the offset in the stream behind the line; `ended` is false for a last line without its line end.
    """

    data: bytes
    size: int
    after: int
    ended: bool

    @property
    def too_long(self) -> bool:
        """Whether the line was cut because it exceeds the limit."""
        return self.size > MAX_LINE

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it but white space."""
        return not self.data.strip()


def read_lines(stream: IO[bytes], offset: int = 0) -> Iterator[Line]:
    """The lines of a stream that stands at `offset`; never more than MAX_LINE bytes of one are in memory.

    A line is yielded before the next one is asked for, so a pipe gets its answer at once.
    """
    while data := stream.readline(MAX_LINE + 2):
        size, ended = len(data), data.endswith(b"\n")
        if size > MAX_LINE + 1:
            data = data[:KEEP]
            while not ended and (rest := stream.readline(MAX_LINE)):
                size += len(rest)
                ended = rest.endswith(b"\n")
        if offset == 0:
            data = data.removeprefix(BYTE_ORDER_MARK)
        offset += size
        yield Line(data.rstrip(b"\r\n"), size - ended, offset, ended)


def require_length(line: Line) -> None:
    """Refuse a line that was cut.

    Raises:
        BadLineError: it is longer than MAX_LINE.
    """
    if line.too_long:
        raise BadLineError(f"the line has {line.size:,} bytes; the limit is {MAX_LINE:,}")


def parse_object(data: bytes, *, allow_nan: bool = False) -> dict[str, Any]:
    """The JSON object that a line holds; `allow_nan` takes NaN and Infinity, which other programs write as numbers.

    Raises:
        BadLineError: not UTF-8, not JSON, or no object.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=None if allow_nan else _refuse)
    except UnicodeDecodeError as error:
        raise BadLineError(f"not UTF-8: {error.reason} (byte {error.start + 1})") from None
    except json.JSONDecodeError as error:
        raise BadLineError(f"not JSON: {error.msg} (column {error.colno})") from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a thousand brackets
        raise BadLineError(f"not JSON that can be read: {error}") from None
    if not isinstance(value, dict):
        raise BadLineError(f"not a JSON object but a JSON {type(value).__name__}")
    return value


def string_of(record: dict[str, Any], name: str) -> str | None:
    """A string of a JSON object; None where there is none, or null.

    Raises:
        BadLineError: it is of another kind, or holds half a surrogate pair: JSON can say that, no text can.
    """
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadLineError(f"`{name}` must be a string")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadLineError(f"`{name}` has half a surrogate pair at character {error.start + 1}") from None
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
