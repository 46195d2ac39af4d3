from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collector.sources.mastodon import BURST
from collector.sources.mastodon.lists import LOOK_EVERY, LOOK_PAGES
from tests.collector.conftest import MakeWatch
from tests.collector.mastodon_reader import NOW, Reader, each_once
from tests.collector.mastodon_server import START, Instance, status
from tests.web_server import WebServer

LAST = 5_040  # the number of a status that was written at NOW


def test_what_was_written_since_the_start_is_walked_back_to(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(-100, 300)])
    reader = Reader(make_watch, server)
    pages = reader.read_all()
    assert reader.counts() == each_once(range(300))
    assert len(server.asked) == 9  # one page wholly older than the start ends the walk
    assert "min_id" not in str(server.asked)
    assert [page.covered_until for page in pages] == [None, NOW]
    assert not any(page.dead or page.holes for page in pages)


def test_twelve_hundred_that_are_waiting_arrive_once_at_the_allowed_pace(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(0)])
    reader = Reader(make_watch, server)
    reader.read_all()
    server.statuses += [status(number) for number in range(1, 1_201)]
    before, since = len(server.asked), reader.now
    reader.read_all()
    assert reader.counts() == each_once(range(1_201))
    asked = server.asked[before:]
    assert len(asked) == 31  # 30 pages, and one that says that there are no more
    assert all("min_id" in query for query in asked)
    took = (reader.pages[-1].covered_until or NOW) - since
    assert took == timedelta(0)  # what was written meanwhile is for the next round
    assert sum(page.rest or 0.0 for page in reader.pages if page.more) >= 29 - BURST  # a request a second


@pytest.mark.parametrize("most", [1, 7, 20, 39])
def test_an_instance_that_gives_less_than_it_is_asked_for_loses_nothing(
    web: WebServer, make_watch: MakeWatch, most: int
) -> None:
    server = Instance(web, [status(number) for number in range(12)], most=most)
    reader = Reader(make_watch, server)
    reader.read_all()
    server.statuses += [status(number) for number in range(12, 50)]
    reader.read_all()
    assert reader.counts() == each_once(range(50))


def test_a_page_that_was_filtered_is_not_taken_for_the_last(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(200)])
    server.hidden = {status(number)["id"] for number in (*range(115, 160), 30, 199)}  # a whole page and single ones
    reader = Reader(make_watch, server)
    reader.read_all()
    server.statuses += [status(number) for number in range(200, 400)]
    server.hidden |= {status(number)["id"] for number in (*range(240, 300), 399)}
    reader.read_all()
    seen = set(range(400)) - {int(one) - 110_000_000_000_000_000 for one in server.hidden}
    assert reader.counts() == {str(number): 1 for number in seen}


def test_a_kill_in_the_middle_of_either_way_loses_nothing(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(500)])
    reader = Reader(make_watch, server)
    for end in (500, 1_101):
        reader.read()
        server.statuses.append(status(end))
        reader.source.fetch(reader.position, now=reader.now + timedelta(seconds=5))  # read and never stored
        reader.source = reader.make()
        reader.read_all()
        reader.read_all()
        assert set(reader.counts()) == set(each_once(range(end + 1)))
        server.statuses += [status(number) for number in range(501, 1_101)]


def test_only_the_time_of_the_watch_is_kept(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(-5, 30)])
    reader = Reader(make_watch, server, watch={"ends": START + timedelta(minutes=20)})
    reader.read_all()
    assert reader.counts() == each_once(range(20))


def test_nothing_is_asked_before_the_watch_begins_or_long_after_its_end(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(1)])
    early = Reader(make_watch, server, watch={"starts": NOW + timedelta(days=1)})
    assert not early.read().more
    assert server.asked == []
    late = Reader(make_watch, server, watch={"ends": NOW - timedelta(days=2)})
    late.read_all()
    asked = len(server.asked)
    assert (late.read().covered_until or NOW) > NOW
    assert len(server.asked) == asked


def test_a_quiet_tag_is_one_request_a_round_and_a_second_look_every_ten_minutes(
    web: WebServer, make_watch: MakeWatch
) -> None:
    server = Instance(web, [])
    reader = Reader(make_watch, server)
    for number in range(10):
        reader.read_all()
        assert len(server.asked) == number + 1
    server.statuses.append(status(LAST))
    reader.read_all()
    server.asked.clear()
    for _ in range(11):
        reader.read_all()
    assert len(server.asked) == 11 + 2  # the look goes on until a page is empty


def test_a_status_that_federated_late_is_found_by_the_second_look(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(LAST - 60, LAST)])
    reader = Reader(make_watch, server)
    reader.read_all()
    server.statuses.append(status(77, id=status(LAST - 9)["id"] + "5", created_at="2026-03-04T11:51:00Z"))
    server.statuses[-1]["id"] = str(int(status(LAST - 9)["id"]))  # among those that were read
    del server.statuses[-10]
    reader.now += timedelta(seconds=LOOK_EVERY)
    reader.read_all()
    assert reader.counts()["77"] == 1


def test_an_edit_comes_with_the_second_look_as_a_version(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(LAST - 5), status(LAST - 4)])
    reader = Reader(make_watch, server)
    reader.read_all()
    server.statuses[0] = status(LAST - 5, "I stay after all", edited_at="2026-03-04T12:03:00Z")
    reader.now += timedelta(seconds=LOOK_EVERY)
    (post, *_) = [post for page in reader.read_all() for post in page.posts if post.edited_at]
    assert (post.text, post.edited_at) == ("I stay after all", datetime(2026, 3, 4, 12, 3, tzinfo=UTC))


def test_a_second_look_at_a_busy_tag_is_bounded(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(LAST - 1_000, LAST)])
    reader = Reader(make_watch, server)
    reader.read_all()
    reader.now += timedelta(seconds=LOOK_EVERY)
    before = len(server.asked)
    reader.read_all()
    assert len(server.asked) - before == 1 + LOOK_PAGES


def test_a_tag_that_is_new_in_the_watch_file_is_read_from_the_start(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(50)])
    reader = Reader(make_watch, server)
    reader.read_all()
    other = Instance(web, [status(number, "#pier") for number in range(100, 150)], tag="pier")
    wider = Reader(make_watch, server, hashtags=["#harbour", "Harbour", "pier"])
    wider.position = reader.position
    wider.read_all()
    assert wider.counts() == each_once(range(100, 150))
    assert len(other.asked) == 3


def test_tags_beyond_ascii_are_asked_for(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(1)], tag="%C3%A9tude")
    reader = Reader(make_watch, server, hashtags=["étude"])
    reader.read_all()
    assert reader.counts() == {"1": 1}


@pytest.mark.parametrize(
    "junk",
    [
        {"hosts": 7},
        {"hosts": {"HOST": 5}},
        {"hosts": {"HOST": {"began": "x"}}},
        {"hosts": {"HOST": {"lanes": {"#harbour": {"mark": "../x", "until": -1}}}}},
        {"since": 1},
    ],
)
def test_a_position_that_cannot_be_read_counts_as_a_first_run(web: WebServer, make_watch: MakeWatch, junk: Any) -> None:
    server = Instance(web, [status(number) for number in range(50)])
    reader = Reader(make_watch, server)
    hosts = junk.get("hosts")
    reader.position = {"hosts": {web.url: hosts["HOST"]}} if isinstance(hosts, dict) else junk
    reader.read_all()
    assert reader.counts() == each_once(range(50))
