"""Every wait and size of an outgoing request is bounded, against a real server."""

import gzip
import itertools
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.web_server import Reply, WebServer
from uproar.outgoing import (
    Limits,
    OutgoingError,
    TooLargeError,
    request,
)

HERE = Limits(allow_private=True)
SHORT = Limits(allow_private=True, wait=0.4, total=0.6)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def endless(part: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: itertools.repeat(part)


def test_an_endless_body_is_too_large(web: WebServer) -> None:
    url = web.says("/a", Reply(body=endless(b"x" * 50_000)))
    with pytest.raises(TooLargeError, match="larger than 1,000,000 bytes"):
        request("GET", url, limits=Limits(allow_private=True, size=1_000_000))


def test_a_body_may_be_as_large_as_allowed(web: WebServer) -> None:
    url = web.says("/a", Reply(body=b"x" * 1_000))
    assert len(request("GET", url, limits=Limits(allow_private=True, size=1_000)).body) == 1_000
    with pytest.raises(TooLargeError):
        request("GET", url, limits=Limits(allow_private=True, size=999))


def test_a_compressed_body_is_read(web: WebServer) -> None:
    url = web.says("/a", Reply(body=gzip.compress(b"hello" * 1_000), headers={"content-encoding": "gzip"}))
    assert request("GET", url, limits=HERE).body == b"hello" * 1_000
    assert web.asked[0].headers["accept-encoding"] == "gzip"
    web.says("/a", Reply(304, headers={"content-encoding": "gzip"}))
    assert request("GET", url, limits=HERE).body == b""


def test_a_small_body_that_unpacks_to_a_huge_one_is_too_large(web: WebServer) -> None:
    bomb = gzip.compress(bytes(100_000_000), compresslevel=1)
    url = web.says("/a", Reply(body=bomb, headers={"content-encoding": "gzip"}))
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        request("GET", url, limits=Limits(allow_private=True, size=1_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(gzip.compress(b"hello", mtime=0), mtime=0), "gzip, gzip"),
        (b"hello", "br"),
        (b"hello", "gzip"),
        (gzip.compress(b"hello", mtime=0)[:-4], "gzip"),
        (b"hello", "\u00e9"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_a_failure(web: WebServer, body: bytes, coding: str) -> None:
    url = web.says("/a", Reply(body=body, headers={"content-encoding": coding}))
    with pytest.raises(OutgoingError):
        request("GET", url, limits=HERE)


def test_a_body_that_is_cut_short_is_a_failure(web: WebServer) -> None:
    url = web.says("/a", Reply(body=b"hello", headers={"content-length": "50"}))
    with pytest.raises(OutgoingError, match="peer closed"):
        request("GET", url, limits=HERE)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"hello", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000,
    ],
    ids=lambda raw: raw[:20].decode(),
)  # fmt: skip
def test_what_is_no_http_is_a_failure(web: WebServer, raw: bytes) -> None:
    url = web.says("/a", Reply(raw=lambda: [raw]))
    with pytest.raises(OutgoingError):
        request("GET", url, limits=HERE)


def dripping(start: bytes) -> Reply:
    """Sends its start, and then one byte every twentieth of a second for ever."""
    return Reply(raw=lambda: itertools.chain([start], itertools.repeat(b"x")), pause=0.05)


GZIP_NAME = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03"  # a name follows, and no content before it ends


@pytest.mark.parametrize(
    "reply",
    [
        dripping(b"HTTP/1.1 200 OK\r\nX-Long: "),
        dripping(b"HTTP/1.1 200 OK\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + GZIP_NAME),
        Reply(body=endless(b""), pause=0.05),
        Reply(raw=lambda: [b"x"], pause=30),
    ],
    ids=["headers", "body", "compressed body", "nothing", "silence"],
)
def test_a_server_that_drips_or_hangs_is_left_in_time(web: WebServer, reply: Reply) -> None:
    url = web.says("/a", reply)
    start = time.monotonic()
    with pytest.raises(OutgoingError):
        request("GET", url, limits=SHORT)
    assert time.monotonic() - start < 1.5


def test_the_time_limit_holds_for_all_redirects_together(web: WebServer) -> None:
    url = web.says("/a", Reply(302, body=lambda: [b"", b""], headers={"location": "/a"}, pause=0.1))
    start = time.monotonic()
    with pytest.raises(OutgoingError, match=r"was not complete after 0\.6 s"):
        request("GET", url, limits=SHORT)
    assert time.monotonic() - start < 1.5


def test_a_port_where_nobody_listens_is_a_failure() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OutgoingError, match="ConnectError"):
            request("GET", f"http://127.0.0.1:{taken.getsockname()[1]}/", limits=SHORT)
