"""What watches over one signal of a watch: takes the counts of a minute, and says what happened; pure."""

from collections.abc import Mapping
from typing import Any, Protocol

from uproar.buckets import MINUTE
from uproar.signals import COUNTS, SHARE, THRESHOLD
from uproar.watch import Watch
from uproar.watch_alerts import Threshold
from workers.spikes import Detector, Event
from workers.spikes.detector import RATIO
from workers.spikes.shares import ShareDetector
from workers.spikes.spell import Spell
from workers.spikes.thresholds import AbsoluteRule, ShareRule
from workers.spikes.windows import Sums

Numbers = Mapping[str, int]


class Watcher(Protocol):
    """The memory of one signal."""

    whole: bool  # whether a new source counts at once, and not only once it is known what it brings
    name: str  # what is counted, as a column
    column: str  # of these events the sources' shares decide whether a minute was observed

    @property
    def spell(self) -> Spell:
        """Its episodes."""

    def observe(self, minute: int, numbers: Numbers | None, exposure: float) -> Event | None:
        """Take in a minute: what was counted (None: not observed), and what part of the whole that usually is."""

    def teach(self, minute: int, numbers: Numbers, exposure: float) -> None:
        """Learn from a minute that came late; nothing happens."""

    def rescale(self, factor: float) -> None:
        """From now on so many times more is to be expected."""

    def expects(self, minute: int) -> float:
        """How many events are usual in a minute; a minute with no more is nothing to look ahead for."""

    def present(self) -> Sums:
        """What the window holds that was told last."""

    def goes_on(self, since: int) -> bool:
        """Whether its episode stood out in a minute since then, and does so by what was counted last."""

    def age_days(self) -> float:
        """Days of minutes that it has learnt from."""

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""


class Volume:
    """A number of events, compared with what is expected of this minute."""

    whole = False

    def __init__(self, signal: str, watch: Watch, state: dict[str, Any] | None) -> None:
        self.name = signal
        self.column = signal if signal in COUNTS else "posts"
        self.detector = Detector(MINUTE) if state is None else Detector.load(state)
        self.detector.min_count = watch.alerts.min_count
        self.detector.sensitivity = watch.alerts.sensitivity

    @property
    def spell(self) -> Spell:
        """See `Watcher`."""
        return self.detector.spell

    def observe(self, minute: int, numbers: Numbers | None, exposure: float) -> Event | None:
        """See `Watcher`."""
        return None if numbers is None else self._take_in(minute, numbers, exposure, late=False)

    def teach(self, minute: int, numbers: Numbers, exposure: float) -> None:
        """See `Watcher`."""
        self._take_in(minute, numbers, exposure, late=True)

    def _take_in(self, minute: int, numbers: Numbers, exposure: float, *, late: bool) -> Event | None:
        self.rescale(exposure)
        event = self.detector.observe(minute, numbers.get(self.name, 0), late=late)
        self.rescale(1 / exposure)
        return event

    def rescale(self, factor: float) -> None:
        """See `Watcher`."""
        if factor != 1.0:
            self.detector.baseline.events *= factor

    def expects(self, minute: int) -> float:
        """See `Watcher`."""
        return self.detector.baseline.expect(minute)

    def present(self) -> Sums:
        """See `Watcher`."""
        return self.detector.windows.sum_over(self.spell.told_s)

    def goes_on(self, since: int) -> bool:
        """See `Watcher`; a burst stands in the long windows for hours after it is over."""
        last = self.detector.windows.sum_over(0)
        enough = last.count >= max(self.detector.min_count, RATIO * last.expected)
        return _stood_out(self.spell, since) and enough

    def age_days(self) -> float:
        """See `Watcher`."""
        return self.detector.baseline.age_days

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return self.detector.dump()


class Share:
    """The share of cancel voices among voices, compared with what is usual."""

    whole = False
    name = column = "cancel"

    def __init__(self, watch: Watch, state: dict[str, Any] | None) -> None:
        self.detector = ShareDetector(MINUTE) if state is None else ShareDetector.load(state)
        self.detector.min_count = watch.alerts.min_count
        self.detector.sensitivity = watch.alerts.sensitivity

    @property
    def spell(self) -> Spell:
        """See `Watcher`."""
        return self.detector.spell

    def observe(self, minute: int, numbers: Numbers | None, _exposure: float) -> Event | None:
        """See `Watcher`."""
        if numbers is None:
            return None
        return self.detector.observe(minute, numbers.get("cancel", 0), numbers.get("voices", 0))

    def teach(self, minute: int, numbers: Numbers, _exposure: float) -> None:
        """See `Watcher`."""
        self.detector.observe(minute, numbers.get("cancel", 0), numbers.get("voices", 0), late=True)

    def rescale(self, factor: float) -> None:
        """A share is the same of half as of all."""

    def expects(self, _minute: int) -> float:
        """See `Watcher`."""
        return 0.0

    def present(self) -> Sums:
        """See `Watcher`."""
        return self.detector.present()

    def goes_on(self, since: int) -> bool:
        """See `Watcher`."""
        return _stood_out(self.spell, since)

    def age_days(self) -> float:
        """See `Watcher`."""
        return self.detector.seen * MINUTE / 86_400

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return self.detector.dump()


class Rule:
    """An absolute rule of the watch file: what is counted is enough, whichever sources were observed."""

    whole = True
    column = "posts"

    def __init__(self, threshold: Threshold, state: dict[str, Any] | None) -> None:
        self.name = threshold.signal
        self.rule: AbsoluteRule | ShareRule
        if threshold.more_than is not None:
            self.rule = AbsoluteRule(MINUTE, threshold.more_than)
        else:
            self.rule = ShareRule(MINUTE, threshold.share_above or 0.0, threshold.at_least)
        self.counts = f"{threshold.signal} {'number' if threshold.more_than is not None else 'share'}"
        if state is not None and state.get("counts") == self.counts:  # else the file says something else by that name
            self.rule.restore(state)

    @property
    def spell(self) -> Spell:
        """See `Watcher`."""
        return self.rule.spell

    def observe(self, minute: int, numbers: Numbers | None, _exposure: float) -> Event | None:
        """See `Watcher`."""
        numbers = numbers or {}
        if isinstance(self.rule, AbsoluteRule):
            return self.rule.observe(minute, numbers.get(self.name, 0))
        of = numbers.get("voices" if self.name == "cancel" else "posts", 0)
        return self.rule.observe(minute, numbers.get(self.name, 0), of)

    def teach(self, minute: int, numbers: Numbers, exposure: float) -> None:
        """A rule learns nothing."""

    def rescale(self, factor: float) -> None:
        """A rule expects nothing."""

    def expects(self, _minute: int) -> float:
        """See `Watcher`."""
        return 0.0

    def present(self) -> Sums:
        """See `Watcher`."""
        return self.rule.present()

    def goes_on(self, since: int) -> bool:
        """See `Watcher`."""
        return _stood_out(self.spell, since)

    def age_days(self) -> float:
        """See `Watcher`."""
        return 0.0

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return {"counts": self.counts, **self.rule.dump()}


def _stood_out(spell: Spell, since: int) -> bool:
    return spell.firing and spell.last_excess is not None and spell.last_excess >= since


def watcher(signal: str, watch: Watch, state: dict[str, Any] | None) -> Watcher:
    """The watcher of a signal, with what it remembers."""
    if signal.startswith(THRESHOLD):
        return Rule(next(one for one in watch.alerts.thresholds if THRESHOLD + one.name == signal), state)
    return Share(watch, state) if signal == SHARE else Volume(signal, watch, state)
