"""Posts a second from source to committed reaction and bucket: Uproar beside a tutorial's pipeline and bare VADER.

`python bench/throughput.py [--rounds N] [--posts FILE]`: FILE holds posts as JSON lines; without it they are made up.
Both run in the same rounds, on the same PostgreSQL and Valkey, and on two cores for everything. Linux only.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' PostgreSQL

from rivals import Rival, Took, measure, naive, uproar, worker
from servers import servers
from sqlmodel import SQLModel
from texts import make_posts
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from uproar import database, migrating

ROUNDS = 5
CORES = 2
POSTS, WARM = 20_000, 4_000  # patterns are compiled when they are first needed, in each process
WANTED, MOST_MORE_US = 40, 30


def main() -> None:
    """Start everything, run the rounds, print what they took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--size", type=int, default=POSTS, help="posts of a round; a tenth for the tutorial")
    asked.add_argument("--posts", type=Path, help="posts as JSON lines, in place of made-up ones")
    chosen = asked.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="up-") as name, ExitStack() as after:
        home = Path(name)
        home.chmod(0o711)  # PostgreSQL passes through as another user
        os.environ.update(BENCH_LOG=str(home / "log"), UPROAR_LOG_LEVEL="info")
        rivals = after.enter_context(prepared(home))
        texts = Texts(home, chosen.posts)
        working = {rival.name: after.enter_context(worker(rival)) for rival in rivals}
        for rival in rivals:  # everything is loaded and compiled before the clock runs
            number = share(rival, WARM)
            measure(rival, working[rival.name], texts.take(number), number)
        took: dict[str, list[Took]] = {rival.name: [] for rival in rivals}
        bare: list[float] = []
        for _ in range(chosen.rounds):
            bare.append(vader(texts.take(chosen.size)))
            for rival in rivals:
                number = share(rival, chosen.size)
                took[rival.name].append(measure(rival, working[rival.name], texts.take(number), number))
    report(took, bare)


def share(rival: Rival, posts: int) -> int:
    """How many of these posts a pipeline gets: one that is slow shows so by a tenth of them."""
    return posts // 10 if rival.name == "tutorial" else posts


@contextmanager
def prepared(home: Path) -> Iterator[list[Rival]]:
    """Servers, databases and tables of all pipelines."""
    with servers(home) as (postgres, address):
        for folder in ("postgresql", "sqlite"):
            (home / folder).mkdir()
        rivals = [
            naive(postgres.address(postgres.create()), address),
            uproar("PostgreSQL", postgres.address(postgres.create()), f"{address}?virtual_host=1", home / "postgresql"),
            uproar("SQLite", f"sqlite:///{home}/sqlite/uproar.db", f"{address}?virtual_host=2", home / "sqlite"),
        ]
        os.environ.update(rivals[0].environment)
        from naive import tables

        own = [table for name, table in SQLModel.metadata.tables.items() if name.startswith("naive_")]
        SQLModel.metadata.create_all(tables.engine, own)
        for rival in rivals[1:]:
            engine = database.make_engine(rival.database)
            migrating.migrate(engine)
            engine.dispose()
        yield rivals


class Texts:
    """Files of posts, each of which comes once."""

    def __init__(self, home: Path, given: Path | None) -> None:
        self._home = home
        self._given = given.read_text(encoding="utf-8").splitlines() if given else []
        self._files = 0
        self._ids = 0

    def take(self, number: int) -> Path:
        """A file of so many posts that were in no file before."""
        self._files += 1
        file = self._home / f"posts-{self._files}.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for post in self._posts(number):
                self._ids += 1
                lines.write(json.dumps({**post, "id": f"post-{self._ids}"}) + "\n")
        file.chmod(0o644)
        return file

    def _posts(self, number: int) -> Iterator[dict[str, object]]:
        if not self._given:
            yield from make_posts(number, seed=self._files)
        for one in range(number if self._given else 0):
            post = json.loads(self._given[(self._ids + one) % len(self._given)])
            now = datetime.now(UTC).isoformat()
            yield {"author": f"author-{one}", "lang": "en", "created_at": now, "source": "x", **post}


def vader(file: Path) -> float:
    """Microseconds of a core that VADER alone takes for a post."""
    texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    analyzer = SentimentIntensityAnalyzer()
    start = time.process_time()
    for text in texts:
        analyzer.polarity_scores(text)
    return (time.process_time() - start) / len(texts) * 1e6


def report(took: dict[str, list[Took]], bare: list[float]) -> None:
    """Print medians, and ratios within the same round."""
    print(f"{len(bare)} interleaved rounds, {CORES} cores for everything, source to committed reaction and bucket")
    base = took["tutorial"]
    print(f"bare VADER {statistics.median(bare):31.0f} µs a post")
    for name, rounds in took.items():
        ratios = sorted(one.rate / other.rate for one, other in zip(rounds, base, strict=True))
        more = statistics.median(one.worker_us - alone for one, alone in zip(rounds, bare, strict=True))
        print(
            f"{name:11} {statistics.median(one.rate for one in rounds):8,.0f} posts/s "
            f"{statistics.median(ratios):6.1f} x tutorial ({ratios[0]:.1f}-{ratios[-1]:.1f}); workers "
            f"{statistics.median(one.worker_us for one in rounds):6.0f} µs of a core a post, {more:+.0f} to VADER; "
            f"collector {statistics.median(one.collector / one.posts * 1e6 for one in rounds):4.0f} µs"
        )
    print(f"wanted: {WANTED} x the tutorial on PostgreSQL, and at most {MOST_MORE_US} µs more than bare VADER")


if __name__ == "__main__":
    main()
