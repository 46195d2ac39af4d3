"""How a post sounds: negative, neutral or positive."""

import math
from collections.abc import Sequence
from functools import lru_cache

from workers.evidence import Sentiment
from workers.sentiment.english import English
from workers.sentiment.french import French
from workers.sentiment.learned import LABELS, learned, marks_of, probabilities, start_of
from workers.sentiment.lexicon import emoji, emoticons
from workers.sentiment.reading import Leaning, Reading, Word, compound_of
from workers.sentiment.tidying import tidy

MAX_CHARS = 4_000  # what is read of a post, from its start, as the rules of intent do
THRESHOLD = 0.05  # VADER's own, from its README: compound >= 0.05 is positive, <= -0.05 negative
JUST_NEUTRAL = 0.0499
WATCHES = 32  # sets of names whose words are remembered at once

__all__ = ["LABELS", "MAX_CHARS", "THRESHOLD", "judge", "label_of", "reader", "score", "score_words", "weigh"]


def score(text: str, lang: str, names: tuple[str, ...] = ()) -> Sentiment:
    """The sentiment of the first `MAX_CHARS` characters.

    English is read by VADER's rules, mended and with a longer list of words; French by rules and a list of our own. The
    label is the likeliest by these rules and by weights of words that were learned. In every other language, and in
    none, only emoji and emoticons are scored, which know no language; a post without any is 0.0 and `neutral`.

    The compound is on VADER's scale, and always has the sign of the label: it is the rules' own where that falls on
    the label's side of the thresholds. Else it is just inside them for a neutral post, and for another the difference
    between the likelihoods of positive and negative, brought to the label's side. So `label_of(compound)` is the label.

    Args:
        text: the post.
        lang: its language, as ISO 639-1.
        names: words that sound like something and are only names here, as "United" and "Best Buy": they weigh nothing.
    """
    head = tidy(text[:MAX_CHARS])
    if lang not in _READERS:
        compound = _compound_of_signs(head)
        return Sentiment(label_of(compound), compound)
    return _judged(reader(lang, names).read(head), head, lang)


def score_words(words: Sequence[Word], text: str, tone: English | French) -> Sentiment:
    """The same as `score` for a text that needs no tidying, by what its reader knows of its words."""
    return _judged(tone.weigh(words, text), text, tone.lang)


def weigh(text: str, lang: str, names: tuple[str, ...] = ()) -> tuple[float, Leaning] | None:
    """The rules' own compound, and what speaks for negative and for positive in logits over neutral.

    None where only signs are scored. `judge` makes a sentiment of the two.
    """
    if lang not in _READERS:
        return None
    head = tidy(text[:MAX_CHARS])
    return _weigh(reader(lang, names).read(head), head, lang)


def judge(leaning: Leaning, compound: float) -> Sentiment:
    """The likeliest label, with a compound that agrees with it."""
    negative, positive = leaning.real, leaning.imag
    if negative > 0 and negative >= positive:
        if compound > -THRESHOLD:
            compound = min(_difference(leaning), -THRESHOLD)
        return Sentiment("negative", compound)
    if positive > 0:
        if compound < THRESHOLD:
            compound = max(_difference(leaning), THRESHOLD)
        return Sentiment("positive", compound)
    if not -THRESHOLD < compound < THRESHOLD:
        compound = math.copysign(JUST_NEUTRAL, compound)
    return Sentiment("neutral", compound)


def _difference(leaning: Leaning) -> float:
    negative, _, positive = probabilities(leaning)
    return round(positive - negative, 4)


def label_of(compound: float) -> str:
    """VADER's name for a compound."""
    if compound >= THRESHOLD:
        return "positive"
    return "negative" if compound <= -THRESHOLD else "neutral"


_READERS: dict[str, type[English] | type[French]] = {"en": English, "fr": French}


@lru_cache(maxsize=WATCHES)
def reader(lang: str, names: tuple[str, ...]) -> English | French:
    """The reader of a language that has a list of words, with names that weigh nothing; made once."""
    return _READERS[lang](names, learned(lang))


def _judged(reading: Reading, text: str, lang: str) -> Sentiment:
    compound, leaning = _weigh(reading, text, lang)
    return judge(leaning, compound)


def _weigh(reading: Reading, text: str, lang: str) -> tuple[float, Leaning]:
    """The rules' compound of a tidied text, and what speaks for negative and for positive, over neutral."""
    words = learned(lang)
    leaning = start_of(reading.compound) + reading.leaning
    for mark in marks_of(text):
        leaning += words.get(mark, 0j)
    if reading.compound <= -THRESHOLD and leaning.imag > 0:
        leaning = complex(leaning.real)  # what was learned of single words does not make bad words good ones
    return reading.compound, leaning


def _compound_of_signs(text: str) -> float:
    signs, faces = emoji(), emoticons()
    tokens = text.split()
    return compound_of(math.fsum(signs.get(token, faces.get(token.lower(), 0.0)) for token in tokens))
