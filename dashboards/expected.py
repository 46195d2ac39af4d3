"""What was expected of each step of a range, out of the steps that are kept."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from dashboards.series_shapes import Band
from uproar import expectations
from uproar.bands import LONG, Expected, band
from uproar.span import Span
from uproar.sums import Range

LEAST = 0.5  # of a step has to be known: the rest is taken to be like it
DIGITS = 2


@dataclass(slots=True)
class Known:
    """Sums over what is known of a step, `seconds` long."""

    seconds: float = 0.0
    minutes: float = 0.0
    expected: float = 0.0
    deviation: float = 0.0

    def add(self, one: Expected, part: float) -> None:
        """Add a part of what was kept."""
        self.seconds += part * one.step
        self.minutes += part * one.minutes
        self.expected += part * one.expected
        self.deviation += math.sqrt(part) * one.deviation

    def of(self, length: float) -> tuple[float, float] | None:
        """What was expected of so many seconds, and its standard deviation; None if too little is known or observed."""
        if not self.minutes or length <= 0 or self.seconds < LEAST * length:
            return None
        more = length / self.seconds
        return self.expected * more, self.deviation * more


def expected(
    session: Session, asked: Range, *, signals: Sequence[str], times: Sequence[int], step: int, now: float
) -> tuple[dict[str, Band], dict[str, float | None]]:
    """What was expected of each step, with its band, and of the range as far as it is over; by each of these signals.

    Nothing is there if sources, languages or several watches are chosen: what is expected is that of one whole watch.
    What lies above it in one hour mostly does in the next: the deviation of a sum is the sum of the deviations.
    """
    if asked.sources or asked.langs or asked.also:
        return {}, {}
    span = asked.span
    rows = _rows(session, asked, signals, step)
    if not rows:
        return {}, {}
    bands, totals = {}, {}
    for signal in signals:
        own = [one for one in rows if one.signal == signal]
        steps, whole = _by_step(own, span, step)
        lengths = [min(at + step, span.end) - max(at, span.start) for at in times]
        found = [steps.get(at, Known()).of(length) for at, length in zip(times, lengths, strict=True)]
        bands[signal] = _band(found)
        total = whole.of(min(span.end, now) - span.start)
        totals[signal] = None if total is None else round(total[0], DIGITS)
    return bands, totals


def _rows(session: Session, asked: Range, signals: Sequence[str], step: int) -> list[Expected]:
    if step < LONG:
        return expectations.in_span(session, watch=asked.watch, signals=signals, span=asked.span)
    return expectations.by_hours(session, watch=asked.watch, signals=signals, span=asked.span, step=step)


def _by_step(rows: Sequence[Expected], span: Span, step: int) -> tuple[dict[int, Known], Known]:
    """Sums by the start of each step, and over the span; what is kept of a longer stretch is shared out evenly."""
    steps: dict[int, Known] = {}
    whole = Known()
    for one in rows:
        start, end = max(one.start, span.start), min(one.start + one.step, span.end)
        whole.add(one, (end - start) / one.step)
        for at in range(start // step * step, end, step):
            inside = min(end, at + step) - max(start, at)
            steps.setdefault(at, Known()).add(one, inside / one.step)
    return steps, whole


def _band(found: Sequence[tuple[float, float] | None]) -> Band:
    bands = [None if one is None else band(*one) for one in found]
    return Band(
        expected=[None if one is None else _short(one[0]) for one in found],
        low=[None if one is None else _short(one[0]) for one in bands],
        high=[None if one is None else _short(one[1]) for one in bands],
    )


def _short(number: float) -> float:
    """As exact as anybody sees it on a chart."""
    return round(number, DIGITS if number < 1 else 1)
