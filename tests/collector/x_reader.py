"""What the tests of the source `x` read with."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.source import Page
from collector.sources import build
from tests.collector.conftest import NOW, MakeWatch, spec_of
from tests.collector.x_api import SEARCH, Search, id_at, post
from tests.web_server import WebServer
from uproar.settings import Settings

START = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "a-made-up-token"


class Reader:
    """A source that reads on, as the loop does; `died` is a process that ends before it stores what it read."""

    def __init__(
        self,
        web: WebServer,
        make_watch: MakeWatch,
        posts: list[Any],
        *,
        clock: Callable[[], datetime] = lambda: NOW,
        settings: dict[str, Any] | None = None,
        watch: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.api = Search(posts, clock=clock)
        web.says(SEARCH, self.api)
        self.web = web
        self._spec = spec_of("x", **options)
        self._watch = make_watch(**(watch or {}))
        self._settings = Settings(**({"x_url": web.url, "x_bearer_token": TOKEN} | (settings or {})))
        self.position: dict[str, Any] = {}
        self.start()

    def start(self) -> None:
        """Begin anew as another process does: with nothing but the stored position."""
        self.source = build(self._spec, self._watch, self._settings)

    def read(self, now: datetime = NOW, *, died: bool = False) -> Page:
        """Read one page; a position is stored as JSON in between."""
        page = self.source.fetch(json.loads(json.dumps(self.position)), now=now)
        if not died:
            self.position = page.position
        return page

    def read_all(self, now: datetime = NOW) -> list[Page]:
        """Read until nothing more is to be had at once."""
        pages = [self.read(now)]
        while pages[-1].more:
            pages.append(self.read(now))
            assert len(pages) < 100
        return pages


def many(number: int, *, since: datetime = START) -> list[dict[str, Any]]:
    """Posts a minute apart."""
    return [post(id_at(since + timedelta(minutes=at), at)) for at in range(number)]


def counts(pages: list[Page]) -> Counter[str]:
    """How often each post has come."""
    return Counter(one.native_id for page in pages for one in page.posts)
