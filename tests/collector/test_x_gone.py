"""Whether X still has the posts that were collected, out of the same budget."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from collector.source import RateLimitedError, SourceGoneError
from collector.sources import build
from collector.sources.x.gone import gone_of
from tests.collector.conftest import NOW, MakeWatch, spec_of
from tests.collector.x_api import id_at
from tests.collector.x_reader import TOKEN, Reader, many
from tests.web_server import Asked, Reply, WebServer
from uproar import budget, database
from uproar.incoming import BadItemError
from uproar.models import Post
from uproar.settings import Settings
from uproar.storing import store as keep

LOOKUP = "/2/tweets"
COUNTS = "/2/tweets/counts/recent"
TYPES = "https://api.x.com/2/problems/"


def missing(native_id: str, kind: str = "resource-not-found") -> dict[str, Any]:
    return {"resource_id": native_id, "value": native_id, "parameter": "ids", "type": TYPES + kind, "title": "Gone"}


def without(*gone: str) -> Any:
    """Answers for all ids but some."""

    def answer(asked: Asked) -> Reply:
        ids = asked.query["ids"].split(",")
        data = [{"id": one, "text": "still there"} for one in ids if one not in gone]
        body = {"data": data, "errors": [missing(one) for one in ids if one in gone]}
        return Reply(body=json.dumps({name: value for name, value in body.items() if value}).encode())

    return answer


def collected(reader: Reader, settings: Settings) -> list[str]:
    """Read everything and store it, as the loop does; the ids of the posts."""
    posts = [post for page in reader.read_all() for post in page.posts]
    with database.writing() as session:
        keep(session, posts, (), watch="harbour", source="x", settings=settings)
        session.execute(update(Post).values(collected_at=NOW - timedelta(hours=4)))  # old enough to be asked about
    return [post.native_id for post in posts]


def test_what_was_deleted_is_named_within_a_day_and_paid_for_what_is_there(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    reader = Reader(web, make_watch, many(3))
    web.says(LOOKUP, Reply(500))  # nothing is stored yet, so nothing is asked
    ids = collected(reader, store)
    web.says(LOOKUP, without(ids[1]))
    reader.position = {name: value for name, value in reader.position.items() if name != "recheck"}
    page = reader.read(NOW + timedelta(hours=1))
    assert [(one.platform, one.native_id) for one in page.erased] == [("x", ids[1])]
    with database.reading() as session:
        limits = budget.Limits(10_000, 10_000)
        spent = budget.state(session, budget.X, now=NOW, limits=limits).day
    assert (spent.posts, spent.reserved) == (3 + 2, 0)
    assert sum(asked.path == LOOKUP for asked in web.asked) == 1
    reader.read(NOW + timedelta(hours=2))
    assert sum(asked.path == LOOKUP for asked in web.asked) == 1  # not before the next day


def test_a_look_that_fails_costs_no_page_and_no_budget(web: WebServer, make_watch: MakeWatch, store: Settings) -> None:
    reader = Reader(web, make_watch, many(3))
    collected(reader, store)
    reader.position = {name: value for name, value in reader.position.items() if name != "recheck"}
    web.says(LOOKUP, Reply(503))
    page = reader.read(NOW + timedelta(hours=1))
    assert page.erased == ()
    assert page.position["recheck"]["due"] > (NOW + timedelta(hours=1)).timestamp()
    with database.reading() as session:
        spent = budget.state(session, budget.X, now=NOW, limits=budget.Limits(10_000, 10_000)).day
    assert (spent.posts, spent.reserved) == (3, 0)


def test_only_what_x_says_is_gone_is_gone() -> None:
    errors = [missing("1"), missing("2", "not-authorized-for-resource"), missing("3", "unsupported"), "odd", {}]
    assert gone_of({"errors": errors}) == {"1", "2"}
    assert gone_of({}) == gone_of({"errors": "none"}) == set()


def test_a_look_whether_x_answers_buys_nothing(web: WebServer, make_watch: MakeWatch, sqlite_store: Settings) -> None:
    source: Any = build(spec_of("x"), make_watch(), Settings(x_url=web.url, x_bearer_token=TOKEN))
    web.says(COUNTS, Reply(body=b'{"data": [], "meta": {"total_tweet_count": 7}}'))
    assert source.probe(now=NOW).posts == ()
    assert [asked.path for asked in web.asked] == [COUNTS]
    web.says(COUNTS, Reply(401))
    with pytest.raises(SourceGoneError):
        source.probe(now=NOW)
    web.says(COUNTS, Reply(429, headers={"retry-after": "9"}))
    with pytest.raises(RateLimitedError):
        source.probe(now=NOW)


def test_a_dead_letter_of_search_and_one_of_the_stream_are_read_again(
    make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    source: Any = build(spec_of("x"), make_watch(), Settings())
    post = {"id": id_at(NOW), "text": "I left Harbour Clinics"}
    assert source.revive(json.dumps(post), now=NOW).text == "I left Harbour Clinics"
    assert source.revive(json.dumps({"data": post, "matching_rules": []}), now=NOW).native_id == post["id"]
    for raw in ("{", "[]", '{"data": 5}', "{}"):
        with pytest.raises(BadItemError):
            source.revive(raw, now=NOW)
