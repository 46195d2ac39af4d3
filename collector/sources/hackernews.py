"""Hacker News through Algolia's search: free, without a key, the whole archive by slices of time."""

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from collector.http import read_object, require_ok, server_time
from collector.markup import to_text
from collector.source import Hole, Page
from uproar.incoming import BadItemError, Dead, Incoming, parse_each, read_raw
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

HITS = 1_000  # Algolia gives at most this many hits for one search, so a fuller slice of time is halved
# in seconds, like all times in a position:
FIRST_SLICE = 6 * 3_600
LONGEST_SLICE = 30 * 86_400
OVERLAP = 600  # new posts take a while to reach the index
PAUSE = 1.0  # seconds between requests of a back-fill; Algolia allows 10,000 an hour
FEW = 200
PLATFORM = "hackernews"
MAX_LINKS = 20
_LINK = re.compile(r'<a href="([^"]{1,2000})"')
LIMITS = Limits(allow_private=True)  # the base address is the operator's own setting


class Options(BaseModel):
    """The keys of a `hackernews` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queries: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)  # an empty one finds everything


class HackerNews:
    """Stories and comments that match one of the queries; one request reads one slice of time of one query.

    A round reads every query up to the moment at which the round began; the next one starts a little before that.
    """

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings) -> None:
        self._options = Options.model_validate(spec.options)
        self._start = int(watch.starts.timestamp())
        self._end = math.ceil(watch.ends.timestamp()) if watch.ends else None
        self._base = settings.hackernews_url

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the next slice of the query that is furthest behind."""
        clock = int(now.timestamp())
        marks, goal, since = self._round(position, clock + int(position.get("skew", 0)))
        query = min(marks, key=lambda name: marks[name])
        start, reach = marks[query], self._reach(goal)
        if start >= reach:
            return Page((), position, covered_until=now)
        width = min(position.get("width", FIRST_SLICE), LONGEST_SLICE)
        end = min(start + width, reach)
        hits, total, there = self._search(query, start, end, now=now)
        posts, dead = parse(hits, now=now)
        # by its clock, not by ours: what ours is ahead would be taken for read before it is written
        end, goal = max(start, min(end, there)), min(goal, there)
        following = {"marks": marks, "goal": goal, "since": since, "skew": there - clock}
        if total > len(hits) and end - start > 1:  # what came is kept: the halves bring it again, which is harmless
            narrower = {**following, "width": (end - start) // 2}
            return Page(posts, narrower, dead=dead, more=True, rest=PAUSE)
        marks[query] = end
        more = min(marks.values()) < self._reach(goal)
        return Page(
            posts,
            {**following, "width": min(width * 2, LONGEST_SLICE) if len(hits) < FEW else width},
            dead=dead,
            holes=(Hole(_moment(start), _moment(end), f"more than {HITS} hits in one second"),) * (total > len(hits)),
            covered_until=_moment(max(min(marks.values()), since) if more else goal),
            more=more,
            rest=PAUSE if more else None,
        )

    def revive(self, raw: str, *, now: datetime) -> Incoming:  # noqa: ARG002 - every hit has a time of its own
        """Read a hit again that was a dead letter."""
        return _parse_one(read_raw(raw))

    def _round(self, position: dict[str, Any], now: int) -> tuple[dict[str, int], int, int]:
        """From where each query goes on, the goal of the round, and the goal of the round before."""
        known = position.get("marks", {})
        marks = {query: int(known.get(query, self._start)) for query in self._options.queries}
        goal = position.get("goal")
        if goal is None:
            return marks, now, self._start
        if min(marks.values()) < self._reach(goal):
            return marks, goal, position["since"]
        if self._end is not None and goal >= self._end + OVERLAP:
            return marks, goal, goal  # all has been read for good
        return {query: max(mark - OVERLAP, self._start) for query, mark in marks.items()}, max(now, goal), goal

    def _reach(self, goal: int) -> int:
        return goal if self._end is None else min(goal, self._end)

    def _search(self, query: str, start: int, end: int, *, now: datetime) -> tuple[list[Any], int, int]:
        """The hits, how many there are in all, and the time of the other side in seconds since 1970."""
        parameters = {
            "query": query,
            "tags": "(story,comment)",
            "numericFilters": f"created_at_i>={start},created_at_i<{end}",
            "hitsPerPage": str(HITS),
            "advancedSyntax": "true",
            "typoTolerance": "false",
            "attributesToHighlight": "",
        }
        answer = request("GET", f"{self._base}/api/v1/search_by_date?{urlencode(parameters)}", limits=LIMITS)
        data = read_object(require_ok(answer, now=now))
        there = int(server_time(answer, now=now).timestamp())
        hits = data.get("hits")
        if not isinstance(hits, list):
            raise OutgoingError("the answer has no list of hits")
        total = data.get("nbHits")
        return hits, total if isinstance(total, int) else len(hits), there


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def parse(hits: list[Any], *, now: datetime) -> tuple[list[Incoming], list[Dead]]:
    """Turn Algolia's hits into posts; pure. A hit that cannot be used goes to the dead letters."""
    return parse_each(hits, _parse_one, now=now)


def _parse_one(hit: Any) -> Incoming:
    if not isinstance(hit, dict) or not isinstance(hit.get("objectID"), str):
        raise BadItemError("the hit has no objectID")
    when = hit.get("created_at_i")
    if not isinstance(when, int) or not 0 <= when < 2**33:
        raise BadItemError(f"created_at_i is {when!r}, not seconds since 1970")
    parts = [hit.get(name) for name in ("title", "story_text", "comment_text")]
    text = "\n".join(to_text(part) for part in parts if isinstance(part, str) and part)
    author = hit.get("author")
    about = [hit.get(name) for name in ("story_title", "story_url", "url")]  # what it stands under, what it links to
    about += [link for part in parts if isinstance(part, str) for link in _LINK.findall(part)][:MAX_LINKS]
    return Incoming(
        platform=PLATFORM,
        native_id=hit["objectID"],
        text=text,
        created_at=_moment(when),
        author=author if isinstance(author, str) else None,
        url=f"https://news.ycombinator.com/item?id={hit['objectID']}",
        lang="en",
        context=tuple(to_text(one) for one in about if isinstance(one, str) and one),
    )
