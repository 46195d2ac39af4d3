"""An episode from its first sign to its end: which changes are told, and which are not; pure."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["firing", "escalated", "resolved"]
State = Literal["learning", "normal", "pending", "firing", "escalated", "recovering", "resolved"]

QUIET = 3_600
COOLDOWN = 43_200
ESCALATION = 2.0
PAUSE = 1_800  # seconds from one message of an episode to the next,
SURGE = 5.0  # but for one that many times as strong,
SURGE_COUNT, SURGE_MORE = 4.0, 20.0  # or that many times what was told above the expected, and at least so many more:
MOST_SURGES = 2  # so many of these at most without a pause
REMEMBERED = (
    "state", "told", "peak", "told_at", "last_excess", "quiet_s", "pending_s", "told_s", "told_excess", "surges",
)  # fmt: skip


@dataclass(slots=True)
class Spell:
    """One signal's episodes, one at a time. Nothing is resolved that did not fire; each change is told once.

    An excess fires, after `patience` seconds of it. It escalates when it is `ESCALATION` times as strong as when it was
    last told, and without waiting for the `PAUSE` when it is a surge; it is resolved after `quiet` seconds without.
    Then, for `cooldown` seconds after the last excess, weaker ones are taken for aftershocks: only one as strong as
    the episode at its peak fires anew.
    """

    quiet: int = QUIET
    cooldown: int = COOLDOWN
    state: State = "learning"
    told: float = 0.0  # the strength that was told last
    peak: float = 0.0  # the strongest of the episode
    told_at: int = 0
    last_excess: int | None = None
    quiet_s: int = 0
    pending_s: int = 0
    told_s: int = 0  # the window that was told last, in seconds,
    told_excess: float = 0.0  # and how many more than expected it held; for who counts to set
    surges: int = 0  # since the last pause

    @property
    def firing(self) -> bool:
        """Whether an episode was told of and is not over."""
        return self.state in ("firing", "escalated", "recovering")

    def step(
        self,
        start: int,
        seconds: int,
        strength: float | None,
        *,
        patience: int = 0,
        holds: bool = False,
        excess: float = 0.0,
    ) -> Kind | None:
        """Take in an observed bucket of so many seconds, and how strong its excess is (None: there is none).

        `holds` keeps an episode from its end without an excess: what starts one is stricter than what ends it.
        `excess` is how many more than expected the window of `told_s` holds now.
        """
        if strength is None:
            return self._rest(start, 0 if holds else seconds)
        if self.firing:
            self.last_excess, self.quiet_s = start, 0
            return self._go_on(start, strength, excess)
        new = self.last_excess is None or start - self.last_excess > self.cooldown or strength >= self.peak
        if not new:
            self.last_excess = start
            return None
        self.pending_s += seconds
        if self.pending_s < patience:
            self.state = "pending"
            return None
        self.last_excess, self.quiet_s = start, 0
        self.state, self.told, self.peak, self.told_at, self.pending_s = "firing", strength, strength, start, 0
        self.surges = 0
        return "firing"

    def _go_on(self, start: int, strength: float, excess: float) -> Kind | None:
        self.peak = max(self.peak, strength)
        rested = start - self.told_at >= PAUSE
        self.surges = 0 if rested else self.surges
        if (rested and strength >= self.told * ESCALATION) or self._surges(start, strength, excess):
            self.state, self.told, self.told_at = "escalated", max(self.told, strength), start
            self.surges += not rested
            return "escalated"
        if self.state == "recovering":
            self.state = "firing"
        return None

    def _surges(self, start: int, strength: float, excess: float) -> bool:
        many = self.told_s > 0 and excess >= max(self.told_excess * SURGE_COUNT, self.told_excess + SURGE_MORE)
        new = self.state != "escalated" or start > self.told_at  # of one bucket each change is told once
        return new and self.surges < MOST_SURGES and (many or strength >= self.told * SURGE)

    def _rest(self, start: int, seconds: int) -> Kind | None:
        self.pending_s = max(0, self.pending_s - seconds)
        if self.firing:
            self.quiet_s = self.quiet_s + seconds if seconds else 0
            self.state = "recovering" if seconds else self.state
            if self.quiet_s >= self.quiet:
                self.state = "resolved"
                return "resolved"
        elif self.state != "resolved" or self.last_excess is None or start - self.last_excess > self.cooldown:
            self.state = "normal"
        return None

    def dump(self) -> dict[str, Any]:
        """All that it remembers, as JSON values."""
        return {name: getattr(self, name) for name in REMEMBERED}

    def restore(self, state: dict[str, Any]) -> None:
        """Remember what `dump` gave."""
        for name, value in state.items():
            setattr(self, name, value)
