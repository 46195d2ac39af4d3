"""What an HTTP answer of X means."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from collector import http
from collector.http import server_time
from collector.source import RateLimitedError, SourceGoneError
from uproar.backoff import retry_after
from uproar.incoming import storable
from uproar.outgoing import Answer, OutgoingError

DEFAULT_WAIT = 60.0  # X asks for a minute after a 429 that says nothing else
CAP_WAIT = 3_600.0  # the account's own cap is spent: that is not mended within minutes
LONGEST_WAIT = 25 * 3_600.0
LARGEST_SKEW = timedelta(hours=25)


class BadRequestError(SourceGoneError):
    """X does not take this request as it is: an expired token, an id that is too old, a query it does not know."""


class NotSentError(OutgoingError):
    """There was no connection, so nothing was asked for and nothing is charged."""


class UnansweredError(OutgoingError):
    """A request was sent and no whole answer came back: what it asked for may have been charged."""


def require_ok(answer: Answer, *, now: datetime) -> Answer:
    """The answer if it is a 2xx.

    Raises:
        RateLimitedError: 429, or 503 with a Retry-After; the wait goes by the server's own clock.
        BadRequestError: 400.
        SourceGoneError: 401, 402, 403, 404 and other refusals that time does not mend.
        OutgoingError: X's own trouble.
    """
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP
        return answer
    says = f"HTTP {status}{_detail(answer)}"
    if status == 429 or (status == 503 and "retry-after" in answer.headers):  # noqa: PLR2004 - HTTP
        capped = b"usage-capped" in answer.body or b"UsageCapExceeded" in answer.body
        wait = wait_of(answer, now=now)
        least = CAP_WAIT if capped else 1.0
        raise RateLimitedError(says, retry_after=max(DEFAULT_WAIT if wait is None else wait, least))
    if status == 400:  # noqa: PLR2004 - HTTP
        raise BadRequestError(says)
    if status < 500 and status not in (408, 425):  # noqa: PLR2004 - HTTP
        raise SourceGoneError(says)
    raise OutgoingError(says)


def wait_of(answer: Answer, *, now: datetime) -> float | None:
    """Seconds until the rate limit's window ends, or as Retry-After says; None if the answer tells neither."""
    reset = answer.headers.get("x-rate-limit-reset", "")
    if reset.isascii() and reset.isdigit() and len(reset) < 12:  # noqa: PLR2004 - a time until the year 5138
        for clock in (server_time(answer, now=now), now):  # a proxy in between may have a Date of its own
            wait = int(reset) - clock.timestamp()
            if 0 <= wait <= LONGEST_WAIT:
                return wait + 1
    return retry_after(answer.headers.get("retry-after"), now=server_time(answer, now=now))


def window_left(answer: Answer, *, now: datetime) -> float:
    """Seconds to wait before the next request of this kind: none, unless this was the last one of the window."""
    if answer.headers.get("x-rate-limit-remaining") != "0":
        return 0.0
    return wait_of(answer, now=now) or DEFAULT_WAIT


def skew(answer: Answer, *, now: datetime) -> timedelta:
    """How far the server's clock is ahead of ours; nothing if it does not tell, or tells something absurd."""
    ahead = server_time(answer, now=now) - now
    return ahead if abs(ahead) <= LARGEST_SKEW else timedelta()


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer.

    Raises:
        UnansweredError: it is none, or cut short.
    """
    try:
        return http.read_object(answer)
    except OutgoingError as error:
        raise UnansweredError(str(error)) from None


def _detail(answer: Answer) -> str:
    """What X says is wrong, in its own words, for a person."""
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    said = dict.fromkeys(_sentences(data))
    return storable(": " + "; ".join(said), 500) if said else ""


def _sentences(data: Any) -> Iterator[str]:
    if not isinstance(data, dict):
        return
    errors = data.get("errors")
    for one in [data, *(errors if isinstance(errors, list) else [])]:
        if isinstance(one, dict):
            yield from (
                one[name] for name in ("title", "detail", "message", "reason") if isinstance(one.get(name), str)
            )
