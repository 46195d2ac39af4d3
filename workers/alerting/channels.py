"""Brings one message to one endpoint, as a signed webhook or through apprise, and says what came back."""

import binascii
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from uproar.backoff import retry_after
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.watch_endpoints import Endpoint
from workers.alerting import chat
from workers.alerting.webhooks import is_success, sign

SECONDS = 15.0  # for all of it, whatever the other side does
APPRISE_SECONDS = 30.0  # the same; a process takes some of them to start
LIMITS = Limits(wait=SECONDS, total=SECONDS, size=0, redirects=0)  # the status is the answer: no body is read


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
    """Send a body to an endpoint of a watch, within its time; that it does not arrive is a reply too.

    Raises:
        UnusableEndpointError: a variable is not set or holds nothing that can be used.
    """
    if endpoint.apprise_env is not None:
        error = chat.send(apprise_url(endpoint), body, seconds=APPRISE_SECONDS)
        return Reply(delivered=error is None, error=error)
    headers = sign(body, secrets=secrets_of(endpoint, watch, settings), message=message, now=now)
    limits = replace(LIMITS, allow_private=endpoint.allow_private)
    try:
        answer = request("POST", endpoint.url or "", limits=limits, headers=headers, body=body.encode())
    except OutgoingError as error:
        return Reply(delivered=False, error=str(error))
    good = is_success(answer.status)
    wait = retry_after(answer.headers.get("retry-after"), now=datetime.now(UTC))
    return Reply(good, answer.status, wait, None if good else f"HTTP {answer.status}")


def apprise_url(endpoint: Endpoint) -> str:
    """The Apprise URL of an endpoint, out of its variable.

    Raises:
        UnusableEndpointError: the variable is not set.
    """
    url = os.environ.get(endpoint.apprise_env or "", "").strip()
    if not url:
        raise UnusableEndpointError(f"the variable {endpoint.apprise_env} is not set; it should hold an Apprise URL")
    return url


def secrets_of(endpoint: Endpoint, watch: str, settings: Settings) -> list[str]:
    """The secrets that sign messages to an endpoint: the present one and, while it is being changed, the one before.

    A previous one that cannot be used is left out, for it must not stop an alert; `uproar doctor` tells of it.

    Raises:
        UnusableEndpointError: the variable of the present one is not set or holds no secret.
    """
    secrets = [secret_of(endpoint, watch, settings)]
    if endpoint.previous_secret_env and _is_secret(previous := os.environ.get(endpoint.previous_secret_env, "")):
        secrets.append(previous)
    return secrets


def secret_of(endpoint: Endpoint, watch: str, settings: Settings) -> str:
    """The secret of an endpoint: the one in its variable, else one derived from our key.

    Raises:
        UnusableEndpointError: the variable is not set or holds no secret.
    """
    if not endpoint.secret_env:
        return settings.endpoint_secret(watch, endpoint.name)
    return require_secret(endpoint.secret_env)


def require_secret(variable: str) -> str:
    """The secret that a variable holds.

    Raises:
        UnusableEndpointError: it is not set or holds no secret.
    """
    secret = os.environ.get(variable, "")
    if not secret:
        raise UnusableEndpointError(f"the variable {variable} is not set; it should hold a secret (whsec_ and base64)")
    if not _is_secret(secret):
        raise UnusableEndpointError(f"the variable {variable} holds no secret (whsec_ and base64)")
    return secret


def _is_secret(text: str) -> bool:
    try:
        return bool(binascii.a2b_base64(text.removeprefix("whsec_"), strict_mode=True))
    except ValueError:  # no base64, or no ASCII at all
        return False
