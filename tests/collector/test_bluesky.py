import http
from datetime import timedelta
from typing import Any

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Response

from collector.source import RateLimitedError, SourceGoneError
from tests.collector.conftest import MakeWatch
from tests.collector.firehose import Firehose, create, event, uri
from tests.collector.firehose_reader import ALL, NOW, Reader, at, micros
from uproar.outgoing import OutgoingError

WIRES = pytest.mark.parametrize("wire", ["v1", "v2"])


def test_a_stream_that_goes_on_too_late_leaves_a_gap(reader: Reader) -> None:
    reader.firehose.frames.extend(create(n, seconds=n * 60) for n in (21, 23))
    reader.position = {"wire": "v1", "cursor": 1, "time": 1} | {"cursor": micros(5), "time": micros(5)}
    reader.firehose.floor = micros(21 * 60 - 1)
    reader.read()
    assert reader.holes == [(at(5), at(21 * 60))]
    assert "36 hours" in reader.pages[0].holes[0].reason


def test_a_cursor_that_the_second_wire_refuses_leaves_a_gap_and_reading_goes_on(
    firehose: Firehose, make_watch: MakeWatch
) -> None:
    reader = Reader(firehose, make_watch(starts=at(0)), "v2")
    firehose.floor = 12
    reader.position = {"wire": "v2", "cursor": 4, "time": micros(3)}
    page = reader.read()
    assert firehose.cursors == [4, 0]
    assert reader.holes == [(at(3), at(11))]
    assert "CursorTooOld" in page.holes[0].reason
    assert reader.found == {uri(n) for n in range(11, 20, 2)}


@WIRES
def test_another_wire_goes_on_by_time_or_says_what_is_missing(reader: Reader, wire: str) -> None:
    other = "v2" if wire == "v1" else "v1"
    reader.firehose.floor = 0
    reader.position = {"wire": other, "cursor": 9, "time": micros(-600)}
    reader.source._stream._watch = reader.source._stream._watch.model_copy(update={"starts": at(-3_600)})
    reader.read()
    assert reader.found == ALL
    assert reader.holes == [(at(-600), at(0))]
    assert reader.firehose.cursors == [micros(-605) if wire == "v1" else None]


@pytest.mark.parametrize(
    "junk",
    [
        {"cursor": "x", "time": None},
        {"wire": "v1", "cursor": -4, "time": 3.5},
        {"wire": "v9", "time": True},
        {"wire": ["v1"], "cursor": 2**70, "time": 2**70},
    ],
)
def test_a_position_that_makes_no_sense_is_a_first_one(reader: Reader, junk: dict[str, Any]) -> None:
    reader.position = junk
    reader.read()
    assert reader.found == ALL
    assert reader.firehose.cursors == [None]


def test_what_was_written_before_the_first_listening_is_a_gap(firehose: Firehose, make_watch: MakeWatch) -> None:
    reader = Reader(firehose, make_watch(starts=at(-600)))
    reader.read_often(2)
    assert reader.holes == [(at(-600), at(0))]


def test_only_posts_of_the_time_of_the_watch_are_kept_and_then_it_is_over(
    firehose: Firehose, make_watch: MakeWatch
) -> None:
    reader = Reader(firehose, make_watch(starts=at(5), ends=at(15)))
    reader.read()
    assert reader.found == {uri(n) for n in (5, 7, 9, 11, 13)}
    page = reader.read()
    assert (page.posts, page.more, page.rest) == ((), False, 3_600.0)
    assert len(firehose.asked) == 1


def test_a_deal_of_the_past_is_a_gap_and_never_a_connection(firehose: Firehose, make_watch: MakeWatch) -> None:
    reader = Reader(firehose, make_watch(starts=at(-900), ends=at(-600)))
    late = NOW + timedelta(days=2)
    reader.read(late)
    reader.die()
    reader.read(late)
    assert reader.holes == [(at(-900), at(-600))]
    assert firehose.asked == []


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (429, {"retry-after": "77"}, RateLimitedError),
        (503, {"retry-after": "77"}, RateLimitedError),
        (403, {}, SourceGoneError),
        (404, {}, SourceGoneError),
        (502, {}, OutgoingError),
        (200, {}, OutgoingError),
    ],
)
def test_a_handshake_that_fails_says_why(
    reader: Reader, status: int, headers: dict[str, str], error: type[Exception]
) -> None:
    given = Headers(**headers)
    reader.firehose.refusal = lambda: Response(status, http.HTTPStatus(status).phrase, given, b"")
    with pytest.raises(error, match=str(status)) as caught:
        reader.read()
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after == 77


def test_a_server_that_is_not_there_is_an_error_that_passes(make_watch: MakeWatch) -> None:
    with Firehose([]) as gone:
        pass
    with pytest.raises((OutgoingError, OSError)):
        Reader(gone, make_watch()).read()


def test_the_last_word_of_a_server_is_passed_on(firehose: Firehose, make_watch: MakeWatch) -> None:
    reader = Reader(firehose, make_watch(starts=at(0)), "v2")
    firehose.frames[:] = ['{"$type":"error","error":"ConsumerTooSlow","message":"read faster"}']
    with pytest.raises(OutgoingError, match="ConsumerTooSlow: read faster"):
        reader.read()


def test_five_hundred_posts_are_one_page_and_the_next_goes_on(firehose: Firehose, make_watch: MakeWatch) -> None:
    firehose.frames[:] = [create(n, seconds=n / 10) for n in range(1_200)]
    firehose.linger = 5
    reader = Reader(firehose, make_watch(starts=at(0)))
    late = NOW + timedelta(hours=3)
    while reader.read(late).more:
        assert len(reader.pages[-1].posts) <= 500
    assert len(reader.pages) > 3
    assert reader.found == {uri(n) for n in range(1_200)}
    assert len(firehose.asked) == 1
    reader.source.close()


def test_an_account_that_was_deleted_takes_its_posts_along(reader: Reader) -> None:
    gone = {"active": False, "did": "did:plc:gone", "seq": 7}
    reader.firehose.frames.extend(
        [
            event(20, "account", gone | {"status": "deleted"}, did="did:plc:gone"),
            event(21, "account", gone | {"status": "deactivated"}, did="did:plc:rests"),
            event(22, "identity", {"did": "did:plc:new", "handle": "new.example"}, did="did:plc:new"),
        ]
    )
    page = reader.read()
    assert [(one.platform, one.native_id, one.author) for one in page.erased] == [("bluesky", None, "did:plc:gone")]
    assert page.covered_until == at(22)
