"""What watches over one signal of a watch: takes the counts of a minute, and says what happened; pure."""

from collections.abc import Mapping
from typing import Any, Protocol

from uproar.signals import COUNTS
from uproar.watch import Watch
from workers.spikes import Detector, Event

MINUTE = 60

Numbers = Mapping[str, int]


class Watcher(Protocol):
    """The memory of one signal."""

    whole: bool  # whether a new source counts at once, and not only once it is known what it brings
    column: str  # of which events the sources' shares decide whether a minute was observed

    def observe(self, minute: int, numbers: Numbers | None, exposure: float) -> Event | None:
        """Take in a minute: what was counted (None: not observed), and what part of the whole that usually is."""

    def teach(self, minute: int, numbers: Numbers, exposure: float) -> None:
        """Learn from a minute that came late; nothing happens."""

    def rescale(self, factor: float) -> None:
        """From now on so many times more is to be expected."""

    def is_firing(self) -> bool:
        """Whether an episode goes on."""

    def age_days(self) -> float:
        """Days of minutes that it has learnt from."""

    def take_over(self, ahead: "Watcher") -> None:
        """Remember of the episode what another one knows that was fed with more."""

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

    def is_firing(self) -> bool:
        """See `Watcher`."""
        return self.detector.firing

    def age_days(self) -> float:
        """See `Watcher`."""
        return self.detector.baseline.age_days

    def take_over(self, ahead: Watcher) -> None:
        """See `Watcher`."""
        if isinstance(ahead, Volume):
            for name in ("firing", "notified", "last_excess", "quiet_s"):
                setattr(self.detector, name, getattr(ahead.detector, name))

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return self.detector.dump()


def watcher(signal: str, watch: Watch, state: dict[str, Any] | None) -> Watcher:
    """The watcher of a signal, with what it remembers."""
    detector = Detector(MINUTE) if state is None else Detector.load(state)
    detector.min_count = watch.alerts.min_count
    return Volume(signal, detector)
