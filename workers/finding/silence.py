"""Whether a source that should bring posts does not: it is not read, or it answers and brings nothing. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uproar.models import Cursor
from uproar.watch import SourceSpec
from workers.finding.supply import Supply

LEAST_LIMIT = timedelta(minutes=15)
ROUNDS = 3  # readings that may fail before anybody is told
MOST_SHOWN = 200
STEADY = 5  # minutes that have to be read one after the other before a source counts as back


@dataclass(frozen=True, slots=True)
class Silence:
    """A source has brought nothing since then; `expected` posts would have come in the meantime."""

    since: datetime
    expected: float
    explanation: str


def limit(source: SourceSpec, no_data_minutes: int | None) -> timedelta:
    """How long a source may be silent before that is told."""
    if no_data_minutes is not None:
        return timedelta(minutes=no_data_minutes)
    return max(LEAST_LIMIT, timedelta(seconds=ROUNDS * source.every_seconds))


def judge(
    source: SourceSpec, cursor: Cursor | None, supply: Supply | None, *, longest: timedelta, now: datetime
) -> Silence | None:
    """The silence of a source that is longer than `longest`, if there is one.

    A source that was never read to an end has never brought anything to be missed, and one that still reads an
    archive is not silent; neither is one that is switched off.
    """
    if not source.enabled or cursor is None:
        return None
    unread = _unread_since(cursor, longest=longest, now=now)
    if unread is not None:
        reason = (cursor.last_error or "nobody has asked it")[:MOST_SHOWN]
        text = f"{source.name} has not been read for {_minutes(now - unread)} min: {reason}"
        return Silence(unread, _expected(supply, now - unread), text)
    quiet = supply.silent_since(now.timestamp(), limit=longest.total_seconds()) if supply else None
    if quiet is None:
        return None
    since = datetime.fromtimestamp(quiet, UTC)
    expected = _expected(supply, now - since)
    text = (
        f"{source.name} answers, but has brought no post for {_minutes(now - since)} min; "
        f"usually there would have been {expected:.0f}"
    )
    return Silence(since, expected, text)


def _unread_since(cursor: Cursor, *, longest: timedelta, now: datetime) -> datetime | None:
    since = cursor.covered_until
    if since is None or now - since <= longest:
        return None
    if not cursor.failures and not cursor.caught_up and cursor.read_at and now - cursor.read_at <= longest:
        return None  # it works its way through what is older
    return since


def _expected(supply: Supply | None, during: timedelta) -> float:
    return supply.level("posts") * during.total_seconds() / 60 if supply else 0.0


def _minutes(during: timedelta) -> int:
    return int(during.total_seconds()) // 60
