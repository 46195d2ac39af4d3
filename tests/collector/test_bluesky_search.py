import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import formatdate
from typing import Any

import pytest

from collector.source import Page, RateLimitedError, SourceGoneError
from collector.sources.bluesky import Bluesky
from collector.sources.bluesky.backfill import OVERLAP
from collector.sources.bluesky.search import queries_of
from tests.collector.bluesky_search import PASSWORD, SERVER, BlueskySearch, found
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.firehose import Firehose, uri
from tests.collector.firehose_reader import NOW, QUICK, at
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError
from uproar.settings import Settings

LOGIN = {"identifier_env": "BSKY_NAME", "password_env": "BSKY_PASSWORD"}
SEARCH = "/xrpc/app.bsky.feed.searchPosts"


@pytest.fixture(autouse=True)
def _login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BSKY_NAME", "us.example")
    monkeypatch.setenv("BSKY_PASSWORD", PASSWORD)


class Searcher:
    """A source in search mode that reads on, as the loop does."""

    def __init__(self, web: WebServer, make_watch: MakeWatch, views: list[Any], **watch: Any) -> None:
        self.server = BlueskySearch(web, views)
        self.spec = spec_of("bluesky", mode="search", **LOGIN)
        self.watch = make_watch(**({"starts": at(-86_400)} | watch))
        self.settings = Settings(bluesky_url=web.url)
        self.source = Bluesky(self.spec, self.watch, self.settings)
        self.position: dict[str, Any] = {}

    def read(self, now: datetime = NOW) -> Page:
        """Read one page and remember where it ended."""
        page = self.source.fetch(json.loads(json.dumps(self.position)), now=now)
        self.position = page.position
        return page

    def read_all(self, now: datetime = NOW) -> list[Page]:
        """Read until nothing more is to be had at once, each page by a process of its own."""
        pages = [self.read(now)]
        while pages[-1].more:
            pages.append(self.read(now))
            assert len(pages) < 300
        return pages


def ids(pages: list[Page]) -> Counter[str]:
    return Counter(post.native_id for page in pages for post in page.posts)


def test_every_post_since_the_start_arrives_by_search(web: WebServer, make_watch: MakeWatch) -> None:
    views = [found(n, -80_000 + n * 90) for n in range(850)]
    searcher = Searcher(web, make_watch, [found(9_000, -90_000), found(9_001, -60, "a harbour"), *views])
    pages = searcher.read_all()
    assert ids(pages).keys() == {uri(n) for n in range(850)}
    assert not any(page.holes or page.dead for page in pages)
    assert pages[-1].covered_until == NOW
    assert searcher.server.logins == 1
    assert all(page.rest == 1.0 for page in pages)
    assert {post.matched for page in pages for post in page.posts} == {"direct"}


def test_a_list_that_ends_early_is_gone_on_with_by_time(web: WebServer, make_watch: MakeWatch) -> None:
    views = [found(n, -3_000 + n) for n in range(1_200)]
    searcher = Searcher(web, make_watch, views)
    searcher.server.most = 250
    pages = searcher.read_all()
    assert ids(pages).keys() == {uri(n) for n in range(1_200)}
    assert not any(page.holes for page in pages)


def test_more_posts_of_one_moment_than_a_list_has_leave_a_gap(web: WebServer, make_watch: MakeWatch) -> None:
    searcher = Searcher(web, make_watch, [found(n, -3_000) for n in range(400)])
    searcher.server.most = 250
    pages = searcher.read_all()
    assert len(ids(pages)) == 250
    (hole,) = [hole for page in pages for hole in page.holes]
    assert hole.started_at <= at(-3_000) < hole.ended_at
    assert "no more" in hole.reason


def test_the_next_round_reads_what_was_written_since(web: WebServer, make_watch: MakeWatch) -> None:
    searcher = Searcher(web, make_watch, [found(1, -60)])
    searcher.read_all()
    asked = len(searcher.server.searches)
    searcher.server.views += [found(2, 60), found(3, -200)]  # the second reached the index late
    pages = searcher.read_all(NOW + timedelta(minutes=2))
    assert ids(pages).keys() == {uri(1), uri(2), uri(3)}
    (search,) = searcher.server.searches[asked:]
    assert datetime.fromisoformat(search["since"]) == NOW - OVERLAP


def test_a_kill_in_the_middle_loses_nothing(web: WebServer, make_watch: MakeWatch) -> None:
    searcher = Searcher(web, make_watch, [found(n, -2_000 + n) for n in range(700)])
    pages: list[Page] = []
    while not pages or pages[-1].more:
        searcher.source.fetch(searcher.position, now=NOW)  # what this one read was never stored
        searcher.source = Bluesky(searcher.spec, searcher.watch, searcher.settings)
        pages.append(searcher.read())
    assert ids(pages).keys() == {uri(n) for n in range(700)}


def test_one_view_that_is_incomplete_costs_itself_only(web: WebServer, make_watch: MakeWatch) -> None:
    bad = {"uri": "at://x", "indexedAt": "2026-03-04T11:58:00Z", "text": "Harbour Clinics"}
    pages = Searcher(web, make_watch, [found(1, -60), bad, found(2, -90)]).read_all()
    assert ids(pages).keys() == {uri(1), uri(2)}
    assert [json.loads(one.raw) for page in pages for one in page.dead] == [bad]


