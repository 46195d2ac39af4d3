"""A real HTTP server on this machine that answers as it is told and keeps what it was sent."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """One answer: after `hang` seconds, `size` bytes of body; with `drip`, one byte every so many seconds.

    `raw` is sent instead of all that, and the connection is closed.
    """

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    size: int = 0
    hang: float = 0.0
    drip: float = 0.0
    raw: bytes | None = None


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class Endpoint:
    """What to answer, in this order and the last one for ever, and what came."""

    def __init__(self) -> None:
        self.replies: list[Reply] = [Reply()]
        self.received: list[Received] = []
        self.port = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def next_reply(self) -> Reply:
        """What to answer now."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def serving(port: int = 0) -> Iterator[Endpoint]:
    """Serve until the block ends, on any free port or that one."""
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            names = {name.lower(): value for name, value in self.headers.items()}
            endpoint.received.append(Received(self.path, names, body, time.time()))
            reply = endpoint.next_reply()
            endpoint.over.wait(reply.hang)
            try:
                self._answer(reply)
            except OSError:
                return  # the other side has gone

        def _answer(self, reply: Reply) -> None:
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                return
            if reply.drip:
                self.wfile.write(b"HTTP/1.0 ")
                while not endpoint.over.wait(reply.drip):
                    self.wfile.write(b"2")
            self.send_response(reply.status)
            for name, value in {"content-length": str(reply.size), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for _ in range(reply.size // 65_536):
                self.wfile.write(b"x" * 65_536)
            self.wfile.write(b"x" * (reply.size % 65_536))

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        endpoint.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.over.set()
            server.shutdown()
            thread.join()
