"""Scores labelled posts with the service's own code, and compares; pure but for the scorer that it is given."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from uproar.buckets import STAGES
from workers.evaluation.intervals import Estimate, estimate_share
from workers.evaluation.metrics import (
    NO,
    YES,
    Calibration,
    Measures,
    calibrate,
    measure_classes,
    measure_yes_no,
)
from workers.evaluation.reading import CANCEL, SENTIMENT, SENTIMENTS, STAGE, STANCE, STANCES, LabelledSet, Row
from workers.evidence import Evidence
from workers.reaction import Reaction, Scorer

CONCERNS = "concerns"
_CLASSES = {STAGE: STAGES, SENTIMENT: SENTIMENTS, STANCE: STANCES}
_RULES = {STANCE: "stance.", CONCERNS: "concern."}  # how the names of their rules begin
QUESTIONS = (CANCEL, STAGE, SENTIMENT, STANCE)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A post of which the reaction said something else than the label; `score` is that of a cancel intent, else 0."""

    row: Row
    truth: str
    answer: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One question put to all posts of a file that were judged on it.

    `wrong` holds as many of the `wrong_total` wrong ones as were asked for, in the order of the file.
    """

    question: str
    measures: Measures
    wrong_total: int
    wrong: tuple[Wrong, ...]
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class ConcernsView:
    """The concerns: each a yes/no question, and the share of posts of which all were named and no other."""

    exact: Estimate
    n: int
    by_name: dict[str, Measures]
    wrong_total: int
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out for one file. `concerns` is None if nobody judged them, or the scorer knows of none."""

    labelled: LabelledSet
    views: tuple[View, ...]
    concerns: ConcernsView | None
    concerns_unmeasured: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file is measured: by whom, for which service if a line names none, and how many wrong ones are kept."""

    scorer: Scorer
    target: str | None = None
    knows_concerns: bool = False
    wrong: int = 20
    seed: int = 1


Scored = tuple[Row, Reaction]


def evaluate(labelled: LabelledSet, plan: Plan) -> Evaluation:
    """Score every post once and compare it with each thing that is known of it."""
    scored = [(row, row.request.react(plan.scorer, target=plan.target)) for row in labelled.rows]
    views = tuple(
        _view(question, judged, plan)
        for question in QUESTIONS
        if (judged := [one for one in scored if question in one[0].answers])
    )
    judged = [one for one in scored if one[0].concerns is not None]
    measured = judged and plan.knows_concerns
    return Evaluation(
        labelled, views, _concerns_view(judged, plan) if measured else None, 0 if measured else len(judged)
    )


def answer_of(reaction: Reaction, question: str) -> str:
    """What a reaction answers to a question, in the words of the labels."""
    return {
        CANCEL: YES if reaction.intent.cancel else NO,
        STAGE: reaction.intent.stage,
        SENTIMENT: reaction.sentiment.label,
        STANCE: reaction.stance,
    }[question]


def _view(question: str, judged: Sequence[Scored], plan: Plan) -> View:
    pairs = [(row.answers[question], answer_of(reaction, question)) for row, reaction in judged]
    wrong = [
        Wrong(row, truth, answer, _score(reaction, question), _evidence(reaction, question))
        for (row, reaction), (truth, answer) in zip(judged, pairs, strict=True)
        if truth != answer
    ]
    if question == CANCEL:
        measures = measure_yes_no(pairs, seed=plan.seed)
        scores = [
            (reaction.intent.score, row.answers[CANCEL] == YES)
            for row, reaction in judged
            if reaction.intent.cancel  # the score says how often a cancel intent is right; other stages have none
        ]
        return View(question, measures, len(wrong), _choose(wrong, plan), calibrate(scores))
    measures = measure_classes(pairs, _CLASSES[question], seed=plan.seed)
    return View(question, measures, len(wrong), _choose(wrong, plan))


def _score(reaction: Reaction, question: str) -> float:
    return reaction.intent.score if question in (CANCEL, STAGE) else 0.0


def _evidence(reaction: Reaction, question: str) -> tuple[Evidence, ...]:
    """The spans that decided; a tone has none. Whom a post is from can undo a cancel intent, so that is shown too."""
    if question in (CANCEL, STAGE):
        speaker = () if reaction.intent.cancel else _of_rules(reaction, "speaker.")
        return (*reaction.intent.evidence, *speaker)
    return _of_rules(reaction, _RULES[question]) if question in _RULES else ()


def _of_rules(reaction: Reaction, prefix: str) -> tuple[Evidence, ...]:
    return tuple(one for one in reaction.evidence if one.rule.startswith(prefix))


def _concerns_view(judged: Sequence[Scored], plan: Plan) -> ConcernsView:
    named = {name for row, reaction in judged for name in (*(row.concerns or ()), *reaction.concerns)}
    by_name = {
        name: measure_yes_no(
            ((_said(name, row.concerns or ()), _said(name, reaction.concerns)) for row, reaction in judged),
            seed=plan.seed,
        )
        for name in sorted(named)
    }
    wrong = [
        Wrong(row, _list(row.concerns or ()), _list(reaction.concerns), 0.0, _evidence(reaction, CONCERNS))
        for row, reaction in judged
        if set(row.concerns or ()) != set(reaction.concerns)
    ]
    exact = estimate_share(len(judged) - len(wrong), len(judged))
    return ConcernsView(exact, len(judged), by_name, len(wrong), _choose(wrong, plan))


def _said(name: str, names: Iterable[str]) -> str:
    return YES if name in names else NO


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _choose(wrong: list[Wrong], plan: Plan) -> tuple[Wrong, ...]:
    """As many as were asked for, drawn by chance: the first ones of a sorted file would be all of a kind."""
    if len(wrong) <= plan.wrong:
        return tuple(wrong)
    chosen = random.Random(plan.seed).sample(range(len(wrong)), plan.wrong)  # noqa: S311 - no secret, a sample
    return tuple(wrong[index] for index in sorted(chosen))