def test_a_token_that_expires_is_renewed_without_a_new_login(web: WebServer, make_watch: MakeWatch) -> None:
    searcher = Searcher(web, make_watch, [found(n, -3_000 + n) for n in range(800)])
    searcher.server.lives = 3
    assert len(ids(searcher.read_all())) == 800
    assert searcher.server.logins == 1
    assert searcher.server.renewals > 1


def test_a_login_that_is_refused_says_which_variables_and_not_what_is_in_them(
    web: WebServer, make_watch: MakeWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BSKY_PASSWORD", "hunter2-hunter2")
    searcher = Searcher(web, make_watch, [])
    with pytest.raises(SourceGoneError, match="BSKY_NAME and BSKY_PASSWORD is refused") as caught:
        searcher.read()
    assert "hunter2" not in str(caught.value)
    monkeypatch.delenv("BSKY_NAME")
    with pytest.raises(SourceGoneError, match="BSKY_NAME and BSKY_PASSWORD must hold"):
        searcher.read()
    assert searcher.server.logins == 1


def test_the_rate_of_the_platform_is_kept_by_the_platforms_own_clock(web: WebServer, make_watch: MakeWatch) -> None:
    searcher = Searcher(web, make_watch, [found(1, -60)])
    seconds = 1_790_000_000  # what the server says in its Date; `now` is a clock that is months wrong
    date = {"date": formatdate(seconds, usegmt=True)}
    searcher.server.headers = {"ratelimit-remaining": "3", "ratelimit-reset": str(seconds + 77)} | date
    rest = searcher.read().rest
    assert rest is not None
    assert 70 < rest < 80
    web.says(SEARCH, Reply(429, headers={"ratelimit-reset": str(seconds + 50)} | date))
    with pytest.raises(RateLimitedError) as caught:
        searcher.read()
    assert caught.value.retry_after is not None
    assert 40 < caught.value.retry_after < 55
    web.says(SEARCH, Reply(429, headers={"retry-after": "44"}))
    with pytest.raises(RateLimitedError) as caught:
        searcher.read()
    assert caught.value.retry_after == 44


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500), OutgoingError),
        (Reply(404), SourceGoneError),
        (Reply(body=b'{"posts": [{"ur'), OutgoingError),
        (Reply(body=b'{"posts": 7}'), OutgoingError),
    ],
)
def test_an_answer_that_is_none_is_a_failure(
    web: WebServer, make_watch: MakeWatch, reply: Reply, error: type[Exception]
) -> None:
    searcher = Searcher(web, make_watch, [])
    web.says(SEARCH, reply)
    with pytest.raises(error):
        searcher.read()


def test_junk_in_the_position_starts_anew(web: WebServer, make_watch: MakeWatch) -> None:
    searcher = Searcher(web, make_watch, [found(1, -60)])
    of = searcher.source._rounds._mark  # type: ignore[union-attr]
    for junk in (
        {"since": "x", "goal": []},
        {"goal": 7, "search": {"at": 1}},
        {"search": {"at": "x"}},
        {"since": 2**60},
    ):
        searcher.position = {**junk, **of}
        assert ids(searcher.read_all()).keys() == {uri(1)}


def test_a_hole_of_the_stream_is_filled_by_search(
    web: WebServer, make_watch: MakeWatch, firehose: Firehose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.sources.bluesky.backfill.PAUSE", 0.0)
    firehose.linger = 30
    server = BlueskySearch(web, [found(1_000 + n, -600 + n) for n in range(300)])
    settings = Settings(bluesky_url=web.url, jetstream_url=firehose.url)
    source = Bluesky(
        spec_of("bluesky", **LOGIN), make_watch(starts=at(-900)), settings, timing=replace(QUICK, silence=30.0)
    )
    pages: list[Page] = []
    web.says(SEARCH, Reply(502), server._search)
    position: dict[str, Any] = {}
    while not any(page.filled for page in pages):
        pages.append(source.fetch(json.loads(json.dumps(position)), now=NOW + timedelta(minutes=5)))
        position = pages[-1].position
        source._filler._again_at = 0.0  # type: ignore[union-attr]
        assert len(pages) < 20
    source.close()
    assert {uri(1_000 + n) for n in range(300)} | {uri(1)} <= ids(pages).keys()
    hole, filled = pages[0].holes[0], pages[-1].filled[0]
    assert (hole.started_at, hole.ended_at) == (filled.started_at, filled.ended_at) == (at(-900), at(0))
    assert set(position) == {"wire", "cursor", "time"}
    assert len(firehose.asked) == 1


def test_the_queries_come_from_what_the_watch_says(make_watch: MakeWatch) -> None:
    services = [{"name": "Harbour Clinics", "aliases": ["Pier"], "hashtags": ["HarbourOut"], "handles": ["pier"]}]
    watch = make_watch(services=services, matching={"terms": ["$GULL"]})
    assert queries_of(watch) == ('"Harbour Clinics"', "pier", "#HarbourOut", '"$GULL"')


def test_nothing_of_the_password_is_ever_asked_in_an_address(web: WebServer, make_watch: MakeWatch) -> None:
    Searcher(web, make_watch, []).read_all()
    assert {asked.path for asked in web.asked if PASSWORD.encode() in asked.body} == {f"{SERVER}createSession"}
    assert not any(PASSWORD in str(asked.query) + str(asked.headers) for asked in web.asked)
