"""Who speaks in a post: a member, the press, an official, the company itself, or anybody else."""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from uproar.buckets import CANCEL_STAGES
from workers.evidence import Evidence
from workers.folding import Folded, fold
from workers.grammar import Tokenised

SPEAKERS = ("member", "press", "official", "company", "other")
OWN_STAGES = frozenset({*CANCEL_STAGES, "staying", "joining"})

ARTICLES = frozenset({"feed"})  # platforms
_MOST_WORDS = 400  # of a long text its start tells
_WORD = re.compile(r"[a-z0-9]+")
_QUOTED = re.compile(r"[\"«]|(?<![a-z0-9])'")
_QUOTATION = re.compile(
    r"""\"[^"\n]{2,2000}\"|«[^»\n]{2,2000}»|(?<![a-z0-9])'(?:[^'\n]|'(?=[a-z])){8,300}'(?![a-z0-9])"""
)
_DATA = tomllib.loads((resources.files("workers") / "speaker.toml").read_text(encoding="utf-8"))
_STEMS = "|".join(_DATA["leaving"].split())
_LEAVING = re.compile(
    rf"(?:\A|[.!?…:;\n])[^a-z0-9]{{0,9}}(?:(?:just|now|so|time to|and|already) ){{0,2}}(?:{_STEMS})"
    rf"|\b(?:i|we|je|j|nous|on)\b(?:[' ][a-z]{{1,9}}){{0,3}}[' ](?:{_STEMS})"
)
# "… - CNBC", "… via @cnbc" at the end of what a newspaper wrote; a link may follow
_OUTLETS = frozenset(_DATA["press"]["outlets"].split())
_ATTRIBUTION = re.compile(
    rf"(?:\s[-\u2013\u2014|]|\bvia)\s{{0,2}}@?(?:{'|'.join(sorted(_OUTLETS))})\b[\s.]{{0,3}}(?:https?://\S{{1,300}}\s{{0,9}})?\Z"
)
_SELF = frozenset(_DATA["self"].split())
_OTHERS = ("official", "company", "press")
_Rules = dict[tuple[str, str], tuple[tuple[str, str], ...]]


def may_stand(stage: str, speaker: str) -> bool:
    """Whether what a text says of the author's own custom may be true of this speaker.

    A senator's "must be blocked" and a newspaper's "members vow to leave" are no members who leave, and a service
    does not cancel itself. Stages that are about others, and `none`, may always stand.
    """
    return stage not in OWN_STAGES or speaker in {"member", "other"}


def read_speaker(
    tokenised: Tokenised,
    *,
    hinted: bool = True,
    platform: str | None = None,
    names: tuple[str, ...] = (),
) -> tuple[str, tuple[Evidence, ...]]:
    """One of `SPEAKERS`, and the phrase that tells; without a phrase, nothing.

    Args:
        tokenised: the post.
        hinted: whether it could hold one of `phrases_of(names)`; see `Hints`.
        platform: where it was published; what stands in a feed is an article, unless it speaks of its author.
        names: the names of the service.

    What stands in quotation marks does not count. The first of these decides: phrase of a member, official, company,
    press, then article. Whoever speaks of leaving themselves is none of the three after the first.
    """
    article = platform in ARTICLES
    if not (article or hinted):
        return "other", ()
    folded = fold(tokenised.text)
    words = _words(folded.text)
    rules = _rules(names)
    if not rules.keys().isdisjoint(pairwise(words)) or not _OUTLETS.isdisjoint(words):
        found = _by_phrase(folded, words, rules)
        if found is not None:
            return found[0], (found[1],)
    if article and not _is_personal(folded.text):
        return "press", ()
    return "other", ()


def _is_personal(folded: str) -> bool:
    """Whether the author speaks of themselves: forums and networks have feeds too."""
    own = _outside(folded)
    return not _SELF.isdisjoint(_words(own)) or _LEAVING.search(own) is not None


def _outside(folded: str) -> str:
    """What stands in no quotation marks; what stood around them is no phrase."""
    return _QUOTATION.sub(". 0 .", folded) if _QUOTED.search(folded) else folded


def _words(folded: str) -> list[str]:
    return _WORD.findall(folded)[:_MOST_WORDS]


def phrases_of(names: tuple[str, ...]) -> list[str]:
    """What a post must hold one of to tell who speaks."""
    return [*_OUTLETS, *(phrase for phrases in _rules(names).values() for _, phrase in phrases)]


@lru_cache(maxsize=64)
def _rules(names: tuple[str, ...]) -> _Rules:
    """Speaker and phrase, by the first two words of the phrase."""
    called = [written for name in names if (written := " ".join(_WORD.findall(fold(name).text)))]
    by_start: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for speaker in SPEAKERS[:-1]:
        for phrase in _DATA[speaker]["phrases"]:
            for written in [phrase.replace("{name}", name) for name in called] if "{name}" in phrase else [phrase]:
                first, second = written.split()[:2]
                by_start[first, second] = (*by_start.get((first, second), ()), (speaker, written))
    return by_start


def _by_phrase(folded: Folded, words: list[str], rules: _Rules) -> tuple[str, Evidence] | None:
    """The speaker whom a phrase gives away, members first, and that phrase."""
    own = _outside(folded.text)
    if own is not folded.text:
        words = _words(own)
    padded = f" {' '.join(words)} "
    met: dict[str, str] = {}
    for pair in [pair for pair in pairwise(words) if pair in rules]:
        for speaker, phrase in rules[pair]:
            if speaker not in met and f" {phrase} " in padded and _counts(speaker, phrase, padded, words):
                met[speaker] = phrase
    if "member" in met:
        return "member", _evidence(folded, met["member"], "speaker.member")
    attribution = _ATTRIBUTION.search(folded.text) if _SELF.isdisjoint(words) else None
    if not (met or attribution) or _LEAVING.search(own):
        return None
    for speaker in _OTHERS:
        if speaker in met:
            return speaker, _evidence(folded, met[speaker], f"speaker.{speaker}")
    return ("press", folded.evidence(*attribution.span(), "speaker.press")) if attribution else None


def _counts(speaker: str, phrase: str, padded: str, words: list[str]) -> bool:
    """Whether a phrase says what it seems to say here."""
    if speaker == "member":
        place = padded.index(f" {phrase} ")
        before = padded[max(0, place - 20) : place].split()[-2:]
        return not _unless("member").intersection((*before, " ".join(before)))  # "aren't" is two words here
    if speaker == "company":
        return _unless("company").isdisjoint(words)
    return speaker != "press" or _SELF.isdisjoint(words)


@lru_cache(maxsize=2)
def _unless(speaker: str) -> frozenset[str]:
    return frozenset(_DATA[speaker]["unless"])


def _evidence(folded: Folded, phrase: str, rule: str) -> Evidence:
    start = folded.text.find(f" {phrase} ") + 1
    if start:
        return folded.evidence(start, start + len(phrase), rule)
    match = _spread(phrase).search(folded.text)  # signs stand between its words, or at its ends
    return folded.evidence(*(match.span() if match else (0, 0)), rule)


@lru_cache(maxsize=1_024)
def _spread(phrase: str) -> re.Pattern[str]:
    """The words of a phrase with whatever stands between them."""
    return re.compile(rf"(?<![a-z0-9]){'[^a-z0-9]+'.join(phrase.split())}(?![a-z0-9])")
