"""Who may change something: our own page, and programs; never a page of another site in somebody's browser."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from uproar.settings import settings

MOST_BYTES = 64 * 1024
SAFE = {"GET", "HEAD", "OPTIONS"}
WITH_BODY = {"POST", "PUT", "PATCH"}


class OwnSiteRoute(APIRoute):
    """A route that changes something: looks at where a request comes from before its body is read, up to a limit."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, behind the checks."""
        handle = super().get_route_handler()

        async def handle_our_own(request: Request) -> Response:
            if request.method not in SAFE:
                refuse_other_sites(request.method, request.headers, public_url=settings().public_url)
                request = Request(request.scope, limited(request.receive))
            return await handle(request)

        return handle_our_own


def refuse_other_sites(method: str, headers: Headers, *, public_url: str) -> None:
    """Refuse what a page of another site lets a browser send, which adds the password by itself.

    A browser says in Sec-Fetch-Site, which no page can set, where a request comes from; an older one, or one that
    speaks HTTP to an address that is not its own machine, says it in Origin. A program says neither, and is let
    through: nobody tricks it. (After net/http.CrossOriginProtection of Go 1.25.) A body must call itself JSON, which
    a form cannot do.

    Raises:
        HTTPException: 403 for another site, 415 for a body of another kind.
    """
    if not from_here(headers, public_url=public_url):
        raise HTTPException(403, "This came from another site. Use the dashboard's own page, or a program.")
    kind = kind_of_body(headers)
    if kind != "application/json" and (method in WITH_BODY or kind):
        raise HTTPException(415, "Send JSON, with the header Content-Type: application/json.")


def kind_of_body(headers: Headers) -> str:
    """The media type of the body, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def from_here(headers: Headers, *, public_url: str) -> bool:
    """Whether a request comes from our own page, or from a program."""
    said = headers.get("sec-fetch-site")
    if said is not None:
        return said in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        place = urlsplit(origin).netloc.lower()
    except ValueError:
        return False
    # "null", the origin of a page in a sandbox, has no place
    return bool(place) and place in (headers.get("host", "").lower(), urlsplit(public_url).netloc.lower())


def limited(receive: Receive) -> Receive:
    """The same stream, which breaks off where it gets too long.

    Raises:
        HTTPException: 413.
    """
    size = 0

    async def receive_some() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise HTTPException(413, f"The body is longer than {MOST_BYTES:,} bytes.")
        return message

    return receive_some
