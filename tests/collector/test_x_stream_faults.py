import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from collector.source import RateLimitedError, SourceGoneError
from collector.sources.x import connection
from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import id_at, post
from tests.collector.x_listener import Listener, MakeListener, ids, listener, live, used
from tests.collector.x_reader import counts
from tests.collector.x_stream_api import STREAM, line
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError
from uproar.settings import Settings

__all__ = ["listener"]  # a fixture


def test_a_line_that_is_cut_off_ends_nothing_and_its_post_comes_by_search(listener: MakeListener) -> None:
    one = listener()
    one.api.hold = False
    one.api.connections = [[line(live(1)), line(live(2))[:40]]]
    page = one.read()
    assert (ids(page), page.dead) == ([live(1)["id"]], [])
    with pytest.raises(OutgoingError):
        one.read()
    one.search.posts = [live(1), live(2)]
    one.api.hold = True
    pages = [one.read(later=90), one.read(later=60), one.read(later=3)]
    assert live(2)["id"] in counts(pages)


@pytest.mark.parametrize(
    ("garbage", "reason"),
    [
        (b"<html>Bad Gateway</html>", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b'{"data": {"id": "1"', "no JSON"),
        (b"[" * 50_000, "no JSON"),
        (b"[1]", "no post"),
        (b"{}", "no post"),
        (b'{"data": {"id": "x"}}', "no id"),
        (b"x" * 1_100_000, "no JSON"),
    ],
)
def test_a_line_of_garbage_is_a_dead_letter_and_the_stream_goes_on(
    listener: MakeListener, garbage: bytes, reason: str
) -> None:
    one = listener()
    one.api.connections = [[line(live(1)), garbage, b"\r\n", line(live(2))]]
    pages = [one.read()]
    while len(counts(pages)) < 2:
        pages.append(one.read())
        assert len(pages) < 5
    assert counts(pages) == {live(1)["id"]: 1, live(2)["id"]: 1}
    (letter,) = [letter for page in pages for letter in page.dead]
    assert reason in letter.reason
    assert one.api.opened == 1


def test_what_x_says_before_it_ends_a_stream_is_the_reason(listener: MakeListener) -> None:
    one = listener()
    one.api.hold = False
    one.api.connections = [[b'{"errors": [{"title": "operational-disconnect", "detail": "catching up"}]}\r\n']]
    with pytest.raises(OutgoingError, match="X ends the stream: operational-disconnect"):
        one.read()


def test_a_stream_that_closes_at_once_is_a_failure_a_call(listener: MakeListener) -> None:
    one = listener()
    one.api.hold = False
    for _ in range(3):
        with pytest.raises(OutgoingError, match="closed the stream"):
            one.read()
    assert one.api.opened == 3
    assert used() == 0


def test_connections_keep_their_distance(
    web: WebServer, listener: MakeListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "NEAREST", 5.0)
    one = listener()
    one.api.hold = False
    with pytest.raises(OutgoingError):
        one.read()
    for _ in range(20):
        with pytest.raises(RateLimitedError, match="too often") as caught:
            one.read()
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 5
    assert one.api.opened == 1
    assert len(web.asked) == 3


def test_forty_five_connections_are_all_that_a_quarter_of_an_hour_sees(listener: MakeListener) -> None:
    one = listener()
    one.api.hold = False
    failures = Counter[str]()
    for _ in range(60):
        with pytest.raises((OutgoingError, RateLimitedError)) as caught:
            one.read()
        failures[type(caught.value).__name__] += 1
    assert failures == {"OutgoingError": 45, "RateLimitedError": 15}
    assert one.api.opened == 45


def test_a_stream_that_falls_silent_is_given_up(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.sources.x.client.SILENCE", 1.0)
    one = Listener(web, make_watch)

    def silent() -> Iterator[bytes]:
        yield line(live(1))
        web.closing.wait(30)

    web.says(STREAM, Reply(body=silent))
    assert ids(one.read()) == [live(1)["id"]]
    started = time.monotonic()
    with pytest.raises(OutgoingError, match="fell silent"):
        one.read()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(("status", "error"), [(401, SourceGoneError), (403, SourceGoneError), (503, OutgoingError)])
def test_a_refused_connection_says_why_and_costs_nothing(
    web: WebServer, listener: MakeListener, status: int, error: type[Exception]
) -> None:
    one = listener()
    web.says(STREAM, Reply(status, b'{"title": "ConnectionException"}'))
    with pytest.raises(error, match=f"HTTP {status}: ConnectionException"):
        one.read()
    assert used() == 0
    assert json.dumps(one.reader.position) == "{}"


def test_a_gap_that_search_may_not_fill_is_on_record(web: WebServer, listener: MakeListener) -> None:
    one = listener()
    web.says("/2/tweets/search/recent", Reply(403))
    one.read()
    page = one.read(later=60)
    (hole,) = page.holes
    assert hole.started_at == NOW - timedelta(minutes=10)
    assert hole.ended_at > NOW + timedelta(seconds=1)
    assert "403" in hole.reason
    assert not page.more


def test_search_that_fails_for_a_while_does_not_end_the_stream(web: WebServer, listener: MakeListener) -> None:
    one = listener()
    web.says("/2/tweets/search/recent", Reply(429, headers={"retry-after": "1"}), one.search)
    one.search.posts = [post(id_at(NOW - timedelta(minutes=1)))]
    pages = [one.read(), one.read(later=60)]
    time.sleep(1.2)
    pages += [one.read(), one.read()]
    assert len(counts(pages)) == 1
    assert one.api.opened == 1


@pytest.mark.parametrize("call", ["settle", "reserve"])
def test_a_ledger_that_does_not_answer_for_a_moment_costs_no_post_and_no_stream(
    listener: MakeListener, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    one = listener()
    one.api.connections = [[line(live(at)) for at in (1, 2)], [line(live(100))]]

    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("", {}, ConnectionError())

    with monkeypatch.context() as patch:
        patch.setattr(connection.Connection, "_read", _then(patch, f"uproar.budget.{call}", broken))
        with pytest.raises(OutgoingError, match="ledger"):
            one.read()
    one.search.posts = [live(1), live(2)]
    pages = [one.read(), one.read(later=60)]
    assert counts(pages) == dict.fromkeys((live(1)["id"], live(2)["id"], live(100)["id"]), 1)
    assert one.api.opened == 2


def _then(patch: pytest.MonkeyPatch, name: str, broken: Any) -> Any:
    """Reading lines, with a part of the ledger that breaks as soon as there are any."""
    read = connection.Connection._read

    def reading(self: connection.Connection, taken: Sequence[bytes], drained: connection.Drained, **keys: Any) -> None:
        if taken:
            patch.setattr(name, broken)
        read(self, taken, drained, **keys)

    return reading
