import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collector.source import Page, RateLimitedError, SourceGoneError
from collector.sources.hackernews import LONGEST_SLICE, OVERLAP, HackerNews, parse
from tests.collector.algolia import Algolia, comment
from tests.collector.conftest import MakeWatch, spec_of
from tests.web_server import Reply, WebServer
from uproar.outgoing import OutgoingError
from uproar.settings import Settings

PATH = "/api/v1/search_by_date"
NOW = datetime(2026, 3, 4, 12, 0, 0, 250_000, tzinfo=UTC)
START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())


class Reader:
    """A source that reads on, as the loop does."""

    def __init__(self, web: WebServer, make_watch: MakeWatch, hits: list[Any], **options: Any) -> None:
        self.algolia = Algolia(hits)
        web.says(PATH, self.algolia)
        keys = options.pop("watch", {})
        spec = spec_of("hackernews", **({"queries": ["harbour clinics"]} | options))
        self.source = HackerNews(spec, make_watch(**keys), Settings(hackernews_url=web.url))
        self.position: dict[str, Any] = {}

    def read(self, now: datetime = NOW) -> Page:
        """Read one page and remember where it ended; a position is stored as JSON in between."""
        page = self.source.fetch(json.loads(json.dumps(self.position)), now=now)
        self.position = page.position
        return page

    def read_all(self, now: datetime = NOW) -> list[Page]:
        """Read until nothing more is to be had at once."""
        pages = [self.read(now)]
        while pages[-1].more:
            pages.append(self.read(now))
            assert len(pages) < 300
        return pages


def counts(pages: list[Page]) -> Counter[str]:
    return Counter(post.native_id for page in pages for post in page.posts)


def test_every_post_since_the_start_arrives_once_over_the_slices(web: WebServer, make_watch: MakeWatch) -> None:
    hits = [comment(number, START + 700 * number) for number in range(431)]
    reader = Reader(web, make_watch, [comment(9_999, START - 1), *hits])
    pages = reader.read_all()
    assert counts(pages) == {str(number): 1 for number in range(431)}
    assert len(pages) > 2
    assert not any(page.holes or page.dead for page in pages)
    post = pages[0].posts[-1]
    assert (post.platform, post.native_id, post.author) == ("hackernews", "0", "user0")
    assert post.url == "https://news.ycombinator.com/item?id=0"
    assert post.created_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_what_has_been_read_is_said_and_grows_to_now(web: WebServer, make_watch: MakeWatch) -> None:
    pages = Reader(web, make_watch, [comment(1, START)]).read_all()
    covered = [page.covered_until for page in pages if page.covered_until]
    assert covered == sorted(covered)
    assert covered[0] == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert covered[-1] == NOW.replace(microsecond=0)
    assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]
    assert [page.rest for page in pages] == [1.0] * (len(pages) - 1) + [None]  # then its interval


def test_years_of_a_quiet_archive_take_few_requests(web: WebServer, make_watch: MakeWatch) -> None:
    reader = Reader(web, make_watch, [], watch={"starts": datetime(2016, 3, 1, tzinfo=UTC)})
    reader.read_all()
    widths = [end - start for _, start, end in reader.algolia.searches]
    assert widths[:3] == [6 * 3600, 12 * 3600, 24 * 3600]
    assert max(widths) == LONGEST_SLICE
    assert len(widths) < 140


