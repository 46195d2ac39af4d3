"""Asks platforms that do not announce deletions whether the posts that were collected are still there."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from collector.source import Page, RateLimitedError, SourceGoneError
from uproar import database, rechecking
from uproar.incoming import Erasure
from uproar.log import get_logger
from uproar.outgoing import OutgoingError
from uproar.rechecking import Chosen

ROUND = timedelta(hours=20)  # every post is asked about once in this time
YOUNG = timedelta(hours=4)  # not before it is so old: what has just come is there; so none stays longer than a day
LATE = timedelta(minutes=30)  # a round may begin that much later than it should, and miss nothing
SHORTEST = 1.0  # seconds between two requests
LARGEST = 2**63
AGAIN = 600.0  # seconds after one that failed, if the platform does not ask for more

log = get_logger(__name__)

Ask = Callable[[Sequence[str], datetime], Collection[str]]
"""Given ids of posts and the time, which of them are gone; raises like `Source.fetch`."""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What one request told: what is gone, and where the next one goes on."""

    erased: tuple[Erasure, ...]
    position: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recheck:
    """Goes over the posts of one source again and again, evenly spread over the time that a round may take.

    Args:
        watch: the watch by its name.
        source: the source by its name.
        platform: whose ids it knows.
        ask: asks the platform.
        a_call: how many ids one request may hold.
        days: how long after they were collected posts are asked about; 0: never.
    """

    watch: str
    source: str
    platform: str
    ask: Ask
    a_call: int = 100
    days: int = 7

    def next(self, position: dict[str, Any], *, now: datetime) -> Rechecked | None:
        """Ask about the next posts if it is time to; None if it is not.

        Args:
            position: what the last call gave; {} at the first one.
            now: the time.
        """
        moment = now.timestamp()
        due, began = _number(position, "due", 0.0), _number(position, "began", moment)
        if not self.days or moment < due <= moment + ROUND.total_seconds():
            return None
        after = int(_number(position, "after", 0.0))
        with database.reading() as session:
            since, before = now - timedelta(days=self.days) - LATE, now - YOUNG
            chosen = Chosen(self.watch, self.source, self.platform, since, before, after)
            rows = rechecking.due(session, chosen, limit=self.a_call)
            left = rechecking.count(session, replace(chosen, after=rows[-1][0])) if rows else 0
        if not rows:
            return Rechecked((), {"due": max(began + ROUND.total_seconds(), moment + 60)})
        gone = set(self.ask([native_id for _, native_id in rows], now))
        calls = -(-left // self.a_call)
        rest = (began + ROUND.total_seconds() - moment) / (calls + 1)
        following = {"after": rows[-1][0], "began": began, "due": moment + max(rest, SHORTEST)}
        erased = tuple(Erasure(self.platform, native_id=id_) for _, id_ in rows if id_ in gone)
        return Rechecked(erased, following)


def _number(position: dict[str, Any], name: str, otherwise: float) -> float:
    """A number of the position; what is junk in it counts as absent."""
    value = position.get(name)
    return value if isinstance(value, int | float) and 0 <= value < LARGEST else otherwise


def also(page: Page, recheck: Recheck, *, position: dict[str, Any], now: datetime) -> Page:
    """A page that has read all there is, and beside it has asked about some posts if it is time to.

    A failure is logged and costs no page: the posts are asked about again in ten minutes, or when the platform says.

    Args:
        page: what the source has read.
        recheck: what to ask.
        position: of the source, before that page; what is remembered stands under `recheck`.
        now: the time.
    """
    before = position.get("recheck")
    place: dict[str, Any] = before if isinstance(before, dict) else {}
    erased: tuple[Erasure, ...] = ()
    if not page.more:
        try:
            told = recheck.next(place, now=now)
        except (RateLimitedError, SourceGoneError, OutgoingError, OSError) as error:
            log.warning("recheck_failed", watch=recheck.watch, source=recheck.source, error=str(error)[:300])
            asked = getattr(error, "retry_after", None) or 0.0  # also by a budget that is spent
            place = {**place, "due": now.timestamp() + min(max(AGAIN, asked), ROUND.total_seconds())}
        else:
            if told is not None:
                place, erased = told.position, told.erased
    return replace(page, position={**page.position, "recheck": place}, erased=(*page.erased, *erased))
