"""Finds when a share rises clearly above what it is used to be: cancel voices of all posts; pure, O(1) a bucket."""

from dataclasses import dataclass, field
from typing import Any

from uproar.wilson import wilson
from workers.spikes.baseline import DAY
from workers.spikes.detector import WARM_UP, Event
from workers.spikes.spell import Spell, State
from workers.spikes.windows import Sums, Windows

HOUR = 3_600
HALF_LIFE = 7 * DAY
PRIOR_VOICES, PRIOR_POSTS = 0.5, 50.0  # before anything is seen one in a hundred is believed
SURE = {"sensitive": 3.3, "balanced": 3.7, "strict": 4.3}  # deviations of the lower bound: it is looked at every minute
CLEARLY = 1.5  # times the learnt share: what is only surely more is no news
AT_LEAST = 20  # posts in the window
SPREAD_LIMIT = 0.5  # a window teaches no more than this share of posts


@dataclass(slots=True)
class ShareDetector:
    """The memory of one share. Fires when the last hour's lower Wilson bound exceeds the learnt share clearly."""

    bucket_s: int
    min_count: int = 5
    sensitivity: str = "balanced"
    voices: float = PRIOR_VOICES
    posts: float = PRIOR_POSTS
    seen: int = 0
    counted: Windows = field(init=False)
    of: Windows = field(init=False)
    spell: Spell = field(default_factory=Spell)

    def __post_init__(self) -> None:
        """Start with nothing seen."""
        self.counted = Windows(self.bucket_s, (HOUR,))
        self.of = Windows(self.bucket_s, (HOUR,))

    @property
    def state(self) -> State:
        """Where the share's episode stands."""
        return self.spell.state

    @property
    def firing(self) -> bool:
        """Whether an episode was told of and is not over."""
        return self.spell.firing

    @property
    def usual(self) -> float:
        """The share that is learnt (half-life a week)."""
        return self.voices / self.posts

    def observe(self, start: int, count: int | None, of: int, *, late: bool = False) -> Event | None:
        """Take in a bucket with `count` voices of `of` posts; None was not observed, `late` teaches and never fires."""
        if count is None:
            return None
        event = None
        if not late:
            usual = self.usual
            self.counted.add(start, count, 0.0)
            self.of.add(start, of, 0.0)
            if self.seen * self.bucket_s >= WARM_UP:
                event = self._judge(start, usual)
        if not self.firing:  # an episode is no part of what is usual
            self._learn(count, of)
        self.seen += 1
        return event

    def present(self) -> Sums:
        """What the window holds, and what would be usual of so many posts."""
        of = self.of.sum_over(HOUR)
        return Sums(of.window_s, self.counted.counts[0], self.usual * of.count, of.observed)

    def _learn(self, count: int, of: int) -> None:
        keep = 0.5 ** (self.bucket_s / HALF_LIFE)
        self.voices = self.voices * keep + min(count, SPREAD_LIMIT * of) + PRIOR_VOICES * (1 - keep)
        self.posts = self.posts * keep + of + PRIOR_POSTS * (1 - keep)

    def _judge(self, start: int, usual: float) -> Event | None:
        if not self.of.sums():
            return None
        voices, posts = self.counted.counts[0], self.of.counts[0]
        low, _ = wilson(voices, posts, SURE[self.sensitivity])
        # the learnt share is itself uncertain: it is taken at the upper bound of what was seen
        _, most = wilson(round(self.voices), round(self.posts), SURE[self.sensitivity] / 2)
        enough = voices >= self.min_count and posts >= AT_LEAST
        strength = low / usual if enough and low > CLEARLY * usual and low > most else None
        kind = self.spell.step(start, self.bucket_s, strength)
        if kind is None:
            return None
        window = self.of.lengths[0]
        share = 100 * voices / posts if posts else 0.0
        text = f"{voices} of {posts} posts in {window // 60} min ({share:.0f} %), usually {100 * usual:.2g} %"
        text = (
            f"back to normal: {text}" if kind == "resolved" else f"{text}; at least {100 * low:.2g} %, chance set aside"
        )
        age = f" (baseline: {self.seen * self.bucket_s / DAY:.1f} days)"
        return Event(start, kind, voices, round(usual * posts, 2), window, round(strength or 0.0, 2), text + age)

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {
            "bucket_s": self.bucket_s,
            "min_count": self.min_count,
            "sensitivity": self.sensitivity,
            "learnt": [self.voices, self.posts, self.seen],
            "counted": self.counted.dump(),
            "of": self.of.dump(),
            "spell": self.spell.dump(),
        }

    @classmethod
    def load(cls, state: dict[str, Any]) -> "ShareDetector":
        """The detector that `dump` described; `state` stays as it is."""
        detector = cls(state["bucket_s"], state["min_count"], state["sensitivity"], *state["learnt"])
        detector.counted.restore(state["counted"])
        detector.of.restore(state["of"])
        detector.spell.restore(state["spell"])
        return detector
