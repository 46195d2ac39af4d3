import time
from datetime import timedelta

import pytest
from websockets.sync.server import ServerConnection

from collector.source import Page
from collector.sources.bluesky.jetstream import MAX_FRAME
from tests.collector.conftest import MakeWatch
from tests.collector.firehose import DID, create, uri
from tests.collector.firehose_reader import ALL, NOW, Reader, at, micros
from uproar import database
from uproar.outgoing import OutgoingError
from uproar.settings import Settings
from uproar.storing import store as store_page

WIRES = pytest.mark.parametrize("wire", ["v1", "v2"])


@WIRES
def test_every_post_that_mentions_the_deal_arrives_over_one_connection(reader: Reader, wire: str) -> None:
    reader.firehose.linger = 5
    page = reader.read()
    assert [post.native_id for post in page.posts] == [uri(n) for n in range(1, 20, 2)]
    assert (page.covered_until, page.more, page.rest, page.dead, page.holes) == (at(19), False, 0.0, [], ())
    post = page.posts[0]
    assert (post.platform, post.author, post.lang, post.matched) == ("bluesky", DID, "en", "direct")
    assert post.url == f"https://bsky.app/profile/{DID}/post/3k1"
    assert (post.created_at, post.edited_at, post.parent_text) == (at(1), None, None)
    assert reader.read().posts == []
    assert reader.firehose.cursors == [None]
    assert "ollections=app.bsky.feed.post" in reader.firehose.asked[0]


@WIRES
def test_a_connection_that_drops_is_taken_up_where_it_ended(reader: Reader, wire: str) -> None:
    def drop(connection: ServerConnection, number: int) -> None:
        if number == {1: 7, 2: 13}.get(len(reader.firehose.asked)):
            connection.close_socket()

    reader.firehose.before = drop
    reader.read_often(4)
    assert reader.found == ALL
    assert reader.holes == []
    first, second = reader.firehose.cursors[1:3]
    assert (first, second) == ((7, 13) if wire == "v2" else (micros(1), micros(7)))  # some seconds twice


@WIRES
def test_a_garbled_frame_costs_itself_only(reader: Reader, wire: str) -> None:
    broken = ['{"did":"did:plc:cut', "[1, 2]", "null", b"\xff\xfe\x00", '{"kind": "commit"}', "[" * 100_000, ""]
    reader.firehose.frames[5:5] = broken
    reader.read_often(2)
    assert reader.found == ALL
    dead = [one for page in reader.pages for one in page.dead]
    assert len({one.raw for one in dead}) == len(broken)
    assert all(one.reason for one in dead)


@WIRES
def test_a_large_frame_is_a_dead_letter_and_a_huge_one_a_gap(reader: Reader, wire: str) -> None:
    reader.firehose.frames[8:8] = ["x" * 1_100_000, {**create(7.5), "padding": "y" * MAX_FRAME}]  # type: ignore[arg-type]
    if wire == "v2":
        reader.firehose.frames[9]["commit"]["padding"] = "y" * MAX_FRAME
    reader.read_often(5)
    assert any("1,100,000 bytes" in one.reason for page in reader.pages for one in page.dead)
    (hole, *_), lost = reader.holes, ALL - reader.found
    assert hole[0] == at(7)
    if wire == "v1":
        assert lost == set()
        assert hole[1] == at(8)


def test_silence_on_an_open_connection_ends_it(reader: Reader) -> None:
    reader.firehose.linger = 5
    assert len(reader.read().posts) == 10
    started = time.monotonic()
    while not reader.errors:
        reader.read_often(1)
        assert time.monotonic() - started < 2
    assert "nothing came for 0.5 s: the connection is dead" in str(reader.errors[0])
    assert len(reader.firehose.asked) == 1


@WIRES
def test_a_server_that_closes_at_once_sees_one_connection_a_reading(reader: Reader, wire: str) -> None:
    def close(connection: ServerConnection, _number: int) -> None:
        connection.close()

    reader.firehose.before = close
    for count in range(1, 4):
        with pytest.raises(OutgoingError, match="before anything new came"):
            reader.read()
        assert len(reader.firehose.asked) == count


@WIRES
def test_what_was_read_before_is_nothing_new(reader: Reader, wire: str) -> None:
    reader.read()
    for count in range(2, 5):
        with pytest.raises(OutgoingError, match="before anything new came"):
            reader.read()
        assert len(reader.firehose.asked) == count


def test_short_connections_come_ever_more_slowly(reader: Reader) -> None:
    reader.firehose.linger = 0
    opened = []
    for n in range(20, 26):
        reader.firehose.frames.append(create(n))
        page = reader.read()
        opened.append(time.monotonic())
        assert page.more
        assert page.rest is not None
    assert opened[-1] - opened[0] >= 0.04 + 0.08 + 0.1 + 0.1  # twice as long each time, up to the longest pause


@WIRES
def test_a_kill_between_reading_and_storing_loses_nothing(
    reader: Reader, wire: str, make_watch: MakeWatch, store: Settings
) -> None:
    reader.firehose.linger = 5
    later = reader.firehose.frames[10:]
    del reader.firehose.frames[10:]

    def keep(page: Page) -> int:
        with database.writing() as session:
            return store_page(session, page.posts, page.dead, watch="harbour", source="b", settings=store).saved.new

    assert keep(reader.read()) == 5
    reader.die()
    reader.firehose.frames.extend(later)
    lost = reader.source.fetch(reader.position, now=NOW)
    assert len(lost.posts) >= 5
    reader.die()
    assert keep(reader.read()) == 5
    again = reader.source.fetch({}, now=NOW)  # the very first page, too
    assert keep(again) == 0
    assert reader.found | {post.native_id for post in again.posts} == ALL


def test_the_first_page_is_read_again_if_it_was_not_stored(reader: Reader) -> None:
    reader.firehose.linger = 5
    reader.source.fetch({}, now=NOW)
    assert {post.native_id for post in reader.source.fetch({}, now=NOW).posts} == ALL
    assert reader.firehose.cursors[1] is not None


@pytest.mark.parametrize("hours", [-1, 1])
@WIRES
def test_a_clock_that_is_an_hour_wrong_changes_nothing(reader: Reader, wire: str, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    reader.firehose.linger = 1
    reader.read_often(2, now)
    assert not reader.pages[-1].more
    reader.firehose.frames.append(create(20))
    reader.read_often(5, now)
    assert reader.found == ALL | {uri(20)}
    assert reader.holes == []


@WIRES
def test_a_connection_that_brings_nothing_new_has_not_caught_up(reader: Reader, wire: str) -> None:
    reader.firehose.linger = 5
    frames, reader.firehose.frames = reader.firehose.frames, []
    assert reader.read().more
    reader.die()
    reader.firehose.frames = frames
    assert [reader.read().more, reader.read().more] == [False, False]
    reader.die()
    assert reader.read().more  # only what is known comes again: an open gap stays open
    reader.die()
    reader.firehose.frames.append(create(20))
    assert not reader.read().more
