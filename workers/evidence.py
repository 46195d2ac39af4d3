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

    def as_dict(self) -> dict[str, int | str]:
        """Its fields by name; `dataclasses.asdict` copies every one of them, and costs twenty times as much."""
        return {"start": self.start, "end": self.end, "text": self.text, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The tone of a post: `negative`, `neutral` or `positive`, from a compound between -1 and 1."""

    label: str
    compound: float


@dataclass(frozen=True, slots=True)
class Intent:
    """What authors say about their own custom.

    `score` is the share of the cancel intents of this list of rules that were right on labelled data; it is 0.0 for
    every other stage, for which none was measured.
    """

    stage: str
    score: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def cancel(self) -> bool:
        """Whether the author's own leaving is spoken of."""
        return self.stage in CANCEL_STAGES


NO_INTENT = Intent("none", 0.0)
