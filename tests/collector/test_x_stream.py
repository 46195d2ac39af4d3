import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collector.source import SourceGoneError
from collector.sources.x.connection import TAIL
from collector.sources.x.purse import BudgetStopError
from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import COUNTS, id_at, post
from tests.collector.x_listener import MakeListener, ids, listener, live
from tests.collector.x_reader import Reader, counts
from tests.collector.x_stream_api import RULES, line
from tests.web_server import WebServer
from uproar.outgoing import OutgoingError

TAG = "uproar:harbour:x"
QUERY = '"Harbour Clinics"'


__all__ = ["listener"]  # a fixture


def test_posts_come_as_they_are_written_over_one_connection(listener: MakeListener) -> None:
    one = listener()
    one.api.connections = [[line(live(1)), b"\r\n", line(live(2))]]
    page = one.read()
    assert ids(page) == [live(1)["id"], live(2)["id"]]
    assert page.rest == 0.0
    assert page.dead == []
    assert one.read().posts == []
    assert one.api.opened == 1
    assert one.search.queries == []


def test_what_was_written_before_the_stream_stood_is_filled_in_by_search(listener: MakeListener) -> None:
    one = listener()
    one.search.posts = [post(id_at(NOW - timedelta(minutes=at))) for at in (1, 5, 9)]
    one.api.connections = [[line(live(2))]]
    pages = [one.read()]
    assert pages[0].more
    assert pages[0].covered_until is None
    pages.append(one.read(later=60))
    assert not pages[-1].more
    assert pages[-1].covered_until == one.now
    assert counts(pages) == dict.fromkeys([live(2)["id"], *(each["id"] for each in one.search.posts)], 1)
    assert one.search.queries[0]["end_time"] == "2026-03-04T12:00:04Z"
    assert NOW + timedelta(seconds=3) <= pages[-1].filled[0].ended_at < NOW + timedelta(seconds=4)


def test_a_gap_between_two_connections_is_filled_by_search(listener: MakeListener) -> None:
    one = listener()
    one.api.hold = False
    one.api.connections = [[line(live(10))], [line(live(300))]]
    pages = [one.read()]
    with pytest.raises(OutgoingError, match="X closed the stream"):
        one.read()
    one.search.posts = [post(id_at(NOW - timedelta(minutes=1))), *(live(at) for at in (10, 100, 200))]
    one.api.hold = True
    pages.append(one.read(later=297))
    while pages[-1].more:
        pages.append(one.read(later=60))
        time.sleep(0.5)
        assert len(pages) < 20
    assert counts(pages) == {each["id"]: 1 for each in [*one.search.posts, live(300)]}
    assert counts(pages)[live(100)["id"]] == 1
    assert not pages[-1].more


def test_a_page_that_was_never_stored_is_brought_again_by_search(listener: MakeListener) -> None:
    one = listener()
    one.api.connections = [[line(live(1))], [line(live(3))]]
    one.read()
    one.search.posts = [live(1), live(2)]
    one.close()
    one.reader.position = {}
    one.reader.start()
    pages = [one.read(), one.read(later=60)]
    assert {live(1)["id"], live(2)["id"], live(3)["id"]} <= counts(pages).keys()


def test_a_page_that_this_process_could_not_store_is_brought_again_too(listener: MakeListener) -> None:
    one = listener()

    def slowly() -> Iterator[bytes]:
        yield line(live(1))
        time.sleep(0.8)
        yield line(live(2))

    one.api.connections = [slowly()]
    first = one.read()
    time.sleep(0.9)
    lost = one.read(died=True)
    assert (ids(first), ids(lost)) == ([live(1)["id"]], [live(2)["id"]])
    one.search.posts = [live(1), live(2)]
    pages = [one.read(), one.read(later=60)]
    assert live(2)["id"] in counts(pages)
    assert one.api.opened == 1


def test_rules_are_brought_in_line_and_those_of_others_stay(web: WebServer, listener: MakeListener) -> None:
    one = listener()
    others: list[dict[str, Any]] = [
        {"id": "1", "value": "cats"},
        {"id": "2", "value": "dogs", "tag": None},
        {"id": "3", "value": "x", "tag": "t"},
    ]
    one.api.rules = [*others, {"id": "4", "value": "old words", "tag": TAG}]
    one.read()
    assert one.api.rules[:3] == others
    assert [(rule["value"], rule["tag"]) for rule in one.api.rules[3:]] == [(QUERY, TAG)]
    assert [asked.method for asked in web.asked if asked.path == RULES] == ["GET", "POST", "POST"]


