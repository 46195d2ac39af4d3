"""Brings one message to one endpoint, as a signed webhook or through apprise, and says what came back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from uproar.backoff import retry_after
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.watch_endpoints import Endpoint
from workers import chat
from workers.webhooks import is_success, sign

SECONDS = 15.0  # for all of it, whatever the other side does
LIMITS = Limits(wait=SECONDS, total=SECONDS, size=0, redirects=0)  # a 2xx is enough: what follows it is not read


class UnusableEndpointError(Exception):
    """The endpoint cannot be used as it is set up; only a person can mend that."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `status` if it was HTTP and there was one, `retry_after` in seconds, `error` for people."""

    delivered: bool
    status: int | None = None
    retry_after: float | None = None
    error: str | None = None


def bring(body: str, *, message: str, endpoint: Endpoint, watch: str, settings: Settings, now: datetime) -> Reply:
    """Send a body to an endpoint of a watch; never longer than `SECONDS`, and a failure is a reply.

    Raises:
        UnusableEndpointError: a variable is not set or holds nothing that can be used.
    """
    if endpoint.apprise_env is not None:
        error = chat.send(apprise_url(endpoint), body, seconds=SECONDS)
        return Reply(delivered=error is None, error=error)
    headers = sign(body, secrets=secrets_of(endpoint, watch, settings), message=message, now=now)
    limits = LIMITS if not endpoint.allow_private else Limits(**{**_fields(LIMITS), "allow_private": True})
    try:
        answer = request("POST", endpoint.url or "", limits=limits, headers=headers, body=body.encode())
    except (OutgoingError, OSError) as error:
        known = isinstance(error, OutgoingError)
        return Reply(delivered=False, error=str(error) if known else f"{type(error).__name__}: {error}")
    good = is_success(answer.status)
    wait = retry_after(answer.headers.get("retry-after"), now=datetime.now(UTC))
    return Reply(good, answer.status, wait, None if good else f"HTTP {answer.status}")
