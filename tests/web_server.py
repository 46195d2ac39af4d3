"""A web server on this machine that answers as the test says, however badly, and keeps a list of what it was asked."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `headers` has lower-case names; `query` has the last value of each name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. A body in parts, endless if they are, ends with the connection; `pause` is waited before each part.

    `raw` parts are sent instead of everything else, status line included. A `Content-Length` of your own is sent as
    it is, so that a body can be cut short.
    """

    status: int = 200
    body: bytes | Callable[[], Iterable[bytes]] = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    raw: Callable[[], Iterable[bytes]] | None = None


Answering = Reply | Callable[[Asked], Reply]


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def _answer(self) -> None:
        place = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(place.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.answer(Asked(self.command, place.path, query, headers, body))
        if reply.raw is not None:
            self._write(reply.raw(), reply.pause)
            return
        self.send_response_only(reply.status)  # without a Date: the test says what time it is here, if anybody does
        parts = [reply.body] if isinstance(reply.body, bytes) else reply.body()
        names = {name.lower() for name in reply.headers}
        if isinstance(reply.body, bytes) and "content-length" not in names:
            self.send_header("content-length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._write(parts, reply.pause)

    do_GET = do_POST = _answer  # noqa: N815 - the standard library's names

    def _write(self, parts: Iterable[bytes], pause: float) -> None:
        self.close_connection = True
        for part in parts:
            if self.server.owner.closing.wait(pause):
                return
            self.wfile.write(part)
            self.wfile.flush()

    def log_message(self, *_arguments: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: "WebServer"

    def handle_error(self, *_arguments: Any) -> None:
        pass  # a client that went away is what many tests want


class WebServer:
    """Runs inside a `with`; what it was not told of answers 404."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._replies: dict[str, list[Answering]] = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def says(self, path: str, *replies: Answering) -> str:
        """Answer this path with these replies in turn, the last one for ever; returns the address."""
        self._replies[path] = list(replies)
        return self.url + path

    def answer_of(self, path: str) -> Callable[[Asked], Reply]:
        """What this path answers so far, for somebody who stands before it."""
        return partial(self._next, self._replies[path])

    def answer(self, asked: Asked) -> Reply:
        """Note a request and choose its reply."""
        self.asked.append(asked)
        return self._next(self._replies.get(asked.path, [Reply(404)]), asked)

    def _next(self, waiting: list[Answering], asked: Asked) -> Reply:
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return reply if isinstance(reply, Reply) else reply(asked)

    def wait_for(self, number: int) -> None:
        """Return when so many requests have come."""
        until(lambda: len(self.asked) >= number)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
