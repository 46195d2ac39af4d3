"""What is measured: precision, recall, F1 and their means over a table of counts, and the calibration; pure.

TP, FP, FN, TN: what is of the class and was said to be, was only said to be, was only so, neither. Where a measure
would divide by nothing, it is undefined (None), not 0. Definitions: Sokolova & Lapalme, "A systematic analysis of
performance measures for classification tasks", Information Processing & Management 45 (2009).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from uproar.calibration import BINS, binned
from workers.evaluation.intervals import Estimate, Ratio, estimate, estimate_share

YES, NO = "1", "0"

Table = Mapping[tuple[str, str], int]  # (what is right, what was answered) -> how many posts


@dataclass(frozen=True, slots=True)
class Measures:
    """The table of counts of one question, and what follows from it."""

    classes: tuple[str, ...]
    table: Table
    overall: dict[str, Estimate]
    by_class: dict[str, dict[str, Estimate]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many posts were judged."""
        return sum(self.table.values())

    def support(self, name: str) -> int:
        """How many posts are of a class."""
        return sum(count for (truth, _), count in self.table.items() if truth == name)

    def answered(self, name: str) -> int:
        """How many posts were said to be of a class."""
        return sum(count for (_, answer), count in self.table.items() if answer == name)


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose score lies from `low` to below `high` (the last bin holds 1 too)."""

    low: float
    high: float
    n: int
    mean: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether scores mean what they say; `error` is the expected calibration error, None without any answer."""

    bins: tuple[Bin, ...]
    error: float | None


def count(pairs: Iterable[tuple[str, str]]) -> Table:
    """The table of (what is right, what was answered)."""
    return Counter(pairs)


def measure_yes_no(pairs: Iterable[tuple[str, str]], *, seed: int) -> Measures:
    """A question of yes (`YES`) or no (`NO`)."""
    table = count(pairs)
    return Measures((YES, NO), table, estimate(table, yes_no, seed=seed))


def measure_classes(pairs: Iterable[tuple[str, str]], classes: Sequence[str], *, seed: int) -> Measures:
    """A question of one class out of several; classes that nobody gave and nobody answered are left out."""
    table = count(pairs)
    seen = {name for pair in table for name in pair}
    present = tuple(name for name in classes if name in seen)
    found = estimate(table, lambda one: several(one, present), seed=seed)
    by_class = {name: {key: found.pop(f"{key} {name}") for key in ("precision", "recall", "f1")} for name in present}
    return Measures(present, table, found, by_class)


def yes_no(table: Table) -> dict[str, Ratio | float | None]:
    """The measures of a yes/no table.

    precision = TP/(TP+FP); recall = TP/(TP+FN); F1 = 2TP/(2TP+FP+FN); macro-F1 = the mean of the F1 of yes and of
    no, as far as they are defined; accuracy = (TP+TN)/n; false-alarm rate = FP/(FP+TN).
    """
    tp, fp = table.get((YES, YES), 0), table.get((NO, YES), 0)
    fn, tn = table.get((YES, NO), 0), table.get((NO, NO), 0)
    f1 = Ratio(tp, tp + fp + fn, dice=True)
    return {
        "precision": Ratio(tp, tp + fp),
        "recall": Ratio(tp, tp + fn),
        "f1": f1,
        "macro_f1": _mean([f1.value, Ratio(tn, tn + fp + fn, dice=True).value]),
        "accuracy": Ratio(tp + tn, tp + fp + fn + tn),
        "false_alarm_rate": Ratio(fp, fp + tn),
    }


def several(table: Table, classes: Sequence[str]) -> dict[str, Ratio | float | None]:
    """The measures of a table of several classes: three of each class, and over all of them.

    Of class c: precision, recall and F1 of "it is c". macro-F1 = the mean of the classes' F1 (a class that was
    answered and never right counts as 0; one that is in neither column is left out); macro-recall = the mean recall
    of the classes that there are, which is also called balanced accuracy; accuracy = the share that is right.
    """
    right = {name: table.get((name, name), 0) for name in classes}
    support, answered = Counter[str](), Counter[str]()
    for (truth, answer), number in table.items():
        support[truth] += number
        answered[answer] += number
    found: dict[str, Ratio | float | None] = {}
    f1, recalls = [], []
    for name in classes:
        tp = right[name]
        f1.append(Ratio(tp, support[name] + answered[name] - tp, dice=True))
        recalls.append(Ratio(tp, support[name]))
        found |= {f"precision {name}": Ratio(tp, answered[name]), f"recall {name}": recalls[-1], f"f1 {name}": f1[-1]}
    return {
        "macro_f1": _mean([one.value for one in f1]),
        "macro_recall": _mean([one.value for one in recalls]),
        "accuracy": Ratio(sum(right.values()), support.total()),
        **found,
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def calibrate(scores: Iterable[tuple[float, bool]]) -> Calibration:
    """Compare scores between 0 and 1 with how often the answers that they belong to are right.

    Ten bins of equal width; those without an answer are left out. Expected calibration error = Σ n_b/n · |mean score
    of b - share right in b|. Naeini, Cooper & Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI (2015).
    """
    bins = tuple(_bin(number, inside) for number, inside in binned(scores).items())
    total = sum(one.n for one in bins)
    error = sum(one.n * abs(one.mean - (one.right.value or 0.0)) for one in bins) / total if total else None
    return Calibration(bins, error)


def _bin(number: int, inside: list[tuple[float, bool]]) -> Bin:
    mean = sum(score for score, _ in inside) / len(inside)
    right = estimate_share(sum(right for _, right in inside), len(inside))
    return Bin(number / BINS, (number + 1) / BINS, len(inside), mean, right)
