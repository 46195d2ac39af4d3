"""How sure a cancel intent is: the share of such hits that were right on labelled sentences."""

from collections.abc import Sequence

from uproar.buckets import CANCEL_STAGES


def score_of(stage: str, rules: Sequence[str]) -> float:
    """The score of a stage that was found by these rules; 0.0 for what is no cancel intent."""
    return 0.9 if stage in CANCEL_STAGES and rules else 0.0
