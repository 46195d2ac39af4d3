"""Reads a firehose on this machine as the loop does, by one process after another if need be."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.source import Page
from collector.sources.bluesky import Bluesky
from collector.sources.bluesky.jetstream import Timing
from tests.collector.firehose import Firehose, uri
from uproar.outgoing import OutgoingError
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

NOW = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)
QUICK = Timing(reading=0.3, silence=0.5, opening=3.0, pause=0.02, longest_pause=0.1)
ALL = {uri(n) for n in range(20) if n % 2}  # of the firehose of most tests


def at(seconds: float) -> datetime:
    """So long after noon, when the firehose of most tests begins."""
    return datetime(2026, 3, 4, 12, tzinfo=UTC) + timedelta(seconds=seconds)


def micros(seconds: float) -> int:
    """The same in microseconds since 1970."""
    return int(at(seconds).timestamp() * 1_000_000)


class Reader:
    """A source that is read on as the loop does it, by one process after another if need be."""

    def __init__(self, firehose: Firehose, watch: Watch, wire: str = "v1") -> None:
        self.firehose = firehose
        self.position: dict[str, Any] = {}
        self.pages: list[Page] = []
        self.errors: list[Exception] = []
        self._watch = watch
        self._spec = SourceSpec.model_validate({"type": "bluesky", "wire": wire})
        self.source = self._make()

    def _make(self) -> Bluesky:
        return Bluesky(self._spec, self._watch, Settings(jetstream_url=self.firehose.url), timing=QUICK)

    def read(self, now: datetime = NOW) -> Page:
        """Read one page and remember where it ended; a position is stored as JSON in between."""
        page = self.source.fetch(json.loads(json.dumps(self.position)), now=now)
        self.position = page.position
        self.pages.append(page)
        return page

    def read_often(self, times: int, now: datetime = NOW) -> None:
        """Read, whatever happens."""
        for _ in range(times):
            try:
                self.read(now)
            except (OutgoingError, OSError) as error:
                self.errors.append(error)

    def die(self) -> None:
        """End as a killed process does; the next one goes on from what was stored."""
        self.source.close()
        self.source = self._make()

    @property
    def found(self) -> set[str]:
        """The ids of all posts so far."""
        return {post.native_id for page in self.pages for post in page.posts}

    @property
    def holes(self) -> list[tuple[datetime, datetime]]:
        """From and to of all holes so far."""
        return [(hole.started_at, hole.ended_at) for page in self.pages for hole in page.holes]
