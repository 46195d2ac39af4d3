"""The weights of words that were learned, and what they make of a compound.

They are made by `make train` (workers/training) from sentences written for this project. They come on top of
the compound and cannot be large: without known words the compound alone decides.
"""

import math
from functools import lru_cache

from workers.sentiment.lexicon import PACKAGE
from workers.sentiment.reading import Leaning
from workers.tables import read_table

LABELS = ("negative", "neutral", "positive")
SLOPE = 5.0  # how fast a compound becomes sure of its label
NEUTRAL_UP_TO = 0.3  # by itself, a weaker compound is neutral: VADER's 0.05 calls too many posts positive
MARKS = ("!", "!!", "?", "..")

Three = tuple[float, float, float]


@lru_cache(maxsize=4)
def learned(lang: str) -> dict[str, Leaning]:
    """The weights in `weights.<lang>.tsv`, of words and of `MARKS`."""
    rows = read_table(PACKAGE, f"weights.{lang}.tsv")
    return {row["words"]: complex(float(row["negative"]), float(row["positive"])) for row in rows}


def start_of(compound: float) -> Leaning:
    """What the compound alone says for negative and for positive, over neutral."""
    return complex(SLOPE * (-compound - NEUTRAL_UP_TO), SLOPE * (compound - NEUTRAL_UP_TO))


def marks_of(text: str) -> list[str]:
    """Which of `MARKS` a text holds."""
    if "!" not in text and "?" not in text and ".." not in text:
        return []
    return [mark for mark in MARKS if mark in text]


def probabilities(leaning: Leaning) -> Three:
    """How likely each of `LABELS` is."""
    negative, positive = leaning.real, leaning.imag
    top = max(negative, positive, 0.0)
    one, two, three = math.exp(negative - top), math.exp(-top), math.exp(positive - top)
    total = one + two + three
    return one / total, two / total, three / total
