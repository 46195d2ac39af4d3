"""A session on Bluesky: logs in with an app password, renews what has expired, and keeps to the rate."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from collector.http import read_object, require_ok, server_time
from collector.source import RateLimitedError, SourceGoneError
from uproar.outgoing import Answer, Limits, OutgoingError, request

LIMITS = Limits(wait=6.0, total=6.0, allow_private=True)  # the base address is the operator's own setting
EXPIRED = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")
FEW_LEFT = 5  # requests of a rate, from which on we wait for its next window
_NAMESPACE = "/xrpc/com.atproto.server."


class Login:
    """Asks for one account. Its tokens live in memory only; no error and no log shows them or the password."""

    def __init__(self, base: str, *, identifier_env: str, password_env: str) -> None:
        self._base = base
        self._variables = (identifier_env, password_env)
        self._access = self._refresh = ""

    def get(self, method: str, parameters: Mapping[str, str], *, now: datetime) -> tuple[dict[str, Any], float]:
        """Ask a query of the protocol; its answer, and the seconds to wait before the next one (mostly 0).

        Raises:
            RateLimitedError: too often.
            SourceGoneError: the login is refused, or its variables are not set.
            OutgoingError: no usable answer.
        """
        if not self._access:
            self._log_in(now)
        answer = self._ask(method, parameters)
        if _error_of(answer) in EXPIRED:
            self._renew(now)
            answer = self._ask(method, parameters)
        return read_object(_accepted(answer, now)), _wait(answer, now)

    def _ask(self, method: str, parameters: Mapping[str, str]) -> Answer:
        headers = {"authorization": f"Bearer {self._access}", "accept": "application/json"}
        return request("GET", f"{self._base}/xrpc/{method}?{urlencode(parameters)}", limits=LIMITS, headers=headers)

    def _log_in(self, now: datetime) -> None:
        identifier, password = (os.environ.get(name, "") for name in self._variables)
        if not identifier or not password:
            raise SourceGoneError(f"the variables {' and '.join(self._variables)} must hold a login; one is not set")
        body = json.dumps({"identifier": identifier, "password": password}).encode()
        headers = {"content-type": "application/json"}
        answer = request("POST", f"{self._base}{_NAMESPACE}createSession", limits=LIMITS, headers=headers, body=body)
        if answer.status in (400, 401):
            raise SourceGoneError(
                f"the login in {' and '.join(self._variables)} is refused (HTTP {answer.status}): make an app password"
            )
        self._take(answer, now)

    def _renew(self, now: datetime) -> None:
        """By the refresh token; logging in anew is what the platform allows least often."""
        refresh, self._access, self._refresh = self._refresh, "", ""
        headers = {"authorization": f"Bearer {refresh}"}
        answer = request("POST", f"{self._base}{_NAMESPACE}refreshSession", limits=LIMITS, headers=headers, body=b"")
        if answer.status in (400, 401):
            self._log_in(now)
        else:
            self._take(answer, now)

    def _take(self, answer: Answer, now: datetime) -> None:
        data = read_object(_accepted(answer, now))
        access, refresh = data.get("accessJwt"), data.get("refreshJwt")
        if not isinstance(access, str) or not isinstance(refresh, str) or not (access + refresh).isascii():
            raise OutgoingError("the answer to the login has no tokens")
        self._access, self._refresh = access, refresh


def _accepted(answer: Answer, now: datetime) -> Answer:
    if answer.status == 429 and "retry-after" not in answer.headers:  # noqa: PLR2004 - HTTP
        raise RateLimitedError("HTTP 429", retry_after=_until_reset(answer, now))
    return require_ok(answer, now=now)


def _error_of(answer: Answer) -> str:
    if answer.status not in (400, 401):
        return ""
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    return str(data.get("error")) if isinstance(data, dict) else ""


def _wait(answer: Answer, now: datetime) -> float:
    left = answer.headers.get("ratelimit-remaining", "")
    if not left.isdecimal() or int(left[:9]) > FEW_LEFT:
        return 0.0
    return _until_reset(answer, now) or 0.0


def _until_reset(answer: Answer, now: datetime) -> float | None:
    """Seconds until the rate's next window, by the server's clock if it tells the time: ours may be wrong."""
    reset = answer.headers.get("ratelimit-reset", "")
    if not reset.isdecimal():
        return None
    return min(max(0.0, int(reset[:12]) - server_time(answer, now=now).timestamp()), 3_600.0)
