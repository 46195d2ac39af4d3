"""Asks one instance one question, within its limits."""

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from collector.http import require_ok, server_time
from collector.source import RateLimitedError
from uproar.incoming import BadItemError
from uproar.outgoing import Answer, Limits, OutgoingError, request
from uproar.times import parse_time

LIMITS = Limits(wait=5.0, total=8.0)  # several instances are asked in one turn
WINDOW = 300.0  # seconds; Mastodon counts requests by five minutes
LONGEST = 3_600.0
UNKNOWN_TAG = b"tag was not found"  # GoToSocial's 404 for a tag that it has never seen

_LINK = re.compile(r'<[^>]*[?&](max_id|min_id)=([0-9A-Za-z_-]{1,64})(?:&[^>]*)?>;\s{0,9}rel="(?:next|prev)"')

Id = str


@dataclass(frozen=True, slots=True)
class Reply:
    """What an instance answered.

    `newest` and `oldest` are ids, from the statuses or else from the Link header. `latest` is when the youngest status
    was written, `earliest` the oldest one. `pause` are seconds in which the instance wants to be left alone.
    """

    items: list[Any]
    newest: Id | None
    oldest: Id | None
    latest: datetime | None
    earliest: datetime | None
    pause: float | None


def order(number: Id) -> tuple[int, str]:
    """By this, ids of one instance are in the order of time: Mastodon's numbers, and others of one length."""
    return len(number), number


def ask(base: str, path: str, query: dict[str, str], *, token: str | None, allow_private: bool, now: datetime) -> Reply:
    """One list of statuses.

    Raises:
        RateLimitedError, SourceGoneError, OutgoingError: there is none; see `require_ok`.
    """
    limits = replace(LIMITS, allow_private=allow_private)
    headers = {"accept": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
        limits = replace(limits, redirects=0)  # the token is for this host and no other
    answer = request("GET", f"{base}{path}?{urlencode(query)}", limits=limits, headers=headers)
    there = server_time(answer, now=now)
    if answer.status == 404 and UNKNOWN_TAG in answer.body:  # noqa: PLR2004 - HTTP
        return Reply([], None, None, None, None, _pause(answer, now=there))
    try:
        items = _statuses(require_ok(answer, now=now))
    except RateLimitedError as error:
        wait = error.retry_after if error.retry_after is not None else _until_reset(answer, now=there)
        raise RateLimitedError(str(error), retry_after=wait) from None
    return _reply(items, answer, there)


def _statuses(answer: Answer) -> list[Any]:
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise OutgoingError(f"the answer is no JSON: {error}") from None
    if isinstance(data, dict):
        data = data.get("statuses")  # of a search
    if not isinstance(data, list):
        raise OutgoingError("the answer is no list of statuses")
    return data


def _reply(items: list[Any], answer: Answer, there: datetime) -> Reply:
    objects = [item for item in items if isinstance(item, dict)]
    ids = sorted((item["id"] for item in objects if _is_id(item.get("id"))), key=order)
    times = [when for item in objects if (when := _written(item)) is not None]
    links = dict(_LINK.findall(answer.headers.get("link", "")[:4_000]))
    return Reply(
        items,
        newest=ids[-1] if ids else links.get("min_id"),
        oldest=ids[0] if ids else links.get("max_id"),
        latest=max(times, default=None),
        earliest=min(times, default=None),
        pause=_pause(answer, now=there),
    )


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z_-]{1,64}", value) is not None


def _written(item: dict[str, Any]) -> datetime | None:
    try:
        return parse_time(item.get("created_at"))
    except BadItemError:  # parse() says so
        return None


def _pause(answer: Answer, *, now: datetime) -> float | None:
    left = answer.headers.get("x-ratelimit-remaining", "").strip()
    if not left.isascii() or not left.isdigit() or int(left[:9]) > 0:
        return None
    return _until_reset(answer, now=now) or WINDOW


def _until_reset(answer: Answer, *, now: datetime) -> float | None:
    """Seconds to the moment in X-RateLimit-Reset, measured against the clock that wrote it."""
    value = answer.headers.get("x-ratelimit-reset")
    try:
        seconds = (parse_time(value) - now).total_seconds() if value else None
    except BadItemError:
        return None
    return None if seconds is None else min(max(seconds, 1.0), LONGEST)
