"""Reads files of labelled posts; whatever cannot be used is named with its line, and nothing is skipped unsaid."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from uproar.buckets import CANCEL_STAGES, STAGES
from uproar.errors import UproarError
from uproar.lines import BadLineError, read_lines, string_of
from workers.evaluation.metrics import NO, YES
from workers.request import BadRequestError, Request, read_request

SENTIMENTS = ("negative", "neutral", "positive")
STANCES = ("against", "for", "none")
BORDERLINE = ("B", "X")
LISTED = 20  # bad lines that are told of one file
CANCEL, STAGE, SENTIMENT, STANCE = "cancel", "stage", "sentiment", "stance"
# the kinds of `label` by the values that each one has
KINDS = {CANCEL: (NO, YES), STAGE: STAGES, SENTIMENT: SENTIMENTS}
_KIND_OF = {value: kind for kind, values in KINDS.items() for value in values}
_COLUMNS = {STAGE: STAGES, SENTIMENT: SENTIMENTS, STANCE: STANCES}


class BadSetError(UproarError):
    """A file cannot be measured on; the message names every line that is at fault, or the first of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled post: `answers` is what is right, by question (cancel, stage, sentiment, stance).

    `concerns` are all that the post names; None where nobody judged them.
    """

    line: int
    request: Request
    answers: dict[str, str]
    concerns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The posts of one file. `kind`: what its `label` says; None where only other columns judge.

    `borderline` and `unjudged` posts (no label, or null in every column) are counted and left out.
    """

    name: str
    kind: str | None
    rows: tuple[Row, ...]
    borderline: int
    unjudged: int


@dataclass(slots=True)
class _Kind:
    """What the labels of a file are, from the first one on."""

    name: str | None = None
    line: int = 0

    def require(self, kind: str, line: int, value: str) -> None:
        if self.name is None:
            self.name, self.line = kind, line
        if kind != self.name:
            raise BadLineError(
                f"`label` {value!r} is a {kind} label, but this file's are {self.name} labels (line {self.line}); "
                "measure them in files of their own"
            )


def read_file(place: str, standard_input: Callable[[], IO[bytes]]) -> LabelledSet:
    """Read the file of that path, or standard input for `-`.

    Raises:
        BadSetError: it cannot be opened, a line of it cannot be used, or it has nothing to measure on.
    """
    if place == "-":
        return read_set(standard_input(), "-")
    try:
        with Path(place).open("rb") as stream:
            return read_set(stream, place)
    except OSError as error:
        raise BadSetError(f"{place}: {error.strerror}. Name a JSONL file of labelled posts.") from None


def read_set(stream: IO[bytes], name: str) -> LabelledSet:
    """Read one file of labelled posts; blank lines are none.

    Raises:
        BadSetError: lines cannot be used (all of them are named, up to `LISTED`), or there is nothing to measure on.
    """
    kind, problems = _Kind(), list[str]()
    rows: list[Row] = []
    borderline = unjudged = 0
    for outcome in _outcomes(stream, kind):
        if isinstance(outcome, Row):
            rows.append(outcome)
        elif outcome in BORDERLINE:
            borderline += 1
        elif not outcome:
            unjudged += 1
        else:
            problems.append(f"{name}:{outcome}")
    if problems:
        more = [f"{name}: and {len(problems) - LISTED} more bad lines"] if len(problems) > LISTED else []
        raise BadSetError("\n".join(problems[:LISTED] + more))
    if not rows:
        raise BadSetError(
            f"{name}: there is no labelled post in it ({borderline} borderline, {unjudged} not judged). "
            "A line is a JSON object with `text` and `label`."
        )
    return LabelledSet(name, kind.name, tuple(rows), borderline, unjudged)


def _outcomes(stream: IO[bytes], kind: _Kind) -> Iterator[Row | str]:
    """What each line is: a row, the mark of a borderline one, "" for one that nobody judged, or "line: problem"."""
    for number, line in enumerate(read_lines(stream), start=1):
        if line.blank:
            continue
        try:
            request, record = read_request(line)
            label = _label_of(record)
            if label in BORDERLINE:
                yield label
                continue
            answers, concerns = _answers(record, label, kind, number), _concerns_of(record)
        except (BadLineError, BadRequestError) as error:
            yield f"{number}: {error}"
            continue
        yield Row(number, request, answers, concerns) if answers or concerns is not None else ""


def _label_of(record: dict[str, Any]) -> str | None:
    """The label as text; None where nobody judged it."""
    if "label" not in record and not any(name in record for name in (*_COLUMNS, "concerns")):
        raise BadLineError("there is no `label`")
    value = record.get("label")
    label = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if label is None or (isinstance(label, str) and (label in _KIND_OF or label in BORDERLINE)):
        return label
    known = f"0, 1, {', '.join(STAGES)}, {', '.join(SENTIMENTS)}, or {' or '.join(BORDERLINE)} for borderline"
    raise BadLineError(f"`label` {str(value)[:40]!r} is none of {known}")


def _answers(record: dict[str, Any], label: str | None, kind: _Kind, line: int) -> dict[str, str]:
    """What is right, by question; a stage also says whether it is cancel intent.

    Raises:
        BadLineError: the label is of another kind than the file's, a column has no such value, or two contradict.
    """
    answers: dict[str, str] = {}
    if label is not None:
        kind.require(_KIND_OF[label], line, label)
        answers[_KIND_OF[label]] = label
    for name, known in _COLUMNS.items():
        value = string_of(record, name)
        if value is None:
            continue
        if value not in known:
            raise BadLineError(f"`{name}` {value[:40]!r} is none of {', '.join(known)}")
        if answers.setdefault(name, value) != value:
            raise BadLineError(f"`label` {answers[name]!r} and `{name}` {value!r} contradict each other")
    if STAGE in answers:
        cancel = YES if answers[STAGE] in CANCEL_STAGES else NO
        if answers.setdefault(CANCEL, cancel) != cancel:
            raise BadLineError(f"`label` {label!r} and `stage` {answers[STAGE]!r} contradict each other")
    return answers


def _concerns_of(record: dict[str, Any]) -> tuple[str, ...] | None:
    value = record.get("concerns")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadLineError("`concerns` must be a list of names")
    return tuple(dict.fromkeys(string_of({"concerns": one}, "concerns") or "" for one in value))
