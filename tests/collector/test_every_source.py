"""A real `uproar collect` with every source that asks, each of whose servers fails in every way; a post comes once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.collector.algolia import Algolia, comment
from tests.collector.bluesky_search import PASSWORD, BlueskySearch, found
from tests.collector.mastodon_server import TIMELINE, Instance, status
from tests.collector.reddit_server import SEARCH as REDDIT
from tests.collector.reddit_server import Reddit, submission
from tests.collector.rss import item, rss
from tests.collector.test_collect_process import BY_ANOTHER_CLOCK, COLLECT, add_to_watch, collecting
from tests.collector.x_api import SEARCH, Search, id_at, post
from tests.waiting import until
from tests.web_server import Asked, Reply, WebServer
from uproar import database
from uproar.models import Gap, Post
from uproar.settings import Settings

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
SOURCES = """
[[sources]]
type = "x"
every_seconds = 1
counts = false
recheck_days = 0

[[sources]]
type = "bluesky"
mode = "search"
queries = ["harbour clinics"]
identifier_env = "BSKY_NAME"
password_env = "BSKY_PASSWORD"
every_seconds = 1

[[sources]]
type = "mastodon"
instances = ["{url}"]
hashtags = ["harbour"]
allow_private = true
match = false
every_seconds = 1

[[sources]]
type = "reddit"
queries = ["harbour clinics"]
recheck_days = 0
every_seconds = 1

[[sources]]
type = "hackernews"
queries = ["harbour clinics"]
every_seconds = 1

[[sources]]
type = "feed"
url = "{url}/feed"
allow_private = true
match = false
every_seconds = 1
"""
PATHS = {
    "x": SEARCH,
    "bluesky": "/xrpc/app.bsky.feed.searchPosts",
    "mastodon": f"{TIMELINE}harbour",
    "reddit": REDDIT,
    "hackernews": "/api/v1/search_by_date",
    "feed": "/feed",
}
POSTS = {"x": 450, "bluesky": 350, "mastodon": 200, "reddit": 350, "hackernews": 1_200, "feed": 40}


def cut(reply: Reply) -> Reply:
    """An answer whose connection breaks off in the middle."""
    assert isinstance(reply.body, bytes)
    half = reply.body[: len(reply.body) // 2]
    return Reply(reply.status, half, {**reply.headers, "content-length": str(len(reply.body))})


FAULTS: dict[int, Callable[[Reply], Reply]] = {  # by the number of the request; those in between are answered
    2: lambda _: Reply(429, headers={"retry-after": "1"}),
    4: lambda _: Reply(500),
    6: cut,
    8: lambda _: Reply(body=b"\x00\xff{nonsense"),
}
STALLED = 9


class Failing:
    """Stands before the answers of one path, fails in turn, and does not end the answer after that until released."""

    def __init__(self, web: WebServer, path: str, released: threading.Event) -> None:
        self._answer = web.answer_of(path)
        self._released = released
        self.asked = 0
        self.stalled = False
        web.says(path, self)

    def __call__(self, asked: Asked) -> Reply:  # noqa: D102 - what a WebServer calls
        self.asked += 1
        reply = self._answer(asked)
        if self.asked in FAULTS:
            return FAULTS[self.asked](reply)
        if self.asked < STALLED or self._released.is_set():
            return reply
        self.stalled = True
        return Reply(body=self._drip, headers={"content-length": "5000"})

    def _drip(self) -> Iterator[bytes]:
        while not self._released.wait(0.1):
            yield b" "


@pytest.mark.parametrize("ahead", [0, 1, -1])
def test_every_post_arrives_once_through_429_5xx_drops_garbage_a_kill_and_a_wrong_clock(
    home: Path, sqlite_store: Settings, web: WebServer, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    _serve(web)
    for name, value in _variables(web.url).items():
        monkeypatch.setenv(name, value)
    add_to_watch(home, SOURCES.format(url=web.url), starts=SINCE)
    released = threading.Event()
    servers = {name: Failing(web, path, released) for name, path in PATHS.items()}
    command = ("-c", BY_ANOTHER_CLOCK, str(ahead)) if ahead else ()
    whole = (COLLECT[0], *command) if ahead else tuple(COLLECT)
    with collecting(*whole):  # and killed -9 while several answers come
        until(lambda: sum(server.stalled for server in servers.values()) >= 3)
    released.set()
    with collecting(*whole):
        until(lambda: counts() == POSTS and all(server.asked > max(FAULTS) for server in servers.values()))
    with database.reading() as session:
        reasons = {gap.reason for gap in session.exec(select(Gap)) if gap.filled_at is None and gap.ended_at}
    assert all("seven days" in reason for reason in reasons), reasons


def counts() -> dict[str, int]:
    with database.reading() as session:
        return dict(Counter(session.exec(select(Post.source))))


def _serve(web: WebServer) -> None:
    """Put the posts behind the fake platforms."""
    hour = datetime.now(UTC) - timedelta(hours=8)
    posts = [post(id_at(hour + timedelta(seconds=at))) for at in range(POSTS["x"])]
    api = Search(posts, clock=lambda: datetime.now(UTC))
    api.dated = True
    web.says(SEARCH, api)
    BlueskySearch(web, [found(number, number) for number in range(POSTS["bluesky"])])
    Instance(web, [status(number) for number in range(POSTS["mastodon"])])
    Reddit(web, [submission(number) for number in range(POSTS["reddit"])])
    start = int(SINCE.timestamp())
    hits = [comment(number, start + 60 * number, "Harbour Clinics, no more") for number in range(POSTS["hackernews"])]
    web.says(PATHS["hackernews"], Algolia(hits))
    web.says("/feed", Reply(body=rss(*(item(number) for number in range(POSTS["feed"])))))


def _variables(url: str) -> dict[str, str]:
    return {
        "UPROAR_X_URL": url,
        "UPROAR_X_BEARER_TOKEN": "made-up",
        "UPROAR_BLUESKY_URL": url,
        "BSKY_NAME": "us.example",
        "BSKY_PASSWORD": PASSWORD,
        "UPROAR_REDDIT_URL": url,
        "UPROAR_REDDIT_LOGIN_URL": url,
        "UPROAR_REDDIT_CLIENT_ID": "made-up-id",
        "UPROAR_REDDIT_CLIENT_SECRET": "made-up-secret",
        "UPROAR_HACKERNEWS_URL": url,
    }