def test_a_slice_with_too_many_hits_is_halved_until_all_arrive(web: WebServer, make_watch: MakeWatch) -> None:
    hits = [comment(number, START + 5_000 + number // 300) for number in range(5_000)]
    pages = Reader(web, make_watch, hits).read_all()
    assert counts(pages).keys() == {str(number) for number in range(5_000)}  # some twice: they are stored once
    assert not any(page.holes for page in pages)


def test_more_than_a_thousand_in_one_second_leave_a_gap(web: WebServer, make_watch: MakeWatch) -> None:
    hits = [comment(number, START + 5_000) for number in range(1_200)] + [comment(5_000, START + 4_999)]
    pages = Reader(web, make_watch, hits).read_all()
    assert len(counts(pages)) == 1_001
    (hole,) = [hole for page in pages for hole in page.holes]
    assert hole.started_at == datetime.fromtimestamp(START + 5_000, UTC)
    assert hole.ended_at - hole.started_at == timedelta(seconds=1)
    assert "1000" in hole.reason


def test_two_queries_are_read_side_by_side_and_then_rest(web: WebServer, make_watch: MakeWatch) -> None:
    hits = [comment(1, START + 9, "Harbour Clinics"), comment(2, START + 90_000, "Gullwing"), comment(3, START + 99)]
    reader = Reader(web, make_watch, hits, queries=["harbour clinics", "gullwing"])
    pages = [reader.read(NOW)]
    while pages[-1].more:
        pages.append(reader.read(NOW + timedelta(seconds=len(pages))))  # the clock goes on between two requests
        assert len(pages) < 100
    assert set(counts(pages)) == {"1", "2", "3"}
    ends = {query: end for query, _, end in reader.algolia.searches}
    assert ends == dict.fromkeys(("harbour clinics", "gullwing"), int(NOW.timestamp()))
    assert pages[-1].covered_until == NOW.replace(microsecond=0)


def test_the_next_round_starts_a_little_earlier_than_the_last_one_ended(web: WebServer, make_watch: MakeWatch) -> None:
    reader = Reader(web, make_watch, [])
    reader.read_all()
    reader.algolia.hits.append(comment(1, int(NOW.timestamp()) - OVERLAP + 5))  # it reached the index late
    later = NOW + timedelta(minutes=1)
    pages = reader.read_all(later)
    assert counts(pages) == {"1": 1}
    assert reader.algolia.searches[-1][1:] == (int(NOW.timestamp()) - OVERLAP, int(later.timestamp()))
    assert len(pages) == 1
    assert pages[0].covered_until == later.replace(microsecond=0)


def test_what_was_covered_is_never_taken_back(web: WebServer, make_watch: MakeWatch) -> None:
    reader = Reader(web, make_watch, [], queries=["harbour", "gullwing"])
    last = reader.read_all()[-1].covered_until
    assert last is not None
    for page in reader.read_all(NOW + timedelta(minutes=1)):
        assert page.covered_until is not None
        assert page.covered_until >= last


def test_a_query_that_is_new_is_read_from_the_start(web: WebServer, make_watch: MakeWatch) -> None:
    reader = Reader(web, make_watch, [comment(1, START + 5, "gullwing")])
    reader.read_all()
    wider = Reader(web, make_watch, reader.algolia.hits, queries=["harbour", "gullwing"])
    wider.position = reader.position
    assert "1" in counts(wider.read_all())


def test_nothing_is_asked_long_after_the_end_of_the_watch(web: WebServer, make_watch: MakeWatch) -> None:
    end = datetime(2026, 3, 2, tzinfo=UTC)
    seconds = int(end.timestamp())
    hits = [comment(1, seconds - 1), comment(2, seconds)]
    reader = Reader(web, make_watch, hits, watch={"ends": end})
    assert counts(reader.read_all()) == {"1": 1}
    asked = len(reader.algolia.searches)
    page = reader.read(NOW + timedelta(days=1))
    assert (page.posts, page.more, len(reader.algolia.searches)) == ((), False, asked)
    assert page.covered_until == NOW + timedelta(days=1)


def test_a_watch_that_has_not_begun_asks_nothing(web: WebServer, make_watch: MakeWatch) -> None:
    reader = Reader(web, make_watch, [], watch={"starts": NOW + timedelta(days=1)})
    assert not reader.read().more
    assert reader.algolia.searches == []


@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (Reply(429, headers={"retry-after": "90"}), RateLimitedError, "429"),
        (Reply(500), OutgoingError, "HTTP 500"),
        (Reply(404), SourceGoneError, "HTTP 404"),
        (Reply(body=b'{"hits": [{"objec'), OutgoingError, "no JSON"),
        (Reply(body=b"\xff\xfe\x00"), OutgoingError, "no JSON"),
        (Reply(body=b"[" * 100_000), OutgoingError, "no JSON"),
        (Reply(body=b"[]"), OutgoingError, "JSON list, not an object"),
        (Reply(body=b'{"hits": {}}'), OutgoingError, "no list of hits"),
        (Reply(body=b'{"hits": []}', headers={"content-length": "900"}), OutgoingError, "peer closed"),
    ],
)
def test_an_answer_that_is_none_is_a_failure_with_its_reason(
    web: WebServer, make_watch: MakeWatch, reply: Reply, error: type[Exception], reason: str
) -> None:
    reader = Reader(web, make_watch, [])
    web.says(PATH, reply)
    with pytest.raises(error, match=reason):
        reader.read()


@pytest.mark.parametrize(
    ("hit", "reason"),
    [
        ("a text", "no objectID"),
        ({"created_at_i": START, "comment_text": "x"}, "no objectID"),
        (comment(1, START, objectID=7), "no objectID"),
        (comment(1, START, created_at_i=None), "not seconds since 1970"),
        (comment(1, START, created_at_i="soon"), "not seconds since 1970"),
        (comment(1, 2**40), "not seconds since 1970"),
        (comment(1, 2**32), "outside 1990 to tomorrow"),
        (comment(1, START, "<p>"), "the text is empty"),
        (comment(1, START, None), "the text is empty"),
        (comment(1, START, "\ud800"), "lone surrogate"),
    ],
)
def test_a_hit_that_cannot_be_used_is_a_dead_letter_beside_good_ones(hit: Any, reason: str) -> None:
    posts, dead = parse([comment(5, START), hit, comment(6, START)], now=NOW)
    assert [post.native_id for post in posts] == ["5", "6"]
    (one,) = dead
    assert reason in one.reason
    assert json.loads(one.raw) == hit


def test_html_becomes_text_and_a_title_stands_above_it() -> None:
    text = 'I&#x27;m <i>so</i> done.<p>Left&nbsp;today &amp; <a href="https:&#x2F;&#x2F;x.example">here</a>'
    posts, _ = parse([comment(1, START, None, title="Ask: who left?", story_text=text)], now=NOW)
    assert posts[0].text == "Ask: who left?\nI'm so done.\nLeft today & here"


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(0), timedelta(hours=-1)])
def test_a_clock_that_is_wrong_by_an_hour_loses_nothing_and_asks_no_more(
    web: WebServer, make_watch: MakeWatch, ahead: timedelta
) -> None:
    there = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
    reader = Reader(web, make_watch, [])
    seen: Counter[str] = Counter()
    for minute in range(150):  # one post a minute, read every two minutes
        now = there + timedelta(minutes=minute)
        reader.algolia.now = now
        reader.algolia.hits.append(comment(minute, int(now.timestamp()) - 1))
        if minute % 2:
            seen += counts(reader.read_all(now + ahead))
    assert seen.keys() == {str(minute) for minute in range(150)}
    late = [end - int(there.timestamp()) for _, _, end in reader.algolia.searches[-1:]]
    assert late == [149 * 60]
    assert len(reader.algolia.searches) <= 75 + 10
