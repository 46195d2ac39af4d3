"""Learns the weights of words for workers/sentiment: multinomial logistic regression over the rules' compound.

The compound's part is fixed (`learned.start_of`), so that what these sentences teach stays a correction: they are not a
sample of what people post. A strong penalty and a least count keep chance words out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from workers.sentiment.english import English
from workers.sentiment.french import French
from workers.sentiment.learned import LABELS, marks_of, probabilities, start_of
from workers.sentiment.reading import Leaning
from workers.sentiment.tidying import tidy
from workers.tables import read_table
from workers.training.regression import Row, fit

LEAST_COUNT = 5  # a word in fewer sentences is chance
PENALTY = 6.0  # of half the sum of squares
STEPS = 60
PACE = 0.5  # AdaGrad's step
KEPT = 0.15  # weights that are all smaller are not written
SIDES = (0, 2)  # of LABELS; neutral is what they are measured against
_NEUTRAL_FIRST = (1, *SIDES)
FOLDS = 5  # held out are neighbouring sentences together: they were written in one go

HEADER = "# Learned by `make train` from sentences written for this project; not to be edited by hand.\n"


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence: the index of its label, what the compound says, and its features."""

    label: int
    compound: float
    start: Leaning
    features: list[str]


def train() -> Iterator[str]:
    """Write `weights.<lang>.tsv` for every language; yields lines that say how well they do.

    Macro-averaged recall and F1 are those of sentences that the weights had not seen, `FOLDS` blocks in turn.
    """
    for lang in ("en", "fr"):
        examples = read_examples(lang)
        truth, said, alone = [], [], []
        for fold in range(FOLDS):
            low, high = (len(examples) * bound // FOLDS for bound in (fold, fold + 1))
            weights = learn(examples[:low] + examples[high:])
            truth += [one.label for one in examples[low:high]]
            said += [_likeliest(one, weights) for one in examples[low:high]]
            alone += [1 + (one.compound >= 0.05) - (one.compound <= -0.05) for one in examples[low:high]]  # noqa: PLR2004
        for name, answers in (("rules alone", alone), ("with weights", said)):
            recall, f1 = macro(truth, answers)
            yield f"{lang} {len(examples)} sentences, held out, {name}: macro recall {recall:.1f}, macro F1 {f1:.1f}"
        weights = learn(examples)
        place = Path(str(resources.files("workers.sentiment"))) / f"weights.{lang}.tsv"
        place.write_text(_table(weights), encoding="utf-8")
        yield f"{lang} {len(weights)} weights in {place.name}"


def read_rows(lang: str) -> list[dict[str, str]]:
    """The labelled sentences of a language: `label` and `text`."""
    return list(read_table("workers.training", f"sentiment.{lang}.tsv"))


def read_examples(lang: str) -> list[Example]:
    """The labelled sentences of a language, read by its rules.

    Words that the rules weigh are no features: these sentences shall not contradict the lists, which know more.
    """
    reader = English() if lang == "en" else French()
    examples = []
    for row in read_rows(lang):
        text = tidy(row["text"])
        reading = reader.read(text)
        words = [word.low for word in reading.words if reader.weight(word.low) is None]
        features = list(dict.fromkeys([*words, *marks_of(text)]))
        examples.append(Example(LABELS.index(row["label"]), reading.compound, start_of(reading.compound), features))
    return examples


def learn(examples: list[Example]) -> dict[str, list[float]]:
    """The weights of every frequent feature for `SIDES`; each label counts alike, however many sentences it has."""
    counted = Counter(feature for one in examples for feature in one.features)
    numbers = {one: number for number, one in enumerate(one for one in counted if counted[one] >= LEAST_COUNT)}
    sizes = Counter(one.label for one in examples)
    rows = [
        Row(
            _NEUTRAL_FIRST.index(one.label),
            [numbers[feature] for feature in one.features if feature in numbers],
            share=len(examples) / (len(LABELS) * sizes[one.label]),
            start=(one.start.real, one.start.imag),
        )
        for one in examples
    ]
    sides = fit(rows, len(numbers), len(LABELS), penalty=PENALTY, steps=STEPS, pace=PACE)
    return {feature: list(own) for feature, own in zip(numbers, zip(*sides, strict=True), strict=True)}


def macro(truth: list[int], said: list[int]) -> tuple[float, float]:
    """Recall and F1, averaged over the labels, in percent."""
    pairs = Counter(zip(truth, said, strict=True))
    recalls, scores = [], []
    for label in range(len(LABELS)):
        hits = pairs[label, label]
        meant = sum(number for (true, _), number in pairs.items() if true == label)
        called = sum(number for (_, answer), number in pairs.items() if answer == label)
        recalls.append(hits / max(meant, 1))
        scores.append(2 * hits / max(meant + called, 1))
    return 100 * sum(recalls) / len(recalls), 100 * sum(scores) / len(scores)


def _leaning(one: Example, features: list[str], weights: dict[str, list[float]]) -> Leaning:
    negative, positive = one.start.real, one.start.imag
    for feature in features:
        two = weights[feature]
        negative += two[0]
        positive += two[1]
    return complex(negative, positive)


def _likeliest(one: Example, weights: dict[str, list[float]]) -> int:
    likely = probabilities(_leaning(one, [feature for feature in one.features if feature in weights], weights))
    return likely.index(max(likely))


def _table(weights: dict[str, list[float]]) -> str:
    kept = sorted(feature for feature, two in weights.items() if max(map(abs, two)) >= KEPT)
    lines = ["\t".join((feature, *(f"{weight:.2f}" for weight in weights[feature]))) for feature in kept]
    return HEADER + "words\tnegative\tpositive\n" + "\n".join(lines) + "\n"
