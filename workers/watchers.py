"""What watches over one signal of a watch: takes the counts of a minute, and says what happened; pure."""

from collections.abc import Mapping
from typing import Any, Protocol

from uproar.buckets import MINUTE
from uproar.signals import COUNTS, SHARE, THRESHOLD
from uproar.watch import Watch
from workers.hourly import Rule, Share, hour_of
from workers.spikes import EPISODE, Detector, Event

Numbers = Mapping[str, int]


class Watcher(Protocol):
    """The memory of one signal."""

    whole: bool  # whether a new source counts at once, and not only once it is known what it brings
    name: str  # what is counted, as a column
    column: str  # of these events the sources' shares decide whether a minute was observed

    def observe(self, minute: int, numbers: Numbers | None, exposure: float) -> Event | None:
        """Take in a minute: what was counted (None: not observed), and what part of the whole that usually is."""

    def teach(self, minute: int, numbers: Numbers, exposure: float) -> None:
        """Learn from a minute that came late; nothing happens."""

    def rescale(self, factor: float) -> None:
        """From now on so many times more is to be expected."""

    def expects(self, minute: int) -> float:
        """How many events are usual in a minute; a minute with no more is nothing to look ahead for."""

    def is_firing(self) -> bool:
        """Whether an episode goes on."""

    def age_days(self) -> float:
        """Days of minutes that it has learnt from."""

    def take_over(self, ahead: Any) -> None:
        """Remember of the episode what another one of the same kind knows that was fed with more."""

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""


class Volume:
    """A number of events, compared with what is expected of this minute."""

    whole = False

    def __init__(self, signal: str, detector: Detector) -> None:
        self.name = signal
        self.column = signal if signal in COUNTS else "posts"
        self.detector = detector

    def observe(self, minute: int, numbers: Numbers | None, exposure: float) -> Event | None:
        """See `Watcher`."""
        if numbers is None:
            return self.detector.observe(minute, None)
        self.rescale(exposure)
        event = self.detector.observe(minute, numbers.get(self.name, 0))
        self.rescale(1 / exposure)
        return event

    def teach(self, minute: int, numbers: Numbers, exposure: float) -> None:
        """See `Watcher`."""
        baseline = self.detector.baseline
        _, factor = baseline.expect(minute)
        baseline.learn(minute, numbers.get(self.name, 0) / exposure, factor)

    def rescale(self, factor: float) -> None:
        """See `Watcher`."""
        self.detector.baseline.events *= factor

    def expects(self, minute: int) -> float:
        """See `Watcher`."""
        return self.detector.baseline.expect(minute)[0]

    def is_firing(self) -> bool:
        """See `Watcher`."""
        return self.detector.firing

    def age_days(self) -> float:
        """See `Watcher`."""
        return self.detector.baseline.age_days

    def take_over(self, ahead: Any) -> None:
        """See `Watcher`."""
        for name in EPISODE:
            setattr(self.detector, name, getattr(ahead.detector, name))

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return self.detector.dump()


def watcher(signal: str, watch: Watch, state: dict[str, Any] | None) -> Watcher:
    """The watcher of a signal, with what it remembers."""
    if signal.startswith(THRESHOLD):
        rule = next(one for one in watch.alerts.thresholds if THRESHOLD + one.name == signal)
        return Rule(rule, hour_of(state) if state else None)
    if signal == SHARE:
        return Share(watch.alerts.min_count, state)
    detector = Detector(MINUTE) if state is None else Detector.load(state)
    detector.min_count = watch.alerts.min_count
    return Volume(signal, detector)
