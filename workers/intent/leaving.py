"""What is learned of leaving, for posts that have words of rules and meet none.

Logistic regression over the words of a post and its pairs of neighbours. A word counts as all that the rules know of
it: itself if a rule names it, and its classes. `make train` learns the weights from sentences written for this project.
"""

import math
from functools import lru_cache
from importlib import resources
from itertools import product
from operator import add

from uproar.buckets import CANCEL_STAGES
from workers.grammar.language import ASK, DOT, SILENT, Language, Signature
from workers.grammar.loading import load_language
from workers.tables import read_table

PACKAGE, WEIGHTS, STAGES = "workers.languages", "leaving.tsv", "stages.tsv"  # in the language's directory of data files
BASE = -6.0  # the logit of a post of which nothing is known: few speak of leaving
SURE = 0.85  # a leaving is called one from here on
COMPANY = "brand"  # the class of their names: which one it is teaches nothing
OTHER = "_"  # a word that no rule knows
_SENTENCE_ENDS = (DOT, ASK)
_MEMORY = 50_000  # parts; the memory is emptied when full


class Leaving(dict[str, complex]):
    """The weight and the number of the features of each part of a post, a letter or two side by side.

    What was weighed once is remembered. The two are one complex number, so that one sum adds both.
    """

    def __init__(self, language: Language, weights: dict[str, float], stages: dict[str, tuple[float, ...]]) -> None:
        super().__init__()
        self._names = {letter: _names(signature) for signature, letter in language.letters.items()}
        self._weights = weights
        self._stages = stages

    def __missing__(self, part: str) -> complex:
        features = self.features(part)
        weighed = complex(sum(self._weights.get(feature, 0.0) for feature in features), len(features))
        if len(self) >= _MEMORY:
            self.clear()
        self[part] = weighed
        return weighed

    def features(self, part: str) -> list[str]:
        """What is known of a letter, or of two side by side: every name of the one with every name of the other."""
        return [" ".join(names) for names in product(*map(self._names_of, part))]

    def _names_of(self, letter: str) -> tuple[str, ...]:
        return self._names.get(letter, (letter,)) or (OTHER,)

    def likelihood(self, letters: str) -> float:
        """How likely a post with these letters speaks of its author's leaving: 0 to 1."""
        weighed = sum(map(self.__getitem__, parts_of(letters)), 0j)
        return 1 / (1 + math.exp(-BASE - weighed.real / math.sqrt(weighed.imag)))

    def stage(self, letters: str) -> str:
        """The likeliest stage of a leaving. The first of `CANCEL_STAGES` weighs nothing: others are measured by it."""
        sums = [0.0] * len(CANCEL_STAGES)
        for letter in words_of(letters):
            for feature in self.features(letter):
                for side, weight in enumerate(self._stages.get(feature, ()), 1):
                    sums[side] += weight
        return CANCEL_STAGES[sums.index(max(sums))]

    def strongest(self, letters: str) -> tuple[int, int]:
        """The span of letters, within a sentence, that speaks most for a leaving.

        It is the one with the maximal sum of weights over what each feature must weigh for a post to be undecided.
        """
        share = -BASE / math.sqrt(sum(map(self.__getitem__, parts_of(letters)), 0j).imag)
        best, span = -math.inf, (0, 0)
        so_far, start, before = 0.0, 0, DOT
        for place, letter in enumerate(letters):
            if letter == SILENT:
                continue
            if letter in _SENTENCE_ENDS:
                so_far = -math.inf
            else:
                own, pair = self[letter], self[before + letter]
                joined = so_far + pair.real - share * pair.imag
                if joined <= 0:
                    joined, start = 0.0, place
                so_far = joined + own.real - share * own.imag
                if so_far > best:
                    best, span = so_far, (start, place + 1)
            before = letter
        return span


def _names(signature: Signature) -> tuple[str, ...]:
    """Words by themselves and classes in angle brackets; of a company no more than that it is one."""
    if COMPANY in signature:
        return (f"<{COMPANY}>",)
    return tuple(sorted(one[1:] if one.startswith("=") else f"<{one}>" for one in signature))


def words_of(letters: str) -> set[str]:
    """The different letters of a post."""
    return set(letters) - {SILENT}


def parts_of(letters: str) -> set[str]:
    """The different letters of a post, and the different pairs of neighbours; a post begins and ends as a sentence."""
    row = f"{DOT}{letters.replace(SILENT, '')}{DOT}"
    return {*row, *map(add, row, row[1:])}


@lru_cache(maxsize=8)
def leaving(code: str) -> Leaving | None:
    """What was learned of a language; None if nothing was."""
    if not resources.files(PACKAGE).joinpath(code, WEIGHTS).is_file():
        return None
    weights = {row["words"]: float(row["leaving"]) for row in read_table(PACKAGE, code, WEIGHTS)}
    stages = {
        row["words"]: tuple(float(row[stage]) for stage in CANCEL_STAGES[1:])
        for row in read_table(PACKAGE, code, STAGES)
    }
    return Leaving(load_language(code), weights, stages)
