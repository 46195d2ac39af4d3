"""Counts how often each rule of intent is right on sentences that it was not made from, or hardly.

`intent.<lang>.tsv` has one sentence a line: its set, the stage that its writer meant, the service in question and the
text. `learn` was at hand when the rules were written; of `held`, hard ones, some errors were read; from `blind`, plain
ones, nothing was learned. `unseen`, plain ones by a stranger to the rules, are not counted on either.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from uproar.buckets import CANCEL_STAGES, STAGES
from workers.grammar import LANGUAGES, read, tokenise
from workers.intent import read_intent
from workers.intent.scores import FILE
from workers.tables import read_table

LEARNED = frozenset({"learn"})
HELD = frozenset({"held", "blind"})
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the stage that its writer meant."""

    lang: str
    set: str
    stage: str
    target: str
    text: str


def sentences() -> Iterator[Sentence]:
    """All of them.

    Raises:
        ValueError: a line has another stage than those there are.
    """
    for lang in LANGUAGES:
        for row in read_table("workers.training", f"intent.{lang}.tsv"):
            if row["stage"] not in STAGES:
                raise ValueError(f"intent.{lang}.tsv: {row['stage']!r} is no stage")
            yield Sentence(lang, row["set"], row["stage"], row["target"], row["text"].replace("\\n", "\n"))


def train() -> Iterator[str]:
    """Count, write what was counted beside the code that reads it, and say how well the rules do."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    cells: Counter[tuple[str, str, bool, bool]] = Counter()
    for one in sentences():
        found = read_intent(read(tokenise(one.text), one.lang, (one.target,)))
        meant = one.stage in CANCEL_STAGES
        cells[one.lang, one.set, meant, found.cancel] += 1
        if one.set in HELD and found.cancel:
            (right if meant else wrong).update({evidence.rule for evidence in found.evidence})
    held = sum(count for (_, name, _, _), count in cells.items() if name in HELD)
    lines = [
        f"# Made by `make train` on {held} sentences that were written for this project, and that the rules were not",
        "# made from, or hardly: how often each rule found a cancel intent where the writer meant one, and where not.",
        "rule\tright\twrong",
        *(f"{rule}\t{right[rule]}\t{wrong[rule]}" for rule in sorted(right.keys() | wrong.keys())),
    ]
    Path(str(resources.files("workers.intent") / FILE)).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for lang, name in sorted({(lang, name) for lang, name, _, _ in cells}):
        hit, missed = cells[lang, name, True, True], cells[lang, name, True, False]
        false, rest = cells[lang, name, False, True], cells[lang, name, False, False]
        precision, recall = hit / (hit + false), hit / (hit + missed)
        yield (
            f"intent {lang} {name}: {hit + missed + false + rest} sentences, precision {precision:.3f}, "
            f"recall {recall:.3f}, F1 {2 * precision * recall / (precision + recall):.3f}, "
            f"false alarms {false / (false + rest):.2%}"
        )
