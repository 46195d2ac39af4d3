"""The figures as lines of text for a person."""

from collections.abc import Iterator, Sequence

from workers.evaluation import words
from workers.evaluation.intervals import Estimate
from workers.evaluation.judging import CONCERNS, ConcernsView, Evaluation, View, Wrong
from workers.evaluation.metrics import NO, YES, Calibration, Measures
from workers.evaluation.reading import CANCEL
from workers.score import printable

LONGEST = 300  # characters of a text that are shown; the page shows all


def describe(evaluation: Evaluation) -> str:
    """All that is known about one file."""
    return "\n".join(_lines(evaluation))


def _lines(evaluation: Evaluation) -> Iterator[str]:
    yield f"{printable(evaluation.labelled.name)}: {words.heading(evaluation)}"
    for view in evaluation.views:
        yield ""
        yield f"{words.QUESTIONS[view.question]}  ({words.posts(view.measures.n)})"
        yield from _yes_no(view.measures) if view.question == CANCEL else _classes(view.measures)
        yield from _overall(view.measures.overall)
        if view.calibration:
            yield from _calibration(view.calibration)
        yield from _wrong(view)
    if evaluation.concerns:
        yield ""
        yield from _concerns(evaluation.concerns)


def _overall(measures: dict[str, Estimate]) -> Iterator[str]:
    for name, one in measures.items():
        yield f"  {words.NAMES[name]:<18}{words.number(one.value):>7}  {words.interval(one)}".rstrip()


def _yes_no(measures: Measures) -> Iterator[str]:
    table = measures.table
    yield f"  {measures.support(YES):,} positive, {measures.support(NO):,} negative"
    yield f"  TP {table.get((YES, YES), 0):<7} FP {table.get((NO, YES), 0):<7} (said 1)"
    yield f"  FN {table.get((YES, NO), 0):<7} TN {table.get((NO, NO), 0):<7} (said 0)"


def _classes(measures: Measures) -> Iterator[str]:
    rows = [["", "precision", "", "recall", "", "F1", "", "support"]]
    for name, found in measures.by_class.items():
        cells = [
            part
            for key in ("precision", "recall", "f1")
            for part in (words.number(found[key].value), words.interval(found[key]))
        ]
        rows.append([name, *cells, str(measures.support(name))])
    yield from _columns(rows)
    yield "  what is right (rows), what was said (columns):"
    said = measures.classes
    matrix = [[truth, *(str(measures.table.get((truth, one), 0)) for one in said)] for truth in measures.classes]
    yield from _columns([["", *said], *matrix])


def _calibration(calibration: Calibration) -> Iterator[str]:
    if not calibration.bins:
        yield "  calibration: no cancel intent was found"
        return
    yield f"  calibration of the score of cancel intents: expected error {words.number(calibration.error)}"
    rows = [["score", "n", "mean", "right", ""]]
    rows += [
        [
            words.bin_name(one),
            str(one.n),
            words.number(one.mean),
            words.number(one.right.value),
            words.interval(one.right),
        ]
        for one in calibration.bins
    ]
    yield from _columns(rows)


def _concerns(view: ConcernsView) -> Iterator[str]:
    yield f"{words.QUESTIONS[CONCERNS]}  ({words.posts(view.n)})"
    rows = [["", "precision", "", "recall", "", "F1", "", "support"]]
    for name, measures in view.by_name.items():
        found = [measures.overall[key] for key in ("precision", "recall", "f1")]
        cells = [part for one in found for part in (words.number(one.value), words.interval(one))]
        rows.append([printable(name), *cells, str(measures.support(YES))])
    yield from _columns(rows)
    yield f"  all right {words.number(view.exact.value):>16}  {words.interval(view.exact)}"
    yield from _wrong(view)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as aligned columns: the first to the left, the others to the right, as wide as they need be."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        yield f"  {'  '.join(cells)}".rstrip()


def _wrong(view: View | ConcernsView) -> Iterator[str]:
    shown = len(view.wrong)
    yield f"  {view.wrong_total:,} wrong" + (
        f", {shown} of them drawn by chance (--wrong):" if shown < view.wrong_total else ":" if shown else ""
    )
    for one in view.wrong:
        yield from _wrong_one(one)


def _wrong_one(one: Wrong) -> Iterator[str]:
    request = one.row.request
    name = f", id {printable(str(request.id))}" if request.id is not None else ""
    score = f" (score {one.score:.2f})" if one.score else ""
    yield f"  - line {one.row.line}{name}: is {printable(one.truth)}, said {printable(one.answer)}{score}"
    text = printable(request.text)
    yield f"      {text[:LONGEST]}{'…' if len(text) > LONGEST else ''}"
    for evidence in one.evidence:
        yield f"      because {printable(evidence.text)!r} (rule {printable(evidence.rule)})"
