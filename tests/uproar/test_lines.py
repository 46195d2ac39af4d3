import io
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from uproar.lines import MAX_LINE, read_lines


class Endless(io.RawIOBase):
    """A stream of one line of so many bytes, made as it is read."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:  # noqa: D102 - of RawIOBase
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # noqa: D102 - of RawIOBase
        size = min(len(buffer), self.left)
        buffer[:size] = b"x" * size
        self.left -= size
        return size


def lines_of(data: bytes, offset: int = 0) -> list[tuple[bytes, int, bool]]:
    return [(line.data, line.after, line.ended) for line in read_lines(io.BytesIO(data), offset)]


def test_each_line_says_where_it_ends() -> None:
    assert lines_of(b"one\ntwo\r\nthree") == [(b"one", 4, True), (b"two", 9, True), (b"three", 14, False)]


def test_offsets_count_from_where_the_stream_stands() -> None:
    assert lines_of(b"two\n", 100) == [(b"two", 104, True)]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert lines_of(b"\xef\xbb\xbfone\n\xef\xbb\xbftwo\n") == [(b"one", 7, True), (b"\xef\xbb\xbftwo", 14, True)]
    assert lines_of(b"\xef\xbb\xbftwo\n", 7) == [(b"\xef\xbb\xbftwo", 14, True)]


def test_a_line_at_the_limit_is_whole_and_one_byte_more_is_too_long() -> None:
    for extra, end in ((0, b"\n"), (0, b""), (1, b"\n"), (1, b""), (2, b"\n"), (2, b"")):
        first, *rest = read_lines(io.BytesIO(b"x" * (MAX_LINE + extra) + end + b"next"))
        assert first.too_long == (extra + 4 * (end == b"") > 0)
        assert [line.data for line in rest] == ([b"next"] if end else [])


def test_a_line_of_ten_megabytes_is_read_past_without_keeping_it() -> None:
    stream = io.BufferedReader(Endless(10_000_000))
    tracemalloc.start()
    (line,) = read_lines(stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert line.too_long
    assert line.size == line.after == 10_000_000
    assert len(line.data) < 100_000
    assert peak < 8_000_000


@given(st.lists(st.binary(max_size=9), max_size=20))
def test_whatever_the_bytes_no_line_is_lost_and_none_is_made_up(parts: list[bytes]) -> None:
    data = b"\n".join(parts)
    read = list(read_lines(io.BytesIO(data)))
    assert len(read) == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
    assert (read[-1].after if read else 0) == len(data)
