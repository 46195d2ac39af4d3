from datetime import timedelta

import pytest

from collector.source import RateLimitedError, SourceGoneError
from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import SEARCH, refusal
from tests.collector.x_reader import TOKEN, Reader, counts, many
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError
from uproar.settings import Settings


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (Reply(500), OutgoingError, "HTTP 500"),
        (Reply(503), OutgoingError, "HTTP 503"),
        (Reply(302, headers={"location": "/elsewhere"}), SourceGoneError, "HTTP 302"),
        (Reply(401), SourceGoneError, "HTTP 401"),
        (Reply(402), SourceGoneError, "HTTP 402"),
        (Reply(403), SourceGoneError, "HTTP 403"),
        (refusal(400, "the query is no query"), SourceGoneError, "HTTP 400: Invalid Request; the query is no query"),
        (Reply(body=b'{"data": [{"id": "1'), OutgoingError, "no JSON"),
        (Reply(body=b"[]"), OutgoingError, "JSON list, not an object"),
        (Reply(body=b"[" * 100_000), OutgoingError, "no JSON"),
        (Reply(body=b'{"data": []}'), OutgoingError, "no meta"),
        (Reply(body=b'{"meta": {}}', headers={"content-length": "900"}), OutgoingError, "broke off"),
        (Reply(raw=list), OutgoingError, "broke off"),
    ],
)
def test_an_answer_that_is_none_is_a_failure_and_the_place_is_kept(  # noqa: PLR0917 - parametrised
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, reply: Reply, error: type[Exception], reason: str
) -> None:
    posts = many(250)
    reader = Reader(web, make_watch, posts)
    pages = [reader.read()]
    web.says(SEARCH, reply)
    if reply.status == 400:
        reader.position = {}
    with pytest.raises(error, match=reason):
        reader.read()
    web.says(SEARCH, reader.api)
    pages += reader.read_all()
    assert counts(pages).keys() == {one["id"] for one in posts}


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({}, 60, 60),
        ({"retry-after": "90"}, 90, 90),
        ({"x-rate-limit-reset": "soon"}, 60, 60),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 600)}, 600, 602),
        ({"x-rate-limit-reset": "1772632700", "date": "Wed, 04 Mar 2026 13:46:40 GMT"}, 699, 702),
    ],
)
def test_a_429_is_waited_out_by_the_clock_of_the_server(  # noqa: PLR0917 - parametrised
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, headers: dict[str, str], least: float, most: float
) -> None:
    reader = Reader(web, make_watch, many(5))
    web.says(SEARCH, Reply(429, headers=headers))
    with pytest.raises(RateLimitedError, match="429") as caught:
        reader.read()
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most
    assert len(web.asked) == 1


def test_the_last_request_of_a_window_is_followed_by_a_rest(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, [])
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 300)}
    web.says(SEARCH, Reply(body=b'{"meta": {"result_count": 0}}', headers=headers))
    page = reader.read()
    assert page.rest == pytest.approx(301, abs=1)
    with pytest.raises(RateLimitedError, match="no request"):
        reader.read(NOW + timedelta(minutes=2))
    assert len(web.asked) == 1


def test_no_token_is_said_before_anything_is_asked(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, [], settings={"x_bearer_token": None})
    with pytest.raises(SourceGoneError, match="UPROAR_X_BEARER_TOKEN is not set"):
        reader.read()
    assert web.asked == []


@pytest.mark.parametrize(
    ("spelling", "fields", "expansions"),
    [("tweet", "tweet.fields", "referenced_tweets.id"), ("post", "post.fields", "referenced_posts.id")],
)
def test_a_request_is_spelled_as_it_is_set(  # noqa: PLR0917 - parametrised
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, spelling: str, fields: str, expansions: str
) -> None:
    reader = Reader(web, make_watch, [], settings={"x_spelling": spelling}, query="tweeting")
    reader.read()
    (asked,) = web.asked
    assert f"note_{spelling}" in asked.query[fields].split(",")
    assert f"edit_history_{spelling}_ids" in asked.query[fields].split(",")
    assert asked.query["expansions"] == expansions
    assert asked.query["query"] == "tweeting"
    assert len([name for name in asked.query if name.endswith(".fields")]) == 1
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
