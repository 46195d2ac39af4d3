"""Rules that are set, not learnt: more than N in a window, a share above p; pure: counts and times in, events out."""

from dataclasses import dataclass, field
from typing import Any

from uproar.wilson import wilson
from workers.spikes.detector import Event
from workers.spikes.spell import Spell, State
from workers.spikes.windows import Sums, Windows

HOUR = 3_600
CALMER = 0.8  # hysteresis: a rule that fired goes on while what it counts is above this part of its threshold
Z95 = 1.959964


@dataclass(slots=True)
class AbsoluteRule:
    """Fires when a window of observed buckets holds more than `more_than`; needs no baseline."""

    bucket_s: int
    more_than: int
    window_s: int = HOUR
    windows: Windows = field(init=False)
    spell: Spell = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing seen; there is no aftershock of a rule that is set, so no cooldown beyond the window."""
        self.windows = Windows(self.bucket_s, (self.window_s,))
        self.spell = Spell(cooldown=self.window_s)

    @property
    def state(self) -> State:
        """Where the rule's episode stands."""
        return self.spell.state

    def observe(self, start: int, count: int | None, *, late: bool = False) -> Event | None:
        """Take in the bucket that starts at `start`; missing (None) and late ones change nothing."""
        if count is None or late:
            return None
        self.windows.add(start, count, 0.0)
        inside = self.windows.counts[0]
        limit = CALMER * self.more_than if self.spell.firing else self.more_than
        strength = inside / max(1, self.more_than) if inside > limit else None
        kind = self.spell.step(start, self.bucket_s, strength)
        if kind is None:
            return None
        window = self.windows.lengths[0]
        text = f"{inside} in {window // 60} min, the rule says: more than {self.more_than}"
        if kind == "resolved":
            text = f"back below the rule: {text}"
        score = round(strength or 0.0, 2)
        return Event(start, kind, inside, float(self.more_than), window, score, text)

    def present(self) -> Sums:
        """What the window holds, and the limit."""
        held = self.windows.sum_over(self.window_s)
        return Sums(held.window_s, held.count, float(self.more_than), held.observed)

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {"windows": self.windows.dump(), "spell": self.spell.dump()}

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what `dump` gave; the rule itself stands in the watch file."""
        self.windows.restore(state["windows"])
        self.spell.restore(state["spell"])


@dataclass(slots=True)
class ShareRule:
    """Fires when a share is above `above`, even at the lower Wilson bound, in a window with `at_least` posts."""

    bucket_s: int
    above: float
    at_least: int = 20
    window_s: int = HOUR
    voices: Windows = field(init=False)
    posts: Windows = field(init=False)
    spell: Spell = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing seen."""
        self.voices = Windows(self.bucket_s, (self.window_s,))
        self.posts = Windows(self.bucket_s, (self.window_s,))
        self.spell = Spell(cooldown=self.window_s)

    @property
    def state(self) -> State:
        """Where the rule's episode stands."""
        return self.spell.state

    def observe(self, start: int, count: int | None, of: int, *, late: bool = False) -> Event | None:
        """Take in a bucket with `count` voices of `of` posts; missing (None) and late ones change nothing."""
        if count is None or late:
            return None
        self.voices.add(start, count, 0.0)
        self.posts.add(start, of, 0.0)
        voices, posts = self.voices.counts[0], self.posts.counts[0]
        low, high = wilson(voices, posts)
        limit = CALMER * self.above if self.spell.firing else self.above
        strength = low / self.above if posts >= self.at_least and low > limit else None
        kind = self.spell.step(start, self.bucket_s, strength)
        if kind is None:
            return None
        window = self.posts.lengths[0]
        text = (
            f"{voices} of {posts} in {window // 60} min ({100 * low:.0f}-{100 * high:.0f} %), "
            f"the rule says: above {100 * self.above:.3g} % with at least {self.at_least}"
        )
        if kind == "resolved":
            text = f"back below the rule: {text}"
        return Event(start, kind, voices, round(self.above * posts, 2), window, round(strength or 0.0, 2), text)

    def present(self) -> Sums:
        """What the window holds, and the limit for so many posts."""
        held = self.posts.sum_over(self.window_s)
        return Sums(held.window_s, self.voices.counts[0], self.above * held.count, held.observed)

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {"voices": self.voices.dump(), "posts": self.posts.dump(), "spell": self.spell.dump()}

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what `dump` gave; the rule itself stands in the watch file."""
        self.voices.restore(state["voices"])
        self.posts.restore(state["posts"])
        self.spell.restore(state["spell"])
