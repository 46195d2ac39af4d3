"""What a stream of X missed: when search brings it, and what of it stays a gap."""

import time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from collector.sources import build
from tests.collector.conftest import NOW
from tests.collector.x_api import id_at, post
from tests.collector.x_listener import MakeListener, listener
from tests.collector.x_reader import counts
from tests.collector.x_stream_api import STREAM
from tests.web_server import WebServer

__all__ = ["listener"]  # a fixture


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wrong_clock_of_ours_loses_nothing_between_two_connections(
    web: WebServer, listener: MakeListener, hours: int
) -> None:
    one = listener()
    ahead = timedelta(hours=hours)
    one.search.clock, one.search.dated = lambda: one.now + ahead, True
    real = one.api._answer_stream
    web.says(
        STREAM,
        lambda asked: replace(real(asked), headers={"date": format_datetime(one.now + ahead, usegmt=True)}),
    )
    before = [post(id_at(NOW + ahead - timedelta(minutes=at))) for at in (1, 30, 90)]
    watch = one.reader._watch.model_copy(update={"starts": NOW - timedelta(hours=4)})
    one.reader.source = build(one.reader._spec, watch, one.reader._settings)
    one.search.posts = before
    pages = [one.read(), one.read(later=60)]
    assert not pages[-1].more
    assert [hole for page in pages for hole in page.holes] == []
    assert counts(pages) == {each["id"]: 1 for each in before}
    one.close()  # nothing has come on the stream so far, so it is by the time that search goes on
    one.search.posts = [*before, later := post(id_at(one.now + ahead + timedelta(minutes=5)))]
    pages = [one.read(later=600)]
    while pages[-1].more:
        pages.append(one.read(later=60))
        time.sleep(0.5)
        assert len(pages) < 20
    assert counts(pages) == {later["id"]: 1}


def test_what_search_cannot_reach_any_more_stays_a_gap(listener: MakeListener) -> None:
    one = listener()
    watch = one.reader._watch.model_copy(update={"starts": NOW - timedelta(days=30)})
    one.reader.source = build(one.reader._spec, watch, one.reader._settings)
    one.read()
    page = one.read(later=60)
    (lost,), (read,) = page.holes, page.filled
    assert lost.started_at == NOW - timedelta(days=30)
    assert lost.ended_at == read.started_at


def test_a_stretch_that_the_budget_leaves_out_is_a_gap_until_there_is_a_new_one(listener: MakeListener) -> None:
    one = listener(x_posts_a_day=209)  # what the stream reserves leaves nine
    one.search.posts = [post(id_at(NOW - timedelta(minutes=5)))]
    one.read()
    page = one.read(later=60)
    assert one.search.queries == []
    (lost,) = page.holes
    assert "budget of x is spent" in lost.reason
    assert page.more
    one.close()
    one.reader._settings = one.reader._settings.model_copy(update={"x_posts_a_day": 1_000})
    one.reader.start()
    pages = [one.read(later=86_400)]
    while pages[-1].more:
        pages.append(one.read(later=60))
        time.sleep(0.5)
        assert len(pages) < 20
    assert counts(pages) == {one.search.posts[0]["id"]: 1}
    (read, *_) = [stretch for page in pages for stretch in page.filled]
    assert read.started_at == lost.started_at
    assert read.ended_at >= lost.ended_at
