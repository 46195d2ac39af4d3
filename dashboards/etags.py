"""Answers that have not changed since somebody asked last are not sent again: entity tags, RFC 9110, section 8.8.3."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ABOUT = "/api/v1/"
KIND = "application/json"  # files and streams pass as they come: nobody holds them back to read them first


class EntityTags:
    """Gives every JSON answer of the API a weak tag of what it says; 304 to who has the same already.

    The tag is made of the answer, so it can never be out of date, whatever moves: the clock, the tables, a watch file.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back, with its tag or without its body."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(ABOUT):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Tagging(send, Headers(scope=scope).get("if-none-match", "")))


class _Tagging:
    """Holds the parts of one JSON answer back until all of them are there."""

    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message.get("headers", [])).get("content-type", "")
            if message["status"] != 200 or not kind.startswith(KIND):  # noqa: PLR2004 - the only answer that has a tag
                await self._send(message)
            else:
                self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._answer(self._start)

    async def _answer(self, start: Message) -> None:
        digest = hashlib.blake2b(self._body, digest_size=12).hexdigest()
        headers = MutableHeaders(raw=list(start.get("headers", [])))
        headers["etag"] = f'W/"{digest}"'
        if {f'"{digest}"', "*"} & self._known:
            del headers["content-length"], headers["content-type"]
            await self._send({**start, "status": 304, "headers": headers.raw})
            await self._send({"type": "http.response.body", "body": b""})
            return
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": bytes(self._body)})
