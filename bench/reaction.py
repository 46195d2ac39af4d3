"""What a whole reaction costs, beside bare VADER on the same texts; one run, one core, interleaved, medians and ratios.

Run it by `make bench`. The texts are those in workers/training; both sides have seen them once before the clock runs.
"""

import csv
import gc
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from uproar.processes import keep_what_is_there
from uproar.watch import load_watch
from workers import language, sentiment
from workers.commands import COLLECT_AFTER
from workers.grammar import read, tokenise
from workers.intent import read_intent
from workers.reaction import AT_ONCE, Asked, Scorer

ROUNDS = 15
TEXTS = 600
NAMES = ("One Medical", "OneMedical")

Step = Callable[[Sequence[str]], object]


def main() -> None:
    """Print, for each kind of text, microseconds a post and how they compare."""
    scorer = Scorer(load_watch(Path("watches/amazon-one-medical.toml")))
    vader = SentimentIntensityAnalyzer()
    scorer.react("")
    keep_what_is_there()  # as the workers do once they have loaded
    gc.set_threshold(*COLLECT_AFTER)
    print(f"{ROUNDS} interleaved rounds, {TEXTS} texts each, one core; medians, ratios to bare VADER in the same round")
    for name in ("sentiment.en", "sentiment.fr", "intent.en", "intent.fr"):
        lang = name[-2:]
        steps: dict[str, Step] = {
            "bare VADER": each(vader.polarity_scores),
            "whole reaction": lambda posts: together(scorer, posts),
            "  one by one": each(scorer.react),
            "  language": each(language.detect),
            "  sentiment": each(lambda text, lang=lang: sentiment.score(text, lang, NAMES)),
            "  intent": each(lambda text, lang=lang: read_intent(read(tokenise(text), lang, NAMES))),
        }
        compare(name, texts(name), steps)


def each(step: Callable[[str], object]) -> Step:
    """A step that takes one post after the other."""

    def run(posts: Sequence[str]) -> None:
        for post in posts:
            step(post)

    return run


def together(scorer: Scorer, posts: Sequence[str]) -> None:
    """Score posts as the workers do, some at once."""
    for start in range(0, len(posts), AT_ONCE):
        scorer.react_all([Asked(post) for post in posts[start : start + AT_ONCE]])


def texts(name: str) -> list[str]:
    """Some texts of a training file, from all over it."""
    lines = Path(f"workers/training/{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE)
    every = [row["text"] for row in rows]
    return every[:: max(1, len(every) // TEXTS)][:TEXTS]


def compare(name: str, posts: list[str], steps: dict[str, Step]) -> None:
    """Time all steps in every round, each after the other."""
    took: dict[str, list[float]] = {step: [] for step in steps}
    for turn in range(ROUNDS + 1):
        for step, run in steps.items():
            started = time.process_time()
            run(posts)
            if turn:  # the first round fills the memories
                took[step].append((time.process_time() - started) / len(posts) * 1e6)
    print(f"\n{name}: {statistics.mean(len(post.split()) for post in posts):.0f} words a text")
    for step, values in took.items():
        ratios = sorted(value / base for value, base in zip(values, took["bare VADER"], strict=True))
        middle = statistics.median(ratios)  # the spread leaves out the two ends: on a busy machine they say nothing
        print(
            f"{step:16} {statistics.median(values):7.1f} µs a post {middle:6.2f} x bare VADER"
            f" ({ratios[1]:.2f}-{ratios[-2]:.2f})"
        )


if __name__ == "__main__":
    main()
