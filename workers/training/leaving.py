"""Learns what is known of leaving besides the rules, from the sentences that the rules were made from.

Examples are those of `intent.<lang>.tsv` that rules may be made from, `background.<lang>.tsv` (a service, and what is
said to it or of it by somebody who is not leaving: requests, complaints, goodbyes) and those of sentiment. The others
of `intent.<lang>.tsv` stay out, so that they can tell how well this does.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from uproar.buckets import CANCEL_STAGES
from workers.grammar import LANGUAGES, Reading, read, tokenise
from workers.grammar.language import Language
from workers.grammar.loading import load_language
from workers.intent.leaving import BASE, STAGES, WEIGHTS, Leaving, leaving, parts_of, words_of
from workers.intent.reading import read_by_rules
from workers.tables import read_table
from workers.training.intent import LEARNED, sentences
from workers.training.regression import Row, fit
from workers.training.sentiment import HEADER, read_rows

LEAST_COUNT = 4  # a feature in fewer examples is chance
PENALTY = 0.02  # of half the sum of squares
STEPS = 200
PACE = 1.5
BACKGROUND = 4.0  # how much a sentence counts that is as plain as most posts are
KEPT = 0.1  # weights that are smaller are not written


class Example(NamedTuple):
    """The letters of a sentence, the stage of a leaving or None, and how much it counts."""

    letters: str
    stage: str | None
    share: float = 1.0


def train() -> Iterator[str]:
    """Write the weights of every language into its directory of data files; yields lines that say how many."""
    for code in LANGUAGES:
        examples = list(_examples(code))
        home = Path(str(resources.files("workers.languages"))) / code
        weights, stages = learn(load_language(code), examples)
        (home / WEIGHTS).write_text(_table(("leaving",), weights), encoding="utf-8")
        (home / STAGES).write_text(_table(CANCEL_STAGES[1:], stages), encoding="utf-8")
        leaving.cache_clear()
        yield f"leaving {code}: {len(examples)} sentences, {len(weights)} weights, {len(stages)} of stages"


def learn(
    language: Language, examples: Sequence[Example]
) -> tuple[dict[str, Sequence[float]], dict[str, Sequence[float]]]:
    """The weights of features for a leaving, and for each of its stages after the first."""
    reader = Leaving(language, {}, {})
    found = [[feature for part in parts_of(one.letters) for feature in reader.features(part)] for one in examples]
    left = [one for one in examples if one.stage]
    words = [[feature for letter in words_of(one.letters) for feature in reader.features(letter)] for one in left]
    return (
        _weights(found, [int(one.stage is not None) for one in examples], [one.share for one in examples], (BASE,)),
        _weights(words, [CANCEL_STAGES.index(one.stage or "") for one in left], [one.share for one in left], ()),
    )


def _weights(
    features: Sequence[Sequence[str]], labels: Sequence[int], shares: Sequence[float], start: Sequence[float]
) -> dict[str, Sequence[float]]:
    counted = Counter(feature for own in features for feature in set(own))
    numbers = {one: number for number, one in enumerate(sorted(one for one in counted if counted[one] >= LEAST_COUNT))}
    rows = [
        Row(label, [numbers[one] for one in own if one in numbers], 1 / math.sqrt(len(own) or 1), share, start)
        for own, label, share in zip(features, labels, shares, strict=True)
    ]
    sides = fit(rows, len(numbers), max(labels) + 1, penalty=PENALTY, steps=STEPS, pace=PACE)
    return dict(zip(numbers, zip(*sides, strict=True), strict=True))


def _examples(code: str) -> Iterator[Example]:
    for one in sentences():
        if one.lang == code and one.set in LEARNED:
            yield Example(_letters(code, one.target, one.text), one.stage if one.stage in CANCEL_STAGES else None)
    for row in background(code):
        yield Example(_letters(code, row["target"], row["text"]), None, BACKGROUND)
    for row in read_rows(code):
        found = read_by_rules(_read(code, "", row["text"]))
        if found is None or not found.cancel:
            yield Example(_letters(code, "", row["text"]), None)


def background(code: str) -> Iterable[Mapping[str, str]]:
    """What is said by who does not leave: `target` and `text`."""
    return read_table("workers.training", f"background.{code}.tsv")


def _letters(code: str, target: str, text: str) -> str:
    return _read(code, target, text)[0].letters


def _read(code: str, target: str, text: str) -> list[Reading]:
    return read(tokenise(text), code, (target,))


def _table(names: Sequence[str], weights: Mapping[str, Sequence[float]]) -> str:
    kept = sorted(feature for feature, own in weights.items() if max(map(abs, own)) >= KEPT)
    lines = ["\t".join((feature, *(f"{weight:.2f}" for weight in weights[feature]))) for feature in kept]
    return HEADER + "\t".join(("words", *names)) + "\n" + "\n".join(lines) + "\n"
