"""Multinomial logistic regression over words that are there or not, in plain Python: seconds for some thousand rows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """An example to learn from.

    Attributes:
        label: the number of its label.
        features: the numbers of its features; one may be there several times.
        value: what each of them counts.
        share: how much the row counts.
        start: the fixed part of its logits, one a label after the first; zeros if empty.
    """

    label: int
    features: Sequence[int]
    value: float = 1.0
    share: float = 1.0
    start: Sequence[float] = field(default=())


def fit(
    rows: Sequence[Row], features: int, labels: int, *, penalty: float, steps: int, pace: float
) -> list[list[float]]:
    """The weights of all features, a list for each label after the first, which the others are measured against.

    Minimises the cross entropy plus `penalty` times half the sum of squares by AdaGrad (Duchi, Hazan and Singer 2011),
    `steps` times over all rows; `pace` is its first step.
    """
    sides = range(labels - 1)
    weights = [[0.0] * features for _ in sides]
    squares = [[1e-8] * features for _ in sides]
    for _ in range(steps):
        gradients = [[penalty * weight for weight in own] for own in weights]
        for row in rows:
            logits = [row.value * sum(map(own.__getitem__, row.features)) for own in weights]
            for side, start in enumerate(row.start):
                logits[side] += start
            top = max(0.0, *logits)
            likely = [math.exp(logit - top) for logit in logits]
            total = sum(likely) + math.exp(-top)
            for side in sides:
                slope = row.share * row.value * (likely[side] / total - (row.label == side + 1))
                gradient = gradients[side]
                for feature in row.features:
                    gradient[feature] += slope
        for own, square, gradient in zip(weights, squares, gradients, strict=True):
            for feature, slope in enumerate(gradient):
                if slope:
                    square[feature] += slope * slope
                    own[feature] -= pace * slope / math.sqrt(square[feature])
    return weights
