"""Hides small counts in what leaves the house: pure.

A count of few people can name them. Hiding a cell is not enough where others give it away by adding up, so cells go in
blocks whose sums stay: whoever knows these rules and sees the rest of the row still finds at least two values possible
for each hidden cell. Rows do not overlap, and a row is hidden alike in every file, so no two files tell more than one.
"""

from collections.abc import Mapping
from typing import Any

from uproar.buckets import CANCEL_STAGES, COLUMNS, OTHER_STAGES, STANCE_COLUMNS

SENTIMENTS = ("negative", "neutral", "positive")  # they add up to `posts`
CANCEL_COLUMNS = tuple(f"stage_{stage}" for stage in CANCEL_STAGES)  # they add up to `cancel`
OTHER_COLUMNS = tuple(f"stage_{stage}" for stage in OTHER_STAGES)  # with those of no stage: the other voices
STAGES = (*CANCEL_COLUMNS, *OTHER_COLUMNS)


def suppressed(row: Mapping[str, Any], *, least: int) -> dict[str, Any]:
    """A bucket with None for what is hidden.

    Args:
        row: with all columns of a bucket.
        least: the smallest count that is told, besides 0.
    """
    return {**row, **dict.fromkeys(_hidden(row, least))}


def _hidden(row: Mapping[str, int], least: int) -> set[str]:
    def small(*counts: int) -> bool:
        return any(0 < count < least for count in counts)

    def of(names: tuple[str, ...]) -> list[int]:
        return [row[name] for name in names]

    posts, voices, cancel = row["posts"], row["voices"], row["cancel"]
    if small(posts):
        return set(COLUMNS)
    hidden: set[str] = set()
    if small(*of(SENTIMENTS)):
        hidden.update(SENTIMENTS)
    stances = of(STANCE_COLUMNS)
    if small(*stances, posts - sum(stances)):
        hidden.update(STANCE_COLUMNS)
    if small(voices, posts - voices):  # of the voices, all that follows is a part
        return hidden | {"voices", "cancel", *STAGES}
    if small(cancel, voices - cancel):
        return hidden | {"cancel", *STAGES}
    if small(*of(CANCEL_COLUMNS)):
        hidden.update(CANCEL_COLUMNS)
    others = of(OTHER_COLUMNS)
    if small(*others, voices - cancel - sum(others)):
        hidden.update(OTHER_COLUMNS)
    return hidden
