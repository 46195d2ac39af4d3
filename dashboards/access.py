"""Who may ask, and what every answer carries: pure ASGI, so that streams are not held back."""

import ipaddress
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from uproar.settings import Settings

WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class SecurityHeaders:
    """Adds the security headers to every answer, errors and streams too; what has no cache rule is not kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back, with headers added."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = message.get("headers", [])
                kept = any(name.lower() == b"cache-control" for name, _ in present)
                message["headers"] = [*present, *HEADERS, *([] if kept else [(b"cache-control", b"no-cache")])]
            await send(message)

        await self._app(scope, receive, send_with_headers)


_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class AllowedHosts:
    """Refuses names that are not ours: a hostile page whose name points here would read everything (DNS rebinding).

    A literal address cannot be rebound; it is allowed where the dashboard listens on every address.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = set(allowed_hosts(settings))
        self._literals = settings.host in WILDCARDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its Host is one of ours."""
        if scope["type"] != "http" or self._ours(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, send)
            return
        detail = "This name is not one of the dashboard's. Set UPROAR_PUBLIC_URL to the address that people use."
        await refuse(send, 400, detail)

    def _ours(self, host: str) -> bool:
        if not _HOST.fullmatch(host):
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or (self._literals and _is_address(name))


def allowed_hosts(settings: Settings) -> Iterable[str]:
    """The names that a request may use for us: this machine's own, the one we listen on, the public one."""
    yield from ("localhost", "127.0.0.1", "::1")
    if settings.host not in WILDCARDS:
        yield settings.host.lower()
    if public := urlsplit(settings.public_url).hostname:
        yield public


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def refuse(send: Send, status: int, detail: str, *headers: tuple[bytes, bytes]) -> None:
    """Answer with an error as the API does."""
    body = json.dumps({"detail": detail}).encode()
    kind = (b"content-type", b"application/json")
    await send({"type": "http.response.start", "status": status, "headers": [kind, *headers]})
    await send({"type": "http.response.body", "body": body})
