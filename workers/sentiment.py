"""How a post sounds: negative, neutral or positive."""

import csv
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from workers.evidence import Sentiment
from workers.folding import fold

# VADER looks words up by their place in a list, so its time grows with the square of the length.
MAX_CHARS = 2_000
MAX_SIGNS = 50  # an emoji becomes several words there
LAST_PLAIN = 0xA8  # no emoji has a code point below that of the copyright sign
THRESHOLD = 0.05  # VADER's own, from its README: compound >= 0.05 is positive, <= -0.05 negative

# Taken over from VADER, so that both languages share one scale (Hutto & Gilbert 2014).
ALPHA = 15  # compound = x / sqrt(x * x + ALPHA)
NEGATED = -0.74
BOOST = 0.293

_NEGATORS = frozenset({"pas", "jamais", "sans", "aucun", "aucune", "rien", "ni", "point", "guere"})
_BOOSTERS = frozenset({"tres", "trop", "vraiment", "tellement", "hyper", "ultra", "extremement", "completement"})
_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+){0,3}|[,.!?;\n]|[^\sa-z,.!?;]")
_SHORTEST_STEM = 3

_vader = SentimentIntensityAnalyzer()


def score(text: str, lang: str) -> Sentiment:
    """The sentiment of the first `MAX_CHARS` characters.

    English is scored by VADER. French is scored by a small list of words of our own (`sentiment_fr.tsv`) with
    simple negation and emphasis, on VADER's scale. In every other language, and in none, only emoji and emoticons
    are scored, which know no language; a post without any is 0.0 and `neutral`.
    """
    head = _bounded(text[:MAX_CHARS])
    if lang == "en":
        compound = float(_vader.polarity_scores(head)["compound"])
    else:
        words = _french_weights(head) if lang == "fr" else ()
        total = math.fsum((*words, *_sign_weights(head)))
        compound = round(total / math.sqrt(total * total + ALPHA), 4)
    return Sentiment(label_of(compound), compound)


def _bounded(text: str) -> str:
    """The text without the emoji beyond the first `MAX_SIGNS`."""
    signs = [place for place, sign in enumerate(text) if ord(sign) > LAST_PLAIN and sign in _vader.emojis]
    dropped = set(signs[MAX_SIGNS:])
    return "".join(sign for place, sign in enumerate(text) if place not in dropped) if dropped else text


def label_of(compound: float) -> str:
    """VADER's name for a compound."""
    if compound >= THRESHOLD:
        return "positive"
    return "negative" if compound <= -THRESHOLD else "neutral"


@lru_cache(maxsize=1)
def _french() -> tuple[dict[str, float], dict[str, float]]:
    """The whole words and the stems of the French list, with their weights."""
    lines = (resources.files("workers") / "sentiment_fr.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    words: dict[str, float] = {}
    stems: dict[str, float] = {}
    for row in rows:
        place = stems if row["word"].endswith("*") else words
        place[row["word"].rstrip("*")] = float(row["weight"])
    return words, stems


@lru_cache(maxsize=20_000)
def _weight(word: str) -> float:
    words, stems = _french()
    if word in words:
        return words[word]
    ends = range(len(word), _SHORTEST_STEM - 1, -1)
    return next((stems[word[:end]] for end in ends if word[:end] in stems), 0.0)


def _french_weights(text: str) -> Iterator[float]:
    tokens = _TOKEN.findall(fold(text).text)
    for place, token in enumerate(tokens):
        weight = _weight(token)
        if not weight:
            continue
        before = tokens[max(0, place - 4) : place]
        for stop in ",.!?;\n":  # negation and emphasis end with their clause
            if stop in before:
                before = before[len(before) - before[::-1].index(stop) :]
        if not _BOOSTERS.isdisjoint(before[-2:]):
            weight += math.copysign(BOOST, weight)
        # "ne" or "n'" stands before the word that it denies, "pas" before an adjective: "n'aime pas", "pas content"
        if not _NEGATORS.isdisjoint(before[-3:]) or not {"ne", "n"}.isdisjoint(before[-3:]):
            weight *= NEGATED
        yield weight


@lru_cache(maxsize=1)
def _signs() -> tuple[dict[str, float], dict[str, float]]:
    """VADER's emoji and emoticons with their weights.

    VADER describes an emoji in English words and scores those; the sum of their weights is the emoji's.
    """
    lexicon: dict[str, float] = _vader.lexicon
    emoji = {
        sign: math.fsum(lexicon.get(word.lower(), 0.0) for word in words.split())
        for sign, words in _vader.emojis.items()
        if len(sign) == 1
    }
    emoticons = {token: weight for token, weight in lexicon.items() if not token[0].isalnum() and len(token) > 1}
    return {sign: weight for sign, weight in emoji.items() if weight}, emoticons


def _sign_weights(text: str) -> Iterator[float]:
    emoji, emoticons = _signs()
    if not text.isascii():
        yield from (emoji[character] for character in text if character in emoji)
    yield from (emoticons[token.lower()] for token in text.split() if token.lower() in emoticons)
