"""How far a search of X has been read: a chain of pages from the newest post down to where the last chain began."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Hole
from collector.sources.x.parse import is_id, time_of

REACH = timedelta(days=7)  # recent search
MARGIN = 60  # seconds; what lies nearer to the end of the reach is not asked for, since it leaves it on the way
WIDE_MARGIN = 7_200  # after X has called a time too old: its clock or ours is wrong
INDEXED = timedelta(seconds=30)  # X answers with posts that are older than this, younger ones may still be missing
LATEST_END = timedelta(seconds=40)  # an end of the time asked for has to lie in the past


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a search goes on. All posts up to `since_id` or, without one, up to `since` have been read.

    A chain that is half read has a `token` for the next page, or only the `oldest` id so far if X no longer takes the
    token; `newest` becomes `since_id` when the last page is in. `begun` is when its first page was asked for, by the
    server's clock, `until` where it ends if not there. `query` tells one query from another.
    """

    since_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    token: str | None = None
    newest: str | None = None
    oldest: str | None = None
    begun: datetime | None = None
    pages: int = 0
    posts: int = 0
    restarts: int = 0
    margin: int = MARGIN
    query: str = ""

    @property
    def under_way(self) -> bool:
        """Whether a page of this chain has been read and others have not."""
        return self.begun is not None

    def finished(self) -> "Chain":
        """The chain that comes after this one."""
        covered = self.covered()
        return Chain(
            since_id=max(filter(None, (self.newest, self.since_id)), key=int, default=None),
            since=max(filter(None, (covered, self.since)), default=None),
            query=self.query,
        )

    def covered(self) -> datetime | None:
        """Up to when everything has been read once this chain is finished."""
        if self.begun is None:
            return self.since
        return min(self.begun - INDEXED, self.until or self.begun)

    def restarted(self) -> "Chain":
        """The same without its token: it goes on below the oldest post that was read."""
        return replace(self, token=None, restarts=self.restarts + 1)

    def to_json(self) -> dict[str, Any]:
        """For a position."""
        plain = {name: value for name, value in asdict(self).items() if value != getattr(Chain(), name)}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in plain.items()}


def anchored(chain: Chain, *, starts: datetime, server_now: datetime) -> tuple[Chain, Hole | None]:
    """The chain with a lower end that X still reaches, and what it does not; for a request without a token.

    A quiet search has an old `since_id` and a young `since`: nothing is lost then.
    """
    written = time_of(chain.since_id)
    horizon = server_now - REACH + timedelta(seconds=chain.margin)
    if written is not None and written >= max(horizon, starts):
        return chain, None
    known = max(filter(None, (starts, chain.since, written)))
    begins = max(known, horizon)
    lost_until = min(begins, chain.until or begins)
    hole = Hole(known, lost_until, "X's search reaches back seven days") if known < lost_until else None
    return replace(chain, since_id=None, since=begins), hole


def parameters(chain: Chain, *, server_now: datetime) -> dict[str, Any] | None:
    """What an anchored chain asks for next; None if there is nothing yet to ask for."""
    latest = server_now - LATEST_END
    lower = max(filter(None, (time_of(chain.since_id), chain.since)), default=None)
    found: dict[str, Any] = {}
    if chain.until is not None and chain.until < latest:
        if lower is None or lower >= chain.until:
            return None
        found["end_time"] = chain.until.replace(microsecond=0) + timedelta(seconds=chain.until.microsecond > 0)
    elif chain.since_id is None and (lower is None or lower >= latest):
        return None  # X refuses a start that is later than its own end of time
    if chain.since_id:
        found["since_id"] = chain.since_id
    else:
        found["start_time"] = chain.since
    if chain.token:
        found["next_token"] = chain.token
    elif chain.oldest:
        found["until_id"] = chain.oldest
    return found


def read_chain(position: Any, *, query: str) -> Chain:
    """A chain from a position; what is junk in it counts as absent, and a half-read one of another query ends.

    What the new query finds in the past is not looked for: `since_id` stays.
    """
    found = position if isinstance(position, dict) else {}
    ids = {
        name: one for name in ("since_id", "newest", "oldest") if isinstance(one := found.get(name), str) and is_id(one)
    }
    times = {name: one for name in ("since", "until", "begun") if (one := read_time(found.get(name)))}
    numbers = {
        name: one
        for name in ("pages", "posts", "restarts", "margin")
        if isinstance(one := found.get(name), int) and not isinstance(one, bool) and 0 <= one < 2**31
    }
    token = found.get("token")
    chain = Chain(**ids, **times, **numbers, query=query, token=token if isinstance(token, str) and token else None)  # type: ignore[arg-type] # the names are right
    if found.get("query", query) != query or (chain.begun is None and chain.token):
        return Chain(since_id=chain.since_id, since=chain.since, until=chain.until, query=query)
    return chain


def read_time(value: Any) -> datetime | None:
    """A moment in a position; None if it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
