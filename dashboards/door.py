"""The door: whether who asks may do what they ask, by their role; pure ASGI."""

import time
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.access import refuse
from dashboards.accounts import Role
from dashboards.credentials import Access, Known, TooManyError
from dashboards.own_site import SAFE
from dashboards.sessions import MOST_SECONDS, Session

OPEN_PATHS = ("/health", "/login", "/logout", "/ingest")  # the last asks for a token of its own
OPEN_FILES = "/web/"  # scripts and styles, which are in every installation
ASKS = "Log in at /login, or send a name and password (HTTP Basic) or a token (Authorization: Bearer)."


class Door:
    """Lets through who is known and may do what they ask: to read needs a viewer, to change something an analyst."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with who sent it in its state."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path in OPEN_PATHS or path.startswith(OPEN_FILES) or self._access.open:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            known = await self._access.known(connection)
        except TooManyError as error:
            await refuse(send, 429, str(error), (b"retry-after", str(error.seconds).encode()))
            return
        if known is None:
            await _ask_who(send, scope, connection.headers)
            return
        needed = Role.VIEWER if scope["method"] in SAFE else Role.ANALYST
        if known.account.role < needed:
            name, role = known.account.name, known.account.role.word
            await refuse(send, 403, f"This needs the role {needed.word}; {name} has the role {role}.")
            return
        scope.setdefault("state", {})["known"] = known
        await self._app(scope, receive, self._marked(send, known))

    def _marked(self, send: Send, known: Known) -> Send:
        """Answers that nobody keeps, since the next one at this browser may be somebody else; sessions are renewed."""

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["cache-control"] = "no-store"
                if known.session is not None and (
                    seen := self._access.sessions.renewed(known.session, now=time.time())
                ):
                    headers.append("set-cookie", cookie_of(self._access, seen))
            await send(message)

        return send_marked


def cookie_of(access: Access, session: Session | None) -> str:
    """The header that gives a browser its session, or takes it away."""
    value, age = (access.sessions.written(session), MOST_SECONDS) if session is not None else ("", 0)
    secure = "; Secure" if access.secure else ""
    return f"{access.cookie}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"


def known_of(request: Request) -> Known | None:
    """Who sent this; None where nobody has to say who they are."""
    known: Known | None = getattr(request.state, "known", None)
    return known


Who = Annotated[Known | None, Depends(known_of)]


def name_of(who: Known | None, said: str | None) -> str | None:
    """The name that goes on record: of the account; what a request says of itself only where nobody logs in."""
    return who.account.name if who is not None else said or None


async def _ask_who(send: Send, scope: Scope, headers: Headers) -> None:
    """Send a person to the login page, and tell a program what to bring."""
    reads = scope["method"] in ("GET", "HEAD")
    if reads and "text/html" in headers.get("accept", "") and "authorization" not in headers:
        query = scope["query_string"].decode("latin-1")
        wanted = quote(scope["path"] + (f"?{query}" if query else ""), safe="")
        await send(
            {"type": "http.response.start", "status": 303, "headers": [(b"location", f"/login?next={wanted}".encode())]}
        )
        await send({"type": "http.response.body", "body": b""})
        return
    # Asked for Basic, a browser would put a window of its own before the page; no program sends these headers
    browser = any(name in headers for name in ("sec-fetch-mode", "origin", "referer", "cookie"))
    scheme = b'Bearer realm="Uproar"' if browser else b'Basic realm="Uproar", charset="UTF-8"'
    await refuse(send, 401, ASKS, (b"www-authenticate", scheme))
