"""Bluesky: the firehose of the whole network, sifted here, and its search, by login, for what lies in the past."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from collector.source import Page
from collector.sources.bluesky.backfill import Filler, Rounds
from collector.sources.bluesky.jetstream import Timing
from collector.sources.bluesky.login import Login
from collector.sources.bluesky.revival import revive
from collector.sources.bluesky.search import Search, queries_of
from collector.sources.bluesky.stream import Stream
from collector.sources.bluesky.wires import Wire
from uproar.incoming import Incoming
from uproar.mentions import Mentions
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch
from uproar.watch_types import Variable

USUAL = Timing()


class Options(BaseModel):
    """The keys of a `bluesky` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["stream", "search"] = "stream"
    wire: Wire = "v1"
    identifier_env: Variable | None = None
    password_env: Variable | None = None
    queries: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        if (self.identifier_env is None) != (self.password_env is None):
            raise ValueError("identifier_env and password_env belong together: give both or neither")
        if self.mode == "search" and self.identifier_env is None:
            raise ValueError('mode = "search" needs a login: name its variables by identifier_env and password_env')
        return self


class Bluesky:
    """The stream of new posts; with a login, also the search for those that the stream does not have any more."""

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings, *, timing: Timing = USUAL) -> None:
        options = Options.model_validate(spec.options)
        mentions = Mentions(watch)
        self._watch, self._mentions, self._wire = watch, mentions, options.wire
        self._rounds: Rounds | None = None
        self._filler: Filler | None = None
        if options.identifier_env is not None and options.password_env is not None:
            login = Login(
                settings.bluesky_url, identifier_env=options.identifier_env, password_env=options.password_env
            )
            queries = options.queries or queries_of(watch)
            search = Search(watch, mentions, login, queries, match=spec.match is not False)
            if options.mode == "search":
                self._rounds = Rounds(watch, search)
            else:
                self._filler = Filler(search)
        self._stream = Stream(watch, mentions, base=settings.jetstream_url, wire=options.wire, timing=timing)

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read what has come since the last page."""
        if self._rounds is not None:
            return self._rounds.fetch(position, now=now)
        page = self._stream.fetch(position, now=now)
        return page if self._filler is None else self._filler.fill(page, position, now=now)

    def revive(self, raw: str, *, now: datetime) -> Incoming:
        """Read a frame of the stream, or a post of a search, again that was a dead letter."""
        return revive(raw, self._watch, self._mentions, self._wire, now=now)

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
