"""The plain values that the pure modules answer with."""

from dataclasses import dataclass

from uproar.buckets import CANCEL_STAGES


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of the post that decided something: `text == post[start:end]`, and the rule that it met."""

    start: int
    end: int
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The tone of a post: `negative`, `neutral` or `positive`, from a compound between -1 and 1."""

    label: str
    compound: float


@dataclass(frozen=True, slots=True)
class Intent:
    """What authors say about their own custom.

    `score` is the measured share of posts with a stage from this list of rules that are right, 0.0 for stage `none`.
    """

    stage: str
    score: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def cancel(self) -> bool:
        """Whether the author's own leaving is spoken of."""
        return self.stage in CANCEL_STAGES


NO_INTENT = Intent("none", 0.0)