@pytest.mark.parametrize("tag", [TAG, None, "theirs"])
def test_a_rule_that_is_there_is_not_added_again(web: WebServer, listener: MakeListener, tag: str | None) -> None:
    one = listener()
    one.api.rules = [{"id": "4", "value": QUERY, "tag": tag}]
    one.read()
    assert [asked.method for asked in web.asked if asked.path == RULES] == ["GET"]


def test_a_rule_that_x_does_not_take_is_said_and_nothing_is_opened(listener: MakeListener) -> None:
    one = listener()
    one.api.refuses = {"title": "UnprocessableEntity", "details": ["no viable alternative at character 'x'"]}
    with pytest.raises(SourceGoneError, match="UnprocessableEntity: no viable alternative"):
        one.read()
    assert one.api.opened == 0


def test_what_is_too_little_for_a_stream_is_spent_by_search_to_the_post(
    listener: MakeListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.sources.x.stream.PAUSE", 0.0)
    one = listener(x_posts_a_day=450, counts=True)
    written = [live(at) for at in range(10, 430)]
    one.api.connections = [_slowly(written)]
    pages = [one.read()]
    while one.reader.source._stream._connection.is_open:  # type: ignore[attr-defined]
        pages.append(one.read())
        assert len(pages) < 60
    streamed = sum(counts(pages).values())
    assert 150 <= streamed <= 450 - TAIL

    def read_on() -> None:
        while len(pages) < 100:
            so_far = int((one.now - NOW).total_seconds())
            one.search.posts = [*written, *(live(at) for at in range(430, so_far))]
            pages.append(one.read(later=60))

    with pytest.raises(BudgetStopError, match=r"spent: 4[45]\d of 450"):
        read_on()
    one.reader.web.says(COUNTS, one.search.counts)
    with pytest.raises(BudgetStopError, match=r"is spent.*; X counts \d+ posts since"):
        one.read(later=1_800)
    assert one.api.opened == 1
    assert len(one.search.handed) + one.api.sent <= 450
    assert max(counts(pages).values()) == 1
    assert sum(counts(pages).values()) == streamed + len(one.search.handed)


def _slowly(written: list[dict[str, Any]]) -> Iterator[bytes]:
    """A stream of a hundred posts a second."""
    for one in written:
        time.sleep(0.01)
        yield line(one)


def test_a_day_that_is_real_is_read_too(listener: MakeListener) -> None:
    one = listener()
    one.now = datetime.now(UTC)
    one.api.connections = [[line(post(id_at(one.now)))]]
    assert len(one.read().posts) == 1


@pytest.mark.parametrize(
    "position",
    [
        {"since": NOW.isoformat(), "token": "abc", "begun": NOW.isoformat(), "pages": 2, "query": QUERY},
        {"stream": {"last": 7, "heard": "soon", "fills": [None, {"since": NOW.isoformat()}, {"until": 5}]}},
        {"stream": {"fills": "none"}},
        {"stream": []},
    ],
)
def test_a_position_of_a_search_or_of_junk_is_gone_on_from(listener: MakeListener, position: dict[str, Any]) -> None:
    one = listener()
    one.search.posts = [live(0)]
    one.reader.position = position
    pages = [one.read(), one.read(later=60)]
    while pages[-1].more:
        time.sleep(0.5)
        pages.append(one.read())
        assert len(pages) < 20
    assert live(0)["id"] in counts(pages)
    assert "next_token" not in one.search.queries[0]


def test_a_search_goes_on_where_a_stream_has_ended(listener: MakeListener, make_watch: MakeWatch) -> None:
    one = listener()
    one.api.connections = [[line(live(1))]]
    one.read()
    one.read(later=60)
    one.close()
    searching = Reader(one.reader.web, make_watch, [live(1), live(50)], clock=lambda: one.now)
    searching.position = one.reader.position
    assert live(50)["id"] in counts(searching.read_all(one.now + timedelta(seconds=60)))
    assert searching.api.queries[0]["since_id"] == live(1)["id"]
