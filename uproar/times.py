"""Reads a moment in the forms in which files write it."""

import math
from datetime import UTC, datetime
from typing import Any

from uproar.incoming import BadItemError

LATEST_SECONDS = 32_503_680_000  # the year 3000; above it, the number is in milliseconds


def parse_time(value: Any) -> datetime:
    """ISO 8601 (UTC if no zone is given), or seconds or milliseconds since 1970.

    Raises:
        BadItemError: it is neither, or lies outside the years 1 to 9999.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            try:
                value = float(text)
            except ValueError:
                raise BadItemError(f"the time {text[:80]!r} is neither ISO 8601 nor seconds since 1970") from None
        else:
            return _in_utc(moment)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadItemError(f"the time {str(value)[:80]!r} is neither ISO 8601 nor seconds since 1970")
    try:
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
