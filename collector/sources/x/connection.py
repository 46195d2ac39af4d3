"""One connection to the filtered stream of X at a time: opened seldom, paid for in advance, drained a little a call."""

import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.source import RateLimitedError
from collector.sources.x.answers import require_ok
from collector.sources.x.client import Client, answer_of
from collector.sources.x.lines import Lines
from collector.sources.x.parse import ids_of, parse
from collector.sources.x.purse import BudgetStopError, Purse
from collector.sources.x.rules import synchronise
from uproar.budget import Granted
from uproar.incoming import Dead, Incoming
from uproar.log import get_logger
from uproar.outgoing import Answer, OutgoingError

TAIL = 100  # posts that may come while X does not know yet that the connection was given up: 300 a second
LEAST = 2 * TAIL  # posts that are paid for in advance; with less than that left, a stream is not kept open
MOST_AHEAD = 2 * LEAST  # a killed process leaves as many booked
MOST = 500  # posts of one call
SECONDS = 2.0  # of one call
NEAREST = 5.0  # seconds between two connections, and
CONNECTIONS, WINDOW = 45, 900.0  # so many in 15 minutes; X allows 50
CLOCK_AHEAD = timedelta(hours=1)  # of the server's clock before ours

log = get_logger(__name__)


@dataclass(slots=True)
class Drained:
    """What has come on the connection since the last call, and the ids of all that has to be paid for."""

    posts: list[Incoming] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


class Connection:
    """The stream of one rule: whatever X may send, until it notices that we hang up, has been paid for in advance.

    So no line is read that is not paid for, none waits unread on the way, and `TAIL` posts of what is reserved are left
    for those that X sends after the end.
    """

    def __init__(self, client: Client, purse: Purse, *, query: str, tag: str) -> None:
        self._client = client
        self._purse = purse
        self._query = query
        self._tag = tag
        self._lines: Lines | None = None
        self._granted: Granted | None = None
        self._pace = 0  # posts of the last call
        self._opened: deque[float] = deque(maxlen=CONNECTIONS)
        self._stop: Exception | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, if only one that has ended and was not drained."""
        return self._lines is not None

    @property
    def behind(self) -> bool:
        """Whether more has come than was drained."""
        return self._lines is not None and self._lines.waiting

    @property
    def heard(self) -> float:
        """When the last byte came, on the monotonic clock."""
        return self._lines.heard if self._lines is not None else time.monotonic()

    def open(self, *, now: datetime) -> Answer:
        """Bring the rules in line and connect.

        Returns:
            The head of X's answer, which tells the time there.

        Raises:
            BudgetStopError: there are not enough posts left for a stream.
            RateLimitedError, SourceGoneError, OutgoingError: as X says, or because it was asked too often.
        """
        moment = time.monotonic()
        free_at = self._opened[-1] + NEAREST if self._opened else moment
        if len(self._opened) == CONNECTIONS:
            free_at = max(free_at, self._opened[0] + WINDOW)
        if free_at > moment:
            raise RateLimitedError("the stream was connected to too often of late", retry_after=free_at - moment)
        self._stop = None
        self._granted = self._purse.reserve(self._ahead, least=LEAST, now=now)
        self._opened.append(moment)
        try:
            requests = synchronise(self._client, query=self._query, tag=self._tag, now=now)
            self._purse.count_requests(requests, now=now)
            response = self._client.open_stream()
            if isinstance(response, Answer):
                require_ok(response, now=now)
                raise OutgoingError(f"HTTP {response.status} is no stream")
            self._lines = Lines(response, allowed=self._granted.posts - TAIL)
        finally:
            if self._lines is None:
                self.close()
        log.info("x_stream_connected", tag=self._tag)
        return answer_of(response, b"")

    def close(self) -> None:
        """Give the connection up, and what was paid for in advance back, but for what X may have sent unread."""
        lines, granted, self._lines, self._granted = self._lines, self._granted, None, None
        unread = 0
        if lines is not None:
            lines.close()
            unread = lines.unread()
            if lines.cut:  # the post of a line that was cut off comes again, by search
                log.info("x_stream_line_cut", tag=self._tag, bytes=lines.cut)
        if granted is not None:
            self._purse.settle(granted, (), unsure=unread, now=datetime.now(UTC))

    @property
    def _ahead(self) -> int:
        """Posts to pay for in advance: as many as come in some seconds, if they go on as of late."""
        return min(LEAST + 2 * self._pace, MOST_AHEAD)

    def drain(self, *, now: datetime) -> Drained:
        """What has come, at the latest after about two seconds.

        Raises:
            OutgoingError, BudgetStopError: the stream has ended, and nothing is left to drain; or the ledger does not
                answer, and the stream was given up.
        """
        drained = Drained()
        lines = self._lines
        if lines is None:
            raise OutgoingError("there is no connection")
        try:
            self._read(lines.take(seconds=SECONDS, most=MOST), drained, now=now)
        except OutgoingError:  # the ledger: what came is lost with this call, and search has to bring it again
            self._granted = None  # it counts as spent
            self.close()
            raise
        if lines.ended is not None and not lines.waiting and not (drained.ids or drained.dead):
            stop = self._stop or OutgoingError(lines.ended)
            self.close()
            raise stop
        return drained

    def _read(self, taken: Sequence[bytes], drained: Drained, *, now: datetime) -> None:
        for line in taken:
            self._read_line(line, drained, now=now)
        lines, granted = self._lines, self._granted
        if lines is None or granted is None or not drained.ids:
            return
        self._pace = len(drained.ids)
        try:
            self._granted = self._purse.renew(granted, drained.ids, posts=self._ahead, least=LEAST, now=now)
        except BudgetStopError as error:
            self._stop = error
            log.warning("x_stream_stopped", tag=self._tag, error=str(error)[:300])
            lines.close()
            for line in lines.take(seconds=0.0, most=MOST):
                self._read_line(line, drained, now=now)
            self._granted = None
            self._purse.settle(granted, drained.ids, unsure=lines.unread(), now=now)
        else:
            lines.allow(self._granted.posts - TAIL)

    def _read_line(self, line: bytes, drained: Drained, *, now: datetime) -> None:
        raw = line.decode(errors="replace").strip()
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError) as error:
            drained.dead.append(Dead(raw, f"the line of the stream is no JSON: {type(error).__name__}"))
            return
        if isinstance(answer, dict) and answer.get("data") is not None:
            posts, dead = parse(answer, now=now + CLOCK_AHEAD)
            drained.posts += posts
            drained.dead += dead
            drained.ids += ids_of(answer)
        elif isinstance(answer, dict) and ("errors" in answer or "title" in answer):
            self._stop = OutgoingError(f"X ends the stream: {_title(answer)}")
            log.warning("x_stream_says", tag=self._tag, title=_title(answer))
        else:
            drained.dead.append(Dead(raw, "the line of the stream holds no post"))


def _title(answer: dict[str, Any]) -> str:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else answer
    said = first.get("title") or first.get("detail") or "an error without a title"
    return str(said)[:200]
