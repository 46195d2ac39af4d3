"""The figures as JSON."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from uproar.evaluations import Evaluated, sha256_of
from workers.evaluation.intervals import CONFIDENCE, RESAMPLES
from workers.evaluation.judging import CONCERNS, ConcernsView, Evaluation, Plan, View, Wrong
from workers.evaluation.metrics import NO, YES, Measures
from workers.evaluation.reading import CANCEL
from workers.reaction import MODEL_VERSION


def as_json(evaluations: list[Evaluation], plan: Plan) -> dict[str, Any]:
    """All files; every measure is `{value, low, high, method}`, null where it is not defined."""
    return {
        "model_version": MODEL_VERSION,
        "confidence": CONFIDENCE,
        "resamples": RESAMPLES,
        "seed": plan.seed,
        "target": plan.target,
        "files": [_file(one) for one in evaluations],
    }


def as_record(evaluations: list[Evaluation], plan: Plan, *, now: datetime) -> Evaluated:
    """What is kept of it: the figures of each file, its name and its hash; no text."""
    found = as_json(evaluations, plan)
    for file in found["files"]:
        file["sha256"] = sha256_of(Path(file["file"]))
        file["file"] = Path(file["file"]).name
    return Evaluated.model_validate({**found, "measured_at": now})


def _file(evaluation: Evaluation) -> dict[str, Any]:
    labelled = evaluation.labelled
    return {
        "file": labelled.name,
        "labels": labelled.kind,
        "posts": len(labelled.rows),
        "borderline": labelled.borderline,
        "unjudged": labelled.unjudged,
        "views": {view.question: _view(view) for view in evaluation.views}
        | ({CONCERNS: _concerns(evaluation.concerns)} if evaluation.concerns else {}),
    }


def _view(view: View) -> dict[str, Any]:
    calibration = view.calibration
    return {
        **(_yes_no(view.measures) if view.question == CANCEL else _classes(view.measures)),
        **({"calibration": asdict(calibration)} if calibration else {}),
        **_wrong(view),
    }


def _yes_no(measures: Measures) -> dict[str, Any]:
    table = measures.table
    return {
        "n": measures.n,
        "positives": measures.support(YES),
        "tp": table.get((YES, YES), 0),
        "fp": table.get((NO, YES), 0),
        "fn": table.get((YES, NO), 0),
        "tn": table.get((NO, NO), 0),
        "measures": {name: asdict(one) for name, one in measures.overall.items()},
    }


def _classes(measures: Measures) -> dict[str, Any]:
    return {
        "n": measures.n,
        "measures": {name: asdict(one) for name, one in measures.overall.items()},
        "classes": {
            name: {
                "support": measures.support(name),
                "answered": measures.answered(name),
                **{key: asdict(one) for key, one in found.items()},
            }
            for name, found in measures.by_class.items()
        },
        "confusion": {
            truth: {said: measures.table.get((truth, said), 0) for said in measures.classes}
            for truth in measures.classes
        },
    }


def _concerns(view: ConcernsView) -> dict[str, Any]:
    return {
        "n": view.n,
        "measures": {"exact": asdict(view.exact)},
        "classes": {name: _yes_no(measures) for name, measures in view.by_name.items()},
        **_wrong(view),
    }


def _wrong(view: View | ConcernsView) -> dict[str, Any]:
    return {"wrong_total": view.wrong_total, "wrong": [_wrong_one(one) for one in view.wrong]}


def _wrong_one(one: Wrong) -> dict[str, Any]:
    request = one.row.request
    return {
        "line": one.row.line,
        **asdict(request),
        "truth": one.truth,
        "answer": one.answer,
        "score": one.score,
        "evidence": [asdict(evidence) for evidence in one.evidence],
    }
