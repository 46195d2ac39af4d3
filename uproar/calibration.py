"""Scores sorted into bins, to see whether they mean what they say: pure."""

from collections.abc import Iterable

BINS = 10


def binned(scores: Iterable[tuple[float, bool]]) -> dict[int, list[tuple[float, bool]]]:
    """Scores between 0 and 1, each with whether its answer is right, in ten bins of equal width by their number.

    The last bin holds 1 too; bins that have nothing are left out.
    """
    filled: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scores:
        filled.setdefault(min(int(score * BINS), BINS - 1), []).append((score, right))
    return dict(sorted(filled.items()))
