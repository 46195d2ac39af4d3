"""Reads a `mastodon` source on as the loop does, with a clock of its own."""

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.source import Page, RateLimitedError
from collector.sources.mastodon import Mastodon
from tests.collector.conftest import MakeWatch, spec_of
from tests.collector.mastodon_server import Instance
from tests.web_server import WebServer
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
EVERY = timedelta(seconds=60)


class Reader:
    """A source, what it has read, and how long it was told to wait."""

    def __init__(self, make_watch: MakeWatch, *servers: Instance, **options: Any) -> None:
        keys = {"services": [{"name": "Harbour Clinics", "hashtags": ["harbour"]}]} | options.pop("watch", {})
        given = {"instances": [server.url for server in servers], "allow_private": True} | options
        self._spec, self._watch = spec_of("mastodon", **given), make_watch(**keys)
        self.source = self.make()
        self.position: dict[str, Any] = {}
        self.now = NOW
        self.pages: list[Page] = []
        self.errors: list[RateLimitedError] = []

    def make(self) -> Mastodon:
        """The source as another process would make it."""
        return Mastodon(self._spec, self._watch, Settings())

    def read(self) -> Page:
        """Read one page and remember where it ended; a position is stored as JSON in between."""
        begun = time.monotonic()
        try:
            page = self.source.fetch(json.loads(json.dumps(self.position)), now=self.now)
        finally:
            self.now += timedelta(seconds=time.monotonic() - begun)
        self.position = page.position
        self.pages.append(page)
        self.now += timedelta(seconds=page.rest or 0.0) if page.more else EVERY
        return page

    def read_all(self, *, most: int = 60) -> list[Page]:
        """Read until nothing more is to be had at once, waiting where the source says so."""
        start = len(self.pages)
        for _ in range(most):
            try:
                if not self.read().more:
                    break
            except RateLimitedError as error:
                self.errors.append(error)
                self.now += timedelta(seconds=error.retry_after or 5.0)
        else:
            raise AssertionError(f"not read after {most} pages")
        return self.pages[start:]

    def troubles(self) -> list[str]:
        """What the pages say of what could not be read."""
        return [page.trouble for page in self.pages if page.trouble]

    def counts(self) -> Counter[str]:
        """How often each number of a status has come."""
        return Counter(post.native_id.rpartition("/")[2] for page in self.pages for post in page.posts)


def two_servers(web: WebServer, other: WebServer, statuses: list[Any], others: list[Any]) -> tuple[Instance, Instance]:
    """Two instances with these statuses."""
    return Instance(web, statuses), Instance(other, others)


def each_once(numbers: range) -> dict[str, int]:
    """What `counts` is if each status has come once."""
    return {str(number): 1 for number in numbers}
