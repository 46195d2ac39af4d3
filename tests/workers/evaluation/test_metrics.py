import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.evaluation.intervals import Ratio
from workers.evaluation.metrics import (
    NO,
    YES,
    Measures,
    calibrate,
    measure_classes,
    measure_yes_no,
    several,
    yes_no,
)

counts = st.integers(0, 400)


def pairs_of(tp: int, fp: int, fn: int, tn: int) -> list[tuple[str, str]]:
    return [(YES, YES)] * tp + [(NO, YES)] * fp + [(YES, NO)] * fn + [(NO, NO)] * tn


def values(measures: Measures) -> dict[str, float | None]:
    return {name: one.value for name, one in measures.overall.items()}


def test_yes_or_no_is_measured_as_by_hand() -> None:
    found = values(measure_yes_no(pairs_of(8, 2, 4, 86), seed=1))
    assert found == {
        "precision": pytest.approx(0.8),
        "recall": pytest.approx(2 / 3),
        "f1": pytest.approx(16 / 22),
        "macro_f1": pytest.approx((16 / 22 + 172 / 178) / 2),
        "accuracy": pytest.approx(0.94),
        "false_alarm_rate": pytest.approx(2 / 88),
    }


def test_what_would_divide_by_nothing_is_undefined() -> None:
    found = values(measure_yes_no(pairs_of(0, 0, 0, 5), seed=1))
    assert (found["precision"], found["recall"], found["f1"]) == (None, None, None)
    assert (found["macro_f1"], found["accuracy"], found["false_alarm_rate"]) == (1.0, 1.0, 0.0)
    assert values(measure_yes_no(pairs_of(0, 0, 3, 5), seed=1))["f1"] == 0.0
    assert set(values(measure_yes_no([], seed=1)).values()) == {None}


def test_classes_are_measured_as_by_hand() -> None:
    pairs = [("a", "a")] * 3 + [("a", "b")] + [("b", "b")] * 2 + [("b", "a")] * 2 + [("c", "a")] * 2
    measures = measure_classes(pairs, ("a", "b", "c", "never"), seed=1)
    assert measures.classes == ("a", "b", "c")
    assert (measures.n, measures.support("a"), measures.answered("a"), measures.answered("c")) == (10, 4, 7, 0)
    by_class = {name: tuple(one.value for one in found.values()) for name, found in measures.by_class.items()}
    assert by_class["a"] == pytest.approx((3 / 7, 3 / 4, 6 / 11))
    assert by_class["b"] == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert by_class["c"] == (None, 0.0, 0.0)
    assert values(measures) == {
        "macro_f1": pytest.approx((6 / 11 + 4 / 7 + 0) / 3),
        "macro_recall": pytest.approx((3 / 4 + 2 / 4 + 0) / 3),
        "accuracy": pytest.approx(0.5),
    }


def test_a_class_that_was_answered_and_is_nowhere_right_counts_against_the_mean() -> None:
    measures = measure_classes([("a", "a"), ("a", "b")], ("a", "b"), seed=1)
    assert values(measures)["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)
    assert values(measures)["macro_recall"] == 0.5


@given(counts, counts, counts, counts)
def test_f1_lies_between_precision_and_recall_and_all_between_0_and_1(tp: int, fp: int, fn: int, tn: int) -> None:
    table = {(YES, YES): tp, (NO, YES): fp, (YES, NO): fn, (NO, NO): tn}
    found = {key: one.value if isinstance(one, Ratio) else one for key, one in yes_no(table).items()}
    assert all(value is None or 0 <= value <= 1 for value in found.values())
    precision, recall, f1 = found["precision"], found["recall"], found["f1"]
    if precision is not None and recall is not None:
        assert f1 is not None
        assert min(precision, recall) - 1e-12 <= f1 <= max(precision, recall) + 1e-12


@given(counts, counts, counts, counts)
def test_two_classes_measure_the_same_as_yes_and_no(tp: int, fp: int, fn: int, tn: int) -> None:
    table = {(YES, YES): tp, (NO, YES): fp, (YES, NO): fn, (NO, NO): tn}
    two, classes = yes_no(table), several(table, (YES, NO))
    for name in ("macro_f1", "accuracy"):
        assert two[name] == classes[name]
    for name in ("precision", "recall", "f1"):
        assert two[name] == classes[f"{name} {YES}"]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(0, 9))
def test_every_interval_holds_its_estimate(tp: int, fp: int, fn: int, tn: int, seed: int) -> None:
    for one in measure_yes_no(pairs_of(tp, fp, fn, tn), seed=seed).overall.values():
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.value <= one.high


def test_calibration_is_measured_as_by_hand() -> None:
    calibration = calibrate([(0.95, True), (1.0, True), (0.9, False), (0.62, True), (0.68, False)])
    low, high = calibration.bins
    assert (low.low, low.high, low.n, low.right.value) == (0.6, 0.7, 2, 0.5)
    assert (high.low, high.high, high.n, high.right.method) == (0.9, 1.0, 3, "wilson")
    assert (low.mean, high.mean) == pytest.approx((0.65, 0.95))
    assert (high.right.value, high.right.low) == pytest.approx((2 / 3, 0.2077), abs=1e-4)
    assert calibration.error == pytest.approx(2 / 5 * 0.15 + 3 / 5 * (0.95 - 2 / 3))


def test_without_answers_there_is_no_calibration_error() -> None:
    assert calibrate([]).bins == ()
    assert calibrate([]).error is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_every_answer_is_in_the_bin_that_holds_its_score(scores: list[tuple[float, bool]]) -> None:
    calibration = calibrate(scores)
    assert sum(one.n for one in calibration.bins) == len(scores)
    assert all(one.low - 1e-12 <= one.mean <= one.high + 1e-12 for one in calibration.bins)
    assert calibration.error is not None
    assert 0 <= calibration.error <= 1
