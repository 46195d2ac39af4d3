"""Bluesky: the firehose of the whole network, sifted here, and its search, by login, for what lies in the past."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from collector.source import Page
from collector.sources.bluesky.jetstream import Timing
from collector.sources.bluesky.stream import Stream
from collector.sources.bluesky.wires import Wire
from uproar.mentions import Mentions
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

USUAL = Timing()


class Options(BaseModel):
    """The keys of a `bluesky` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wire: Wire = "v1"


class Bluesky:
    """The stream of new posts."""

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings, *, timing: Timing = USUAL) -> None:
        options = Options.model_validate(spec.options)
        self._stream = Stream(watch, Mentions(watch), base=settings.jetstream_url, wire=options.wire, timing=timing)

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read what has come since the last page."""
        return self._stream.fetch(position, now=now)

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
