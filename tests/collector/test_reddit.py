from datetime import timedelta
from typing import Any

import pytest

from collector.source import SourceGoneError
from tests.collector.conftest import MakeWatch
from tests.collector.reddit_reader import NOW, Reader, names
from tests.collector.reddit_server import RSS, SEARCH, START, Reddit, comment, submission
from tests.web_server import Reply, WebServer
from uproar import database, posts
from uproar.incoming import Erasure
from uproar.settings import Settings

BOTH = {"queries": ["harbour clinics"], "subreddits": ["harbour", "r/pier"]}


def test_submissions_are_paged_back_to_the_start_and_later_to_what_is_known(
    web: WebServer, make_watch: MakeWatch
) -> None:
    server = Reddit(web, [submission(number) for number in range(500)])
    reader = Reader(web, make_watch, watch={"starts": START + timedelta(minutes=150)})
    pages = reader.read_all()
    assert reader.counts() == dict.fromkeys(names(range(150, 500)), 1)
    assert (len(pages), server.logins, len(server.asked)) == (4, 1, 4)
    assert pages[-1].covered_until == NOW
    assert all(page.covered_until is None for page in pages[:-1])
    server.submissions += [submission(number) for number in range(500, 750)]
    reader.read_all()
    assert set(reader.counts()) == names(range(150, 750))
    assert (len(server.asked), reader.holes()) == (7, [])


def test_comments_come_with_the_title_of_their_thread(web: WebServer, make_watch: MakeWatch) -> None:
    Reddit(web, [submission(9)], [comment(1), comment(3, "same here", link_title="Harbour Clinics is sold")])
    reader = Reader(web, make_watch, queries=["harbour clinics"], subreddits=["harbour", "r/pier"])
    reader.read_all()
    context = {post.native_id: post.context[0] for page in reader.pages for post in page.posts}
    assert context == {"t1_1": "A thread", "t1_3": "Harbour Clinics is sold", "t3_9": "r/harbour"}


def test_posts_that_reddit_shows_as_deleted_are_asked_for_and_erased(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    server = Reddit(web, [submission(number) for number in range(300)])
    reader = Reader(web, make_watch, recheck_days=7)
    taken = [post for page in reader.read_all() for post in page.posts]
    with database.writing() as session:
        posts.save(session, taken, watch="harbour", source="reddit", now=reader.now, settings=store)
    server.submissions[5] = submission(5, removed_by_category="deleted", author="[deleted]")
    server.submissions[6] = submission(6, selftext="[removed]")
    del server.submissions[7]  # left out of the answer: that is no word of a deletion
    erased = []
    for _ in range(20):
        reader.now += timedelta(hours=4)
        erased += [one.native_id for page in reader.read_all() for one in page.erased]
    assert {"t3_5", "t3_6"} == set(erased)
    assert max(len(query.get("id", "").split(",")) for query in server.asked) == 100


def test_a_look_that_uses_up_the_last_request_is_followed_by_a_rest(
    web: WebServer, make_watch: MakeWatch, store: Settings
) -> None:
    server = Reddit(web, [submission(0)])
    reader = Reader(web, make_watch, recheck_days=7)
    taken = [post for page in reader.read_all() for post in page.posts]
    with database.writing() as session:
        posts.save(session, taken, watch="harbour", source="reddit", now=reader.now, settings=store)
    reader.now += timedelta(hours=21)
    web.says(SEARCH, Reply(body=b'{"data": {"children": []}}'))  # with requests left
    server.headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "300"}
    reader.read_all()
    assert server.asked[-1]["id"] == "t3_0"
    asked = len(web.asked)
    reader.now += timedelta(seconds=100)
    page = reader.read()
    assert (len(web.asked), page.more) == (asked, True)
    assert page.rest == pytest.approx(140, abs=1)  # a minute had passed


