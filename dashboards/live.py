"""Tells every open page that something changed: one look at the tables a second, however many pages are open."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from anyio import to_thread
from fastapi import HTTPException, Request
from fastapi.sse import ServerSentEvent
from sqlalchemy.exc import SQLAlchemyError

from uproar.log import get_logger

EVERY_SECONDS = 1.0
DOUBT_SECONDS = 30.0  # so often a quiet stream asks whether its listener is still logged in
MOST_LISTENERS = 1_000
FAILED = "database"

log = get_logger(__name__)


@dataclass(eq=False)
class Listener:
    """One open page: the parts that changed since it was last told."""

    parts: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """The one poller and the pages that listen to it."""

    def __init__(
        self, look: Callable[[], dict[str, str]], every: float = EVERY_SECONDS, doubt: float = DOUBT_SECONDS
    ) -> None:
        self._look = look
        self._doubt = doubt
        self._every = every
        self._listeners: set[Listener] = set()
        self._anybody = asyncio.Event()
        self._closed = False
        self._down = False

    async def watch(self) -> None:
        """Look at the tables as long as anybody listens, and say what changed; runs until it is cancelled."""
        last: dict[str, str] = {}
        while True:
            await self._anybody.wait()
            try:
                found = await to_thread.run_sync(self._look)
            except SQLAlchemyError as error:
                if not self._down:
                    log.error("live_failed", error=type(error).__name__)  # noqa: TRY400 - the cause is one line
                    self._tell({FAILED})
                self._down = True
            else:
                changed = {part for part, text in found.items() if last and last.get(part) != text}
                self._tell({*found, FAILED} if self._down else changed)
                last, self._down = found, False
            await asyncio.sleep(self._every)

    def _tell(self, parts: set[str]) -> None:
        for listener in self._listeners if parts else ():
            listener.parts |= parts
            listener.woken.set()

    async def events(self, welcome: Callable[[], bool] = lambda: True) -> AsyncIterator[ServerSentEvent]:
        """What one page is told: `hello`, then `changed` with the parts, or `failed` while the database is away.

        It ends when the listener is no longer `welcome`, which is asked before each event and from time to time.
        """
        listener = Listener()
        self._listeners.add(listener)
        self._anybody.set()
        try:
            yield ServerSentEvent(event="hello", data={}, retry=2_000)
            while not self._closed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(listener.woken.wait(), self._doubt)
                listener.woken.clear()
                parts, listener.parts = listener.parts, set()
                if not welcome():
                    break
                if parts and not self._closed:
                    yield self._event(parts)
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._anybody.clear()

    def _event(self, parts: set[str]) -> ServerSentEvent:
        if self._down:
            return ServerSentEvent(event="failed", data={"detail": "The database cannot be reached."})
        return ServerSentEvent(event="changed", data={"parts": sorted(parts - {FAILED})})

    def close(self) -> None:
        """End every stream now: a server that stops would wait for them."""
        self._closed = True
        for listener in self._listeners:
            listener.woken.set()

    @property
    def full(self) -> bool:
        """Whether no further page may listen."""
        return len(self._listeners) >= MOST_LISTENERS

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Poll while the application lives."""
        task = asyncio.create_task(self.watch())
        try:
            yield
        finally:
            self.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def listening(request: Request) -> Live:
    """The application's poller, if it has room for one more; 503 if it has not."""
    live: Live = request.app.state.live
    if live.full:
        raise HTTPException(503, f"{MOST_LISTENERS} pages are open already; close one, or reload without live updates.")
    return live
