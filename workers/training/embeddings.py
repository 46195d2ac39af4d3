"""Learns the head of workers/sentiment/embeddings.py, where that optional package is installed."""

import math
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from operator import mul
from pathlib import Path
from typing import TypeVar

from workers.sentiment.embeddings import BIAS, embed
from workers.sentiment.learned import LABELS, probabilities
from workers.training.sentiment import FOLDS, HEADER, SIDES, macro, read_rows

PENALTY = 1 / 3  # of the sum of squares
STEPS = 80
PACE = 1.0  # AdaGrad's step
BLOCK = 40  # held out are whole blocks of neighbouring sentences, every fifth

Item = TypeVar("Item")
Head = tuple[list[float], list[float]]


def train() -> Iterator[str]:
    """Write `head.tsv`; yields lines that say how well the head does alone on sentences that were held out."""
    labels, vectors = [], []
    for lang in ("en", "fr"):
        rows = read_rows(lang)
        labels += [LABELS.index(row["label"]) for row in rows]
        for start in range(0, len(rows), 64):
            vectors += embed(row["text"] for row in rows[start : start + 64])
    middle = [sum(column) / len(vectors) for column in zip(*vectors, strict=True)]
    centred = [[*(one - mean for one, mean in zip(vector, middle, strict=True)), 1.0] for vector in vectors]
    held = [place // BLOCK % FOLDS == 0 for place in range(len(labels))]
    head = learn(_without(centred, held), _without(labels, held))
    truth = [label for label, out in zip(labels, held, strict=True) if out]
    said = [likeliest(head, vector) for vector, out in zip(centred, held, strict=True) if out]
    recall, f1 = macro(truth, said)
    yield f"embeddings alone, held out: macro recall {recall:.1f}, macro F1 {f1:.1f}"
    head = learn(centred, labels)
    Path(str(resources.files("workers.sentiment")), "head.tsv").write_text(_table(head, middle), encoding="utf-8")
    yield f"{len(middle)} dimensions in head.tsv"


def learn(vectors: list[list[float]], labels: list[int]) -> Head:
    """Softmax regression with neutral as the measure, by AdaGrad; labels count alike."""
    head: Head = ([0.0] * len(vectors[0]), [0.0] * len(vectors[0]))
    squares: Head = ([1e-8] * len(vectors[0]), [1e-8] * len(vectors[0]))
    sizes = Counter(labels)
    columns = list(zip(*vectors, strict=True))
    for _ in range(STEPS):
        likely = [probabilities(_lean(head, vector)) for vector in vectors]
        for side, label in enumerate(SIDES):
            slopes = [
                len(labels) / (len(LABELS) * sizes[true]) * (one[label] - (true == label))
                for one, true in zip(likely, labels, strict=True)
            ]
            for place, column in enumerate(columns):
                slope = sum(map(mul, slopes, column)) + PENALTY * head[side][place] * (place < len(columns) - 1)
                squares[side][place] += slope * slope
                head[side][place] -= PACE * slope / math.sqrt(squares[side][place])
    return head


def likeliest(head: Head, vector: list[float]) -> int:
    """The index of the likeliest label."""
    likely = probabilities(_lean(head, vector))
    return likely.index(max(likely))


def _lean(head: Head, vector: list[float]) -> complex:
    return complex(sum(map(mul, head[0], vector)), sum(map(mul, head[1], vector)))


def _without(items: list[Item], held: list[bool]) -> list[Item]:
    return [item for item, out in zip(items, held, strict=True) if not out]


def _table(head: Head, middle: list[float]) -> str:
    lines = [f"{place}\t{head[0][place]:.3f}\t{head[1][place]:.3f}" for place in range(len(middle))]
    bias = [weights[-1] - sum(map(mul, weights, middle)) for weights in head]
    lines.append(f"{BIAS}\t{bias[0]:.3f}\t{bias[1]:.3f}")
    return HEADER + "dimension\tnegative\tpositive\n" + "\n".join(lines) + "\n"