def test_a_list_that_ends_before_what_is_known_leaves_a_gap(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [submission(0)])
    reader = Reader(web, make_watch)
    reader.read_all()
    server.submissions += [submission(number) for number in range(1, 1_201)]
    reader.read_all()
    assert set(reader.counts()) == names(range(201, 1_201)) | {"t3_0"}
    (hole,) = reader.holes()
    assert (hole.started_at, hole.ended_at) == (START, START + timedelta(minutes=201))
    assert len(server.asked) == 1 + 10
    server.submissions.append(submission(1_300))
    reader.read_all()
    assert len(reader.holes()) == 1


@pytest.mark.parametrize(("number", "longest", "gaps"), [(120, 1_000, 0), (199, 199, 0), (400, 250, 1)])
def test_a_first_list_that_was_cut_leaves_a_gap(
    web: WebServer, make_watch: MakeWatch, number: int, longest: int, gaps: int
) -> None:
    server = Reddit(web, [submission(one) for one in range(number)])
    server.longest = longest
    reader = Reader(web, make_watch)
    reader.read_all()
    assert (len(reader.holes()), len(reader.counts())) == (gaps, min(number, longest))


def test_a_kill_in_the_middle_of_a_list_loses_nothing(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [submission(number) for number in range(500)])
    reader = Reader(web, make_watch)
    for _ in range(2):
        reader.read()
        server.submissions.append(submission(len(server.submissions)))
        reader.source.fetch(reader.position, now=reader.now)  # read and never stored
        reader.source = reader.make()
    reader.read_all()
    reader.read_all()
    assert set(reader.counts()) == names(range(502))
    assert reader.holes() == []


def test_what_reaches_the_index_late_and_what_is_deleted_is_seen(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [submission(number) for number in range(300)])
    reader = Reader(web, make_watch)
    reader.read_all()
    server.submissions += [submission(1_000, created_utc=START.timestamp() + 60 * 295 + 5)]
    server.submissions[299] = submission(299, selftext="[removed]")
    server.submissions[298] = submission(298, selftext="I stay", edited=START.timestamp() + 90_000)
    (page,) = reader.read_all()
    assert "t3_3e8" in {post.native_id for post in page.posts}
    assert list(page.erased) == [Erasure("reddit", "t3_12b")]
    assert [post.text for post in page.posts if post.edited_at] == ["Harbour Clinics is sold\nI stay"]


def test_a_token_that_has_ended_is_renewed_once(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [submission(1)])
    reader = Reader(web, make_watch)
    reader.read_all()
    server.logins += 1  # the token is no longer known
    reader.read_all()
    assert (server.logins, len(server.asked)) == (3, 3)
    server.lasts = 30
    Reader(web, make_watch).read()
    assert server.logins == 4


def test_without_credentials_the_search_is_read_by_rss(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [submission(number, selftext="I left") for number in range(155)])
    late = START + timedelta(minutes=5)
    reader = Reader(web, make_watch, client={}, account="harbour_watch", watch={"starts": late})
    pages = reader.read_all()
    assert reader.counts() == dict.fromkeys(names(range(5, 155)), 1)
    assert {post.text for page in pages for post in page.posts} == {"Harbour Clinics is sold\nI left"}
    assert [page.rest for page in pages] == [7.0, None]
    assert {asked.headers["user-agent"].partition(" ")[2] for asked in web.asked} == {"(by /u/harbour_watch)"}
    assert (server.logins, {asked.path for asked in web.asked}) == (0, {RSS})


def test_without_credentials_comments_are_refused_with_a_remedy(web: WebServer, make_watch: MakeWatch) -> None:
    server = Reddit(web, [])
    with pytest.raises(SourceGoneError, match="set UPROAR_REDDIT_CLIENT_ID"):
        Reader(web, make_watch, client={}, subreddits=["harbour"], queries=[]).read()
    assert server.asked == []


@pytest.mark.parametrize("junk", [{"lanes": 7}, {"lanes": {"harbour clinics": {"chain": {}}}}, {"began": "x"}])
def test_a_position_that_cannot_be_read_counts_as_a_first_run(web: WebServer, make_watch: MakeWatch, junk: Any) -> None:
    Reddit(web, [submission(1)])
    reader = Reader(web, make_watch)
    reader.position = junk
    reader.read_all()
    assert reader.counts() == {"t3_1": 1}
