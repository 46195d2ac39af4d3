"""One connection to Jetstream: opened from a place, read for a moment at a time, given up when it is silent."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from websockets.exceptions import ConnectionClosed, InvalidStatus, InvalidURI, WebSocketException
from websockets.http11 import Response
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from collector.http import require_ok
from collector.source import SourceGoneError
from collector.sources.bluesky.sieve import Sieve
from collector.sources.bluesky.wires import Place, StreamError, Wire, address_of, cursor_for
from uproar.outgoing import USER_AGENT, Answer, OutgoingError

MAX_FRAME = 4 << 20  # bytes; a larger frame ends the connection, and is stepped over
MAX_WAITING = 256  # frames that wait to be read
MOST_POSTS = 500
MOST_FRAMES = 20_000
STEADY = 60.0  # seconds; a connection that lasted so long was no short one
TOO_BIG = 1009  # RFC 6455, 7.4.1
REFUSED_CURSORS = ("CursorTooOld", "FutureCursor")  # the second wire's words, with a 400


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: of one reading, of silence that means death, for opening, and between two connections."""

    reading: float = 2.0
    silence: float = 20.0
    opening: float = 10.0
    pause: float = 1.0
    longest_pause: float = 8.0


class Ended(NamedTuple):
    """Why a connection ended; `too_big`: over a frame that may not be read."""

    reason: str
    too_big: bool = False


class Jetstream:
    """A connection that stays open between two readings, and how often there was a new one."""

    def __init__(self, base: str, wire: Wire, timing: Timing) -> None:
        self._base = base
        self._wire: Wire = wire
        self._timing = timing
        self._connection: ClientConnection | None = None
        self._leave: Callable[[], None] = _nothing
        self._opened: float | None = None
        self._heard = 0.0
        self._short = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a connection to read from."""
        return self._connection is not None

    @property
    def pause(self) -> float:
        """Seconds until the next connection may be made; the more of them in a row were short, the longer."""
        if self._opened is None:
            return 0.0
        least = min(self._timing.pause * 2.0 ** min(self._short, 10), self._timing.longest_pause)
        return max(0.0, self._opened + least - time.monotonic())

    def open(self, place: Place | None, *, now: datetime) -> str:
        """Connect, to go on from a place or to read from now on.

        Returns:
            Why the server does not go on from there; empty if it did not refuse to.

        Raises:
            RateLimitedError, SourceGoneError, OutgoingError, OSError: as for any source.
        """
        time.sleep(self.pause)
        self._opened = self._heard = time.monotonic()
        refused = ""
        for cursor in self._cursors(place):
            try:
                self._connection = self._connect(cursor)
            except InvalidStatus as error:
                reason = _refusal(error.response)
                if cursor is None or not reason:
                    raise _failure(error.response, self._base, now=now) from None
                refused = reason
            else:
                return refused
        raise OutgoingError("no connection was tried")  # there is always a last cursor, None

    def _cursors(self, place: Place | None) -> list[int | None]:
        """The cursors to try in turn: the next one where the one before is refused."""
        if place is None or not place.cursor:
            return [None]
        return [cursor_for(place, self._wire), 0, None] if self._wire == "v2" else [cursor_for(place, "v1"), None]

    def _connect(self, cursor: int | None) -> ClientConnection:
        address, subprotocols = address_of(self._base, self._wire, cursor)
        opened = ExitStack()
        try:
            connection = opened.enter_context(
                connect(
                    address,
                    subprotocols=[Subprotocol(name) for name in subprotocols] or None,
                    compression=None,  # inflating costs more time than the network saves
                    open_timeout=self._timing.opening,
                    ping_timeout=None,  # pings keep the way open; silence is what decides
                    close_timeout=1.0,
                    max_size=MAX_FRAME,
                    max_queue=MAX_WAITING,
                    user_agent_header=USER_AGENT,
                    proxy=None,
                )
            )
        except InvalidStatus:
            raise
        except InvalidURI as error:
            raise SourceGoneError(f"UPROAR_JETSTREAM_URL: {error}") from None
        except WebSocketException as error:
            raise OutgoingError(f"no stream was opened: {error}") from None
        self._leave = opened.close
        return connection

    def read(self, sieve: Sieve) -> Ended | None:
        """Put what has come through the sieve, for a moment at most; why there is no connection any more, if so."""
        connection, frames = self._connection, 0
        if connection is None:
            return Ended("it was not open")
        deadline = time.monotonic() + self._timing.reading
        try:
            while frames < MOST_FRAMES and len(sieve.posts) < MOST_POSTS:
                frame = connection.recv(timeout=deadline - time.monotonic(), decode=False)
                frames += 1
                sieve.take(frame)
        except TimeoutError:
            pass
        except StreamError as error:
            return self._end(f"the server ended the stream: {error}")
        except ConnectionClosed as error:
            too_big = error.sent is not None and error.sent.code == TOO_BIG and not error.rcvd_then_sent
            return self._end(f"the connection was closed: {error}", too_big=too_big)
        if frames:
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > self._timing.silence:
            return self._end(f"nothing came for {self._timing.silence:g} s: the connection is dead")
        return None

    def _end(self, reason: str, *, too_big: bool = False) -> Ended:
        self.close()
        lasted = time.monotonic() - (self._opened or 0.0)
        self._short = self._short + 1 if lasted < STEADY else 0
        return Ended(reason, too_big)

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        self._connection = None
        leave, self._leave = self._leave, _nothing
        leave()


def _nothing() -> None:
    """What leaving takes where there is no connection."""


def _said(response: Response) -> str:
    return bytes(response.body or b"")[:500].decode(errors="replace")


def _refusal(response: Response) -> str:
    """Which cursor the server does not take, by its own word for it."""
    if response.status_code != 400:  # noqa: PLR2004 - HTTP
        return ""
    return next((word for word in REFUSED_CURSORS if word in _said(response)), "")


def _failure(response: Response, base: str, *, now: datetime) -> Exception:
    """What a status other than 101 means to the loop."""
    headers = {name.lower(): value for name, value in response.headers.raw_items()}
    try:
        require_ok(Answer(response.status_code, headers, b"", base), now=now)
    except Exception as error:  # noqa: BLE001 - it is raised by the caller, without the connection's own trace
        return error
    return OutgoingError(f"HTTP {response.status_code} instead of a stream")
