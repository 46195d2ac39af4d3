from datetime import timedelta

import pytest

from collector.source import RateLimitedError, SourceGoneError
from tests.collector.conftest import MakeWatch
from tests.collector.reddit_reader import Reader, names
from tests.collector.reddit_server import CLIENT, Reddit, submission
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError
from uproar.settings import Settings


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (Reply(429, headers={"retry-after": "90"}), RateLimitedError, "429"),
        (Reply(429, headers={"x-ratelimit-reset": "383"}), RateLimitedError, "429"),
        (Reply(429), RateLimitedError, "429"),
        (Reply(500), OutgoingError, "HTTP 500"),
        (Reply(403), SourceGoneError, "HTTP 403"),
        (Reply(404), SourceGoneError, "HTTP 404"),
        (Reply(302, headers={"location": "/subreddits/search"}), OutgoingError, "HTTP 302"),
        (Reply(body=b'{"data": {"chil'), OutgoingError, "no JSON"),
        (Reply(body=b'{"data": []}'), OutgoingError, "no listing"),
        (Reply(body=b'{"data": {"children": {}}}'), OutgoingError, "no listing"),
        (Reply(body=b"{}", headers={"content-length": "900"}), OutgoingError, "peer closed"),
        (Reply(raw=list), OutgoingError, "disconnected"),
    ],
)
def test_a_fault_in_the_middle_of_a_list_costs_time_and_no_post(
    web: WebServer, make_watch: MakeWatch, reply: Reply, error: type[Exception], reason: str
) -> None:
    server = Reddit(web, [submission(number) for number in range(300)])
    reader = Reader(web, make_watch)
    reader.read()
    server.instead = [reply]
    with pytest.raises(error, match=reason) as caught:
        reader.read()
    if isinstance(caught.value, RateLimitedError):
        headers = reply.headers
        expected = headers.get("retry-after") or headers.get("x-ratelimit-reset")
        assert caught.value.retry_after == (float(expected) if expected else None)
    assert len(server.asked) == 2
    reader.read_all()
    assert reader.counts() == dict.fromkeys(names(range(300)), 1)


def test_nothing_is_asked_while_no_request_is_left(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [submission(number) for number in range(150)])
    server.headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "300", "x-ratelimit-used": "100"}
    reader = Reader(web, make_watch)
    assert reader.read().rest == 300
    reader.now -= timedelta(seconds=100)
    page = reader.read()
    assert (page.posts, page.more, page.rest) == ((), True, 100.0)
    assert len(server.asked) == 1
    reader.read_all()
    assert len(reader.counts()) == 150


@pytest.mark.parametrize("skew", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_that_is_set_by_an_hour_loses_nothing(web: WebServer, make_watch: MakeWatch, skew: timedelta) -> None:
    server = Reddit(web, [submission(number) for number in range(300)])
    reader = Reader(web, make_watch)
    reader.read()
    reader.now += skew
    reader.read_all()
    server.submissions += [submission(number) for number in range(300, 320)]
    reader.now -= 2 * skew
    reader.read_all()
    assert (set(reader.counts()), reader.holes()) == (names(range(320)), [])


def test_a_list_that_always_fails_does_not_keep_the_others_from_their_turn(
    web: WebServer, make_watch: MakeWatch
) -> None:
    Reddit(web, [submission(1)])
    web.says("/r/harbour+pier/comments", Reply(403))
    reader = Reader(web, make_watch, queries=["harbour clinics"], subreddits=["harbour", "pier"])
    for _ in range(4):
        try:
            reader.read()
        except SourceGoneError:
            reader.now += timedelta(minutes=15)
    assert [asked.path.count("/r/") for asked in web.asked if "token" not in asked.path] == [0, 1, 0, 1]
    assert "t3_1" in reader.counts()


def test_refused_credentials_are_named_and_never_shown(web: WebServer, make_watch: MakeWatch) -> None:
    Reddit(web, [])
    with pytest.raises(SourceGoneError, match="UPROAR_REDDIT_CLIENT_ID") as caught:
        Reader(web, make_watch, client=CLIENT | {"reddit_client_secret": "wrong-secret"}).read()
    assert "wrong-secret" not in str(caught.value)
    assert "wrong-secret" not in repr(Settings(**(CLIENT | {"reddit_client_secret": "wrong-secret"})))  # type: ignore[arg-type]
