"""Hacker News through Algolia's search: free, without a key, the whole archive by slices of time."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from collector.http import read_object, require_ok
from collector.markup import to_text
from collector.source import Hole, Page
from uproar.incoming import BadItemError, Incoming
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.sources import Dead
from uproar.watch import SourceSpec, Watch

HITS = 1_000  # Algolia gives at most this many hits for one search, so a fuller slice of time is halved
FIRST_SLICE = timedelta(hours=6)
LONGEST_SLICE = timedelta(days=30)
OVERLAP = timedelta(minutes=10)  # new posts take a while to reach the index
PAUSE = 1.0  # seconds between requests of a back-fill; Algolia allows 10,000 an hour
FEW = 200
PLATFORM = "hackernews"
LIMITS = Limits(allow_private=True)  # the base address is the operator's own setting


class Options(BaseModel):
    """The keys of a `hackernews` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queries: tuple[str, ...] = Field(min_length=1)


class HackerNews:
    """Stories and comments that match one of the queries; one request reads one slice of time of one query."""

    def __init__(self, spec: SourceSpec, watch: Watch, settings: Settings) -> None:
        self._options = Options.model_validate(spec.options)
        self._start = watch.starts
        self._end = watch.ends
        self._base = settings.hackernews_url
        self._pause = timedelta(seconds=spec.every_seconds)

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the next slice of the query that is furthest behind."""
        marks = {query: self._mark(position, query) for query in self._options.queries}
        query = min(marks, key=lambda name: marks[name])
        goal = min(now, self._end) if self._end else now
        start = marks[query]
        if start >= goal:
            return Page((), position, covered_until=goal)
        width = min(timedelta(seconds=position.get("width", FIRST_SLICE.total_seconds())), LONGEST_SLICE)
        end = min(start + width, goal)
        hits, total = self._search(query, start - min(OVERLAP, width), end, now=now)
        if total > len(hits) and end - start > timedelta(seconds=1):
            return self._narrower(position, width=(end - start) / 2)
        posts, dead = parse(hits)
        holes = (Hole(start, end, f"more than {HITS} hits in one second"),) if total > len(hits) else ()
        marks[query] = end
        return Page(
            posts,
            {"marks": {name: mark.timestamp() for name, mark in marks.items()}, "width": _next_width(width, len(hits))},
            dead=dead,
            holes=holes,
            covered_until=min(marks.values()),
            more=min(marks.values())
            < goal - self._pause,  # the queries are read in turn: one is always a little behind
            rest=PAUSE,
        )

    def _narrower(self, position: dict[str, Any], *, width: timedelta) -> Page:
        return Page((), {**position, "width": max(1.0, width.total_seconds())}, more=True, rest=PAUSE)

    def _mark(self, position: dict[str, Any], query: str) -> datetime:
        mark = position.get("marks", {}).get(query)
        return self._start if mark is None else datetime.fromtimestamp(mark, UTC)

    def _search(self, query: str, start: datetime, end: datetime, *, now: datetime) -> tuple[list[Any], int]:
        parameters = {
            "query": query,
            "tags": "(story,comment)",
            "numericFilters": f"created_at_i>={int(start.timestamp())},created_at_i<{int(end.timestamp()) + 1}",
            "hitsPerPage": str(HITS),
            "advancedSyntax": "true",
            "typoTolerance": "false",
            "attributesToHighlight": "",
        }
        answer = request("GET", f"{self._base}/api/v1/search_by_date?{urlencode(parameters)}", limits=LIMITS)
        data = read_object(require_ok(answer, now=now))
        hits = data.get("hits")
        if not isinstance(hits, list):
            raise OutgoingError("the answer has no list of hits")
        total = data.get("nbHits")
        return hits, total if isinstance(total, int) else len(hits)


def _next_width(width: timedelta, hits: int) -> float:
    """The next slice, in seconds: wider while there is little in it, so that years of archive take minutes."""
    return min(width * 2, LONGEST_SLICE).total_seconds() if hits < FEW else width.total_seconds()


def parse(hits: list[Any]) -> tuple[list[Incoming], list[Dead]]:
    """Turn Algolia's hits into posts; pure. A hit that cannot be used goes to the dead letters."""
    posts: list[Incoming] = []
    dead: list[Dead] = []
    for hit in hits:
        try:
            posts.append(_parse_one(hit))
        except BadItemError as error:
            dead.append(Dead(json.dumps(hit), str(error)))
    return posts, dead


def _parse_one(hit: Any) -> Incoming:
    if not isinstance(hit, dict) or not isinstance(hit.get("objectID"), str):
        raise BadItemError("the hit has no objectID")
    when = hit.get("created_at_i")
    if not isinstance(when, int) or not 0 <= when < 2**33:
        raise BadItemError(f"created_at_i is {when!r}, not seconds since 1970")
    parts = [hit.get(name) for name in ("title", "story_text", "comment_text")]
    text = "\n".join(to_text(part) for part in parts if isinstance(part, str) and part)
    author = hit.get("author")
    return Incoming(
        platform=PLATFORM,
        native_id=hit["objectID"],
        text=text,
        created_at=datetime.fromtimestamp(when, UTC),
        author=author if isinstance(author, str) else None,
        url=f"https://news.ycombinator.com/item?id={hit['objectID']}",
        lang="en",
    )
