"""How often the machine is right: by what people said of its answers, and by the evaluation that was kept last."""

from collections import Counter

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dashboards.corrections import post_answer
from dashboards.questions import Chosen
from dashboards.shapes import PostAnswer
from uproar import database, evaluations, judgements
from uproar.calibration import BINS, binned
from uproar.evaluations import Calibration, Evaluated, Measure, ScoreBin
from uproar.judgements import Judged
from uproar.settings import settings
from uproar.wilson import wilson

NEWEST = 20
NO_RECALL = (
    "People look at what the machine found, so what it missed is not among their corrections: recall cannot be known "
    "from them. `uproar evaluate` measures it on labelled posts."
)
OF_SAMPLE = (
    "Precision and calibration are of posts that were drawn by chance among those that nobody had corrected yet. Other "
    "corrections are of what struck people, above all of what is wrong; they stand apart, and so do those of which it "
    "is not known how they came."
)

router = APIRouter()


class StagePair(BaseModel):
    """Posts of which the machine says one stage and a person one: the same where it was confirmed."""

    machine: str
    person: str
    posts: int


class NotSampled(BaseModel):
    """Corrections in force that say nothing of how precise the machine is: their posts were not drawn by chance."""

    judged: int = Field(description="posts whose stage a person has named")
    said_cancel: int = Field(description="those of them that the machine takes for cancel intent")
    right_cancel: int = Field(description="those of these that a person takes for it, too")
    unknown: int = Field(description="those of `judged` of which it is not known how they came: they are from before")


class ByPeople(BaseModel):
    """What corrections in force that name a stage say about the machine's present answers."""

    judged: int = Field(description="posts whose stage a person has named, however they came to it")
    confirmed: int = Field(description="those of them of which the machine says the same stage")
    sampled: int = Field(description="those of `judged` that were drawn by chance")
    said_cancel: int = Field(description="those of `sampled` that the machine takes for cancel intent")
    right_cancel: int = Field(description="those of these that a person takes for it, too")
    precision: Measure = Field(description="right_cancel among said_cancel, with Wilson's interval")
    recall: None = Field(description="always null: see recall_note")
    recall_note: str
    sample_note: str = Field(description="what these posts stand for")
    calibration: Calibration = Field(description="of `said_cancel`")
    not_sampled: NotSampled
    stages: list[StagePair] = Field(description="of all that were judged, the most posts first")


class Evaluation(Evaluated):
    """The evaluation that was kept last (`uproar evaluate FILE --save`)."""

    is_running: bool | None = Field(
        description="whether these are the rules that reacted to the newest post; null where there is none"
    )


class Quality(BaseModel):
    """How often the machine is right, as far as that is known."""

    watch: str
    running: str | None = Field(description="the version of the rules that reacted to the newest post")
    people: ByPeople
    newest: list[PostAnswer] = Field(description="the posts that were corrected or confirmed last, at most 20")
    evaluation: Evaluation | None = Field(description="null: none was kept")


@router.get("/quality")
def get_quality(watch: Chosen) -> Quality:
    """How often the machine is right, by what people said and by the latest evaluation."""
    with database.reading() as session:
        running = judgements.running_version(session, watch=watch.name)
        people = _by_people(judgements.judged(session, watch=watch.name))
        newest = [post_answer(*row) for row in judgements.newest(session, watch=watch.name, limit=NEWEST)]
    kept = evaluations.load(settings())
    evaluation = None
    if kept is not None:
        same = None if running is None else kept.model_version == running
        evaluation = Evaluation(**kept.model_dump(), is_running=same)
    return Quality(watch=watch.name, running=running, people=people, newest=newest, evaluation=evaluation)


def _by_people(judged: list[Judged]) -> ByPeople:
    sampled = [one for one in judged if one.sampled]
    said = [one for one in sampled if one.said_cancel]
    right = sum(one.is_cancel for one in said)
    pairs = Counter((one.machine, one.person) for one in judged)
    return ByPeople(
        judged=len(judged),
        confirmed=sum(number for (machine, person), number in pairs.items() if machine == person),
        sampled=len(sampled),
        said_cancel=len(said),
        right_cancel=right,
        precision=_share(right, len(said)),
        recall=None,
        recall_note=NO_RECALL,
        sample_note=OF_SAMPLE,
        calibration=_calibration([(one.score, one.is_cancel) for one in said]),
        not_sampled=_not_sampled([one for one in judged if not one.sampled]),
        stages=[
            StagePair(machine=machine, person=person, posts=number)
            for (machine, person), number in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
        ],
    )


def _not_sampled(chosen: list[Judged]) -> NotSampled:
    said = [one for one in chosen if one.said_cancel]
    return NotSampled(
        judged=len(chosen),
        said_cancel=len(said),
        right_cancel=sum(one.is_cancel for one in said),
        unknown=sum(one.sampled is None for one in chosen),
    )


def _calibration(scores: list[tuple[float, bool]]) -> Calibration:
    bins = []
    missed = 0.0
    for number, inside in binned(scores).items():
        total, right = sum(score for score, _ in inside), sum(right for _, right in inside)
        missed += abs(total - right)
        bins.append(
            ScoreBin(
                low=number / BINS,
                high=(number + 1) / BINS,
                n=len(inside),
                mean=total / len(inside),
                right=_share(right, len(inside)),
            )
        )
    return Calibration(bins=bins, error=missed / len(scores) if scores else None)


def _share(part: int, whole: int) -> Measure:
    if whole == 0:
        return Measure(value=None, low=None, high=None, method=None)
    low, high = wilson(part, whole)
    return Measure(value=part / whole, low=low, high=high, method="wilson")
