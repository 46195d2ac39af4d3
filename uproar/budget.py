"""What a paid platform costs: a ledger that is asked, and booked in, before each call."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import case, delete, text, update
from sqlmodel import Session, col, select

from uproar.database import insert, is_sqlite
from uproar.models import Charge, Spending
from uproar.settings import Settings

X = "x"  # the account of X: one budget, however many sources and watches share its token
LEAST_X = 10  # a search cannot ask for fewer posts
WARNING = 0.8
SOON = timedelta(minutes=10)  # until then what is only reserved may come back
RECENT = timedelta(days=7)  # the forecast goes by what they cost

Level = Literal["fine", "warning", "spent"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be bought on one UTC day and in one UTC month, in posts; 0 is none at all.

    `least` is the smallest call that the platform takes: with less than that left, a budget is spent. `micros_a_post`
    is the price in millionths of the currency. With `once_a_day` a post that comes twice on one UTC day counts once.
    """

    day: int
    month: int
    least: int = 1
    micros_a_post: int = 0
    once_a_day: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """Leave to receive so many posts, booked on one day; to be settled, or it counts as spent for good."""

    account: str
    day: str
    posts: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What one day or month has cost so far. `reserved` posts were asked for and may have come."""

    posts: int
    reserved: int
    requests: int
    micros: int
    cap: int

    @property
    def used(self) -> int:
        """Posts that count against the cap."""
        return self.posts + self.reserved

    @property
    def left(self) -> int:
        """Posts that may still be bought."""
        return max(0, self.cap - self.used)

    @property
    def share(self) -> float:
        """The part of the cap that is used, 1.0 if there is no cap to use."""
        return self.used / self.cap if self.cap else 1.0


@dataclass(frozen=True, slots=True)
class State:
    """How a budget stands. `forecast`: posts by the end of the month if it goes on as in the last seven days.

    `until` is when buying goes on if the budget is spent.
    """

    day: Spent
    month: Spent
    forecast: int
    level: Level
    until: datetime | None


class BudgetSpentError(Exception):
    """The next call does not fit into the budget, so it is not made; `until` is when there is a new one."""

    def __init__(self, message: str, *, until: datetime) -> None:
        """`until` in UTC."""
        super().__init__(message)
        self.until = until


def x_limits(settings: Settings) -> Limits:
    """The budget of X as it is set."""
    return Limits(
        day=settings.x_posts_a_day,
        month=settings.x_posts_a_month,
        least=LEAST_X,
        micros_a_post=settings.x_micros_a_post,
        once_a_day=settings.x_charge_once_a_day,
    )


def reserve(
    session: Session,
    account: str,
    *,
    posts: int,
    now: datetime,
    limits: Limits,
    least: int | None = None,
    requests: int = 1,
) -> Granted:
    """Book a call before it is made, for `posts` or as many as are left; commit before making it.

    What is reserved counts as spent until it is settled: a crash in between never makes room for posts that came.
    With `posts=0` a request that brings none is counted; that is always granted.

    Raises:
        BudgetSpentError: fewer than `least` (by default, the platform's smallest call) are left.
    """
    moment = now.astimezone(UTC)
    day, needed = _day(moment), limits.least if least is None else least
    _lock(session, account)
    state = _read(session, account, now=moment, limits=limits)
    granted = min(posts, state.day.left, state.month.left)
    if posts and granted < needed:
        raise _stop(account, state, needed, now=moment)
    row = {"account": account, "day": day, "posts": 0, "reserved": granted, "requests": requests, "micros": 0}
    more = {"reserved": col(Spending.reserved) + granted, "requests": col(Spending.requests) + requests}
    booking = insert(session, Spending).values(row)
    session.execute(booking.on_conflict_do_update(index_elements=["account", "day"], set_=more))
    return Granted(account, day, granted)


def settle(session: Session, granted: Granted, *, ids: Collection[str], limits: Limits, unsure: int = 0) -> int:
    """Put what came in the place of what was reserved, once for each grant; how many posts it was charged as.

    `ids` are the ids of all posts that came, none if the platform refused the call. `unsure` posts of the grant may
    have come besides: they stay reserved for good.
    """
    charged = len(ids)
    if limits.once_a_day and ids:
        rows = [{"account": granted.account, "day": granted.day, "native_id": id_} for id_ in sorted(set(ids))]
        statement = insert(session, Charge).on_conflict_do_nothing(index_elements=["account", "day", "native_id"])
        charged = len(session.execute(statement.returning(col(Charge.native_id)), rows).all())
        yesterday = _day(datetime.fromisoformat(granted.day) - timedelta(days=1))
        session.execute(delete(Charge).where(col(Charge.account) == granted.account, col(Charge.day) < yesterday))
    reserved, freed = col(Spending.reserved), granted.posts - min(unsure, max(0, granted.posts - len(ids)))
    ledger = update(Spending).where(col(Spending.account) == granted.account, col(Spending.day) == granted.day)
    session.execute(
        ledger.values(
            posts=col(Spending.posts) + charged,
            reserved=case((reserved > freed, reserved - freed), else_=0),
            micros=col(Spending.micros) + charged * limits.micros_a_post,
        )
    )
    return charged


def renew(
    session: Session, granted: Granted, *, ids: Collection[str], posts: int, least: int, now: datetime, limits: Limits
) -> Granted:
    """Settle a grant and reserve the next one, which belongs to the same request; both, or neither.

    Raises:
        BudgetSpentError: fewer than `least` would be left; roll back, and `granted` holds as before.
    """
    _lock(session, granted.account)  # before any row: everybody takes them in that order
    settle(session, granted, ids=ids, limits=limits)
    return reserve(session, granted.account, posts=posts, least=least, requests=0, now=now, limits=limits)


def state(session: Session, account: str, *, now: datetime, limits: Limits) -> State:
    """How a budget stands: for status pages and for the one who pays."""
    return _read(session, account, now=now.astimezone(UTC), limits=limits)


def _lock(session: Session, account: str) -> None:
    """Let one at a time read the sums and add to them; the month's row would not do, for there is none."""
    if not is_sqlite(session):  # SQLite has one writer at a time anyway
        key = int.from_bytes(hashlib.sha256(f"budget\0{account}".encode()).digest()[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def _read(session: Session, account: str, *, now: datetime, limits: Limits) -> State:
    since = min(_day(now)[:8] + "01", _day(now - RECENT))
    query = select(Spending).where(Spending.account == account, Spending.day >= since)
    rows = session.exec(query.order_by(Spending.day).execution_options(populate_existing=True)).all()
    month = [row for row in rows if row.day[:7] == _day(now)[:7]]
    today = _sum([row for row in month if row.day == _day(now)], limits.day)
    so_far = _sum(month, limits.month)
    spent = min(today.left, so_far.left) < max(limits.least, 1)
    level: Level = "spent" if spent else "warning" if max(today.share, so_far.share) >= WARNING else "fine"
    return State(
        day=today,
        month=so_far,
        forecast=_forecast(rows, so_far.used, now=now),
        level=level,
        until=_next(now, month=so_far.left < max(limits.least, 1)) if spent else None,
    )


def _sum(rows: Sequence[Spending], cap: int) -> Spent:
    return Spent(
        posts=sum(row.posts for row in rows),
        reserved=sum(row.reserved for row in rows),
        requests=sum(row.requests for row in rows),
        micros=sum(row.micros for row in rows),
        cap=cap,
    )


def _forecast(rows: Sequence[Spending], so_far: int, *, now: datetime) -> int:
    if not (recent := [row for row in rows if _day(now - RECENT) < row.day <= _day(now)]):
        return so_far
    elapsed = max(now - datetime.fromisoformat(recent[0].day).replace(tzinfo=UTC), timedelta(hours=1))
    rate = sum(row.posts + row.reserved for row in recent) / elapsed.total_seconds()
    return so_far + round(rate * (_next(now, month=True) - now).total_seconds())


def _stop(account: str, state: State, needed: int, *, now: datetime) -> BudgetSpentError:
    month = state.month.left < needed
    spent, period = (state.month, "month") if month else (state.day, "day")
    until = _next(now, month=month)
    if spent.posts + needed <= spent.cap:
        until = min(until, now + SOON)
    return BudgetSpentError(
        f"the budget of {account} is spent: {spent.used:,} of {spent.cap:,} posts of this {period}, and the next call "
        f"needs {needed}; nothing more is bought before {until:%Y-%m-%dT%H:%MZ} (see `uproar budget`)",
        until=until,
    )


def _next(now: datetime, *, month: bool) -> datetime:
    """When the next UTC day or month begins."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if month:
        return (midnight.replace(day=28) + timedelta(days=4)).replace(day=1)
    return midnight + timedelta(days=1)


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")
