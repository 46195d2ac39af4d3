"""Checks a search against X's own counts, which cost no post: whether all came, and what was not bought."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Hole, RateLimitedError, SourceGoneError
from collector.sources.x.answers import read_object, require_ok
from collector.sources.x.chain import REACH, Chain, read_chain
from collector.sources.x.client import Client
from collector.sources.x.parse import time_of
from collector.sources.x.purse import BudgetStopError, Purse
from uproar.incoming import BadItemError
from uproar.log import get_logger
from uproar.outgoing import OutgoingError
from uproar.times import parse_time
from uproar.volumes import Counted

HOUR = timedelta(hours=1)
EVERY = HOUR  # between two checks; a chain of several pages is checked at once
TOLERATED_SHARE, TOLERATED = 0.1, 10  # counts include what was deleted or hidden since
SOON = timedelta(minutes=1)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """Posts read since the last check: from the lower end of the first chain on, `read` of them."""

    lower: Chain
    read: int = 0

    def to_json(self) -> dict[str, Any]:
        """For a position."""
        return {**self.lower.to_json(), "posts": self.read}


class Audit:
    """Asks /2/tweets/counts/recent; trouble with it is logged, and never costs a page.

    Args:
        client: asks X.
        purse: counts the requests.
        query: what is counted.
        keep: takes the posts of whole hours that X tells, for the curve of what was written.
    """

    def __init__(
        self, client: Client, purse: Purse, query: str, keep: Callable[[Sequence[Counted]], None] = lambda _: None
    ) -> None:
        self._keep = keep
        self._client = client
        self._purse = purse
        self._query = query

    def after(self, chain: Chain, known: Any, *, now: datetime) -> tuple[dict[str, Any] | None, Hole | None]:
        """The window to go on with after a chain was finished, and what is missing of it if it was time to check.

        `known` is the window so far, as it stands in a position.
        """
        window = self._window(chain, known)
        lower, upper = _begins(window.lower), chain.covered()
        if upper is None or lower is None or lower >= upper - SOON or lower < now - REACH + SOON:
            return (None if lower and lower < now - REACH + SOON else window.to_json()), None
        if chain.pages < 2 and upper - lower < EVERY:  # noqa: PLR2004 - one page is read as it comes
            return window.to_json(), None
        expected = self._count(window.lower, upper, now=now)
        if expected is None:
            return window.to_json(), None
        if not is_short(window.read, expected):
            return None, None
        log.warning("x_posts_missing", expected=expected, read=window.read)
        return None, Hole(lower, upper, f"X counts {expected:,} posts, and {window.read:,} came")

    def unbought(self, stop: BudgetStopError, chain: Chain, *, now: datetime) -> BudgetStopError:
        """The same stop with the number of posts that were not bought, to be counted again within the hour."""
        lower = max(filter(None, (time_of(chain.since_id), chain.since, now - REACH + SOON)))
        if lower >= now - SOON:
            return stop
        number = self._count(Chain(since=lower), now - SOON, now=now)
        if number is None:
            return stop
        wait = min(stop.retry_after or 0.0, EVERY.total_seconds())
        return BudgetStopError(f"{stop}; X counts {number:,} posts since {lower:%Y-%m-%dT%H:%MZ}", retry_after=wait)

    def look(self, *, now: datetime) -> int:
        """How many posts X counts for the last hour: a question that costs nothing, to see whether X answers.

        Raises:
            RateLimitedError, SourceGoneError, OutgoingError: it does not.
        """
        self._purse.count_requests(1, now=now)
        answer = require_ok(self._client.counts(self._query, start_time=now - EVERY), now=now)
        return _total(read_object(answer))

    def _window(self, chain: Chain, known: Any) -> Window:
        if not isinstance(known, dict):
            return Window(Chain(since_id=chain.since_id, since=chain.since), chain.posts)
        before = read_chain(known, query="")
        return Window(replace(before, posts=0), before.posts + chain.posts)

    def _count(self, lower: Chain, upper: datetime, *, now: datetime) -> int | None:
        bounds: dict[str, Any] = {"since_id": lower.since_id} if lower.since_id else {"start_time": lower.since}
        try:
            self._purse.count_requests(1, now=now)
            answer = require_ok(self._client.counts(self._query, **bounds, end_time=upper), now=now)
            found = read_object(answer)
            total = _total(found)
        except (RateLimitedError, SourceGoneError, OutgoingError) as error:
            log.warning("x_counts_failed", error=str(error)[:200])
            return None
        self._keep(volume_of(found.get("data")))
        return total


def is_short(read: int, expected: int) -> bool:
    """Whether fewer posts came than X counts, by more than counts are wrong anyway."""
    return expected - read > max(TOLERATED, TOLERATED_SHARE * expected)


def _total(found: dict[str, Any]) -> int:
    meta = found.get("meta")
    total = meta.get("total_tweet_count", meta.get("total_post_count")) if isinstance(meta, dict) else None
    if isinstance(total, bool) or not isinstance(total, int):
        raise OutgoingError("the answer has no total")
    return total


def _begins(chain: Chain) -> datetime | None:
    return time_of(chain.since_id) or chain.since


def volume_of(data: Any) -> list[Counted]:
    """The curve in X's answer: posts of each whole hour. The first and the last hour are cut by the question."""
    found = []
    for one in data if isinstance(data, list) else []:
        number = one.get("tweet_count", one.get("post_count")) if isinstance(one, dict) else None
        if isinstance(number, bool) or not isinstance(number, int):
            continue
        try:
            start, end = parse_time(one.get("start")), parse_time(one.get("end"))
        except BadItemError:  # no point of a curve; that there is a total is seen elsewhere
            continue
        if end - start == HOUR and start == start.replace(minute=0, second=0, microsecond=0):
            found.append(Counted(start, end, number))
    return found
