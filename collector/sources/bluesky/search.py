"""Bluesky's search over a stretch of time, one request after another: slices, queries, pages, newest first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.source import Hole
from collector.sources.bluesky.login import Login
from collector.sources.bluesky.records import moment_of, parse
from uproar.incoming import Dead, Incoming
from uproar.mentions import Mentions
from uproar.outgoing import OutgoingError
from uproar.watch import Watch

METHOD = "app.bsky.feed.searchPosts"
FULL = 100  # posts of a page, the most there are
MOST_PAGES = 90  # of one list; the search ends its lists at 10,000
FIRST_SLICE = 6 * 3_600_000  # milliseconds, like all times in a position
LONGEST_SLICE = 30 * 86_400_000
FEW, MANY = 100, 2_000  # posts of a slice that make the next one longer or shorter
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where reading a stretch has got to: `at` begins the slice, `until` ends what of it is still to be read."""

    at: int
    width: int = FIRST_SLICE
    query: int = 0
    until: int = 0
    cursor: str = ""
    pages: int = 0
    seen: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one request brought. `state` is where to go on, None if the stretch has been read."""

    posts: list[Incoming]
    dead: list[Dead]
    holes: tuple[Hole, ...]
    state: dict[str, Any] | None
    wait: float


class Search:
    """Reads stretches of time. `queries`: one search each."""

    def __init__(self, watch: Watch, mentions: Mentions, login: Login, queries: Sequence[str], *, match: bool) -> None:
        self._watch = watch
        self._mentions = mentions
        self._login = login
        self.queries = tuple(queries)
        self._match = match

    def step(self, state: Any, start: datetime, end: datetime, *, now: datetime) -> Step:
        """Make one request for posts written from `start` to `end`; `state` is the last step's, {} at first."""
        first, last = to_ms(start), to_ms(end + _MS - timedelta(microseconds=1))
        reading = _reading(state, first, last, len(self.queries))
        stop = min(reading.at + reading.width, last)
        until = reading.until or stop
        views, cursor, total, wait = self._ask(reading, until, now)
        posts, dead = parse(views, starts=self._watch.starts, now=now)
        seen, oldest = reading.seen + len(views), min(filter(None, map(_when, views)), default=until)
        holes: tuple[Hole, ...] = ()
        if views and cursor and cursor != reading.cursor and reading.pages < MOST_PAGES:
            following = replace(reading, cursor=cursor, pages=reading.pages + 1, seen=seen)
        elif views and (cursor or total > seen or len(views) >= FULL) and oldest + 1 < until:
            following = replace(reading, until=oldest + 1, cursor="", pages=0, seen=0)  # the list was cut short
        else:
            if views and (cursor or total > seen or len(views) >= FULL):
                holes = (Hole(from_ms(reading.at), from_ms(until), f"the search gave {seen} posts and no more"),)
            following = replace(reading, query=reading.query + 1, until=0, cursor="", pages=0, seen=0)
        following = replace(following, found=following.found + len(views))
        if following.query >= len(self.queries):
            following = _next_slice(following, stop)
        done = following.at >= last
        return Step(self._kept(posts), dead, holes, None if done else asdict(following), wait)

    def _ask(self, reading: Reading, until: int, now: datetime) -> tuple[list[Any], str, int, float]:
        parameters = {
            "q": self.queries[reading.query],
            "sort": "latest",
            "since": _written(reading.at),
            "until": _written(until),
            "limit": str(FULL),
        }
        if reading.cursor:
            parameters["cursor"] = reading.cursor
        data, wait = self._login.get(METHOD, parameters, now=now)
        views, cursor, total = data.get("posts"), data.get("cursor"), data.get("hitsTotal")
        if not isinstance(views, list):
            raise OutgoingError("the answer has no list of posts")
        return views, cursor if isinstance(cursor, str) else "", total if isinstance(total, int) else 0, wait

    def _kept(self, posts: list[Incoming]) -> list[Incoming]:
        kept: list[Incoming] = []
        for post in posts:
            matched = self._mentions.of(post.text, post.context)
            if self._watch.covers(post.created_at) and (matched or not self._match):
                kept.append(replace(post, matched=matched))
        return kept


def queries_of(watch: Watch) -> tuple[str, ...]:
    """What to search for: how the watch may be mentioned, in quotation marks but for single words and hashtags."""
    wanted = [spelling.removeprefix("@").replace('"', " ").strip() for spelling in watch.spellings]
    asked = {name.casefold(): name if name.isalnum() or name[0] == "#" else f'"{name}"' for name in wanted if name}
    return tuple(asked.values())


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MS


def from_ms(milliseconds: int) -> datetime:
    """The reverse of `to_ms`."""
    return _EPOCH + milliseconds * _MS


def _written(milliseconds: int) -> str:
    return from_ms(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _when(view: Any) -> int | None:
    """The time that the search sorts by: the earlier one of the author's and the network's."""
    record = view.get("record") if isinstance(view, dict) else None
    if not isinstance(record, dict):
        return None
    times = [moment_of(record.get("createdAt")), moment_of(view.get("indexedAt"))]
    return min((to_ms(one) for one in times if one), default=None)


def _reading(state: Any, first: int, last: int, queries: int) -> Reading:
    """The state if it can be gone on from, else the beginning."""
    names = set(Reading.__slots__)
    if not isinstance(state, dict) or set(state) != names:
        return Reading(first)
    if not isinstance(state["cursor"], str) or not all(type(state[name]) is int for name in names - {"cursor"}):
        return Reading(first)
    reading = Reading(**state)
    fits = first <= reading.at < last and 0 <= reading.query < queries and 0 < reading.width <= LONGEST_SLICE
    return reading if fits and 0 <= reading.until <= last else Reading(first)


def _next_slice(reading: Reading, stop: int) -> Reading:
    width = reading.width
    if reading.found < FEW:
        width = min(width * 2, LONGEST_SLICE)
    elif reading.found > MANY:
        width = max(width // 2, 1_000)
    return Reading(stop, width)
