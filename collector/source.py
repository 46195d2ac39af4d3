"""The contract between the loop and a source: what a page is, and what can go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from uproar.incoming import Dead, Erasure, Incoming


class RateLimitedError(Exception):
    """The platform asks us to wait, or a limit of our own does (`ours`): then a new start asks anew."""

    ours = False

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        """`retry_after` in seconds, if the platform gave a time."""
        super().__init__(message)
        self.retry_after = retry_after


class SourceGoneError(Exception):
    """The source will not answer as it is set up; somebody has to change something. It is asked again, seldom."""


class SourceAwayError(SourceGoneError):
    """What it reads is not there just now, as a file while it is replaced. It is asked again soon."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of event time that a page covers in part only, and that cannot be read again."""

    started_at: datetime
    ended_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one request brought.

    `position` is where the next request goes on; it is stored in the same transaction as the posts.
    `covered_until`: every post written before that moment has been read; None if the source cannot tell.
    `more`: there is more to read at once. Afterwards the source rests for `rest` seconds, or else for its interval.
    `holes` are stretches that are lost; `filled` are stretches that were lost and have now been read.
    `erased`: what the platform says was deleted; its text goes here too. `note`: what a `probe` found out, for people.
    `trouble`: which part of the source could not be read (one instance of several), and why; the rest was. It is on
    record as the source's last error, and as a gap while `covered_until` stays behind; `rest` says when to go on.
    """

    posts: Sequence[Incoming]
    position: dict[str, Any]
    dead: Sequence[Dead] = ()
    holes: Sequence[Hole] = ()
    filled: Sequence[Hole] = ()
    erased: Sequence[Erasure] = ()
    covered_until: datetime | None = None
    more: bool = False
    rest: float | None = None
    note: str = ""
    trouble: str = ""


class Source(Protocol):
    """One place that posts come from. All that it needs to go on is in `position`.

    A source that reads a stream may keep a connection open between two calls of `fetch`, each of which returns within
    a few seconds with what has come; what it keeps must follow from `position`, since another process may go on from
    there.

    A source may have more methods, which are looked for by name:

    - `close()` is called once at the end.
    - `probe(*, now) -> Page` is what `uproar sources check` and `uproar doctor` ask in place of `fetch({}, now=now)`;
      for a source whose first fetch would disturb the one that is being read, or cost more than a look is worth.
    - `revive(raw: str, *, now: datetime) -> Incoming` reads the raw form of a dead letter of this source again, for
      `uproar deadletters retry`; `now` is when it died and stands in for a time that it does not say. The caller
      checks the post. Raises `uproar.incoming.BadItemError` if it still cannot be used. Without this method, dead
      letters of the source stay as they are.
    """

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read one page from `position` on ({} at the very first).

        Raises:
            RateLimitedError: come back later.
            SourceGoneError: the set-up is wrong.
            SourceAwayError: what it reads is not there; it may come back at any moment.
            uproar.outgoing.OutgoingError, OSError: no answer; try again later.
        """
        ...
