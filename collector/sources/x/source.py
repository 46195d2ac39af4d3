"""The source `x`: which of its two ways to read, and what of it belongs to the watch."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from collector.source import Page
from collector.sources.x.chain import read_chain
from collector.sources.x.client import Client
from collector.sources.x.purse import Purse
from collector.sources.x.query import Options, query_of
from collector.sources.x.search import PAUSE, Search, covered_until
from uproar.incoming import Incoming
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch


class X:
    """Posts on X that match the query: by search, or by the stream with search for what it missed."""

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings) -> None:
        self._options = Options.model_validate(spec.options)
        self._query = query_of(self._options, spec, watch)
        self._watch = watch
        self._every = spec.every_seconds
        token = settings.x_bearer_token.get_secret_value() if settings.x_bearer_token else None
        client = Client(token, settings.x_url, spelling=settings.x_spelling)
        self._search = Search(
            client, Purse(settings), self._query, max_results=self._options.max_results, starts=watch.starts
        )

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the next page of the search."""
        chain = replace(read_chain(position, query=self._query), until=self._watch.ends)
        step = self._search.read(chain, now=now)
        rest = step.rest if step.rest > self._every else None
        if not step.done:
            return Page(
                self._ours(step.posts), step.chain.to_json(), dead=step.dead, holes=step.holes,
                more=True, rest=max(PAUSE, step.rest),
            )  # fmt: skip
        return Page(
            self._ours(step.posts), step.chain.finished().to_json(), dead=step.dead, holes=step.holes,
            covered_until=covered_until(step.chain, now=now), rest=rest,
        )  # fmt: skip

    def _ours(self, posts: Iterable[Incoming]) -> list[Incoming]:
        starts, ends = self._watch.starts, self._watch.ends
        return [post for post in posts if starts <= post.created_at and (ends is None or post.created_at < ends)]
