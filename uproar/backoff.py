"""How long to wait before the next try; the one answer for sources, deliveries and children."""

import email.utils
import re
from datetime import UTC, datetime


def backoff(failures: int, *, base: float, cap: float, chance: float) -> float:
    """Seconds to wait after so many failures in a row: exponential, capped, with equal jitter.

    `chance` is a random number in [0, 1): the wait is between one half and the whole of
    min(cap, base * 2**(failures - 1)).
    After "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    ceiling = min(cap, base * 2.0 ** min(failures - 1, 30))
    return ceiling * (0.5 + chance / 2)


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """The seconds of a Retry-After header (RFC 9110, 10.2.3: a number or a date); None if absent or not readable."""
    if not value:
        return None
    if re.fullmatch("[0-9]+", value.strip(" \t")):
        return float(value)
    try:
        then = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())
