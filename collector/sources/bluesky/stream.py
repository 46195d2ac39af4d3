"""Reads the firehose page by page: where to go on, what was lost, and whether it has caught up."""

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Hole, Page
from collector.sources.bluesky.jetstream import MAX_FRAME, Ended, Jetstream, Timing
from collector.sources.bluesky.sieve import Sieve
from collector.sources.bluesky.wires import Place, Wire, cursor_for, moment, place_of
from uproar.mentions import Mentions
from uproar.outgoing import OutgoingError
from uproar.watch import Watch

JUMP = timedelta(minutes=1)  # a stream that goes on so much later than asked has left something out
LAG = timedelta(minutes=1)
EARLY = timedelta(hours=2)  # our clock may be wrong, so a stream is listened to before the watch begins
RESTING = 3_600.0  # seconds, where there is nothing to listen to
CATCHING_UP = 2.0  # the stream's time goes by so many times as fast as ours
STEPS: dict[Wire, int] = {"v1": 1_000_000, "v2": 1_000}  # microseconds or numbers: over a frame that is too large


class Stream:
    """The posts of the whole network that mention the deal, as they are written.

    A position is `{"wire", "cursor", "time"}`: the stream's own times, never our clock's.
    """

    def __init__(self, watch: Watch, mentions: Mentions, *, base: str, wire: Wire, timing: Timing) -> None:
        self._watch = watch
        self._mentions = mentions
        self._wire: Wire = wire
        self._jetstream = Jetstream(base, wire, timing)
        self._at: Place | None = None
        self._first: Place | None = None
        self._refused = ""
        self._fresh = False
        self._news = False  # whether this connection has brought anything new
        self._began = 0.0
        self._steps = 0

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read what has come since the last page; see `collector.source.Source`."""
        place = place_of(position, self._wire)
        if self._is_over(place, now):
            self.close()
            missed = () if place or position.get("over") else self._missed_before(self._watch.ends or now)
            return Page((), position if place else {"over": True}, holes=missed, covered_until=now, rest=RESTING)
        if place is None and self._watch.starts - now > EARLY:
            return Page((), position, rest=RESTING)
        self._go_to(place, now)
        self._began = time.monotonic()
        sieve = Sieve(self._watch, self._mentions, self._wire, now=now)
        ended = self._jetstream.read(sieve)
        following = self._following(sieve, place)
        self._at = following
        if following is not None and ended is not None and ended.too_big:
            return self._step_over(self._page(sieve, following, place, now=now), following)
        if ended is not None and following == place:
            raise OutgoingError(_complaint(ended, sieve))
        if following is None:
            return Page((), position, dead=sieve.dead, more=True, rest=0.0)
        if following != place:
            self._steps, self._news = 0, True
        return self._page(sieve, following, place, now=now)

    def close(self) -> None:
        """Let go of the connection."""
        self._jetstream.close()

    def _is_over(self, place: Place | None, now: datetime) -> bool:
        """Whether all that the watch asks for has been written; the stream's time counts where it is known."""
        ends = self._watch.ends
        if ends is None:
            return False
        return place.at >= ends if place else now >= ends + EARLY

    def _go_to(self, place: Place | None, now: datetime) -> None:
        """Make sure of a connection that goes on from a place."""
        if self._jetstream.is_open and self._at == place:
            return
        self._jetstream.close()
        self._at = place
        self._fresh, self._news = True, False
        # the very first page may have been lost before it was stored: go on from where it began, not from now
        self._refused = self._jetstream.open(place or self._first, now=now)

    def _following(self, sieve: Sieve, place: Place | None) -> Place | None:
        """Where to go on after what the sieve has seen."""
        last = sieve.last
        if last is None:
            return place
        if self._first is None and sieve.first is not None:
            self._first = Place(sieve.first.cursor, sieve.first.time)
        # what is read again takes nothing back; a server that does not go by the cursor does: its time counts
        if place and not self._refused and cursor_for(place, self._wire) <= last.cursor <= place.cursor:
            return place
        return Place(last.cursor, last.time)

    def _page(self, sieve: Sieve, following: Place, before: Place | None, *, now: datetime) -> Page:
        """The page of a connection that is still open, or was until just now."""
        hurry = _seconds(sieve) > CATCHING_UP * (time.monotonic() - self._began)
        broken = not self._jetstream.is_open
        return Page(
            sieve.posts,
            self._position(following),
            dead=sieve.dead,
            holes=self._holes(sieve, before),
            erased=sieve.erased,
            covered_until=following.at,
            # a connection that stays silent has made nothing good; a clock that is wrong makes no stream lag
            more=broken or not self._news or (now - following.at > LAG and hurry),
            rest=self._jetstream.pause if broken else 0.0,
        )

    def _position(self, place: Place) -> dict[str, Any]:
        exact = {"exact": True} if place.exact else {}
        return {"wire": self._wire, "cursor": place.cursor, "time": place.time, **exact}

    def _holes(self, sieve: Sieve, before: Place | None) -> tuple[Hole, ...]:
        """What lies between where the stream was left and where it went on."""
        if before is None:
            return self._missed_before(self._first.at) if self._first else ()
        if not self._fresh or sieve.first is None:
            return ()
        self._fresh = False
        first = moment(sieve.first.time)
        if self._refused:
            return self._hole(before.at, first, f"the server holds it no more ({self._refused})")
        if first - before.at > JUMP:
            return self._hole(before.at, first, "the stream went on later than it was asked to: it looks back 36 hours")
        return ()

    def _missed_before(self, first: datetime) -> tuple[Hole, ...]:
        return self._hole(self._watch.starts, first, "the stream was not listened to yet")

    def _hole(self, start: datetime, end: datetime, reason: str) -> tuple[Hole, ...]:
        """A hole in so far as the watch covers it."""
        start, end = max(start, self._watch.starts), min(end, self._watch.ends or end)
        return (Hole(start, end, reason),) if start < end else ()

    def _step_over(self, page: Page, place: Place) -> Page:
        """Go on behind a frame that is too large: not knowing how far that is, a little further each time."""
        far = STEPS[self._wire] * 2**self._steps
        self._steps = min(self._steps + 1, 20)
        behind = Place(place.cursor + far, place.time + (far if self._wire == "v1" else STEPS["v1"]), exact=True)
        hole = self._hole(place.at, behind.at, f"a frame of the stream was larger than {MAX_FRAME:,} bytes")
        return replace(page, position=self._position(behind), holes=(*page.holes, *hole), covered_until=behind.at)


def _seconds(sieve: Sieve) -> float:
    """How much of the stream's time went by."""
    return (sieve.last.time - sieve.first.time) / 1e6 if sieve.first and sieve.last else 0.0


def _complaint(ended: Ended, sieve: Sieve) -> str:
    unread = (
        f"; {len(sieve.dead)} frames could not be read, the last since {sieve.dead[-1].reason}" if sieve.dead else ""
    )
    return f"{ended.reason}, before anything new came{unread}"
