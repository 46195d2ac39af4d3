"""Reads the lists of words, phrases and emoji with their weights."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from workers.tables import read_table

PACKAGE = "workers.sentiment"  # the tables lie beside this file
SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that count as one: the first carries the weight, the others none of their own."""

    words: tuple[str, ...]
    weight: float


Openings = dict[str, tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Weights on VADER's scale, -4 to 4: of whole words, of stems, and of phrases by their first two words.

    A name of one word is a word here.
    """

    words: dict[str, float]
    stems: dict[str, float]
    phrases: dict[str, Openings]

    def weight(self, word: str) -> float | None:
        """The weight of a word: its own, or that of the longest stem that it begins with."""
        if word in self.words:
            return self.words[word]
        ends = range(len(word), SHORTEST_STEM - 1, -1)
        return next((self.stems[word[:end]] for end in ends if word[:end] in self.stems), None)


def read_lexicon(name: str, words: dict[str, float], names: Iterable[tuple[str, ...]] = ()) -> Lexicon:
    """A list of ours over `words`; `names`, already split into words, weigh nothing."""
    listed = _read_list(name)
    words, phrases = {**words, **listed.words}, dict(listed.phrases)
    for split in names:
        if len(split) == 1:
            words[split[0]] = 0.0
        elif split:
            openings = dict(phrases.get(split[0], {}))
            known = (*openings.get(split[1], ()), Phrase(split, 0.0))
            openings[split[1]] = tuple(sorted(known, key=_length, reverse=True))  # the longest that fits counts
            phrases[split[0]] = openings
    return Lexicon(words, listed.stems, phrases)


def _length(phrase: Phrase) -> int:
    return len(phrase.words)


@lru_cache(maxsize=4)
def _read_list(name: str) -> Lexicon:
    words: dict[str, float] = {}
    stems: dict[str, float] = {}
    phrases: dict[tuple[str, ...], float] = {}
    for row in read_table(PACKAGE, name):
        entry, weight = row["words"], float(row["weight"])
        if " " in entry:
            phrases[tuple(entry.split(" "))] = weight
        elif entry.endswith("*"):
            stems[entry[:-1]] = weight
        else:
            words[entry] = weight
    by_opening: dict[str, Openings] = {}
    for split in sorted(phrases, key=len, reverse=True):
        openings = by_opening.setdefault(split[0], {})
        openings[split[1]] = (*openings.get(split[1], ()), Phrase(split, phrases[split]))
    return Lexicon(words, stems, by_opening)


@lru_cache(maxsize=1)
def vader() -> SentimentIntensityAnalyzer:
    """The package's analyzer: only its lexicon and its descriptions of emoji are used."""
    return SentimentIntensityAnalyzer()


@lru_cache(maxsize=1)
def emoji() -> dict[str, float]:
    """Emoji of one code point with their weight: our list, and for the rest the words of VADER's descriptions."""
    lexicon: dict[str, float] = vader().lexicon
    described = {
        sign: sum(lexicon.get(word.lower(), 0.0) for word in words.split())
        for sign, words in vader().emojis.items()
        if len(sign) == 1 and not sign.isascii()
    }
    return described | {row["emoji"]: float(row["weight"]) for row in read_table(PACKAGE, "emoji.tsv")}


@lru_cache(maxsize=1)
def emoticons() -> dict[str, float]:
    """VADER's emoticons, which know no language: tokens that do not begin with a letter or a digit."""
    lexicon: dict[str, float] = vader().lexicon
    return {token: weight for token, weight in lexicon.items() if not token[0].isalnum() and len(token) > 1}
