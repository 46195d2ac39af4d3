"""What an HTTP answer means to a source."""

import email.utils
import json
from datetime import UTC, datetime
from typing import Any

from collector.source import RateLimitedError, SourceGoneError
from uproar.backoff import retry_after
from uproar.outgoing import Answer, OutgoingError


def server_time(answer: Answer, *, now: datetime) -> datetime:
    """What the other side's clock says, which its times are by; ours, if it does not tell."""
    try:
        there = email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, OverflowError):
        return now
    return (there if there.tzinfo else there.replace(tzinfo=UTC)).astimezone(UTC)


def require_ok(answer: Answer, *, now: datetime) -> Answer:
    """The answer if it is a 2xx (or 304).

    Raises:
        RateLimitedError: 429, or 503 with a Retry-After.
        SourceGoneError: 401, 403, 404, 410 and other refusals that time does not mend.
        OutgoingError: the other side's own trouble.
    """
    status = answer.status
    if status < 300 or status == 304:  # noqa: PLR2004 - HTTP
        return answer
    wait = retry_after(answer.headers.get("retry-after"), now=server_time(answer, now=now))
    if status == 429 or (status == 503 and wait is not None):  # noqa: PLR2004 - HTTP
        raise RateLimitedError(f"HTTP {status}", retry_after=wait)
    if 400 <= status < 500 and status not in (408, 425):  # noqa: PLR2004 - HTTP
        raise SourceGoneError(f"HTTP {status}")
    raise OutgoingError(f"HTTP {status}")


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer.

    Raises:
        OutgoingError: it is not JSON (truncated, a proxy's page) or no object.
    """
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise OutgoingError(f"the answer is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise OutgoingError(f"the answer is a JSON {type(data).__name__}, not an object")
    return data
