"""Pays for what a source of X reads: every call is booked before it is made, in a transaction of its own."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from collector.source import RateLimitedError
from uproar import budget, database
from uproar.budget import BudgetSpentError, Granted
from uproar.log import get_logger
from uproar.outgoing import OutgoingError
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
        try:
            with _ledger() as session:
                return budget.reserve(
                    session, budget.X, posts=posts, least=least, requests=requests, now=now, limits=self._limits
                )
        except BudgetSpentError as error:
            seconds = (error.until - now).total_seconds()
            raise BudgetStopError(str(error), retry_after=max(1.0, seconds)) from None

    def count_requests(self, number: int, *, now: datetime) -> None:
        """Put requests that bring no posts into the ledger.

        Raises:
            OutgoingError: the ledger cannot be written.
        """
        with _ledger() as session:
            budget.reserve(session, budget.X, posts=0, requests=number, now=now, limits=self._limits)

    def settle(self, granted: Granted, ids: Collection[str], *, now: datetime) -> None:
        """Book what came of a grant.

        Raises:
            OutgoingError: the ledger cannot be written; the whole grant goes on counting as spent.
        """
        with _ledger() as session:
            budget.settle(session, granted, ids=ids, limits=self._limits)
            state = budget.state(session, budget.X, now=now, limits=self._limits)
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
def _ledger() -> Iterator[Session]:
    try:
        with database.writing() as session:
            yield session
    except SQLAlchemyError as error:
        raise OutgoingError(f"nothing is bought while the ledger does not answer: {type(error).__name__}") from None
