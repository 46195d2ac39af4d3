"""What the rules of a language know of a word, and what they read in a text."""

import math
from collections.abc import Iterable, Sequence
from itertools import compress, islice
from typing import NamedTuple

from workers.sentiment.lexicon import Openings, Phrase

# VADER's constants (Hutto & Gilbert 2014), so that all languages share one scale.
ALPHA = 15
NEGATED = -0.74
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
NO_OPENINGS: Openings = {}
COLUMNS = 5  # of a word's fields, those that are asked of all words


class Word(NamedTuple):
    """What is known of a token.

    `leaning` is the same for all tokens with the same `low`. `counts` is whether it has a weight or opens phrases,
    `turns` whether it can change the weight of a word nearby: most words do neither. `weight` is None where it is not
    scored, `known` whether the lexicon has it at all; `ends` is whether a clause ends here; `opens` has the phrases by
    the next word.
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
    opens: Openings = NO_OPENINGS


class Words(NamedTuple):
    """The words of a text, and what is asked of all of them, each in their order."""

    words: Sequence[Word]
    lows: tuple[str, ...] = ()
    leanings: tuple[Leaning, ...] = ()
    counts: tuple[bool, ...] = ()
    turns: tuple[bool, ...] = ()
    uppers: tuple[bool, ...] = ()


class Reading(NamedTuple):
    """What rules made of a text.

    `compound` is VADER's: between -1 and 1. `words` are the words in lower case without elongations, in their order; a
    mention is `@`, a link `://`, a number `0`. `leaning` is the sum of what was learned of them.
    """

    compound: float
    words: Sequence[str]
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


def columns(words: Iterable[Word]) -> Words:
    """The words of a text, ready to be read."""
    row = list(words)
    return Words(row, *islice(zip(*row, strict=True), COLUMNS))


def learned_of(words: Words) -> Leaning:
    """The sum of what was learned of the words, each once, however often it comes."""
    return sum(dict(zip(words.lows, words.leanings, strict=True)).values())


def scored(words: Words) -> list[tuple[int, Word, Phrase | None]]:
    """The places that have a weight, from left to right, with the phrase that begins there if one does."""
    found: list[tuple[int, Word, Phrase | None]] = []
    lows = words.lows
    last = len(lows) - 1
    end = 0
    for place, word in compress(enumerate(words.words), words.counts):
        if place < end:
            continue
        if word.opens and place < last and (phrases := word.opens.get(lows[place + 1])):
            phrase = _phrase_at(phrases, lows, place)
            if phrase:
                end = place + len(phrase.words)
                found.append((place, word, phrase))
                continue
        if word.weight:
            found.append((place, word, None))
    return found


def _phrase_at(phrases: tuple[Phrase, ...], lows: tuple[str, ...], place: int) -> Phrase | None:
    for phrase in phrases:  # that the first two words fit is known
        size = len(phrase.words)
        if size == 2 or lows[place : place + size] == phrase.words:  # noqa: PLR2004 - two words
            return phrase
    return None


def shout_of(words: Words) -> float:
    """What a word in capitals gains: nothing where all words or none are in capitals."""
    return SHOUT if 0 < sum(words.uppers) < len(words.uppers) else 0.0


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
