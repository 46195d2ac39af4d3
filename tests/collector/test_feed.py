import gzip
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collector.source import Page, SourceGoneError
from collector.sources.feed import Feed
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.rss import NOW, item, rss
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError, RefusedAddressError, TooLargeError
from uproar.settings import Settings


class Reader:
    """A feed that is read again and again, as the loop does."""

    def __init__(self, web: WebServer, make_watch: MakeWatch, **options: Any) -> None:
        spec = spec_of("feed", **({"url": f"{web.url}/feed", "allow_private": True} | options))
        watch = make_watch(ends=datetime(2026, 4, 1, tzinfo=UTC))
        self.source = Feed(spec, watch, Settings())
        self.position: dict[str, Any] = {}
        self.now = NOW

    def read(self) -> Page:
        """Read it a minute later."""
        self.now += timedelta(minutes=1)
        page = self.source.fetch(json.loads(json.dumps(self.position)), now=self.now)
        self.position = page.position
        return page


@pytest.fixture
def reader(web: WebServer, make_watch: MakeWatch) -> Reader:
    return Reader(web, make_watch)


def test_a_server_is_asked_only_for_what_is_new(web: WebServer, reader: Reader) -> None:
    marks = {"etag": '"v1"', "last-modified": "Tue, 03 Mar 2026 00:00:00 GMT"}
    web.says("/feed", Reply(body=rss(item(1)), headers=marks), Reply(304))
    assert len(reader.read().posts) == 1
    for _ in range(2):
        page = reader.read()
        assert (page.posts, page.dead, page.more, page.covered_until) == ((), (), False, reader.now)
        assert web.asked[-1].headers["if-none-match"] == '"v1"'
        assert web.asked[-1].headers["if-modified-since"] == marks["last-modified"]
    assert "if-none-match" not in web.asked[0].headers


def test_a_feed_that_was_cut_off_is_asked_for_again_as_a_whole(web: WebServer, reader: Reader) -> None:
    body, marks = rss(item(1), item(2)), {"etag": '"v1"', "last-modified": "Tue, 03 Mar 2026 00:00:00 GMT"}
    cut = body[: body.index(b"<item>") + 150]
    web.says("/feed", Reply(body=lambda: [cut], headers=marks), Reply(body=body, headers=marks), Reply(304))
    reader.read()  # the connection just ends: nothing else says that something is missing
    assert len(reader.read().posts) == 2
    assert not {"if-none-match", "if-modified-since"} & web.asked[-1].headers.keys()
    reader.read()
    assert web.asked[-1].headers["if-none-match"] == '"v1"'


@pytest.mark.parametrize("mark", ["\u00e9t\u00e9", "x" * 5_000])
def test_a_mark_that_could_not_be_sent_back_is_not_kept(web: WebServer, reader: Reader, mark: str) -> None:
    web.says("/feed", Reply(body=rss(item(1)), headers={"etag": mark}))
    reader.read()
    assert len(reader.read().posts) == 1
    assert "if-none-match" not in web.asked[-1].headers


def test_entries_outside_the_watch_are_left_out(web: WebServer, reader: Reader) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    web.says("/feed", Reply(body=rss(item(1, when=start - timedelta(seconds=1)), item(2, when=start))))
    page = reader.read()
    assert [post.native_id for post in page.posts] == ["127.0.0.1:id2"]
    assert page.dead == []


def test_a_feed_that_has_scrolled_past_leaves_a_gap(web: WebServer, reader: Reader) -> None:
    web.says("/feed", Reply(body=rss(item(1))))
    assert reader.read().holes == ()
    first = reader.now
    reader.now += timedelta(hours=1)
    oldest = first.replace(microsecond=0) + timedelta(minutes=20)
    web.says("/feed", Reply(body=rss(item(5, when=oldest), item(6, when=oldest + timedelta(minutes=1)))))
    (hole,) = reader.read().holes
    assert (hole.started_at, hole.ended_at) == (first, oldest)


