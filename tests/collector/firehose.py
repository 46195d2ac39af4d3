"""Jetstream as far as the collector uses it: both wires over a list of events, with faults to order."""

import http
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

COLLECTION = "app.bsky.feed.post"
START = int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()) * 1_000_000
DID = "did:plc:abcdefghijklmnopqrstuvwx"

Fault = Callable[[ServerConnection, int], None]  # is told of the connection, before each event, how many went before


def create(number: int, text: Any = "Goodbye Harbour Clinics", *, seconds: float | None = None, **record: Any) -> Any:
    """A new post, `number` seconds after noon unless `seconds` says otherwise."""
    when = number if seconds is None else seconds
    written = datetime(2026, 3, 4, 12, tzinfo=UTC) + timedelta(seconds=when)
    made = {"$type": COLLECTION, "createdAt": f"{written:%Y-%m-%dT%H:%M:%S}.000Z", "langs": ["en"], "text": text}
    return commit(number, "create", seconds=when, record=made | record, cid="bafyreimadeup")


def commit(number: int, operation: str, *, seconds: float | None = None, did: str = DID, **more: Any) -> Any:
    """A commit to the post of that number."""
    body = {"rev": "3l", "operation": operation, "collection": COLLECTION, "rkey": f"3k{number}", **more}
    return event(number if seconds is None else seconds, "commit", body, did=did)


def event(seconds: float, kind: str, body: Any, *, did: str = DID) -> Any:
    """Any event, in the form of the first wire."""
    return {"did": did, "time_us": START + round(seconds * 1_000_000), "kind": kind, kind: body}


def uri(number: int) -> str:
    """The address of the post of that number."""
    return f"at://{DID}/{COLLECTION}/3k{number}"


class Firehose:
    """Runs inside a `with`. `frames` are events, or bytes and texts that are sent as they are.

    `floor`: microseconds or number before which nothing is kept. `before` may end or garble a connection.
    """

    def __init__(self, frames: list[Any]) -> None:
        self.frames = frames
        self.asked: list[str] = []
        self.floor = 0
        self.linger = 0.05
        self.before: Fault | None = None
        self.refusal: Callable[[], Response | None] = lambda: None
        self.closing = threading.Event()
        self._server = serve(
            self._handle, "127.0.0.1", 0, process_request=self._receive, compression=None,
            subprotocols=[Subprotocol("xrpc.v1.json")], close_timeout=0.2, select_subprotocol=_choose,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    @property
    def cursors(self) -> list[int | None]:
        """The cursors that it was asked for."""
        return [_cursor(path) for path in self.asked]

    def _receive(self, _connection: ServerConnection, request: Request) -> Response | None:
        self.asked.append(request.path)
        cursor = _cursor(request.path)
        if "subscribeEvents" in request.path and cursor and cursor < self.floor:
            body = json.dumps({"error": "CursorTooOld", "message": f"the oldest is {self.floor}"}).encode()
            return Response(http.HTTPStatus.BAD_REQUEST, "Bad Request", Headers(content_length=str(len(body))), body)
        return self.refusal()

    def _handle(self, connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else ""
        second = "subscribeEvents" in path
        cursor = _cursor(path) or 0
        try:
            for number, frame in enumerate(self.frames):
                if isinstance(frame, dict):
                    at = number + 1 if second else frame["time_us"]
                    if at < max(cursor, self.floor):
                        continue
                if self.before is not None:
                    self.before(connection, number)
                wired = _second(frame, number + 1) if second else frame
                connection.send(json.dumps(wired, separators=(",", ":")) if isinstance(frame, dict) else frame)
            self.closing.wait(self.linger)
        except ConnectionClosed:
            pass  # a test that hangs up

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()


def _choose(_connection: ServerConnection, offered: Any) -> Subprotocol | None:
    return Subprotocol("xrpc.v1.json") if "xrpc.v1.json" in offered else None


def _cursor(path: str) -> int | None:
    given = parse_qs(urlsplit(path).query).get("cursor")
    return int(given[0]) if given else None


def _second(frame: Any, number: int) -> Any:
    if not isinstance(frame, dict):
        return frame
    when = datetime.fromtimestamp(frame["time_us"] // 1_000_000, UTC)
    time = f"{when:%Y-%m-%dT%H:%M:%S}.{frame['time_us'] % 1_000_000:06}Z"
    kind = frame["kind"]
    name = f"network.bsky.jetstream.subscribeEvents#{kind}"
    payload = {"$type": name, "seq": number, "did": frame["did"], "time": time, **frame[kind]}
    return {"$type": "message", "payload": payload}
