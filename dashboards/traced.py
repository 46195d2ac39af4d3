"""A span for every answer: which route, which status, how long."""

from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uproar.tracing import span

STREAMS = "/api/v1/live"  # lasts as long as somebody looks: how long says nothing
SERVER_ERROR = 500


class Traced:
    """Names spans by OpenTelemetry's conventions for HTTP; a request may say of which trace it is a part."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back."""
        if scope["type"] != "http" or scope["path"] == STREAMS:
            await self._app(scope, receive, send)
            return
        found: dict[str, Any] = {}

        async def send_and_look(message: Message) -> None:
            if message["type"] == "http.response.start":
                found["status"] = message["status"]
            await send(message)

        method = scope["method"]
        with span(method, Headers(scope=scope)) as work:
            try:
                await self._app(scope, receive, send_and_look)
            finally:
                route = _route(scope)
                work.rename(f"{method} {route}" if route else method)
                said = {"http.request.method": method, "http.route": route}
                work.set(**said, **{"http.response.status_code": found.get("status")})
                if found.get("status", SERVER_ERROR) >= SERVER_ERROR:
                    work.fail(str(found.get("status", "no answer")))


def _route(scope: Scope) -> str | None:
    """The path with names in place of what a request puts there; None if it led nowhere: it may say anything."""
    if "endpoint" not in scope:
        return None
    if scope["root_path"]:  # of files: their names are anybody's
        return str(scope["root_path"])
    path: str = scope["path"]
    for name, value in scope["path_params"].items():
        path = f"/{{{name}}}".join(path.rsplit(f"/{value}", 1))
    return path
