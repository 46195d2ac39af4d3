"""What people may write for a moment, and how a range of time is cut into steps: pure."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from uproar.buckets import DAY, MINUTE, ROLLUPS
from uproar.said import Said
from uproar.span import Span
from uproar.times import LATEST_SECONDS

HOUR = 3_600
UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
# each is made of no more than three of the roll-ups that it is summed up of (five minutes: of five buckets)
STEPS = (60, 300, 600, 900, 1800, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, DAY, 7 * DAY)
MOST_READ = 2_100  # minutes or roll-ups of each source and language: more take too long for somebody who waits
RELATIVE = re.compile(r"(now|latest|first)\s*(?:([+-])\s*(\d{1,9})\s*([smhdw]))?")
HELP = "write seconds or milliseconds since 1970, a date like 2022-07-21T12:00Z, now, now-6h, latest-24h or first"
NO_MOMENT = f"{{name}}: {{text}} is no moment; {HELP}."
OUTSIDE = f"{{name}}: {{text}} lies outside of the years 1970 to 2999; {HELP}."


class BadMomentError(ValueError):
    """What was asked for is no moment or no range; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """What relative moments are relative to, in seconds since 1970: the clock, and the ends of what is stored."""

    now: int
    first: int
    latest: int


def anchors_of(extent: tuple[int, int] | None, *, now: int) -> Anchors:
    """The anchors of a watch whose first and last minute with posts are these; without posts, both are now."""
    first, last = extent or (now - MINUTE, now - MINUTE)
    return Anchors(now=now, first=first, latest=last + MINUTE)


def parse_moment(text: str, *, name: str, anchors: Anchors) -> int:
    """The seconds since 1970 that a text stands for.

    Raises:
        BadMomentError: names the parameter, what it is and what to write instead.
    """
    if relative := RELATIVE.fullmatch(text.strip()):
        base, sign, number, unit = relative.groups()
        away = int(number or 0) * UNITS.get(unit or "s", 1)
        return _bounded(getattr(anchors, base) + (away if sign == "+" else -away), text, name)
    try:
        if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text.strip()):
            number = float(text)
            return _bounded(int(number / 1_000 if number >= LATEST_SECONDS else number), text, name)
        moment = datetime.fromisoformat(text.strip())
        return _bounded(int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()), text, name)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadMomentError):
            raise
        raise BadMomentError(Said(NO_MOMENT, name=name, text=_shown(text))) from None


def _bounded(seconds: int, text: str, name: str) -> int:
    if not 0 <= seconds < LATEST_SECONDS:
        raise BadMomentError(Said(OUTSIDE, name=name, text=_shown(text)))
    return seconds


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")  # noqa: PLR2004 - a message, not a mirror


def parse_span(start: str, end: str, *, anchors: Anchors) -> Span:
    """A range out of two texts, widened to whole minutes: nothing finer is counted.

    Raises:
        BadMomentError: one of them is no moment, or the range is empty.
    """
    span = Span(
        parse_moment(start, name="from", anchors=anchors),
        parse_moment(end, name="to", anchors=anchors),
    )
    if span.end <= span.start:
        shown = {"start": _shown(start), "end": _shown(end)}
        raise BadMomentError(Said("from ({start}) must be earlier than to ({end}).", **shown))
    return Span(span.start // MINUTE * MINUTE, math.ceil(span.end / MINUTE) * MINUTE)


def step_for(span: Span, points: int) -> int:
    """The shortest step, of a length that people count in, that cuts the span into at most `points` pieces.

    A longer one is taken where this one would be summed up of too many roll-ups.
    """
    for step in STEPS:
        if _pieces(span, step) <= points and (step >= DAY or _pieces(span, _summed_of(step)) <= MOST_READ):
            return step
    days = max(1, math.ceil((span.end - span.start) / DAY / points))
    while _pieces(span, days * DAY) > points:
        days += 1
    return days * DAY


def _summed_of(step: int) -> int:
    """The longest of the roll-ups, or the minute, that a step is summed up of."""
    return max(size for size in (MINUTE, *ROLLUPS) if step % size == 0)


def _pieces(span: Span, step: int) -> int:
    return math.ceil(span.end / step) - span.start // step


def slots(span: Span, step: int) -> list[int]:
    """The starts of the steps that the span touches; they are the same however the span moves along."""
    return list(range(span.start // step * step, span.end, step))
