import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from collector.source import RateLimitedError, SourceGoneError
from tests.collector.conftest import MakeWatch
from tests.collector.mastodon_reader import NOW, Reader, each_once, two_servers
from tests.collector.mastodon_server import Instance, in_their_time, status
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError


@pytest.fixture
def other() -> Iterator[WebServer]:
    """A second web server."""
    with WebServer() as server:
        yield server


FAULTS = [
    (Reply(429, headers={"retry-after": "90"}), RateLimitedError, "HTTP 429"),
    (Reply(429), RateLimitedError, "HTTP 429"),
    (Reply(503, headers={"retry-after": "20"}), RateLimitedError, "HTTP 503"),
    (Reply(500), OutgoingError, "HTTP 500"),
    (Reply(502, body=b"<html>bad gateway</html>"), OutgoingError, "HTTP 502"),
    *((Reply(code, body=b'{"error": "no"}'), SourceGoneError, f"HTTP {code}") for code in (401, 403, 404, 410, 422)),
    (Reply(body=b'[{"id": "11'), OutgoingError, "no JSON"),
    (Reply(body=b"[" * 100_000), OutgoingError, "no JSON"),
    (Reply(body=b'{"error": "maintenance"}'), OutgoingError, "no list of statuses"),
    (Reply(body=b"[]", headers={"content-length": "900"}), OutgoingError, "peer closed"),
    (Reply(raw=list), OutgoingError, "disconnected"),
]


@pytest.mark.parametrize(("reply", "error", "reason"), FAULTS)
def test_an_answer_that_is_none_is_a_failure_with_its_reason(
    web: WebServer, make_watch: MakeWatch, reply: Reply, error: type[Exception], reason: str
) -> None:
    server = Instance(web, [status(1)])
    server.instead = [reply]
    reader = Reader(make_watch, server)
    with pytest.raises(error, match=reason):
        reader.read()
    assert len(server.asked) == 1
    reader.read_all()
    assert reader.counts() == {"1": 1}


@pytest.mark.parametrize(("reply", "error", "reason"), FAULTS)
def test_a_fault_in_the_middle_of_many_pages_costs_time_and_no_status(
    web: WebServer, make_watch: MakeWatch, reply: Reply, error: type[Exception], reason: str
) -> None:
    server = Instance(web, [status(number) for number in range(100)])
    server.instead = [None, reply]
    reader = Reader(make_watch, server)
    reader.read_all()
    assert reader.counts() == each_once(range(100))
    (told,) = set(reader.troubles())
    assert reason in told
    server.statuses += [status(number) for number in range(100, 220)]
    server.instead = [None, reply]
    reader.read_all()
    assert reader.counts() == each_once(range(220))
    assert (set(reader.troubles()), reader.errors) == ({told}, [])


def test_an_instance_is_left_alone_as_long_as_it_says(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(100)])
    server.instead = [None, Reply(429, headers={"retry-after": "90"})]
    reader = Reader(make_watch, server)
    page = reader.read()
    assert page.rest == pytest.approx(90, abs=1)
    assert page.trouble.endswith("HTTP 429")
    reader.now -= timedelta(seconds=10)
    with pytest.raises(RateLimitedError) as caught:
        reader.source.fetch(reader.position, now=reader.now)
    assert caught.value.retry_after == pytest.approx(10, abs=1)
    assert len(server.asked) == 2
    reader.now += timedelta(seconds=11)
    reader.read()
    assert len(server.asked) == 6  # what is new, and the rest of the walk


@pytest.mark.parametrize("skew", [timedelta(hours=-1), timedelta(0), timedelta(hours=1)])
@pytest.mark.parametrize("code", [200, 429])
def test_the_reset_is_measured_against_the_clock_of_the_server(
    web: WebServer, make_watch: MakeWatch, skew: timedelta, code: int
) -> None:
    server = Instance(web, [status(number) for number in range(100)])
    there = NOW + skew
    server.headers = {
        "date": format_datetime(there, usegmt=True),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": (there + timedelta(seconds=200)).isoformat().replace("+00:00", ".3705Z"),
    }
    if code == 429:
        server.instead = [in_their_time(Reply(429, headers=server.headers))]
    reader = Reader(make_watch, server)
    if code == 429:
        with pytest.raises(RateLimitedError) as caught:
            reader.read()
        assert caught.value.retry_after == pytest.approx(200, abs=1)
        return
    page = reader.read()
    assert (len(page.posts), page.more, len(server.asked)) == (40, True, 1)  # it said that there are no more requests
    assert page.rest == pytest.approx(200, abs=1)


@pytest.mark.parametrize("skew", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_that_is_set_by_an_hour_loses_nothing(web: WebServer, make_watch: MakeWatch, skew: timedelta) -> None:
    server = Instance(web, [status(number) for number in range(300)])
    reader = Reader(make_watch, server)
    reader.read()
    reader.now += skew
    reader.read_all()
    server.statuses += [status(number) for number in range(300, 350)]
    reader.now -= 2 * skew
    reader.read_all()
    assert reader.counts() == each_once(range(350))


def test_rate_headers_that_make_no_sense_do_no_harm(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(1)])
    for headers in (
        {"x-ratelimit-remaining": "many", "x-ratelimit-reset": "soon", "date": "yesterday"},
        {"x-ratelimit-remaining": "-1", "link": '<x>; rel="next", <?max_id=../../x>; rel="next"'},
        {"x-ratelimit-remaining": "9" * 5_000},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999-12-31T23:59:59Z"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"},
    ):
        server.headers = headers
        page = Reader(make_watch, server).read()
        assert len(page.posts) == 1
        assert (page.rest or 0.0) <= 3_600


