import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import SEARCH, id_at, post, refusal
from tests.collector.x_reader import START, Reader, counts, many
from tests.web_server import Reply, WebServer
from uproar.settings import Settings


def test_twelve_hundred_posts_behind_pages_of_a_hundred_arrive_exactly_once(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    posts = many(1_200)
    reader = Reader(web, make_watch, posts)
    pages = reader.read_all()
    assert counts(pages) == {one["id"]: 1 for one in posts}
    assert len(web.asked) == 12
    assert not any(page.holes or page.dead for page in pages)
    assert all(page.rest == 2.0 for page in pages[:-1])
    assert [page.covered_until for page in pages[:-1]] == [None] * 11
    assert pages[-1].covered_until == NOW - timedelta(seconds=30)


def test_the_newest_id_becomes_the_cursor_only_when_the_chain_is_finished(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    posts = many(250)
    reader = Reader(web, make_watch, posts)
    reader.read()
    assert "since_id" not in reader.position
    assert reader.position["newest"] == posts[-1]["id"]
    reader.read()
    assert "since_id" not in reader.position
    assert not reader.read().more
    assert reader.position["since_id"] == posts[-1]["id"]
    reader.api.posts = [*posts, post(id_at(NOW))]
    (last,) = reader.read_all(NOW + timedelta(minutes=1))
    assert [one.native_id for one in last.posts] == [id_at(NOW)]
    assert reader.api.queries[-1]["since_id"] == posts[-1]["id"]


def test_a_chain_that_was_cut_by_a_kill_is_read_on_by_another_process(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    posts = many(450)
    reader = Reader(web, make_watch, posts)
    kept = [reader.read()]
    reader.read(died=True)
    reader.start()
    kept += reader.read_all()
    assert counts(kept) == {one["id"]: 1 for one in posts}
    assert len(reader.api.queries) == 6


def test_posts_that_come_during_a_chain_wait_for_the_next_one(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, many(150))
    pages = [reader.read()]
    reader.api.posts.append(post(id_at(NOW, 7)))
    pages += reader.read_all()
    assert id_at(NOW, 7) not in counts(pages)
    assert counts(reader.read_all()) == {id_at(NOW, 7): 1}


def test_an_expired_token_costs_no_post_and_none_is_paid_twice(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    posts = many(330)
    reader = Reader(web, make_watch, posts)
    pages = [reader.read(), reader.read()]
    reader.api.expired.add(reader.position["token"])
    pages += reader.read_all()
    assert counts(pages) == {one["id"]: 1 for one in posts}
    assert Counter(reader.api.handed) == {one["id"]: 1 for one in posts}
    assert reader.position["since_id"] == posts[-1]["id"]


def test_tokens_that_are_never_taken_end_in_a_gap_and_not_in_a_loop(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, many(150))
    first = reader.read()
    web.says(SEARCH, lambda asked: refusal(400, "no such token") if "next_token" in asked.query else Reply(body=page))
    page = json.dumps({"data": [many(150)[-1]], "meta": {"next_token": "1"}}).encode()
    rest = reader.read_all()
    (hole,) = [hole for page in rest for hole in page.holes]
    assert (hole.started_at, hole.ended_at) == (START, first.posts[-1].created_at)
    assert len(rest) <= 12
    assert "since_id" in reader.position


def test_a_first_run_reads_from_the_start_of_the_watch_or_says_what_is_out_of_reach(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, many(5), watch={"starts": START - timedelta(days=30)})
    (page,) = reader.read_all()
    (hole,) = page.holes
    reach = NOW - timedelta(days=7) + timedelta(minutes=1)
    assert (hole.started_at, hole.ended_at) == (START - timedelta(days=30), reach)
    assert reader.api.queries[0]["start_time"] == "2026-02-25T12:01:00Z"
    assert reader.read_all()[0].holes == ()


def test_after_an_outage_of_nine_days_the_first_two_are_a_gap(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    later = NOW + timedelta(days=9)
    clock = [NOW]
    reader = Reader(web, make_watch, many(5), clock=lambda: clock[0])
    reader.read_all()
    clock[0] = later
    reader.api.posts.append(post(id_at(later - timedelta(hours=1))))
    pages = reader.read_all(later)
    assert counts(pages) == {id_at(later - timedelta(hours=1)): 1}
    (hole,) = [hole for page in pages for hole in page.holes]
    assert hole.started_at == NOW - timedelta(seconds=30)
    assert hole.ended_at == later - timedelta(days=7) + timedelta(minutes=1)


def test_a_search_that_was_quiet_for_weeks_has_no_gap(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    clock = [NOW]
    reader = Reader(web, make_watch, many(5), clock=lambda: clock[0])
    for day in range(20):
        clock[0] = NOW + timedelta(days=day)
        assert [page.holes for page in reader.read_all(clock[0])] == [()]
    assert "start_time" in reader.api.queries[-1]


def test_an_id_that_x_calls_too_old_is_replaced_by_a_time(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    clock = [NOW]
    reader = Reader(web, make_watch, many(2), clock=lambda: clock[0])
    reader.read_all()
    clock[0] = NOW + timedelta(days=5, hours=12)  # X's clock; ours is an hour behind and no Date tells
    reader.api.posts.append(post(id_at(clock[0] - timedelta(hours=2))))
    pages = reader.read_all(clock[0] - timedelta(hours=1))
    assert counts(pages) == {reader.api.posts[-1]["id"]: 1}
    assert len(reader.api.queries) <= 4


@pytest.mark.parametrize("skew", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_is_wrong_by_an_hour_costs_no_post(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, skew: timedelta
) -> None:
    true = datetime.now(UTC)
    posts = [post(id_at(true - timedelta(days=7, minutes=-at))) for at in range(5, 10_000, 90)]
    posts.append(post(id_at(true)))
    wide = {"starts": true - timedelta(days=7) + timedelta(minutes=4)}
    reader = Reader(web, make_watch, posts, clock=lambda: true, watch=wide)
    reader.api.dated = True
    pages = [page for _ in range(2) for page in reader.read_all(true + skew)]
    lost = [hole for page in pages for hole in page.holes]
    for one in posts:
        came = counts(pages)[one["id"]]
        written = datetime.fromisoformat(one["created_at"])
        assert came == 1 or (came == 0 and any(hole.started_at <= written <= hole.ended_at for hole in lost))
    assert counts(pages)[posts[-1]["id"]] == 1
    covered = pages[-1].covered_until
    assert covered is not None
    assert covered <= true + timedelta(seconds=1)


def test_a_watch_that_has_ended_is_read_to_its_end_and_then_left_alone(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    end = NOW - timedelta(days=1)
    posts = [post(id_at(end - timedelta(minutes=1))), post(id_at(end + timedelta(minutes=1)))]
    reader = Reader(web, make_watch, posts, watch={"ends": end})
    pages = reader.read_all()
    assert counts(pages) == {posts[0]["id"]: 1}
    assert pages[-1].covered_until == end
    assert reader.read(NOW + timedelta(hours=1)).posts == []
    assert len(web.asked) == 1


def test_a_watch_that_has_not_begun_asks_nothing(web: WebServer, make_watch: MakeWatch, sqlite_store: Settings) -> None:
    reader = Reader(web, make_watch, [], watch={"starts": NOW + timedelta(days=1)})
    assert not reader.read().more
    assert web.asked == []


@pytest.mark.parametrize(
    "junk", [{"since_id": 7, "token": []}, {"since": "soon", "pages": -1}, {"token": "x"}, {"query": 1}]
)
def test_a_position_of_junk_is_read_as_none(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, junk: dict[str, Any]
) -> None:
    reader = Reader(web, make_watch, many(3))
    reader.position = junk
    assert sum(counts(reader.read_all()).values()) == 3


def test_a_query_that_was_changed_ends_the_half_read_chain_of_the_old_one(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, many(150))
    reader.read()
    other = Reader(web, make_watch, reader.api.posts, query="gullwing")
    other.position = reader.position
    assert sum(counts(other.read_all()).values()) == 150
    assert "next_token" not in other.api.queries[0]
    assert other.api.queries[0]["query"] == "gullwing"
