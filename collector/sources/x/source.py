"""The source `x`: which of its two ways to read, and what of it belongs to the watch."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from collector.recheck import Recheck, also
from collector.source import Page
from collector.sources.x.chain import read_chain
from collector.sources.x.client import Client
from collector.sources.x.connection import Connection
from collector.sources.x.counts import Audit
from collector.sources.x.gone import A_CALL, Lookup
from collector.sources.x.parse import PLATFORM, revive
from collector.sources.x.purse import BudgetStopError, Purse
from collector.sources.x.query import Options, query_of
from collector.sources.x.search import PAUSE, Search, covered_until
from collector.sources.x.stream import Stream
from uproar import database, volumes
from uproar.incoming import Incoming
from uproar.settings import Settings
from uproar.volumes import Counted
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
        self._counts = Audit(client, purse, self._query, partial(_keep_volume, watch.name, spec.name))
        self._audit = self._counts if options.counts else None
        gone = Lookup(client, purse).gone
        self._recheck = Recheck(watch.name, spec.name, PLATFORM, gone, a_call=A_CALL, days=options.recheck_days)
        self._stream: Stream | None = None
        if options.mode == "stream":
            connection = Connection(client, purse, query=self._query, tag=f"uproar:{watch.name}:{spec.name}")
            self._stream = Stream(connection, self._search, query=self._query, starts=watch.starts)

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the next page of the search, or what the stream has brought."""
        place = {
            name: part for name, part in position.items() if name != "recheck"
        }  # a stream knows its own by comparing
        try:
            page = self._read(place, now=now)
        except BudgetStopError as stop:
            chain = read_chain(place, query=self._query)
            raise (self._audit.unbought(stop, chain, now=now) if self._audit else stop) from None
        ours = [post for post in page.posts if self._watch.covers(post.created_at)]
        return also(replace(page, posts=ours), self._recheck, position=position, now=now)

    def probe(self, *, now: datetime) -> Page:
        """Ask X for a count of the last hour, which costs nothing; no post comes.

        Raises:
            RateLimitedError, SourceGoneError, OutgoingError: X does not answer, or not to us.
        """
        number = self._counts.look(now=now)
        return Page((), {}, note=f"X counts {number:,} posts that match in the last hour; none of them was bought")

    def revive(self, raw: str, *, now: datetime) -> Incoming:  # noqa: ARG002 - every post has a time of its own
        """Read a post again that was a dead letter."""
        return revive(raw)

    def close(self) -> None:
        """Give up what is open."""
        if self._stream is not None:
            self._stream.close()

    def _read(self, position: dict[str, Any], *, now: datetime) -> Page:
        if self._stream is not None and self._watch.covers(now):
            return self._stream.fetch(position, now=now)
        self.close()
        return self._searched(position, now=now)

    def _searched(self, position: dict[str, Any], *, now: datetime) -> Page:
        chain = replace(read_chain(position, query=self._query), until=self._watch.ends)
        window = position.get("window")
        kept = {"window": window} if window is not None else {}
        step = self._search.read(chain, now=now)
        if not step.done:
            rest = max(PAUSE, step.rest)
            following = step.chain.to_json() | kept
            return Page(step.posts, following, dead=step.dead, holes=step.holes, more=True, rest=rest)
        missing = None
        if self._audit is not None and step.chain.under_way:
            window, missing = self._audit.after(step.chain, window, now=now)
            kept = {"window": window} if window is not None else {}
        return Page(
            step.posts,
            step.chain.finished().to_json() | kept,
            dead=step.dead,
            holes=(*step.holes, missing) if missing else step.holes,
            covered_until=covered_until(step.chain, now=now),
            rest=step.rest if step.rest > self._every else None,
        )


def _keep_volume(watch: str, source: str, counts: Sequence[Counted]) -> None:
    with database.writing() as session:
        volumes.put(session, counts, watch=watch, source=source)
