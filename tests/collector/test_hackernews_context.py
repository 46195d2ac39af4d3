"""What a hit of Hacker News refers to, and one that is read again."""

import json
from datetime import UTC, datetime

import pytest

from collector.sources.hackernews import HackerNews, parse
from tests.collector.algolia import comment
from tests.collector.conftest import MakeWatch, spec_of
from uproar.incoming import BadItemError
from uproar.mentions import Mentions
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


def test_a_post_refers_to_the_story_it_stands_under_and_to_what_it_links_to(make_watch: MakeWatch) -> None:
    title, address = "Gullwing buys Harbour Clinics", "https://news.example/gullwing-buys-harbour-clinics"
    linked = f'Read <a href="{address.replace("/", "&#x2F;")}" rel="nofollow">this</a>'
    hits = [
        comment(1, START, "Time to leave", story_title=title, story_url=None),
        comment(2, START, "Time to leave", story_title="What now?", story_url=address),
        comment(3, START, linked),
        comment(4, START, None, title="What now?", url=address),
        comment(5, START, "Time to leave", story_title="Nice weather", story_url="https://news.example/weather"),
        comment(6, START, "Goodbye Harbour Clinics", story_title=5, story_url=["x"], url={}),
    ]
    posts, dead = parse(hits, now=NOW)
    assert dead == []
    mentions = Mentions(make_watch())
    found = [mentions.of(post.text, post.context) for post in posts]
    assert found == ["referenced"] * 4 + [None, "direct"]
    assert posts[5].context == ()


def test_a_hit_that_was_dead_is_read_again(make_watch: MakeWatch) -> None:
    source = HackerNews(spec_of("hackernews", queries=["x"]), make_watch(), Settings())
    hit = comment(1, START)
    assert [source.revive(json.dumps(hit), now=NOW)] == parse([hit], now=NOW)[0]
    for raw in ("{", "[1]", "[" * 100_000, '{"objectID": "1"}'):
        with pytest.raises(BadItemError):
            source.revive(raw, now=NOW)
