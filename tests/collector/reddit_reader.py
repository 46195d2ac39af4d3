"""Reads a `reddit` source on as the loop does, with a clock of its own."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.source import Page
from collector.sources import reddit
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.reddit_server import CLIENT
from tests.web_server import WebServer
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Reader:
    """A source, what it has read, and a clock that goes on as the source says."""

    def __init__(self, web: WebServer, make_watch: MakeWatch, **options: Any) -> None:
        keys, client = options.pop("watch", {}), options.pop("client", CLIENT)
        self._settings = Settings(reddit_url=web.url, reddit_login_url=web.url, **client)
        self._spec = spec_of("reddit", **({"queries": ["harbour clinics"], "recheck_days": 0} | options))
        self._watch = make_watch(**keys)
        self.source = self.make()
        self.position: dict[str, Any] = {}
        self.now = NOW
        self.pages: list[Page] = []

    def make(self) -> reddit.Reddit:
        """The source as another process would make it."""
        return reddit.Reddit(self._spec, self._watch, self._settings)

    def read(self) -> Page:
        """Read one page and remember where it ended; a position is stored as JSON in between."""
        page = self.source.fetch(json.loads(json.dumps(self.position)), now=self.now)
        self.position = page.position
        self.pages.append(page)
        self.now += timedelta(seconds=(page.rest or 0.0) if page.more else 60.0)
        return page

    def read_all(self) -> list[Page]:
        """Read until nothing more is to be had at once."""
        start = len(self.pages)
        while self.read().more:
            assert len(self.pages) - start < 100
        return self.pages[start:]

    def counts(self) -> Counter[str]:
        """How often each post has come."""
        return Counter(post.native_id for page in self.pages for post in page.posts)

    def holes(self) -> list[Any]:
        """All gaps."""
        return [hole for page in self.pages for hole in page.holes]


def names(numbers: range, kind: str = "t3") -> set[str]:
    """The fullnames of these numbers."""
    return {f"{kind}_{number:x}" for number in numbers}
