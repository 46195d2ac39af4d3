"""What each sensitivity would have told of a history, and how that fits what did happen; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from workers.spikes import PROMISED, SENSITIVITIES, Detector, Event, Sensitivity

DAY, HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Result:
    """What one sensitivity made of a history; the last four only where it is known what happened."""

    sensitivity: Sensitivity
    promised: float  # false alarms a day, at most
    days: float  # observed
    alerts: list[Event]
    alerts_a_day: float
    escalated: int
    found: int | None = None
    missed: list[int] | None = None  # when it began, seconds since 1970
    false_a_day: float | None = None
    delays_s: tuple[int, ...] = ()  # to the end of the bucket that fired

    @property
    def delay_minutes(self) -> float | None:
        """The median delay of what was found."""
        return median(self.delays_s) / 60 if self.delays_s else None


def replay(
    rows: Iterable[tuple[int, int | None]],
    *,
    bucket_s: int,
    min_count: int = 5,
    known: Sequence[int] | None = None,
    within_s: int = 12 * HOUR,
) -> list[Result]:
    """Run every sensitivity over (start, count) in the order of time, None where nothing was observed.

    `known` are the moments at which something began (seconds since 1970): the first alert in the `within_s` after one
    finds it, others there are its aftershocks, and all the rest are false.
    """
    detectors = [Detector(bucket_s, min_count, sensitivity) for sensitivity in SENSITIVITIES]
    events: list[list[Event]] = [[] for _ in detectors]
    observed = 0
    for start, count in rows:
        observed += count is not None
        for detector, found in zip(detectors, events, strict=True):
            event = detector.observe(start, count)
            if event is not None:
                found.append(event)
    days = observed * bucket_s / DAY
    return [
        _result(detector.sensitivity, found, days, bucket_s=bucket_s, known=known, within=within_s)
        for detector, found in zip(detectors, events, strict=True)
    ]


def _result(
    sensitivity: Sensitivity,
    events: list[Event],
    days: float,
    *,
    bucket_s: int,
    known: Sequence[int] | None,
    within: int,
) -> Result:
    alerts = [event for event in events if event.kind == "firing"]
    escalated = sum(event.kind == "escalated" for event in events)
    a_day = len(alerts) / days if days else 0.0
    if known is None:
        return Result(sensitivity, PROMISED[sensitivity], days, alerts, a_day, escalated)
    # a bucket is told of when it has ended: one that was under way when something began may well tell of it
    ends = [alert.start + bucket_s for alert in alerts]
    first = {began: next((end for end in ends if began < end <= began + within), None) for began in known}
    delays = [end - began for began, end in first.items() if end is not None]
    false = sum(not any(began < end <= began + within for began in known) for end in ends)
    return Result(
        sensitivity,
        PROMISED[sensitivity],
        days,
        alerts,
        a_day,
        escalated,
        found=len(delays),
        missed=[began for began, end in first.items() if end is None],
        false_a_day=false / days if days else 0.0,
        delays_s=tuple(delays),
    )


def fits(results: Sequence[Result], most_false: float) -> Sensitivity | None:
    """The most sensitive one with no more false alarms a week than that; None if there is none, or nothing is known."""
    for one in results:
        if one.false_a_day is not None and one.false_a_day * 7 <= most_false:
            return one.sensitivity
    return None