def test_a_feed_that_still_shows_an_old_entry_leaves_no_gap(web: WebServer, reader: Reader) -> None:
    web.says("/feed", Reply(body=rss(item(1))))
    reader.read()
    web.says("/feed", Reply(body=rss(item(1), item(2, when=reader.now + timedelta(seconds=30)))))
    assert reader.read().holes == ()


def test_neither_entries_without_date_nor_the_first_one_of_all_leave_a_gap(web: WebServer, reader: Reader) -> None:
    web.says("/feed", Reply(body=rss(item(1, when=None))))
    reader.read()
    assert reader.read().holes == ()
    web.says("/feed", Reply(body=rss()))
    reader.read()
    web.says("/feed", Reply(body=rss(item(2, when=reader.now + timedelta(seconds=30)))))
    assert reader.read().holes == ()


def test_a_feed_without_end_is_too_large(web: WebServer, reader: Reader) -> None:
    web.says(
        "/feed", Reply(body=lambda: itertools.chain([b"<rss><channel>"], itertools.repeat(item(1).encode() * 200)))
    )
    with pytest.raises(TooLargeError):
        reader.read()


def test_a_feed_that_unpacks_without_end_is_too_large(web: WebServer, reader: Reader) -> None:
    web.says("/feed", Reply(body=gzip.compress(bytes(50_000_000), 1), headers={"content-encoding": "gzip"}))
    with pytest.raises(TooLargeError):
        reader.read()


def test_a_feed_may_move_but_not_for_ever(web: WebServer, reader: Reader) -> None:
    web.says("/feed", Reply(301, headers={"location": "/new"}))
    web.says("/new", Reply(body=rss(item(1))))
    assert len(reader.read().posts) == 1
    web.says("/new", Reply(301, headers={"location": "/feed"}))
    with pytest.raises(OutgoingError, match="redirects"):
        reader.read()


def test_a_feed_at_a_private_address_has_to_be_allowed(web: WebServer, make_watch: MakeWatch) -> None:
    with pytest.raises(RefusedAddressError, match="allow_private"):
        Reader(web, make_watch, allow_private=False).read()
    assert web.asked == []


def test_a_feed_that_is_gone_says_so(web: WebServer, reader: Reader) -> None:
    web.says("/feed", Reply(410))
    with pytest.raises(SourceGoneError, match="410"):
        reader.read()


@pytest.mark.parametrize("unchanged", [Reply(304), Reply(body=rss(item(1)))], ids=["says so", "shows the same"])
def test_a_feed_that_is_quiet_for_long_is_asked_more_seldom_until_it_speaks(
    web: WebServer, reader: Reader, unchanged: Reply
) -> None:
    web.says("/feed", Reply(body=rss(item(1)), headers={"etag": '"v1"'}), unchanged)
    waits = []
    for minutes in (0, 9, 9, 29):
        reader.now += timedelta(minutes=minutes)
        waits.append(reader.read().rest)
    assert waits == [None, None, pytest.approx(120), 240.0]
    web.says("/feed", Reply(body=rss(item(1, title="Corrected"))))
    assert reader.read().rest is None


def test_a_feed_that_always_brings_something_is_asked_as_often_as_it_may_be(web: WebServer, reader: Reader) -> None:
    numbers = itertools.count(2)
    web.says("/feed", lambda _asked: Reply(body=rss(item(1), item(next(numbers)))))
    reader.now += timedelta(hours=5)
    assert {reader.read().rest for _ in range(3)} == {None}


def test_a_feed_that_is_asked_once_a_day_is_asked_once_a_day(web: WebServer, make_watch: MakeWatch) -> None:
    reader = Reader(web, make_watch, every_seconds=86_400)
    web.says("/feed", Reply(body=rss(item(1))))
    reader.read()
    reader.now += timedelta(days=20)
    assert reader.read().rest is None


def test_what_an_entry_refers_to_reaches_the_collector(web: WebServer, reader: Reader) -> None:
    body = rss(item(1, category="Harbour Clinics"))
    web.says("/feed", Reply(body=body))
    (post,) = reader.read().posts
    assert post.context == ("https://news.example/1", "Harbour Clinics")
