"""How far a stream of X has been read, and which stretches search still has to fill."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from collector.sources.x.chain import Chain, read_chain, read_time
from collector.sources.x.parse import is_id

MOST = 50  # stretches that wait for search; the last one grows beyond that


@dataclass(frozen=True, slots=True)
class Place:
    """The newest post that the stream has brought, when it was last heard of, and what search is to fill, in order."""

    last: str | None = None
    heard: datetime | None = None
    fills: tuple[Chain, ...] = ()

    def missing(self, *, until: datetime, query: str) -> "Place":
        """The same after a time without a stream that ended at `until`: search is to fill it."""
        last = self.fills[-1] if self.fills else None
        nothing_came = self.last is None or (last is not None and last.since_id == self.last)
        if last is not None and ((nothing_came and not last.under_way) or len(self.fills) >= MOST):
            return replace(self, heard=until, fills=(*self.fills[:-1], replace(last, until=until)))
        lost = Chain(since_id=self.last, since=self.heard, until=until, query=query)
        return replace(self, heard=until, fills=(*self.fills, lost))

    def to_json(self) -> dict[str, Any]:
        """For a position; what a search of the same name would go on from stands on top."""
        lower = self.fills[0] if self.fills else Chain(since_id=self.last, since=self.heard)
        heard = self.heard.isoformat() if self.heard else None
        stream = {"last": self.last, "heard": heard, "fills": [chain.to_json() for chain in self.fills]}
        return {**Chain(since_id=lower.since_id, since=lower.since).to_json(), "stream": stream}


def read_place(position: dict[str, Any], *, query: str) -> Place:
    """The place in a position, also in that of a search; junk counts as absent."""
    stream = position.get("stream")
    if not isinstance(stream, dict):
        chain = read_chain(position, query=query)
        return Place(fills=(replace(chain, until=None),))
    last, fills = stream.get("last"), stream.get("fills")
    return Place(
        last if isinstance(last, str) and is_id(last) else None,
        read_time(stream.get("heard")),
        tuple(read_chain(one, query=query) for one in fills) if isinstance(fills, list) else (),
    )
