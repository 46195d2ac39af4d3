"""What each source of a watch usually brings, and whether it has fallen silent: pure."""

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from uproar.buckets import MINUTE
from workers.spikes.baseline import DAY

COLUMNS = ("posts", "negative", "cancel")
HALF_LIFE = 3 * DAY
HOURS = 24
HOUR_HALF_LIFE = 7 * 60  # observed minutes of one hour of the day: a week of it
FIRST_HOUR = 3_600
TRIAL = DAY  # so long a new source is only watched before it is part of what is expected
SMALL = 10.0  # so many events have to be counted before a share of them says more than the share of all posts
MOST_RISE = 20.0
RARE = 9.0  # -log10 of the chance that a source which is well brings nothing for so long
LONGER = 3.0  # than any silence that it had while it was well


@dataclass(slots=True)
class Supply:
    """The memory of one source: it is looked at from the minute `since` and expected to bring posts from `joined`."""

    since: int
    joined: int
    minutes: float = 0.0  # observed, decayed
    sums: list[float] = field(default_factory=lambda: [0.0] * len(COLUMNS))
    seen: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    busy: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    age: int = 0  # minutes observed
    steady: int = 0  # of these, since one that was not
    quiet_since: int | None = None
    surprise: float = 0.0  # -log10 of the chance of the silence that goes on
    longest: float = 0.0  # seconds of the longest silence so far; fades within weeks

    @classmethod
    def begin(cls, minute: int, others: Iterable["Supply"]) -> "Supply":
        """A source that is seen for the first time; in the first hour of a watch all sources are new."""
        first = min((one.since for one in others), default=minute)
        return cls(minute, minute if minute < first + FIRST_HOUR else minute + int(TRIAL))

    def learn(self, minute: int, numbers: Mapping[str, int]) -> None:
        """Take in a minute in which the source was observed."""
        keep = 0.5 ** (MINUTE / HALF_LIFE)
        self.minutes = self.minutes * keep + 1
        self.sums = [one * keep + numbers.get(name, 0) for one, name in zip(self.sums, COLUMNS, strict=True)]
        posts = numbers.get("posts", 0)
        if posts:
            if self.quiet_since is not None:
                self.longest = max(self.longest, minute - self.quiet_since)
            self.quiet_since, self.surprise = None, 0.0
        else:
            self.quiet_since = minute if self.quiet_since is None else self.quiet_since
            self.surprise += -math.log10(1 - self._chance(minute))
        hour, fade = minute // 3_600 % HOURS, 0.5 ** (1 / HOUR_HALF_LIFE)
        self.longest *= 0.5 ** (MINUTE / (7 * DAY))
        self.seen[hour] = self.seen[hour] * fade + 1
        self.busy[hour] = self.busy[hour] * fade + bool(posts)
        self.age += 1
        self.steady += 1

    def _chance(self, minute: int) -> float:
        """How often a minute of this hour of the day has posts; cautious, and never certain."""
        hour = minute // 3_600 % HOURS
        everywhere = sum(self.busy) / (sum(self.seen) + 60)
        here = (self.busy[hour] + 60 * everywhere) / (self.seen[hour] + 60)
        return min(here, everywhere, 0.95)

    def level(self, column: str) -> float:
        """Events a minute."""
        return self.sums[COLUMNS.index(column)] / self.minutes if self.minutes else 0.0

    def silent_since(self, now: float, *, limit: float) -> int | None:
        """Since when it brings nothing though it should; None if it does, or if that may be chance."""
        if self.quiet_since is None or self.age * MINUTE < DAY or self.surprise < RARE:
            return None
        return self.quiet_since if now - self.quiet_since > max(limit, LONGER * self.longest) else None

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        state = asdict(self)
        return {name: _short(value) for name, value in state.items()}

    @classmethod
    def load(cls, state: Mapping[str, Any]) -> "Supply":
        """The memory that `dump` described."""
        return cls(**copy.deepcopy(dict(state)))


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def shares(supplies: Mapping[str, Supply], column: str, *, minute: int) -> dict[str, float]:
    """What part of a column each source brings that has joined by then; of few events, what part of all posts."""
    joined = {name: one for name, one in supplies.items() if one.joined <= minute}
    posts = _normal({name: one.level("posts") for name, one in joined.items()})
    if column == "posts" or not joined:
        return posts
    place = COLUMNS.index(column)
    events = sum(one.sums[place] for one in joined.values())
    level = _normal({name: one.level(column) for name, one in joined.items()})
    trust = events / (events + SMALL)
    return {name: trust * level[name] + (1 - trust) * posts[name] for name in joined}


def _normal(levels: dict[str, float]) -> dict[str, float]:
    whole = sum(levels.values())
    return {name: level / whole if whole else 1 / len(levels) for name, level in levels.items()}


def rise(supplies: Mapping[str, Supply], column: str, *, minute: int) -> float:
    """By what factor more is expected from this minute on, since sources join in it."""
    new = {name for name, one in supplies.items() if one.joined == minute and one.since < minute}
    if not new:
        return 1.0
    found = shares(supplies, column, minute=minute)
    return min(MOST_RISE, 1 / max(1 - sum(found[name] for name in new), 1 / MOST_RISE))
