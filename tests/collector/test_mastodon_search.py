from datetime import timedelta
from typing import Any

import pytest

from collector.source import SourceGoneError
from collector.sources.mastodon.lists import LOOK_EVERY
from tests.collector.conftest import MakeWatch
from tests.collector.mastodon_reader import Reader, each_once
from tests.collector.mastodon_server import SEARCH, START, Instance, status
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError

KEYS: dict[str, Any] = {"hashtags": [], "queries": ["Harbour Clinics"], "access_token_env": "QUAY_TOKEN"}
TEXT = "Leaving Harbour Clinics"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of an instance."""
    monkeypatch.setenv("QUAY_TOKEN", "a-made-up-token")


def hits(numbers: range) -> list[Any]:
    """Statuses that the search finds."""
    return [status(number, TEXT) for number in numbers]


def test_a_search_is_read_to_its_end_and_goes_on_from_its_newest(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [*hits(range(-60, 100)), status(200, "something else")])
    reader = Reader(make_watch, server, **KEYS)
    reader.read_all()
    assert reader.counts() == each_once(range(100))
    assert all(asked.headers["authorization"] == "Bearer a-made-up-token" for asked in web.asked)
    server.statuses += hits(range(201, 301))
    server.asked.clear()
    reader.read_all()
    assert reader.counts() == each_once(range(100)) | each_once(range(201, 301))
    assert {query["min_id"] for query in server.asked} == {status(99)["id"]}
    assert [query.get("offset") for query in server.asked] == [None, "40", "80", "100"]


def test_hashtags_and_searches_are_read_side_by_side(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, hits(range(90)))
    reader = Reader(make_watch, server, **(KEYS | {"hashtags": ["harbour"]}))
    reader.read_all()
    assert reader.counts().keys() == each_once(range(90)).keys()
    assert reader.pages[-1].covered_until is not None


def test_a_search_that_was_cut_short_goes_on_where_it_was(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, hits(range(400)))
    server.instead = [None, None, Reply(500)]
    reader = Reader(make_watch, server, **KEYS)
    reader.read()
    server.statuses += hits(range(400, 450))  # what is new moves all others on: some come twice, none is lost
    reader.source.fetch(reader.position, now=reader.now + timedelta(seconds=9))  # read and never stored
    reader.source = reader.make()
    reader.read_all()
    reader.read_all()
    assert reader.counts().keys() == each_once(range(450)).keys()


def test_a_status_that_was_indexed_late_is_found_by_the_second_look(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [*hits(range(5_000, 5_010)), *hits(range(5_020, 5_030))])
    reader = Reader(make_watch, server, **KEYS)
    reader.read_all()
    server.statuses += hits(range(5_010, 5_020))
    reader.now += timedelta(seconds=LOOK_EVERY)
    reader.read_all()
    assert reader.counts().keys() == each_once(range(5_000, 5_030)).keys()


def test_a_search_that_is_too_deep_leaves_a_gap(
    web: WebServer, make_watch: MakeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.sources.mastodon.lists.DEEPEST", 100)
    reader = Reader(make_watch, Instance(web, hits(range(90))), **KEYS)
    reader.read_all()
    assert reader.counts() == each_once(range(90))
    assert not any(page.holes for page in reader.pages)
    reader = Reader(make_watch, Instance(web, hits(range(300))), **KEYS)
    reader.read_all()
    assert reader.counts() == each_once(range(180, 300))
    (hole,) = [hole for page in reader.pages for hole in page.holes]
    assert (hole.started_at, hole.ended_at) == (START, START + timedelta(minutes=180))
    assert "newest" in hole.reason


@pytest.mark.parametrize("value", [None, "", "two words", "line\nbreak", "é"])
def test_a_variable_without_a_token_is_named_and_nobody_is_asked(
    web: WebServer, make_watch: MakeWatch, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    server = Instance(web, [])
    if value is None:
        monkeypatch.delenv("QUAY_TOKEN")
    else:
        monkeypatch.setenv("QUAY_TOKEN", value)
    with pytest.raises(SourceGoneError, match="the variable QUAY_TOKEN holds no access token"):
        Reader(make_watch, server, **KEYS).read()
    assert server.asked == []


def test_a_token_does_not_follow_a_redirect(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [])
    with WebServer() as elsewhere:
        web.says(SEARCH, Reply(302, headers={"location": elsewhere.url + SEARCH}))
        with pytest.raises(OutgoingError, match="HTTP 302"):
            Reader(make_watch, server, **KEYS).read()
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"queries": ["x"], "access_token_env": None}, "need `access_token_env`"),
        ({"instances": ["quay.example", "pier.example"]}, "belongs to one instance"),
        ({"queries": ["#harbour"]}, "queries"),
    ],
)
def test_keys_that_do_not_go_together_are_explained(make_watch: MakeWatch, keys: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Reader(make_watch, **(KEYS | {"instances": ["quay.example"]} | keys))
