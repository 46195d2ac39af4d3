"""The tone of an English text by VADER's rules (Hutto & Gilbert 2014), on its lexicon and a list of ours.

The rules are those of vaderSentiment 3.3.2, each word looked up once. They differ where it is wrong: names, mentions
and links weigh nothing, phrases of our list count as one, "this" and "so" do not undo a negation, the words on the
two sides of a "but" are told apart by place and not by weight, an emoji has a weight of its own, stretched words and
short ones beside a full stop are recognised.
"""

import math
import string
from collections.abc import Sequence

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES

from workers.sentiment.lexicon import Lexicon, emoji, read_lexicon, vader
from workers.sentiment.reading import (
    LINK,
    MENTION,
    NEGATED,
    NUMBER,
    REACH,
    Leaning,
    Reading,
    Word,
    around_a_turn,
    is_near,
    learned_of,
    lows_of,
    scored,
    shout_of,
    total_compound,
    turns_of,
)
from workers.sentiment.tidying import shortenings

MEMORY = 20_000  # words remembered; a process that has met more begins anew
FADING = (0.0, 1.0, 0.95, 0.9)  # how much of a booster is left at a distance of 1, 2, 3
NEVER_SO = 1.25  # "never so good" is praise
SHORT = 2  # of these VADER keeps the punctuation, as they may be emoticons

_SO = frozenset({"so", "this"})
_AT_LEAST = frozenset({"at", "very"})
_ALTERNATIVES = frozenset({"or", "nor"})
_NEGATORS = frozenset(NEGATE)
_IDIOM_ENDS = frozenset(idiom.split()[-1] for idiom in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in idiom)
_TURNING = _IDIOM_ENDS | {"no", "least"}


class English(dict[str, tuple[Word, ...]]):
    """VADER's rules with some names that weigh nothing; as a mapping, the word of each token met so far."""

    lang = "en"

    def __init__(self, names: tuple[str, ...] = (), learned: dict[str, Leaning] | None = None) -> None:
        split = (tuple(_bare(token).lower() for token in name.split()) for name in names)
        self._lexicon: Lexicon = read_lexicon("en.tsv", vader().lexicon, split)
        self._learned = learned or {}

    def __missing__(self, token: str) -> tuple[Word, ...]:
        if len(self) >= MEMORY:
            self.clear()
        self[token] = words = (self._recognise(token),)
        return words

    def _recognise(self, token: str) -> Word:
        words, signs = self._lexicon.words, emoji()
        if token in signs:
            weight = signs[token] or None
            leaning = self._learned.get(token, 0j)
            return Word(token, weight=weight, known=True, leaning=leaning, counts=bool(weight))
        if token.lower() not in words and ("@" in token or "://" in token or token.startswith("www.")):
            kind = MENTION if "@" in token else LINK
            return Word(kind, leaning=self._learned.get(kind, 0j))
        plain = _bare(token)
        if plain.lower() not in words and len(plain.strip(string.punctuation)) <= SHORT:
            plain = token.strip(string.punctuation) or token
        low = plain.lower()
        if low not in words:
            low = next((short for short in shortenings(low) if short in words or short in BOOSTER_DICT), low)
        weight, boost = self._lexicon.weight(low), float(BOOSTER_DICT.get(low, 0.0))
        opens = self._lexicon.phrases.get(low)
        negates = low in _NEGATORS or "n't" in low
        low = NUMBER if low[:1].isdigit() and weight is None and not opens else low
        return Word(
            low,
            leaning=self._learned.get(low, 0j),
            weight=None if boost else weight or None,
            counts=bool(opens or (weight and not boost)),
            known=weight is not None,
            boost=boost,
            negates=negates,
            upper=plain.isupper(),
            opens=opens,
            turns=negates or bool(boost) or low in _TURNING,
        )

    def weight(self, low: str) -> float | None:
        """What a word weighs by itself, if the list has it."""
        return emoji().get(low, self._lexicon.weight(low))

    def read(self, text: str) -> Reading:
        """Read a tidied text."""
        return self.weigh([word for token in text.split() for word in self[token]], text)

    def weigh(self, words: Sequence[Word], text: str) -> Reading:
        """Read the words of a tidied text."""
        weights: list[float] = []
        places: list[int] = []
        found = scored(words)
        if not found:
            return Reading(0.0, words, learned_of(words))
        lows, shout, turns = lows_of(words), shout_of(words), turns_of(words)
        for place, word, phrase in found:
            weight = (phrase.weight if phrase else word.weight) or 0.0
            if is_near(turns, place):
                weight = _in_context(words, lows, place, weight, shout)
            elif word.upper and weight:
                weight += math.copysign(shout, weight)
            if weight:
                weights.append(weight)
                places.append(place)
        if weights and "but" in lows:
            weights = around_a_turn(weights, places, lows.index("but"))
        return Reading(total_compound(weights, text), words, learned_of(words))


