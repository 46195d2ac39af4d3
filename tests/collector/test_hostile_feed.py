"""A feed that would take for ever is given up, and stops nobody."""

import shutil
import time

import pytest

from collector.source import SourceGoneError
from collector.sources import feed
from tests.collector.rss import NOW, URL, item, rss


def test_a_feed_that_takes_for_ever_to_parse_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PARSE_SECONDS", 2.0)
    hostile = b"<?xml version='1.0'?>" + b"\n" * 400_000 + rss(item(1))
    start = time.monotonic()
    with pytest.raises(SourceGoneError, match="could not be parsed within 2 s"):
        feed.parse_aside(hostile, {}, url=URL, base=URL, now=NOW)
    assert time.monotonic() - start < 30


def test_a_parser_that_breaks_is_a_failure_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("false"))
    with pytest.raises(SourceGoneError, match="could not be parsed"):
        feed.parse_aside(rss(item(1)), {}, url=URL, base=URL, now=NOW)


def test_the_process_beside_us_finds_the_same_posts() -> None:
    body = rss(item(1), item(2, title="&#233;t&#233;"))
    posts, dead = feed.parse_aside(body, {}, url=URL, base=URL, now=NOW)
    assert [post.native_id for post in posts] == ["news.example:id1", "news.example:id2"]
    assert "été" in posts[1].text
    assert dead == []
