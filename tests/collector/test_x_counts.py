import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from collector.source import Hole
from collector.sources.x.counts import is_short, volume_of
from collector.sources.x.purse import BudgetStopError
from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import COUNTS, id_at, post
from tests.collector.x_reader import START, Reader, counts, many
from tests.web_server import Asked, Reply, WebServer
from uproar import database, volumes
from uproar.settings import Settings
from uproar.span import Span


def counting(web: WebServer, make_watch: MakeWatch, posts: list[Any], **keys: Any) -> tuple[Reader, list[Asked]]:
    """A reader that checks its chains, and the list of what it asks /counts."""
    reader = Reader(web, make_watch, posts, counts=True, **keys)
    asked: list[Asked] = []

    def count(one: Asked) -> Reply:
        asked.append(one)
        return reader.api.counts(one)

    web.says(COUNTS, count)
    return reader, asked


def holes(pages: list[Any]) -> list[Hole]:
    return [hole for page in pages for hole in page.holes]


def test_a_chain_of_which_everything_came_is_checked_once_and_has_no_gap(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader, asked = counting(web, make_watch, many(250))
    pages = reader.read_all()
    assert holes(pages) == []
    assert len(asked) == 1
    assert asked[0].query["start_time"] == "2026-03-01T00:00:00Z"
    assert asked[0].query["end_time"] == "2026-03-04T11:59:30Z"
    assert asked[0].query["query"] == reader.api.queries[0]["query"]


def test_posts_that_x_counts_and_did_not_send_are_a_gap_with_the_numbers(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader, _ = counting(web, make_watch, many(250))
    everything = list(reader.api.posts)
    reader.api.posts = everything[:200]
    pages = [reader.read()]
    web.says(COUNTS, Reply(body=b'{"meta": {"total_post_count": 250}}'))
    pages += reader.read_all()
    (hole,) = holes(pages)
    assert hole == Hole(START, NOW - timedelta(seconds=30), "X counts 250 posts, and 200 came")
    assert sum(counts(pages).values()) == 200


def test_short_chains_are_checked_together_every_hour(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    clock = [NOW]
    reader, asked = counting(web, make_watch, many(5), clock=lambda: clock[0])
    reader.read_all()
    first = len(asked)
    pages = []
    for minute in range(1, 100):
        clock[0] = NOW + timedelta(minutes=minute)
        reader.api.posts.append(post(id_at(clock[0] - timedelta(seconds=50))))
        pages += reader.read_all(clock[0])
    assert len(asked) - first in (1, 2)
    assert holes(pages) == []
    assert sum(counts(pages).values()) == 99


@pytest.mark.parametrize("reply", [Reply(403), Reply(429), Reply(500), Reply(body=b"{"), Reply(body=b'{"meta": {}}')])
def test_counts_that_fail_cost_no_page(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, reply: Reply
) -> None:
    reader, _ = counting(web, make_watch, many(250))
    web.says(COUNTS, reply)
    pages = reader.read_all()
    assert sum(counts(pages).values()) == 250
    assert holes(pages) == []
    assert reader.position["window"]["posts"] == 250


def test_after_the_stop_it_is_said_every_hour_how_much_is_not_bought(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    clock: list[datetime] = [NOW]
    reader, asked = counting(web, make_watch, many(60), settings={"x_posts_a_day": 60}, clock=lambda: clock[0])
    reader.read_all()
    clock[0] = NOW + timedelta(hours=2)
    reader.api.posts += [post(id_at(NOW + timedelta(minutes=at))) for at in range(34)]
    with pytest.raises(BudgetStopError, match=r"60 of 60 posts of this day.*; X counts 34 posts since") as caught:
        reader.read(clock[0])
    assert caught.value.retry_after == 3_600
    assert len(reader.api.handed) == 60
    assert asked[-1].query["end_time"] == "2026-03-04T13:59:00Z"


@pytest.mark.parametrize(
    ("read", "expected", "short"),
    [
        (0, 10, False),
        (0, 11, True),
        (90, 100, False),
        (89, 100, True),
        (900, 1_000, False),
        (899, 1_000, True),
        (9, 5, False),
    ],
)
def test_a_tenth_and_ten_posts_are_tolerated(read: int, expected: int, short: bool) -> None:  # noqa: FBT001 - a case
    assert is_short(read, expected) is short


def test_nothing_is_counted_unless_it_is_asked_for(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    make: Callable[..., Reader] = Reader
    make(web, make_watch, many(250)).read_all()
    assert {asked.path for asked in web.asked} == {"/2/tweets/search/recent"}


def test_the_curve_goes_on_after_the_stop_in_whole_hours(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    clock: list[datetime] = [NOW]
    reader, _ = counting(web, make_watch, many(60), settings={"x_posts_a_day": 60}, clock=lambda: clock[0])
    reader.read_all()
    clock[0] = NOW + timedelta(hours=3)
    hours = [
        {"start": f"2026-03-04T{hour}.000Z", "end": f"2026-03-04T{end}.000Z", "tweet_count": number}
        for hour, end, number in (
            ("11:59:30", "12:00:00", 2),
            ("12:00:00", "13:00:00", 30),
            ("13:00:00", "14:00:00", 41),
        )
    ]
    body = {
        "data": [*hours, {"start": "2026-03-04T14:00:00.000Z", "end": "2026-03-04T14:59:00.000Z", "tweet_count": 9}]
    }
    web.says(COUNTS, Reply(body=json.dumps(body | {"meta": {"total_tweet_count": 82}}).encode()))
    for _ in range(2):  # the same hours again change nothing
        with pytest.raises(BudgetStopError):
            reader.read(clock[0])
    with database.reading() as session:
        found = volumes.within(session, watch="harbour", span=Span(int(START.timestamp()), int(clock[0].timestamp())))
        assert [(one.source, one.started_at.hour, one.posts) for one in found] == [("x", 12, 30), ("x", 13, 41)]


@pytest.mark.parametrize(
    "data", [None, {}, [5, {}, {"tweet_count": 5}, {"tweet_count": True, "start": "x", "end": "y"}]]
)
def test_an_hour_that_cannot_be_read_is_no_point_of_the_curve(data: Any) -> None:
    assert volume_of(data) == []