def _bare(token: str) -> str:
    """VADER's way to drop punctuation: not where at most two characters would be left."""
    plain = token.strip(string.punctuation)
    return plain if len(plain) > SHORT else token


def _in_context(row: Sequence[Word], lows: tuple[str, ...], place: int, weight: float, shout: float) -> float:
    """A word's weight after capitals, boosters, negations and idioms."""
    word = row[place]
    first, second, third = ("", "", "", *lows[max(place - REACH, 0) : place])[: -REACH - 1 : -1]
    following = lows[place + 1] if place + 1 < len(lows) else ""
    if word.low == "kind" and following == "of":
        return 0.0
    denied = "no" in (first, second) or (first in _ALTERNATIVES and third == "no")
    if word.low == "no" and following and row[place + 1].known:
        weight = (word.weight or 0.0) * NEGATED if denied else 0.0
    elif denied:
        weight *= NEGATED
    if word.upper and shout:
        weight += shout if weight > 0 else -shout
    weight = _after_earlier(row, lows, place, weight, shout)
    if first == "least" and not row[place - 1].known and second not in _AT_LEAST:
        weight *= NEGATED
    return weight


def _after_earlier(words: Sequence[Word], lows: tuple[str, ...], place: int, weight: float, shout: float) -> float:
    """A weight after the boosters, negations and idioms among the words before it, from the nearest on."""
    for distance in range(1, min(place, REACH) + 1):
        earlier = words[place - distance]
        if earlier.known:
            continue
        if earlier.boost:
            weight += FADING[distance] * _boost(earlier, weight, shout)
        if earlier.negates:
            weight *= _denial(earlier.low, lows[place - distance + 1 : place])
        if distance == REACH:
            weight = _idiom(lows, place, weight)
    return weight


def _boost(booster: Word, weight: float, shout: float) -> float:
    boost = -booster.boost if weight < 0 else booster.boost
    if booster.upper and shout:
        boost += shout if weight > 0 else -shout
    return boost


def _denial(negator: str, between: tuple[str, ...]) -> float:
    """What a negation does to a weight, given the words between the two."""
    if negator == "never" and not _SO.isdisjoint(between):
        return NEVER_SO
    return 1.0 if negator == "without" and "doubt" in between else NEGATED


def _idiom(lows: tuple[str, ...], place: int, weight: float) -> float:
    """VADER's few idioms: those that the word is part of replace its weight, those before it boost it."""
    near = lows[place - REACH : place + REACH]
    if _IDIOM_ENDS.isdisjoint(near):
        return weight
    spans = [" ".join(near[start:stop]) for start, stop in ((2, 4), (1, 4), (1, 3), (0, 3), (0, 2))]
    weight = next((float(SPECIAL_CASES[span]) for span in spans if span in SPECIAL_CASES), weight)
    for stop in range(5, len(near) + 1):
        weight = float(SPECIAL_CASES.get(" ".join(near[3:stop]), weight))
    return weight + sum(float(BOOSTER_DICT.get(span, 0.0)) for span in spans[2:])
