"""Pays for what a source of X reads: every call is booked before it is made, in a transaction of its own."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from collector.source import RateLimitedError, SourceGoneError
from collector.sources.x.answers import NotSentError, read_object, require_ok
from collector.sources.x.parse import ids_of
from uproar import budget, database
from uproar.budget import BudgetSpentError, Granted
from uproar.log import get_logger
from uproar.outgoing import Answer, OutgoingError
from uproar.settings import Settings

log = get_logger(__name__)


class BudgetStopError(RateLimitedError):
    """The budget is spent: nothing is asked for before it is renewed, and what is not bought is a gap."""

    ours = True


class Purse:
    """The budget of X for one source; the ledger is the same for all that use it."""

    def __init__(self, settings: Settings) -> None:
        self._limits = budget.x_limits(settings)
        self._level: budget.Level = "fine"

    def reserve(self, posts: int, *, least: int, now: datetime, requests: int = 1) -> Granted:
        """Leave to receive `posts` posts, or as many as are left, but at least `least`.

        Raises:
            BudgetStopError: they are not there.
            OutgoingError: the ledger cannot be written, so nothing may be bought.
        """
        with _stopping(now), _ledger() as session:
            return budget.reserve(
                session, budget.X, posts=posts, least=least, requests=requests, now=now, limits=self._limits
            )

    def renew(self, granted: Granted, ids: Collection[str], *, posts: int, least: int, now: datetime) -> Granted:
        """Book what came of a grant and take the next one for the same connection; both, or neither.

        Raises:
            BudgetStopError, OutgoingError: as for `reserve`; the grant holds as before.
        """
        with _stopping(now), _ledger() as session:
            new = budget.renew(session, granted, ids=ids, posts=posts, least=least, now=now, limits=self._limits)
            state = budget.state(session, budget.X, now=now, limits=self._limits)
        self._say(state)
        return new

    def buy(
        self,
        posts: int,
        ask: Callable[[int], Answer],
        *,
        least: int,
        now: datetime,
        read: Callable[[Answer], dict[str, Any]] = read_object,
    ) -> tuple[Answer, dict[str, Any]]:
        """Make one call that costs: reserve, ask, settle; the answer, and what `read` finds in it.

        A call that was refused or never sent costs nothing; one whose answer did not come whole counts as paid.

        Args:
            posts: how many to ask for, if as many are left.
            ask: makes the call for so many posts.
            least: fewer are not asked for.
            now: the time.
            read: raises `UnansweredError` if the answer is not whole.

        Raises:
            BudgetStopError: they are not left.
            RateLimitedError, SourceGoneError, OutgoingError: as X says.
        """
        granted = self.reserve(posts, least=least, now=now)
        try:
            answer = ask(granted.posts)
        except (NotSentError, SourceGoneError):
            self.settle(granted, (), now=now)
            raise
        if answer.status >= 300:  # noqa: PLR2004 - HTTP
            self.settle(granted, (), now=now)
        data = read(require_ok(answer, now=now))
        self.settle(granted, ids_of(data), now=now)
        return answer, data

    def count_requests(self, number: int, *, now: datetime) -> None:
        """Put requests that bring no posts into the ledger.

        Raises:
            OutgoingError: the ledger cannot be written.
        """
        with _ledger() as session:
            budget.reserve(session, budget.X, posts=0, requests=number, now=now, limits=self._limits)

    def settle(self, granted: Granted, ids: Collection[str], *, now: datetime, unsure: int = 0) -> None:
        """Book what came of a grant; `unsure` posts of it may have come besides, and count as spent.

        Raises:
            OutgoingError: the ledger cannot be written; the whole grant goes on counting as spent.
        """
        with _ledger() as session:
            budget.settle(session, granted, ids=ids, unsure=unsure, limits=self._limits)
            state = budget.state(session, budget.X, now=now, limits=self._limits)
        self._say(state)

    def _say(self, state: budget.State) -> None:
        if state.level not in ("fine", self._level):
            log.warning(
                "budget_warning" if state.level == "warning" else "budget_spent",
                account=budget.X,
                today=state.day.used,
                a_day=state.day.cap,
                this_month=state.month.used,
                a_month=state.month.cap,
                forecast=state.forecast,
            )
        self._level = state.level


@contextmanager
def _stopping(now: datetime) -> Iterator[None]:
    try:
        yield
    except BudgetSpentError as error:
        seconds = (error.until - now).total_seconds()
        raise BudgetStopError(str(error), retry_after=max(1.0, seconds)) from None


@contextmanager
def _ledger() -> Iterator[Session]:
    try:
        with database.writing() as session:
            yield session
    except SQLAlchemyError as error:
        raise OutgoingError(f"nothing is bought while the ledger does not answer: {type(error).__name__}") from None
