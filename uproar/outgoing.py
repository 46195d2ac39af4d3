"""The one outgoing HTTP client: every wait, size and redirect is bounded, and private addresses are refused."""

import ipaddress
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from uproar import __version__

USER_AGENT = f"uproar/{__version__}"
MAX_REDIRECTS = 5
GZIP = 16 + zlib.MAX_WBITS
INTERNET_6 = ipaddress.ip_network("2000::/3")  # all that has been handed out
ASSIGNMENTS = ipaddress.ip_network("192.0.0.0/24")  # RFC 6890; older Pythons know a part of it only
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


class OutgoingError(Exception):
    """A request got no usable answer; the message says why and trying later may help."""


class RefusedAddressError(OutgoingError):
    """The address is malformed or leads to where we do not go; trying again will not help."""


class TooLargeError(OutgoingError):
    """The answer is larger than allowed; it was not read to its end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` has lower-case names; `url` is where the last redirect led."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request: seconds for each wait and for the whole, bytes of the body after decompression.

    With a `size` of 0 the body is not read at all: the answer is its status and its headers.
    """

    wait: float = 15.0
    total: float = 30.0
    size: int = 10_000_000
    redirects: int = MAX_REDIRECTS
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class _Target:
    url: str
    host: str
    extensions: dict[str, str] = field(default_factory=dict)


# No connection is kept: two hosts may share an address, and each wants its own certificate checked. No cookie either.
_client = httpx2.Client(
    follow_redirects=False,
    trust_env=False,
    headers={"user-agent": USER_AGENT, "accept-encoding": "gzip"},
    limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
)


def request(
    method: str, url: str, *, limits: Limits, headers: dict[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Send one request and read its answer within the limits.

    Raises:
        RefusedAddressError: the address is not HTTP, or resolves to a private one while that is not allowed.
        TooLargeError: the body is larger than `limits.size`.
        OutgoingError: no connection, no answer in time, a broken answer, too many redirects.
    """
    deadline = time.monotonic() + limits.total
    for _ in range(limits.redirects + 1):
        answer = _once(method, url, limits=limits, headers=headers or {}, body=body, deadline=deadline)
        place = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not place or limits.redirects == 0:
            return answer
        try:
            url = urljoin(url, place)
        except ValueError as error:
            raise RefusedAddressError(f"a redirect leads to {place[:200]!r}, which is no address: {error}") from None
    raise OutgoingError(f"more than {limits.redirects} redirects")


def require_allowed(url: str, *, allow_private: bool) -> None:
    """Look an address up without asking it anything.

    Raises:
        RefusedAddressError: it is malformed, or a private one while that is not allowed.
        OutgoingError: it cannot be found.
    """
    _resolve(url, allow_private=allow_private)


def _once(
    method: str, url: str, *, limits: Limits, headers: dict[str, str], body: bytes | None, deadline: float
) -> Answer:
    target = _resolve(url, allow_private=limits.allow_private)
    late = OutgoingError(f"the answer was not complete after {limits.total:g} s")
    parts: list[bytes] = []
    size = 0
    try:
        with (
            _cut_at(deadline) as trace,
            _client.stream(
                method,
                target.url,
                headers={**headers, "host": target.host},
                content=body,
                timeout=httpx2.Timeout(limits.wait),
                extensions={**target.extensions, "trace": trace},
            ) as response,
        ):
            for part in _decoded(response, most=limits.size + 1) if limits.size else ():
                size += len(part)
                if size > limits.size:
                    raise TooLargeError(f"the answer is larger than {limits.size:,} bytes")
                if time.monotonic() >= deadline:
                    break
                parts.append(part)
            if time.monotonic() >= deadline:  # also when the cut looks like the end of the body
                raise late
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, names, b"".join(parts), url)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, UnicodeError) as error:
        if time.monotonic() >= deadline:
            raise late from error
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise OutgoingError(f"{urlsplit(url).hostname}: {what}") from error


@contextmanager
def _cut_at(deadline: float) -> Iterator[Any]:
    """Shut the connection when the time is up: a limit for each wait does not stop a server that drips.

    Yields what httpx's `trace` extension wants: it is told of every new connection.
    """
    opened: list[socket.socket] = []

    def cut() -> None:
        for one in opened:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # TLS's own shutdown would wait for the other side

    def trace(event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            opened.append(info["return_value"].get_extra_info("socket"))
            if time.monotonic() > deadline:
                cut()

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()


def _decoded(response: httpx2.Response, *, most: int) -> Iterator[bytes]:
    """The body as it comes, decompressed; never more than `most` bytes at once, however well it was compressed."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        yield from response.iter_raw()
        return
    if coding not in ("gzip", "x-gzip"):
        raise OutgoingError(f"the answer is encoded as {coding[:100]!r}, which was not asked for")
    decoder = zlib.decompressobj(GZIP)
    begun = False
    try:
        for raw in response.iter_raw():
            begun = True
            yield decoder.decompress(raw, most)
            if decoder.unconsumed_tail:
                raise TooLargeError(f"the answer is larger than {most - 1:,} bytes")
    except zlib.error as error:
        raise OutgoingError(f"the answer cannot be decompressed: {error}") from None
    if begun and not decoder.eof:
        raise OutgoingError("the answer ends before its compressed body does")


def _resolve(url: str, *, allow_private: bool) -> _Target:
    """Look a host up once and connect to what was checked: a second look-up could answer otherwise (rebinding)."""
    try:
        parts = urlsplit(url)
        login, _, place = parts.netloc.rpartition("@")
        host, port = parts.hostname, parts.port
        if not place.isascii():
            host, place = (host or "").encode("idna").decode(), place.encode("idna").decode()
    except ValueError as error:  # also what IDNA cannot encode
        raise RefusedAddressError(f"{url!r} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedAddressError(f"{url!r} is no http or https address")
    if allow_private:
        return _Target(url, place)
    try:
        found = socket.getaddrinfo(host, port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingError(f"{host} cannot be found: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not is_public(address):
            raise RefusedAddressError(f"{host} leads to {address}, which is no public address (see allow_private)")
    netloc = (f"{login}@" if login else "") + (f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0])
    pinned = parts._replace(netloc=netloc if port is None else f"{netloc}:{port}").geturl()
    return _Target(pinned, place, {"sni_hostname": host})


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, also when it is wrapped into an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else ip.ipv4_mapped or ip.sixtofour
        if inner is None:
            return ip in INTERNET_6 and ip.is_global
        ip = inner
    return ip.is_global and not ip.is_multicast and ip not in ASSIGNMENTS


def is_private_name(host: str) -> bool:
    """Whether a host is plainly not public: localhost, or an IP address that is not; a name is not looked up."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False
