"""Decides on one stage for a post from the rules that it meets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from uproar.buckets import CANCEL_STAGES
from workers.echo import is_voice
from workers.evidence import NO_INTENT, Intent
from workers.grammar import Reading, Rule, read, tokenise
from workers.intent.leaving import SURE, leaving
from workers.intent.scores import score_of

TOPIC = "intent"
AGREEMENT = "agreement"
LEARNED = "learned"  # after the language and a dot: the rule of what no rule found

# The first of these that was found counts: what authors did comes before what they do, may do or ask about, their own
# custom before that of others.
PRIORITY = (
    "cancelled",
    "cancelling",
    "conditional",
    "seeking",
    "considering",
    "staying",
    "joining",
    "urging",
    "reported",
)
_LEAVING = frozenset(CANCEL_STAGES)
_UNREAL = ("intent.counterfactual", "intent.irony")
_AGAINST = (*_UNREAL, "intent.condition")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that was met at a span of letters, and the stage that it means there."""

    rule: Rule
    start: int
    end: int
    stage: str


def read_intent(readings: Sequence[Reading], *, parent: str | None = None) -> Intent:
    """What the author says about their own custom with the service.

    Args:
        readings: the post as read by the languages that it is written in, for the service in question.
        parent: the text that the post replies to; "same here" takes over the parent's stage.

    The first language that has a rule for the post decides, and if none has, what was learned of its own language. A
    leaving under a condition ("if", "unless") becomes `conditional`; the post's stage is the first in `PRIORITY`. A
    later "staying" takes back any leaving but a completed one; what is quoted or reposted is `reported` unless the
    author agrees.
    """
    return read_by_rules(readings, parent=parent) or _learned(readings[0]) or NO_INTENT


def read_by_rules(readings: Sequence[Reading], *, parent: str | None = None) -> Intent | None:
    """As `read_intent`, by rules alone; None if none is met."""
    for reading in readings:
        found = _read_one(reading, parent)
        if found is not None:
            return found
    return None


def _learned(reading: Reading) -> Intent | None:
    """A leaving that no rule found; only where one could have been met."""
    known = leaving(reading.reader.language.code)
    if known is None or not any(way.topic == TOPIC for way in reading.ways):
        return None
    letters = reading.letters
    if known.likelihood(letters) < SURE or any(reading.search(name, letters) for name in _UNREAL):
        return None
    rule = f"{reading.reader.language.code}.{LEARNED}"
    start, end = known.strongest(letters)
    evidence = (reading.evidence(start, end, rule),)
    if not is_voice(reading.tokenised.text, repost=False):
        return Intent("reported", 0.0, evidence)
    condition = reading.search("intent.condition", reading.sentence(start, end))
    return Intent(_under(condition, known.stage(letters)), score_of([rule]), evidence)


def _under(condition: re.Match[str] | None, stage: str) -> str:
    """The stage of a leaving if a condition stands beside it."""
    return "conditional" if condition and stage in {"cancelling", "considering"} else stage


def _read_one(reading: Reading, parent: str | None) -> Intent | None:
    """The intent of a post by the rules of one language; None where none is met."""
    hits = _hits(reading, named=parent is not None and reading.reader.names_in(parent))
    if not hits:
        return _agreement(reading, parent) if reading.tokenised.quoted or parent else None
    stage = _decide(hits)
    if stage in _LEAVING and not is_voice(reading.tokenised.text, repost=False):
        stage = "reported"
    meant = [hit for hit in hits if hit.stage == stage] or hits
    evidence = tuple(reading.evidence(hit.start, hit.end, hit.rule.id) for hit in _outermost(meant))
    return Intent(stage, score_of(hit.rule.id for hit in meant) if stage in _LEAVING else 0.0, evidence)


def _hits(reading: Reading, *, named: bool) -> list[_Hit]:
    matches = reading.matches(TOPIC, named=named)
    if not matches:
        return []
    counterfactual, irony, condition = map(reading.pattern, _AGAINST)
    hits = []
    for rule, start, end in matches:
        stage = rule.value
        if stage in _LEAVING:
            if counterfactual and counterfactual.search(reading.clause(start, end)):
                continue
            sentence = reading.sentence(start, end) if irony or condition else ""
            if irony and irony.search(sentence):
                continue
            stage = _under(condition.search(sentence) if condition else None, stage)
        hits.append(_Hit(rule, start, end, stage))
    return hits


def _decide(hits: list[_Hit]) -> str:
    """The post's stage out of its hits: the first in `PRIORITY`, of those that nothing takes back."""
    leaving = [hit for hit in hits if hit.stage in _LEAVING]
    others = [hit for hit in hits if hit.stage not in _LEAVING]
    standing = [hit for hit in leaving if not any(_takes_back(other, hit) for other in others)]
    return min((hit.stage for hit in (standing or others)), key=PRIORITY.index)


def _takes_back(other: _Hit, leaving: _Hit) -> bool:
    """Whether what else is said makes a leaving none."""
    match other.stage:
        case "joining":  # who goes *to* the service leaves something else
            return leaving.start < other.end and other.start < leaving.end
        case "staying":  # a later word takes back what is not done yet
            return leaving.stage != "cancelled" and leaving.start <= other.end
        case _:  # "customers who are leaving": the longer reading is about others
            return other.start < leaving.start and leaving.end <= other.end


def _outermost(hits: list[_Hit]) -> list[_Hit]:
    """The hits that lie in no other one, in order."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _agreement(reading: Reading, parent: str | None) -> Intent | None:
    """The stage of what is quoted or replied to: the author's own if they agree, else a quotation is a report."""
    agrees = reading.search("intent.agreement", reading.letters)
    for context in (reading.tokenised.quoted, parent if agrees else None):
        if not context:
            continue
        reader = reading.reader
        stage = read_intent(read(tokenise(context), reader.language.code, reader.names)).stage
        if agrees and stage in _LEAVING:
            evidence = reading.evidence(agrees.start(), agrees.end(), AGREEMENT)
            return Intent(stage, score_of([AGREEMENT]), (evidence,))
        if stage in _LEAVING:
            return Intent("reported", 0.0)
    return None
