"""What the rules of a language know of a word, and what they read in a text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workers.sentiment.lexicon import Openings, Phrase

# VADER's constants (Hutto & Gilbert 2014), so that all languages share one scale.
ALPHA = 15
NEGATED = -0.74
REACH = 3  # a booster or a negation works on the third word after it, no further
BOOST = 0.293
SHOUT = 0.733  # an ALL CAPS word among words that are not
EXCLAMATION = 0.292
MOST_EXCLAMATIONS = 4
QUESTION = 0.18
MOST_QUESTIONS = 3  # beyond these, they count `QUESTIONS` together
QUESTIONS = 0.96
BEFORE_BUT, AFTER_BUT = 0.5, 1.5

# what stands for every mention, link and number among the words
MENTION, LINK, NUMBER = "@", "://", "0"

# What was learned is in logits over neutral, negative and positive in one number so that a sum is one sum:
# the real part speaks for negative, the imaginary part for positive.
Leaning = complex


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a token.

    `low` is the word in lower case without elongations; a mention is `@`, a link `://`, a number `0`. `leaning` is the
    same for all tokens with the same `low`. `counts` is whether it has a weight or opens phrases, `turns` whether it
    can change the weight of a word nearby: most words do neither. `weight` is None where it is not scored, `known`
    whether the lexicon has it at all; `ends` is whether a clause ends here; `opens` has the phrases by the next word.
    """

    low: str
    leaning: Leaning = 0j
    counts: bool = False
    turns: bool = False
    upper: bool = False
    weight: float | None = None
    known: bool = False
    boost: float = 0.0
    negates: bool = False
    ends: bool = False
    opens: Openings | None = None


class Reading(NamedTuple):
    """What rules made of a text.

    `compound` is VADER's: between -1 and 1. `leaning` is the sum of what was learned of the `words`.
    """

    compound: float
    words: Sequence[Word]
    leaning: Leaning


def compound_of(total: float) -> float:
    """VADER's compound of a sum of weights: x / sqrt(x² + 15), rounded to four places."""
    return round(total / math.sqrt(total * total + ALPHA), 4)


def emphasis(text: str) -> float:
    """What exclamation and question marks add to a tone, whichever it is."""
    if "!" not in text and "?" not in text:
        return 0.0
    exclamations, questions = text.count("!"), text.count("?")
    loud = min(exclamations, MOST_EXCLAMATIONS) * EXCLAMATION
    if questions > 1:
        loud += questions * QUESTION if questions <= MOST_QUESTIONS else QUESTIONS
    return loud


def lows_of(words: Sequence[Word]) -> tuple[str, ...]:
    """The words in lower case."""
    return tuple([word.low for word in words])


def learned_of(words: Sequence[Word]) -> Leaning:
    """The sum of what was learned of the words, each once, however often it comes."""
    return sum({word.low: word.leaning for word in words if word.leaning}.values())


def scored(words: Sequence[Word]) -> list[tuple[int, Word, Phrase | None]]:
    """The places that have a weight, from left to right, with the phrase that begins there if one does."""
    found: list[tuple[int, Word, Phrase | None]] = []
    last = len(words) - 1
    end = 0
    for place, word in enumerate(words):
        if not word.counts or place < end:
            continue
        if word.opens and place < last and (phrases := word.opens.get(words[place + 1].low)):
            phrase = _phrase_at(phrases, words, place)
            if phrase:
                end = place + len(phrase.words)
                found.append((place, word, phrase))
                continue
        if word.weight:
            found.append((place, word, None))
    return found


def _phrase_at(phrases: tuple[Phrase, ...], words: Sequence[Word], place: int) -> Phrase | None:
    for phrase in phrases:  # that the first two words fit is known
        size = len(phrase.words)
        if size == 2 or lows_of(words[place : place + size]) == phrase.words:  # noqa: PLR2004 - two words
            return phrase
    return None


def turns_of(words: Sequence[Word]) -> list[bool]:
    """For each word whether it can change the weight of a word nearby."""
    return [word.turns for word in words]


def is_near(turns: Sequence[bool], place: int) -> bool:
    """Whether a word stands so near that it may change the weight at a place."""
    return True in turns[place - REACH if place > REACH else 0 : place + REACH]


def shout_of(words: Sequence[Word]) -> float:
    """What a word in capitals gains: nothing where all words or none are in capitals."""
    return SHOUT if 0 < len([word for word in words if word.upper]) < len(words) else 0.0


def around_a_turn(weights: list[float], places: list[int], turn: int) -> list[float]:
    """Weights halved before a "but" and raised after it."""
    return [
        weight * (BEFORE_BUT if place < turn else AFTER_BUT if place > turn else 1.0)
        for weight, place in zip(weights, places, strict=True)
    ]


def total_compound(weights: list[float], text: str) -> float:
    """The compound of a text whose words have these weights."""
    if not weights:
        return 0.0
    total = float(sum(weights))
    return compound_of(total + math.copysign(emphasis(text), total)) if total else 0.0