def test_the_same_status_by_two_instances_is_one_post(web: WebServer, other: WebServer, make_watch: MakeWatch) -> None:
    here = [status(number) for number in range(60)]
    there = [one | {"id": str(900 + number)} for number, one in enumerate(here)]
    reader = Reader(make_watch, *two_servers(web, other, here, there))
    (page,) = reader.read_all()
    assert len(page.posts) == 60
    assert reader.counts() == each_once(range(60))


@pytest.mark.parametrize("reply", [fault[0] for fault in FAULTS])
def test_an_instance_that_fails_stops_no_other_and_is_told_of(
    web: WebServer, other: WebServer, make_watch: MakeWatch, reply: Reply
) -> None:
    sick, well = two_servers(web, other, [status(1)], [status(2, host="pier.example")])
    sick.instead = [reply] * 1_000
    reader = Reader(make_watch, sick, well)
    page = reader.read()
    assert [post.native_id[-1] for post in page.posts] == ["2"]
    assert (page.more, page.covered_until) == (True, None)
    assert page.trouble.startswith(f"127.0.0.1:{web.port}")
    assert page.rest is not None
    assert page.rest <= 61
    for _ in range(20):
        well.statuses.append(status(3 + len(well.statuses), host="pier.example"))
        reader.now += timedelta(seconds=60)
        reader.read()
    assert len(reader.counts()) == 21  # the well one was read every minute
    assert len(sick.asked) <= 21
    assert all(later.covered_until is None for later in reader.pages)
    sick.instead.clear()
    reader.now += timedelta(hours=1)
    assert reader.read_all()[-1].covered_until is not None
    assert reader.counts()["1"] == 1


def test_a_tag_that_an_instance_refuses_does_not_stop_the_next_tag(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(1)])
    reader = Reader(make_watch, server, hashtags=["gone", "harbour"])
    page = reader.read()
    assert len(page.posts) == 1
    assert page.trouble.endswith("#gone: HTTP 404")
    assert page.rest == pytest.approx(60, abs=1)
    reader.read()
    assert [asked.path.rpartition("/")[2] for asked in web.asked] == ["gone", "harbour", "harbour", "harbour"]
    assert len(server.asked) == 3


def test_a_tag_that_gotosocial_has_never_seen_is_an_empty_one(web: WebServer, make_watch: MakeWatch) -> None:
    body = json.dumps({"error": "Not Found: tag was not found, or not useable/listable on this instance"}).encode()
    server = Instance(web, [])
    server.instead = [Reply(404, body=body)]
    assert Reader(make_watch, server).read().covered_until == NOW


def test_one_item_that_is_garbage_costs_that_item(web: WebServer, make_watch: MakeWatch) -> None:
    bad: list[Any] = [{"place": status(44)["id"]}, status(45, created_at=None), status(46, uri=None), {"place": "7"}]
    server = Instance(web, [*(status(number) for number in range(100) if number not in (44, 45, 46)), *bad])
    reader = Reader(make_watch, server)
    reader.read_all()
    assert len(reader.counts()) == 97
    assert len({one.raw for page in reader.pages for one in page.dead}) == 4


def test_a_page_without_any_id_leaves_a_gap_and_ends(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(number) for number in range(100)])
    server.instead = [None, Reply(body=b"[7, 8]")]
    reader = Reader(make_watch, server)
    reader.read_all()
    (hole,) = [hole for page in reader.pages for hole in page.holes]
    assert (hole.started_at, hole.ended_at) == (datetime(2026, 3, 1, tzinfo=UTC), NOW)


def test_an_instance_that_knows_no_min_id_does_not_turn_in_circles(web: WebServer, make_watch: MakeWatch) -> None:
    body = json.dumps([status(number) for number in range(40)][::-1]).encode()
    server = Instance(web, [])
    server.instead = [Reply(body=body)] * 100
    reader = Reader(make_watch, server)
    for _ in range(3):
        reader.read_all()
    assert len(server.asked) < 9


def test_a_look_asks_each_instance_once_and_names_what_is_wrong(
    web: WebServer, other: WebServer, make_watch: MakeWatch
) -> None:
    here, there = two_servers(web, other, [status(number) for number in range(90)], [status(99)])
    reader = Reader(make_watch, here, there)
    assert len(reader.source.probe(now=NOW).posts) == 41
    assert (len(here.asked), len(there.asked)) == (1, 1)
    there.instead = [Reply(403)]
    with pytest.raises(SourceGoneError, match="HTTP 403"):
        reader.source.probe(now=NOW)


def test_private_addresses_are_refused_unless_allowed(web: WebServer, make_watch: MakeWatch) -> None:
    server = Instance(web, [status(1)])
    with pytest.raises(OutgoingError, match="allow_private"):
        Reader(make_watch, server, allow_private=False).read()
    assert server.asked == []


def test_a_watch_without_hashtags_is_told_to_name_some(make_watch: MakeWatch) -> None:
    with pytest.raises(ValueError, match="name `hashtags`"):
        Reader(make_watch, instances=["quay.example"], watch={"services": [{"name": "Harbour Clinics"}]})
