"""Fills by search what the stream left out, or reads everything by search; one request at a time."""

import random
import time
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Hole, Page, RateLimitedError, SourceGoneError
from collector.sources.bluesky.search import Search, from_ms, to_ms
from collector.sources.bluesky.wires import moment, to_microseconds
from uproar.backoff import backoff
from uproar.log import get_logger
from uproar.outgoing import OutgoingError
from uproar.watch import Watch

PAUSE = 1.0  # seconds between two requests; Bluesky allows ten a second
OVERLAP = timedelta(minutes=10)  # new posts take a while to reach the index
SETTLING = timedelta(minutes=1)
MOST_HOLES = 100  # that wait to be filled

log = get_logger(__name__)


class Rounds:
    """Search only: each round reads what was written since the one before."""

    def __init__(self, watch: Watch, search: Search) -> None:
        self._watch = watch
        self._search = search
        self._mark = {"of": zlib.crc32("\0".join(search.queries).encode(errors="replace"))}

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Make the next request of a round; see `collector.source.Source`. Times in a position are milliseconds."""
        starts, ends = self._watch.starts, self._watch.ends
        if position.get("of") != self._mark["of"]:
            position = {}  # other queries than before: all is read from the start
        since, goal = (_moment_in(position.get(name), starts) for name in ("since", "goal"))
        if goal is None:
            if since and ends and since >= ends + OVERLAP:
                return Page((), position, covered_until=now)
            goal = now
        start = max(starts, since - OVERLAP) if since else starts
        end = min(goal, ends) if ends else goal
        if start >= end:
            return Page((), {"since": to_ms(goal), **self._mark} if now >= starts else {}, covered_until=now)
        step = self._search.step(position.get("search"), start, end, now=now)
        rest = max(PAUSE, step.wait)
        if step.state is None:
            position = {"since": to_ms(goal), **self._mark}
            return Page(step.posts, position, dead=step.dead, holes=step.holes, covered_until=goal, rest=rest)
        position = {"goal": to_ms(goal), "search": step.state, **self._mark} | (
            {"since": to_ms(since)} if since else {}
        )
        return Page(
            step.posts,
            position,
            dead=step.dead,
            holes=step.holes,
            covered_until=since or max(from_ms(step.state["at"]), starts),
            more=True,
            rest=rest,
        )


class Filler:
    """Fills the holes of a stream one after another; `todo` in the position lists them, in microseconds."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._again_at = 0.0
        self._failures = 0

    def fill(self, page: Page, before: dict[str, Any], *, now: datetime) -> Page:
        """The page of a stream, and on top of it what one request to the search brings, if there is a hole."""
        new = [[to_microseconds(hole.started_at), to_microseconds(hole.ended_at)] for hole in page.holes]
        known = _todo(before)
        todo = (known + [one for one in new if one not in known])[:MOST_HOLES]  # `state` belongs to the first
        state = before.get("search")
        if todo and time.monotonic() >= self._again_at and now - moment(todo[0][1]) >= SETTLING:
            page, done, state = self._fill_one(page, todo[0], state, now=now)
            todo = todo[done:]
        position = {
            **page.position,
            **({"todo": todo} if todo else {}),
            **({"search": state} if todo and state else {}),
        }
        if not todo or self._failures:  # while the search fails, the stream is as good as it gets
            return replace(page, position=position)
        return replace(page, position=position, more=True, rest=page.rest if page.more else PAUSE)

    def _fill_one(self, page: Page, span: list[int], state: Any, *, now: datetime) -> tuple[Page, int, Any]:
        start, end = map(moment, span)
        try:
            step = self._search.step(state, start, end, now=now)
        except (RateLimitedError, SourceGoneError, OutgoingError, OSError) as error:
            self._failures += 1
            wait = backoff(self._failures, base=5.0, cap=900.0, chance=random.random())  # noqa: S311 - jitter
            if isinstance(error, RateLimitedError) and error.retry_after is not None:
                wait = error.retry_after
            self._again_at = time.monotonic() + wait
            log.warning("backfill_failed", error=str(error)[:300], again_in_s=round(wait, 1))
            return page, 0, state
        self._failures = 0
        self._again_at = time.monotonic() + max(PAUSE, step.wait)
        filled = () if step.state else (Hole(start, end, "filled by search"),)
        page = replace(
            page,
            posts=[*page.posts, *step.posts],
            dead=[*page.dead, *step.dead],
            holes=[*page.holes, *step.holes],
            filled=filled,
        )
        return page, len(filled), step.state


def _moment_in(value: Any, starts: datetime) -> datetime | None:
    return from_ms(value) if type(value) is int and to_ms(starts) <= value < 2**43 else None


def _todo(position: dict[str, Any]) -> list[list[int]]:
    given = position.get("todo")
    if not isinstance(given, list):
        return []
    return [one for one in given if _is_span(one)]


def _is_span(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(type(n) is int for n in one) and 0 < one[0] < one[1] < 2**53  # noqa: PLR2004 - from and to
