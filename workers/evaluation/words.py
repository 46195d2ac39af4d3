"""The words and figures that text, page and table share."""

from workers.evaluation.intervals import CONFIDENCE, RESAMPLES, Estimate
from workers.evaluation.judging import CONCERNS, Evaluation, Plan
from workers.evaluation.metrics import Bin
from workers.evaluation.reading import CANCEL, SENTIMENT, STAGE, STANCE
from workers.reaction import MODEL_VERSION

NAMES = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "macro-F1",
    "macro_recall": "macro-recall",
    "accuracy": "accuracy",
    "false_alarm_rate": "false-alarm rate",
}
QUESTIONS = {
    CANCEL: "cancel intent: does the author's own leaving come up (1) or not (0)?",
    STAGE: "stage: what does the author say about their own custom?",
    SENTIMENT: "sentiment",
    STANCE: "stance towards the deal",
    CONCERNS: "concerns",
}
_KINDS = {CANCEL: "0/1 labels", STAGE: "stage labels", SENTIMENT: "sentiment labels", None: "no labels, other columns"}
UNDEFINED = "-"


def number(value: float | None) -> str:
    """A measure with three digits."""
    return UNDEFINED if value is None else f"{value:.3f}"


def interval(one: Estimate) -> str:
    """The interval of a measure; nothing where there is none."""
    if one.low is None or one.high is None:
        return ""
    return f"{one.low:.3f} to {one.high:.3f}"


def bin_name(one: Bin) -> str:
    """The scores that a bin holds."""
    return f"{one.low:.1f} to {one.high:.1f}"


def heading(evaluation: Evaluation) -> str:
    """What was measured on, and what was left out."""
    labelled = evaluation.labelled
    parts = [f"{posts(len(labelled.rows))}, {_KINDS[labelled.kind]}"]
    if labelled.borderline:
        parts.append(f"{labelled.borderline} borderline left out")
    if labelled.unjudged:
        parts.append(f"{labelled.unjudged} left out that nobody judged")
    if evaluation.concerns_unmeasured:
        parts.append(f"the concerns of {evaluation.concerns_unmeasured} not measured: that takes --watch")
    return "; ".join(parts)


def method(plan: Plan) -> str:
    """How the figures were made."""
    return (
        f"rules of model version {MODEL_VERSION}; {CONFIDENCE:.0%} intervals: percentile bootstrap with {RESAMPLES:,} "
        f"resamples (seed {plan.seed}); Wilson's where a share is none or all, and in calibrations"
    )


def posts(count: int) -> str:
    """So many posts."""
    return f"{count:,} post" + ("s" if count != 1 else "")
