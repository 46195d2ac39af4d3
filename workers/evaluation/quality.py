"""Writes docs/quality.md: how often the rules are right on every labelled file of a folder; no text of theirs in it."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

from uproar.errors import UproarError
from workers.evaluation import words
from workers.evaluation.intervals import RESAMPLES, Estimate
from workers.evaluation.judging import QUESTIONS, Evaluation, Plan, View, evaluate
from workers.evaluation.metrics import NO, YES
from workers.evaluation.ours import own_files
from workers.evaluation.reading import CANCEL, read_set

HASH = 12  # digits of a file's SHA-256 that are shown

INTRODUCTION = """\
# How often the reactions are right, and the alarms

Made by `make quality DATA=FOLDER` from labelled posts. Sets of others are no part of this project: none of their
text is in here. Those called `ours` are in workers/training, and always measured with them.
The rules: model version {version}. Posts are scored by the code that scores them in the service, each for the service
that its line names. In brackets: 95% intervals, percentile bootstrap with {resamples:,} resamples (seed {seed}), or
Wilson's where a share is none or all. They say how much is chance in so few posts, not how much other posts differ.
"""

WHAT_IT_IS_NOT = """\
## What these data are not

- No set is a sample of what the public writes about a deal. The share of positives in a set is that of the set; with
  another share, precision is another: the recall and the false-alarm rate carry over better.
- A set that was at hand while the rules were written shows them at their best. Expect less on any other.
- Labels are what annotators saw in one text, often without its thread; they disagree with one another, too.
- What is measured is the answer for each post, not the counts that are made of them.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One file: its name without the ending, the beginning of its SHA-256, and what came out."""

    name: str
    digest: str
    evaluation: Evaluation


def measure_ours(plan: Plan) -> list[Measured]:
    """Measure the project's own sets, in the order of their names."""
    return [_measured(name, BytesIO(lines), plan) for name, lines in own_files()]


def measure_folder(folder: Path, plan: Plan) -> list[Measured]:
    """Measure every `.jsonl` file of a folder, in the order of their names.

    Raises:
        UproarError: there is none, or one cannot be measured on.
    """
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
    if not files:
        raise UproarError(f"{folder}: no folder with .jsonl files of labelled posts (`text` and `label` a line).")
    return [_measure(file, plan) for file in files]


def _measure(file: Path, plan: Plan) -> Measured:
    try:
        with file.open("rb") as stream:
            return _measured(file.stem, stream, plan)
    except OSError as error:
        raise UproarError(f"{file}: {error.strerror}") from None


def _measured(name: str, stream: BufferedReader | BytesIO, plan: Plan) -> Measured:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()[:HASH]
    stream.seek(0)
    return Measured(name, digest, evaluate(read_set(stream, f"{name}.jsonl"), plan))


def make_document(measured: list[Measured], *, version: str, seed: int, more: str = "") -> str:
    """The whole document, with `more` sections at its end."""
    known = _known_sets()
    parts = [INTRODUCTION.format(version=version, seed=seed, resamples=RESAMPLES)]
    parts += ["\n".join(table) + "\n" for table in _tables(measured)]
    parts.append("## The sets\n\n" + "\n".join(_about(one, known.get(one.name)) for one in measured) + "\n")
    parts.append(WHAT_IT_IS_NOT)
    return "\n".join([*parts, more] if more else parts)


def _tables(measured: list[Measured]) -> Iterator[list[str]]:
    """One table a question, with a line for each file that was judged on it."""
    for question in QUESTIONS:
        views = [(one, view) for one in measured for view in one.evaluation.views if view.question == question]
        if not views:
            continue
        title = words.QUESTIONS[question]
        names = tuple(views[0][1].measures.overall)
        head = ["set", "posts", *(["positive"] if question == CANCEL else []), *(words.NAMES[name] for name in names)]
        rows = [_row(one, view, names) for one, view in views]
        yield [
            f"## {title[0].upper()}{title[1:]}\n",
            *(_line(cells) for cells in (head, ["---", *["---:"] * (len(head) - 1)], *rows)),
            *([_counts(views)] if question == CANCEL else []),
        ]


def _row(one: Measured, view: View, names: tuple[str, ...]) -> list[str]:
    measures = view.measures
    positive = [f"{measures.support(YES):,}"] if view.question == CANCEL else []
    return [_code(one.name), f"{measures.n:,}", *positive, *(_cell(measures.overall[name]) for name in names)]


def _counts(views: list[tuple[Measured, View]]) -> str:
    """What the measures were made of, so that they can be made again."""
    said = []
    for one, view in views:
        table = view.measures.table
        cells = (("TP", YES, YES), ("FP", NO, YES), ("FN", YES, NO), ("TN", NO, NO))
        counts = ", ".join(f"{name} {table.get((truth, answer), 0):,}" for name, truth, answer in cells)
        error = view.calibration.error if view.calibration else None
        said.append(f"- {_code(one.name)}: {counts}; expected calibration error of the score {words.number(error)}")
    return "\n" + "\n".join(said)


def _cell(one: Estimate) -> str:
    if one.low is None or one.high is None:
        return words.number(one.value)
    return f"{one.value:.3f} ({one.low:.3f}-{one.high:.3f})"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _about(one: Measured, known: dict[str, Any] | None) -> str:
    """What a set is and is not; what nobody has described is said to be so."""
    file = f"- {_code(one.name)} (SHA-256 {one.digest}…; {words.heading(one.evaluation)})"
    if known is None:
        return f"{file}: not described."
    seen = "was" if one.digest in known["seen"] else "is not known to have been"
    return (
        f"{file}: {known['what']}. From {known['from']}; {known['licence']}. {known['not']} "
        f"This file {seen} at hand while the rules were written."
    )


def _code(name: str) -> str:
    """A file's name as code that ends no cell of the table."""
    plain = "".join(letter if letter.isprintable() and letter not in "`|" else "_" for letter in name)
    return f"`{plain}`"


def _known_sets() -> dict[str, dict[str, Any]]:
    text = (resources.files("workers.evaluation") / "sets.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(text)["sets"]
    return found
