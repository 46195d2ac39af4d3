"""How sure a cancel intent is: the share of a rule's hits that were right on sentences it was hardly made from."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from workers.tables import read_table

FILE = "scores.tsv"
WEIGHT_OF_ALL = 6  # a rule that was hardly met is taken to be as good as all are together, as if seen so often


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule was right and wrong."""

    right: int = 0
    wrong: int = 0


@lru_cache(maxsize=1)
def tallies() -> dict[str, Tally]:
    """What `make train` counted, by rule."""
    rows = read_table("workers.intent", FILE)
    return {row["rule"]: Tally(int(row["right"]), int(row["wrong"])) for row in rows}


@lru_cache(maxsize=1_024)
def _share(rule: str) -> float:
    """The share of a rule's hits that are right, drawn towards that of all rules (additive smoothing)."""
    every = tallies().values()
    right, wrong = sum(one.right for one in every) + 1, sum(one.wrong for one in every) + 1
    own = tallies().get(rule, Tally())
    return (own.right + WEIGHT_OF_ALL * right / (right + wrong)) / (own.right + own.wrong + WEIGHT_OF_ALL)


def score_of(rules: Iterable[str]) -> float:
    """The score of a cancel intent that these rules found: that of the surest of them."""
    return round(max(map(_share, rules)), 2)
