"""What a post costs on its way, beside bare VADER on the same texts; one run, interleaved, medians and ratios.

Run it by `make bench`. SQLite on this machine's disk; one process; no queue in between.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime

ROUNDS = 5
POSTS = 5_000
WATCH = "amazon-one-medical"


def main() -> None:
    """Print microseconds a post of each step, and how they compare."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(UPROAR_DATA_DIR=folder, UPROAR_WATCH_DIR="watches", UPROAR_LOG_LEVEL="error")
        measure()


def measure() -> None:
    """Store and react to fresh posts in every round, and score the same texts with VADER alone."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from uproar import database, migrating, posts
    from uproar.demo.simulate import simulate
    from uproar.incoming import Incoming
    from uproar.log import set_up_logging
    from uproar.settings import settings
    from workers.batches import react_to_batch
    from workers.reaction import AT_ONCE, Asked
    from workers.scorers import scorer

    set_up_logging()
    migrating.migrate()
    chosen, vader = settings(), SentimentIntensityAnalyzer()
    now = datetime.now(UTC)
    took: dict[str, list[float]] = {"store": [], "react": [], "score only": [], "bare VADER": []}
    for turn in range(ROUNDS):
        made = [
            Incoming("file", str(one["id"]), str(one["text"]), datetime.fromisoformat(str(one["created_at"])))
            for one in simulate(seed=turn, end=now, posts=POSTS)
        ]

        def store(batch: list[Incoming] = made) -> None:
            for start in range(0, len(batch), 1_000):
                with database.writing() as session:
                    posts.save(
                        session, batch[start : start + 1_000], watch=WATCH, source="bench", now=now, settings=chosen
                    )

        def react() -> None:
            while react_to_batch(chosen)[0]:
                pass

        def score(batch: list[Incoming] = made) -> None:
            for start in range(0, len(batch), AT_ONCE):
                scorer(WATCH).react_all([Asked(post.text) for post in batch[start : start + AT_ONCE]])

        def bare(batch: list[Incoming] = made) -> None:
            for post in batch:
                vader.polarity_scores(post.text)

        for name, step in (("store", store), ("react", react), ("score only", score), ("bare VADER", bare)):
            took[name].append(timed(step) / len(made) * 1e6)
    base = statistics.median(took["bare VADER"])
    print(f"{ROUNDS} interleaved rounds of about {POSTS} simulated posts; SQLite; {os.cpu_count()} cores")
    for name, values in took.items():
        middle, spread = statistics.median(values), f"({min(values):.0f}-{max(values):.0f})"
        print(f"{name:12} {middle:8.0f} µs a post {spread:>12} {middle / base:6.2f} x bare VADER")


def timed(step: Callable[[], None]) -> float:
    """The seconds of one call."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
