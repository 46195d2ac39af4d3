"""The figures as one page that needs nothing else: no script, no other file, every text escaped."""

import base64
import hashlib
from collections.abc import Iterable
from importlib import resources

from workers.evaluation import words
from workers.evaluation.drawing import draw
from workers.evaluation.intervals import Estimate
from workers.evaluation.judging import CONCERNS, ConcernsView, Evaluation, Plan, View
from workers.evaluation.markup import Html, join, tag, void
from workers.evaluation.metrics import NO, YES, Calibration, Measures
from workers.evaluation.reading import CANCEL
from workers.evaluation.wrong import wrong_list

TITLE = "Uproar: how often the reactions are right"
MATRIX = "Confusion matrix: down what is right, across what was said"
SHADES = 5
_BY_CLASS = ("precision", "recall", "f1")


def make_page(evaluations: list[Evaluation], plan: Plan) -> str:
    """The whole page. Its policy allows the one style sheet in it, by its hash, and nothing else whatever."""
    style = (resources.files("workers.evaluation") / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", http_equiv="Content-Security-Policy", content=policy),
        void("meta", name="viewport", content="width=device-width"),
        void("meta", name="color-scheme", content="light dark"),
        void("meta", name="referrer", content="no-referrer"),
        tag("title", TITLE),
        tag("style", Html(style)),
    )
    body = tag("body", tag("h1", TITLE), tag("p", words.method(plan), class_="quiet"), *map(_file, evaluations))
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _file(evaluation: Evaluation) -> Html:
    return tag(
        "section",
        tag("h2", evaluation.labelled.name),
        tag("p", words.heading(evaluation), class_="quiet"),
        *map(_view, evaluation.views),
        *([_concerns(evaluation.concerns)] if evaluation.concerns else []),
    )


def _view(view: View) -> Html:
    measures = view.measures
    parts = [
        tag("h3", words.QUESTIONS[view.question]),
        tag("div", _overall(measures), _confusion(measures, view.question), class_="beside"),
    ]
    if measures.by_class:
        rows = ((name, found, measures.support(name)) for name, found in measures.by_class.items())
        parts.append(_by_class("Each class", rows))
    if view.calibration:
        parts.append(_calibration(view.calibration))
    return tag("article", *parts, wrong_list(view.wrong, view.wrong_total))


def _overall(measures: Measures) -> Html:
    rows = [[words.NAMES[name], *_with_interval(one)] for name, one in measures.overall.items()]
    positives = [["positives", f"{measures.support(YES):,}", ""]] if measures.classes == (YES, NO) else []
    return _table("Measures", ["", "value", "95% interval"], [["posts", f"{measures.n:,}", ""], *positives, *rows])


def _confusion(measures: Measures, question: str) -> Html:
    """What is right down, what was said across; each row is shaded after its shares."""
    marks = {(YES, YES): "TP ", (NO, YES): "FP ", (YES, NO): "FN ", (NO, NO): "TN "} if question == CANCEL else {}
    head = tag("tr", tag("th", "is \\ said"), *(tag("th", name, scope="col") for name in measures.classes))
    rows = []
    for truth in measures.classes:
        support = measures.support(truth)
        cells = []
        for said in measures.classes:
            count = measures.table.get((truth, said), 0)
            shade = -(-count * SHADES // support) if support else 0  # a single post is seen, too
            side = "right" if truth == said else "wrong"
            cells.append(tag("td", f"{marks.get((truth, said), '')}{count:,}", class_=f"{side} shade{shade}"))
        rows.append(tag("tr", tag("th", truth, scope="row"), *cells))
    return _frame(
        tag("caption", MATRIX),
        tag("thead", head),
        tag("tbody", *rows),
    )


def _by_class(caption: str, rows: Iterable[tuple[str, dict[str, Estimate], int]]) -> Html:
    head = ["", *(part for key in _BY_CLASS for part in (words.NAMES[key], "95% interval")), "support"]
    return _table(
        caption,
        head,
        [
            [name, *(part for key in _BY_CLASS for part in _with_interval(found[key])), f"{support:,}"]
            for name, found, support in rows
        ],
    )


def _calibration(calibration: Calibration) -> Html:
    caption = f"Calibration of the score of cancel intents; expected error {words.number(calibration.error)}"
    head = ["score", "n", "mean score", "share right", "95% interval"]
    rows = [
        [words.bin_name(one), f"{one.n:,}", words.number(one.mean), *_with_interval(one.right)]
        for one in calibration.bins
    ]
    return tag("div", _table(caption, head, rows), draw(calibration), class_="beside")


def _concerns(view: ConcernsView) -> Html:
    rows = [(name, measures.overall, measures.support(YES)) for name, measures in view.by_name.items()]
    exact = " ".join(part for part in _with_interval(view.exact) if part)
    return tag(
        "article",
        tag("h3", words.QUESTIONS[CONCERNS]),
        _by_class(f"Each concern; all of a post right: {exact} ({words.posts(view.n)})", rows),
        wrong_list(view.wrong, view.wrong_total),
    )


def _with_interval(one: Estimate) -> tuple[str, str]:
    return words.number(one.value), words.interval(one)


def _table(caption: str, head: list[str], rows: list[list[str]]) -> Html:
    """A table with a heading for each column and each row."""
    return _frame(
        tag("caption", caption),
        tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head))),
        tag(
            "tbody",
            *(tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows),
        ),
    )


def _frame(*parts: Html) -> Html:
    """A table in a box of its own that scrolls where the screen is narrow."""
    return tag("div", tag("table", join(parts)), class_="wide", tabindex="0")
