"""Reads a moment in the forms in which files write it, and a duration in that of Prometheus."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from uproar.incoming import BadItemError

LATEST_SECONDS = 32_503_680_000  # the year 3000; above it, the number is in milliseconds
DURATION = re.compile("(?:([0-9]{1,4})w)?(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,8})s)?")
LONGEST = timedelta(days=3_660)
DATE_DIGITS = 8  # of a date without hyphens


def parse_time(value: Any) -> datetime:
    """ISO 8601 (UTC if no zone is given), or seconds or milliseconds since 1970.

    Raises:
        BadItemError: it is neither, or lies outside the years 1 to 9999.
    """
    if isinstance(value, str):
        return _parse_text(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadItemError(f"the time is a JSON {type(value).__name__}, neither ISO 8601 nor seconds since 1970")
    return _from_number(value)


def _parse_text(text: str) -> datetime:
    # numbers first: 1612011212000 (milliseconds) is ISO 8601 as well, in the year 1612; only 20220721 is a date
    if len(text) != DATE_DIGITS:
        try:
            return _from_number(float(text))
        except ValueError:
            pass
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        raise BadItemError(f"the time {text[:80]!r} is neither ISO 8601 nor seconds since 1970") from None


def _from_number(value: float) -> datetime:
    try:
        if not math.isfinite(value):
            raise BadItemError(f"the time {value} is no moment")
        return datetime.fromtimestamp(value / 1000 if abs(value) > LATEST_SECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        raise BadItemError(f"the time {str(value)[:80]} lies outside the years 1 to 9999") from None


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadItemError(f"the time {moment.isoformat()} lies outside the years 1 to 9999 in UTC") from None


def span_in_words(seconds: float) -> str:
    """How long that is, roughly: 90 s, 15 min, 3 h, 2 d."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def parse_duration(text: str) -> timedelta:
    """A duration as Prometheus and Alertmanager write it: 90s, 30m, 2h, 1d, 1w, 1h30m.

    Raises:
        ValueError: it is none, or it is 0 or longer than ten years.
    """
    match = DURATION.fullmatch(text.strip())
    if not match or not text.strip():
        raise ValueError(f"{text[:40]!r} is no duration; write 30m, 2h, 1d or 1h30m")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    found = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta(0) < found <= LONGEST:
        raise ValueError(f"{text[:40]!r} must be more than nothing and no more than ten years")
    return found
