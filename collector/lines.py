"""Reads a file's lines at a bounded size, keeping count of where it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_LINE = 1_048_576
KEEP = 65_536
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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


def read_lines(stream: BinaryIO, offset: int = 0) -> Iterator[Line]:
    """The lines of a stream that stands at `offset`; never more than MAX_LINE bytes of one are in memory."""
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
