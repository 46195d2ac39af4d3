"""The filtered stream of X, and search for what it missed: the stretches between two connections."""

import json
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Hole, Page, RateLimitedError, SourceGoneError
from collector.sources.x.chain import LATEST_END, Chain
from collector.sources.x.connection import Connection
from collector.sources.x.parse import is_id, time_of
from collector.sources.x.place import Place, read_place
from collector.sources.x.purse import BudgetStopError
from collector.sources.x.search import PAUSE, Search, Step
from uproar.log import get_logger
from uproar.outgoing import OutgoingError

SURELY = timedelta(seconds=2)  # after a connection was opened X sends all that matches
AGAIN = 30.0  # seconds until search is tried again after trouble of X's own

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Filled:
    """What search brought of a stretch that the stream missed; `lost` and `read` are about the whole stretch."""

    place: Place
    step: Step | None = None
    lost: tuple[Hole, ...] = ()
    read: tuple[Hole, ...] = ()


class Stream:
    """Reads the connection, and one page of what was missed a call.

    What it keeps follows from the position: a position that it did not return itself means that what came after it
    was not stored, by another process or by this one, and that search has to bring it again.
    """

    def __init__(self, connection: Connection, search: Search, *, query: str, starts: datetime) -> None:
        self._connection = connection
        self._search = search
        self._query = query
        self._starts = starts
        self._returned: dict[str, Any] | None = None
        self._search_at = 0.0

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """What has come since the last call; by search alone while the budget has too little left for a stream.

        Raises:
            OutgoingError: the stream has ended; the next call connects anew.
            BudgetStopError: there is too little left for a search, too.
            RateLimitedError, SourceGoneError: as X says.
        """
        place = read_place(position, query=self._query)
        try:
            return self._listen(place, position, now=now)
        except BudgetStopError:
            return self._search_alone(place, now=now)

    def _listen(self, place: Place, position: dict[str, Any], *, now: datetime) -> Page:
        started = time.monotonic()
        if not self._connection.is_open:
            self._returned = None
            head = self._connection.open(now=now)
            self._search.note_time(head, now=now + timedelta(seconds=time.monotonic() - started))
        if position != self._returned:
            stands = self._search.server_now(now) + timedelta(seconds=time.monotonic() - started) + SURELY
            place = place.missing(until=stands, query=self._query)
        drained = self._connection.drain(now=now)
        heard = self._search.server_now(now) + timedelta(seconds=self._connection.heard - started)
        if not self._connection.behind:
            place = replace(place, heard=max(heard, place.heard or heard))
        ids = [*filter(is_id, drained.ids), *filter(None, [place.last])]
        filled = self._fill(replace(place, last=max(ids, key=int, default=None)), now=now)
        place, step = filled.place, filled.step
        self._returned = json.loads(json.dumps(place.to_json()))
        return Page(
            [*drained.posts, *(step.posts if step else ())],
            place.to_json(),
            dead=[*drained.dead, *(step.dead if step else ())],
            holes=[*filled.lost, *(step.holes if step else ())],
            filled=filled.read,
            covered_until=None if place.fills or self._connection.behind else min(heard, now),
            more=bool(place.fills),
            rest=0.0,
        )

    def close(self) -> None:
        """Give the connection up."""
        self._connection.close()

    def _search_alone(self, place: Place, *, now: datetime) -> Page:
        """What was written until a moment ago, by search: the number of posts that it hands out is exact."""
        stands = self._search.server_now(now) - LATEST_END
        if not place.fills and (place.heard is None or place.heard < stands):
            place = place.missing(until=stands, query=self._query)
        filled = self._fill(place, now=now, alone=True)
        place, step = filled.place, filled.step
        return Page(
            step.posts if step else (),
            place.to_json(),
            dead=step.dead if step else (),
            holes=step.holes if step else (),
            filled=filled.read,
            covered_until=None if place.fills else min(place.heard or now, now),
            more=bool(place.fills),
            rest=PAUSE if place.fills else None,
        )

    def _fill(self, place: Place, *, now: datetime, alone: bool = False) -> Filled:
        """Ask for the next page of the first stretch that is missing, if it is time.

        A failure is for later, unless search is `alone`: then it is raised.
        """
        if not place.fills or time.monotonic() < self._search_at:
            return Filled(place)
        chain, *others = place.fills
        if chain.until is None or self._search.server_now(now) < chain.until + LATEST_END:
            return Filled(place)  # X finds what was written when the connection stood only after half a minute
        rest = PAUSE
        try:
            step = self._search.read(chain, now=now)
        except (RateLimitedError, SourceGoneError, OutgoingError) as error:
            if alone:
                raise
            if not isinstance(error, SourceGoneError):
                rest = getattr(error, "retry_after", None) or AGAIN
                log.warning("x_fill_waits", error=str(error)[:200], again_in_s=round(rest, 1))
                lost = (self._hole(chain, error),) if isinstance(error, BudgetStopError) else ()
                return Filled(place, lost=lost)
            return Filled(replace(place, fills=tuple(others)), lost=(self._hole(chain, error),))
        finally:
            self._search_at = time.monotonic() + rest
        self._search_at = max(self._search_at, time.monotonic() + step.rest)
        if not step.done:
            return Filled(replace(place, fills=(step.chain, *others)), step)
        lower = max([self._lower(chain), *(hole.ended_at for hole in step.holes)])  # those stay
        read = Hole(lower, chain.until, "read by search")
        last = max(filter(None, [place.last, step.chain.newest]), key=int, default=None)
        return Filled(replace(place, fills=tuple(others), last=last), step, read=(read,))

    def _hole(self, chain: Chain, error: Exception) -> Hole:
        until = chain.until or self._lower(chain)
        return Hole(self._lower(chain), until, f"the stream was down, and search cannot fill in: {error}")

    def _lower(self, chain: Chain) -> datetime:
        known = (time_of(chain.since_id), chain.since, self._starts)
        lower = max(filter(None, known))
        return min(lower, chain.until or lower)
