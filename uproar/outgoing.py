"""The one outgoing HTTP client: every wait, size and redirect is bounded, and private addresses are refused."""

import ipaddress
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx2

from uproar import __version__

USER_AGENT = f"uproar/{__version__}"
MAX_REDIRECTS = 5


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
    """Bounds of one request: seconds for each wait and for the whole, bytes of the body after decompression."""

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


_client = httpx2.Client(follow_redirects=False, trust_env=False, headers={"user-agent": USER_AGENT})


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
        url = urljoin(url, place)
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
    timeout = httpx2.Timeout(limits.wait)
    parts: list[bytes] = []
    size = 0
    try:
        with _client.stream(
            method,
            target.url,
            headers={**headers, "host": target.host},
            content=body,
            timeout=timeout,
            extensions=target.extensions,
        ) as response:
            for part in response.iter_bytes():
                size += len(part)
                if size > limits.size:
                    raise TooLargeError(f"the answer is larger than {limits.size:,} bytes")
                if time.monotonic() > deadline:
                    raise OutgoingError(f"the answer was not complete after {limits.total:g} s")
                parts.append(part)
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, names, b"".join(parts), url)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as error:
        raise OutgoingError(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from error


def _resolve(url: str, *, allow_private: bool) -> _Target:
    """Look a host up once and connect to what was checked: a second look-up could answer otherwise (rebinding)."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RefusedAddressError(f"{url!r} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise RefusedAddressError(f"{url!r} is no http or https address")
    if allow_private:
        return _Target(url, parts.netloc.rpartition("@")[2])
    try:
        found = socket.getaddrinfo(host, port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingError(f"{host} cannot be found: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not is_public(address):
            raise RefusedAddressError(f"{host} leads to {address}, which is no public address (see allow_private)")
    address = addresses[0]
    netloc = f"[{address}]" if ":" in address else address
    pinned = parts._replace(netloc=netloc if port is None else f"{netloc}:{port}").geturl()
    return _Target(pinned, parts.netloc.rpartition("@")[2], {"sni_hostname": host})


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, also when it is wrapped into an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64, RFC 6052
        inner = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and (inner is None or (inner.is_global and not inner.is_multicast))
