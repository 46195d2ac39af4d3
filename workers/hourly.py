"""Compares the last hour with an absolute rule of the watch file, or with the usual share of cancel voices: pure."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from uproar.watch_alerts import Threshold
from workers.baseline import DAY, LEVEL_HALF_LIFE
from workers.spikes import QUIET, Event, Kind

MINUTE = 60
HOUR = 3_600
LEAST_VOICES = 30  # in an hour: of fewer no share is judged
LEAST_LEARNT = 200  # voices before a usual share is known
LEAST_RISE = 0.05
TIMES = 2.0
SURE = 3.29  # standard deviations: one in a thousand, two-sided
INTERVAL = 1.96  # the 95 % of the docs
WORDS = {"posts": "posts", "negative": "negative posts", "cancel": "cancel voices"}


def at_least(part: int, whole: int, z: float) -> float:
    """The lower end of Wilson's score interval (E. B. Wilson, 1927) of a share; 0 of nothing."""
    if whole <= 0:
        return 0.0
    middle = part + z * z / 2
    half = z * math.sqrt(part * (whole - part) / whole + z * z / 4)
    return max(0.0, (middle - half) / (whole + z * z))


@dataclass(slots=True)
class Hour:
    """The last hour of a signal, and whether an episode goes on; it ends after a quiet hour."""

    recent: list[tuple[int, int, int]] = field(default_factory=list)  # start, part, whole
    firing: bool = False
    quiet_s: int = 0

    def add(self, start: int, part: int, whole: int) -> tuple[int, int]:
        """Take in a minute; the sums of the hour that ends with it."""
        if part or whole:
            self.recent.append((start, part, whole))
        while self.recent and self.recent[0][0] <= start - HOUR:
            self.recent.pop(0)
        return sum(one[1] for one in self.recent), sum(one[2] for one in self.recent)

    def change(self, *, above: bool) -> Kind | None:
        """What follows from whether the hour is above its limit."""
        if above:
            self.quiet_s = 0
            if not self.firing:
                self.firing = True
                return "firing"
        elif self.firing:
            self.quiet_s += MINUTE
            if self.quiet_s >= QUIET:
                self.firing, self.quiet_s = False, 0
                return "resolved"
        return None


class Rule:
    """An absolute rule: what is counted is enough, whatever is usual and whichever sources were observed."""

    whole = True

    def __init__(self, rule: Threshold, hour: Hour | None = None) -> None:
        self.rule = rule
        self.name = rule.signal
        self.column = "posts"
        self.hour = hour or Hour()

    def observe(self, minute: int, numbers: Mapping[str, int] | None, _exposure: float) -> Event | None:
        """See `Watcher`."""
        numbers = numbers or {}
        of = "voices" if self.rule.signal == "cancel" else "posts"
        part, whole = self.hour.add(minute, numbers.get(self.rule.signal, 0), numbers.get(of, 0))
        if self.rule.more_than is not None:
            above, limit = part > self.rule.more_than, float(self.rule.more_than)
            text = f"{part} {self._words()} in 60 min, more than {self.rule.more_than}"
        else:
            limit = (self.rule.share_above or 0.0) * whole
            low = at_least(part, whole, INTERVAL)
            above = whole >= self.rule.at_least and low > (self.rule.share_above or 0.0)
            text = f"{part} of {whole} {of} in 60 min: at least {low:.0%}, more than {self.rule.share_above:.0%}"
        kind = self.hour.change(above=above)
        return Event(minute, kind, part, round(limit, 2), HOUR, 0.0, text) if kind else None

    def _words(self) -> str:
        return WORDS.get(self.rule.signal) or f"posts about {self.rule.signal.partition(':')[2]}"

    def teach(self, minute: int, numbers: Mapping[str, int], exposure: float) -> None:
        """A rule learns nothing."""

    def rescale(self, factor: float) -> None:
        """A rule expects nothing."""

    def expects(self, _minute: int) -> float:
        """See `Watcher`."""
        return 0.0

    def is_firing(self) -> bool:
        """See `Watcher`."""
        return self.hour.firing

    def age_days(self) -> float:
        """See `Watcher`."""
        return 0.0

    def take_over(self, ahead: Any) -> None:
        """See `Watcher`."""
        self.hour.firing, self.hour.quiet_s = ahead.hour.firing, ahead.hour.quiet_s

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return asdict(self.hour)


def hour_of(state: Mapping[str, Any]) -> Hour:
    """The hour that `dataclasses.asdict` described."""
    recent = [(start, part, whole) for start, part, whole in state["recent"]]
    return Hour(recent, state["firing"], state["quiet_s"])


class Share:
    """The share of cancel voices among voices in an hour, compared with what is usual in this stream."""

    whole = False
    name = column = "cancel"

    def __init__(self, min_count: int, state: Mapping[str, Any] | None = None) -> None:
        self.min_count = min_count
        self.hour = hour_of(state["hour"]) if state else Hour()
        usual: tuple[float, float, int] = tuple(state["usual"]) if state else (0.0, 0.0, 0)
        self.cancel, self.voices, self.seen = usual

    def observe(self, minute: int, numbers: Mapping[str, int] | None, exposure: float) -> Event | None:
        """See `Watcher`."""
        if numbers is None:
            return None
        part, whole = self.hour.add(minute, numbers.get("cancel", 0), numbers.get("voices", 0))
        usual = self.cancel / self.voices if self.voices else 0.0
        low = at_least(part, whole, SURE)
        above = (
            self.voices >= LEAST_LEARNT
            and self.seen * MINUTE >= DAY
            and whole >= LEAST_VOICES
            and part >= self.min_count
            and low > max(TIMES * usual, usual + LEAST_RISE)
        )
        kind = self.hour.change(above=above)
        self.teach(minute, numbers, exposure)
        if kind is None:
            return None
        text = f"{part} of {whole} voices in 60 min speak of leaving: at least {low:.0%}, usually {usual:.1%}"
        return Event(minute, kind, part, round(usual * whole, 2), HOUR, 0.0, text)

    def teach(self, _minute: int, numbers: Mapping[str, int], _exposure: float) -> None:
        """See `Watcher`."""
        keep = 0.5 ** (MINUTE / LEVEL_HALF_LIFE)
        self.cancel = self.cancel * keep + numbers.get("cancel", 0)
        self.voices = self.voices * keep + numbers.get("voices", 0)
        self.seen += 1

    def rescale(self, factor: float) -> None:
        """A share is the same of half as of all."""

    def expects(self, _minute: int) -> float:
        """See `Watcher`."""
        return 0.0

    def is_firing(self) -> bool:
        """See `Watcher`."""
        return self.hour.firing

    def age_days(self) -> float:
        """See `Watcher`."""
        return self.seen * MINUTE / DAY

    def take_over(self, ahead: Any) -> None:
        """See `Watcher`."""
        self.hour.firing, self.hour.quiet_s = ahead.hour.firing, ahead.hour.quiet_s

    def dump(self) -> dict[str, Any]:
        """See `Watcher`."""
        return {"hour": asdict(self.hour), "usual": [self.cancel, self.voices, self.seen]}
