"""The source `x`: which of its two ways to read, and what of it belongs to the watch."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from collector.source import Page
from collector.sources.x.chain import read_chain
from collector.sources.x.client import Client
from collector.sources.x.connection import Connection
from collector.sources.x.purse import Purse
from collector.sources.x.query import Options, query_of
from collector.sources.x.search import PAUSE, Search, covered_until
from collector.sources.x.stream import Stream
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch


class X:
    """Posts on X that match the query: by search, or by the stream with search for what it missed."""

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings) -> None:
        options = Options.model_validate(spec.options)
        self._query = query_of(options, spec, watch)
        self._watch = watch
        self._every = spec.every_seconds
        token = settings.x_bearer_token.get_secret_value() if settings.x_bearer_token else None
        client = Client(token, settings.x_url, spelling=settings.x_spelling)
        purse = Purse(settings)
        self._search = Search(client, purse, self._query, max_results=options.max_results, starts=watch.starts)
        self._stream: Stream | None = None
        if options.mode == "stream":
            connection = Connection(client, purse, query=self._query, tag=f"uproar:{watch.name}:{spec.name}")
            self._stream = Stream(connection, self._search, query=self._query, starts=watch.starts)

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the next page of the search, or what the stream has brought."""
        starts, ends = self._watch.starts, self._watch.ends
        if self._stream is not None and starts <= now and (ends is None or now < ends):
            page = self._stream.fetch(position, now=now)
        else:
            self.close()
            page = self._searched(position, now=now)
        ours = [post for post in page.posts if starts <= post.created_at and (ends is None or post.created_at < ends)]
        return replace(page, posts=ours)

    def close(self) -> None:
        """Give up what is open."""
        if self._stream is not None:
            self._stream.close()

    def _searched(self, position: dict[str, Any], *, now: datetime) -> Page:
        chain = replace(read_chain(position, query=self._query), until=self._watch.ends)
        step = self._search.read(chain, now=now)
        if not step.done:
            rest = max(PAUSE, step.rest)
            return Page(step.posts, step.chain.to_json(), dead=step.dead, holes=step.holes, more=True, rest=rest)
        return Page(
            step.posts,
            step.chain.finished().to_json(),
            dead=step.dead,
            holes=step.holes,
            covered_until=covered_until(step.chain, now=now),
            rest=step.rest if step.rest > self._every else None,
        )
