"""Asks Reddit for one page of a list: by its interface with credentials, by RSS without."""

import base64
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from collector.http import read_object, require_ok
from collector.source import RateLimitedError, SourceGoneError
from collector.sources.feed import parse_aside
from collector.sources.reddit.place import Listing
from collector.sources.reddit.things import from_entry, gone, name_of, parse, written
from uproar import __version__
from uproar.incoming import BadItemError, Dead, Incoming
from uproar.outgoing import Answer, Limits, OutgoingError, request
from uproar.settings import Settings

PAGE = 100
LIMITS = Limits(wait=6.0, total=9.0, redirects=0, allow_private=True)  # the base address is the operator's own setting
EARLY = 60.0  # seconds before its end in which a token is not used any more
LONGEST = 900.0


class Client:
    """Holds the access token, which is asked for when it is needed."""

    def __init__(self, settings: Settings, *, account: str | None) -> None:
        self._base, self._login = settings.reddit_url, settings.reddit_login_url
        self._id, self._secret = settings.reddit_client_id, settings.reddit_client_secret
        by = f" (by /u/{account})" if account else ""
        self._agent = {"user-agent": f"server:uproar:v{__version__}{by}"}
        self._token, self._until = "", 0.0
        self._free_at = 0.0

    def rest(self, *, now: datetime) -> float:
        """Seconds in which nothing may be asked, as the answer to the last look said; 0 if something may."""
        return max(0.0, self._free_at - now.timestamp())

    @property
    def logs_in(self) -> bool:
        """Whether there are credentials."""
        return self._id is not None and self._secret is not None

    def submissions(self, query: str, after: str | None, *, now: datetime) -> Listing:
        """A page of the newest submissions that match."""
        asked = {"q": query, "sort": "new", "t": "all", "type": "link"}
        if self.logs_in:
            return self._list("/search", asked, after, now=now)
        return self._feed(asked, after, now=now)

    def comments(self, subreddits: tuple[str, ...], after: str | None, *, now: datetime) -> Listing:
        """A page of the newest comments of some subreddits."""
        if not self.logs_in:
            raise SourceGoneError(
                "`subreddits` can be read with credentials only: set UPROAR_REDDIT_CLIENT_ID and "
                "UPROAR_REDDIT_CLIENT_SECRET, or take the key out"
            )
        return self._list(f"/r/{'+'.join(subreddits)}/comments", {}, after, now=now)

    def _list(self, path: str, asked: dict[str, str], after: str | None, *, now: datetime) -> Listing:
        answer = self._get(path, asked | {"limit": str(PAGE)} | ({"after": after} if after else {}), now=now)
        data, things = _opened(answer)
        posts, dead, erased = parse(things, now=now)
        following = data.get("after")
        marks = [(name, when) for thing in things if (name := name_of(thing)) and (when := written(thing)) is not None]
        name = following if isinstance(following, str) and following else None
        return Listing(posts, dead, marks, name, erased, _pause(answer))

    def gone(self, names: Sequence[str], now: datetime) -> set[str]:
        """Which of these, a hundred at most, Reddit shows as deleted or removed; one that it leaves out is not."""
        answer = self._get("/api/info", {"id": ",".join(names)}, now=now)
        self._free_at = now.timestamp() + (_pause(answer) or 0.0)
        _, things = _opened(answer)
        return gone(things) & set(names)

    def _get(self, path: str, query: dict[str, str], *, now: datetime) -> Answer:
        """A page of the interface; a token that has ended before its time is renewed once."""
        url = f"{self._base}{path}?{urlencode(query | {'raw_json': '1'})}"
        for last in (False, True):
            headers = self._agent | {"authorization": f"Bearer {self._access(now=now)}"}
            answer = request("GET", url, limits=LIMITS, headers=headers)
            if answer.status != 401 or last:  # noqa: PLR2004 - HTTP
                break
            self._token = ""
        return _checked(answer, now=now)

    def _access(self, *, now: datetime) -> str:
        if self._token and time.monotonic() < self._until:
            return self._token
        if self._id is None or self._secret is None:
            raise SourceGoneError("there are no credentials")
        pair = f"{self._id.get_secret_value()}:{self._secret.get_secret_value()}".encode()
        headers = self._agent | {
            "authorization": f"Basic {base64.b64encode(pair).decode()}",
            "content-type": "application/x-www-form-urlencoded",
        }
        body = b"grant_type=client_credentials"
        answer = request("POST", f"{self._login}/api/v1/access_token", limits=LIMITS, headers=headers, body=body)
        try:
            data = read_object(_checked(answer, now=now))
        except SourceGoneError as error:
            raise SourceGoneError(f"Reddit refuses the credentials (UPROAR_REDDIT_CLIENT_ID): {error}") from None
        token, seconds = data.get("access_token"), data.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise OutgoingError("the answer to the login has no token")
        lasts = float(seconds) if isinstance(seconds, int | float) else 600.0
        self._token, self._until = token, time.monotonic() + max(0.0, lasts - EARLY)
        return token

    def _feed(self, asked: dict[str, str], after: str | None, *, now: datetime) -> Listing:
        query = asked | {"limit": str(PAGE)} | ({"after": after} if after else {})
        url = f"{self._login}/search.rss?{urlencode(query)}"
        answer = _checked(request("GET", url, limits=replace(LIMITS, redirects=3), headers=self._agent), now=now)
        entries, dead = parse_aside(answer.body, answer.headers, url=url, base=answer.url, now=now)
        posts: list[Incoming] = []
        for entry in entries:
            try:
                posts.append(from_entry(entry))
            except BadItemError as error:
                dead.append(Dead(f"{entry.native_id} {entry.url}", str(error)))
        marks = [(post.native_id, post.created_at.timestamp()) for post in posts]
        return Listing(posts, dead, marks, marks[-1][0] if marks else None, pause=_pause(answer))


def _opened(answer: Answer) -> tuple[dict[str, Any], list[Any]]:
    """What is in a listing, and its things."""
    data = read_object(answer).get("data")
    things = data.get("children") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(things, list):
        raise OutgoingError("the answer is no listing")
    return data, things


def _checked(answer: Answer, *, now: datetime) -> Answer:
    try:
        return require_ok(answer, now=now)
    except RateLimitedError as error:
        wait = error.retry_after if error.retry_after is not None else _reset(answer)
        raise RateLimitedError(str(error), retry_after=wait) from None


def _pause(answer: Answer) -> float | None:
    """Seconds to wait if no request is left."""
    left = _number(answer.headers.get("x-ratelimit-remaining"))
    return None if left is None or left >= 1 else _reset(answer) or 60.0


def _reset(answer: Answer) -> float | None:
    seconds = _number(answer.headers.get("x-ratelimit-reset"))
    return None if seconds is None else min(max(seconds, 1.0), LONGEST)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < LONGEST * 1_000 else None
