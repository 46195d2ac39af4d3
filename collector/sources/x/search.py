"""Recent search of X, one page a call: paid for beforehand, resumed where it was left."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Hole, RateLimitedError
from collector.sources.x.answers import (
    BadRequestError,
    UnansweredError,
    read_object,
    skew,
    window_left,
)
from collector.sources.x.chain import INDEXED, WIDE_MARGIN, Chain, anchored, parameters
from collector.sources.x.client import Client
from collector.sources.x.parse import ids_of, is_id, parse, problems, time_of
from collector.sources.x.purse import Purse
from uproar.budget import LEAST_X
from uproar.incoming import Dead, Incoming
from uproar.log import get_logger
from uproar.outgoing import Answer, TooLargeError

PAUSE = 2.0  # seconds between two pages; X allows 450 requests in 15 minutes
MOST_RESTARTS = 5

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What one request brought, and the chain to go on with; `done`: this one has come to its end.

    `rest`: X asks for so many seconds before the next request.
    """

    chain: Chain
    done: bool
    posts: Sequence[Incoming] = ()
    dead: Sequence[Dead] = ()
    holes: Sequence[Hole] = ()
    rest: float = 0.0


class Search:
    """Asks for the pages of a chain. Between calls it remembers only the server's clock and how calls went."""

    def __init__(self, client: Client, purse: Purse, query: str, *, max_results: int, starts: datetime) -> None:
        self._client = client
        self._purse = purse
        self._query = query
        self._max_results = max_results
        self._starts = starts
        self._ahead = timedelta()
        self._free_at = 0.0
        self._careful = False

    def server_now(self, now: datetime) -> datetime:
        """What time it is for X, as far as its last answer told."""
        return now + self._ahead

    def note_time(self, answer: Answer, *, now: datetime) -> None:
        """Go by the clock that an answer, of search or not, tells from now on."""
        self._ahead = skew(answer, now=now)

    def read(self, chain: Chain, *, now: datetime) -> Step:
        """Ask for the next page of a chain, if there is anything to ask for.

        Raises:
            RateLimitedError: the window of X's rate limit is used up.
            BudgetStopError: the budget is.
            SourceGoneError: X refuses.
            OutgoingError: no answer.
        """
        hole = None
        if chain.token is None:
            chain, hole = anchored(chain, starts=self._starts, server_now=self.server_now(now))
        holes = (hole,) if hole else ()
        wanted = parameters(chain, server_now=self.server_now(now))
        if wanted is None:
            return Step(chain, done=True, holes=holes)
        busy = self._free_at - time.monotonic()
        if busy > 0:
            raise RateLimitedError("X's rate limit leaves no request", retry_after=busy)
        try:
            answer, data = self._ask(wanted, now=now)
        except BadRequestError as error:
            return self._refused(chain, error)
        rest = window_left(answer, now=now)
        self._free_at = time.monotonic() + rest
        posts, dead = parse(data, now=max(now, self.server_now(now)))
        if problems(data):
            log.info("x_partial_errors", errors=problems(data), posts=len(posts))
        following = _advanced(chain, data, begun=self.server_now(now))
        return Step(following, following.token is None, posts, dead, holes, rest)

    def _ask(self, wanted: dict[str, Any], *, now: datetime) -> tuple[Answer, dict[str, Any]]:
        """Buy one page; after one that may have come in vain, a small one."""

        def ask(posts: int) -> Answer:
            answer = self._client.search(self._query, max_results=posts, **wanted)
            self.note_time(answer, now=now)
            return answer

        size = LEAST_X if self._careful else self._max_results
        try:
            bought = self._purse.buy(size, ask, least=LEAST_X, now=now, read=_read_page)
        except (UnansweredError, TooLargeError):
            self._careful = True  # each such try may cost as many posts as it asks for
            raise
        self._careful = False
        return bought

    def _refused(self, chain: Chain, error: BadRequestError) -> Step:
        if chain.token is not None:
            log.info("x_token_refused", pages=chain.pages, restarts=chain.restarts)
            if chain.restarts < MOST_RESTARTS:
                return Step(chain.restarted(), done=False)
            lower, upper = time_of(chain.since_id) or chain.since, time_of(chain.oldest)
            lost = (Hole(lower, upper, f"not read: {error}"),) if lower and upper and lower < upper else ()
            return Step(replace(chain, token=None), done=True, holes=lost)
        too_old = any(name in str(error) for name in ("since_id", "start_time"))
        if not too_old or chain.margin == WIDE_MARGIN:
            raise error
        since = max(filter(None, (chain.since, time_of(chain.since_id), self._starts)))
        return Step(replace(chain, since_id=None, since=since, margin=WIDE_MARGIN), done=False)


def _read_page(answer: Answer) -> dict[str, Any]:
    data = read_object(answer)
    if not isinstance(data.get("meta"), dict):
        raise UnansweredError("the answer has no meta, so there is no saying whether more follows")
    return data


def _advanced(chain: Chain, data: dict[str, Any], *, begun: datetime) -> Chain:
    """The chain after a page: its token, its newest and oldest id."""
    meta = data["meta"]
    ids = [one for one in [*ids_of(data), str(meta.get("newest_id")), str(meta.get("oldest_id"))] if is_id(one)]
    token = meta.get("next_token")
    oldest = min([*ids, *filter(None, [chain.oldest])], key=int, default=None)
    return replace(
        chain,
        token=token if isinstance(token, str) and token else None,
        newest=max([*ids, *filter(None, [chain.newest])], key=int, default=None),
        oldest=oldest,
        begun=chain.begun or begun,
        pages=chain.pages + 1,
        posts=chain.posts + len(ids_of(data)),
        restarts=chain.restarts if oldest == chain.oldest else 0,
    )


def covered_until(chain: Chain, *, now: datetime) -> datetime | None:
    """Up to when a finished chain has read everything, and never in our future."""
    covered = chain.covered()
    return min(covered, now - INDEXED) if covered else None
