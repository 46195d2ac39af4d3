"""Does it stay as fast: posts a second beside tables of 10^5, 10^6 and 10^7 posts, and with 1, 2 and 4 workers.

`python bench/scaling.py [--sizes 100000,1000000] [--rounds N] [--posts N]`, on PostgreSQL; all in the same rounds, by
turns. A worker is one process on one core of its own (Linux). Database, broker and collector take what they need beside
it: with as many workers as there are cores they fight for these, and the cost of a post says more than the rate.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filled import VERSION, fill
from rivals import Rival, Took, measure, uproar, worker
from servers import servers
from sqlalchemy import text
from throughput import Texts

from tests.postgres import Postgres
from tests.service import descendants
from tests.waiting import until
from uproar import database, migrating

SIZES = "100000,1000000,10000000"
WORKERS = (1, 2, 4)
POSTS, WARM, ROUNDS = 10_000, 4_000, 3
KEYS = 8  # by which a copy of a post is found
MOST_SLOWER = 0.1


def main() -> None:
    """Fill the tables, run the rounds, print how the rates compare."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default=SIZES, help="posts in the tables, with commas between")
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--posts", type=int, default=POSTS, help="of a round")
    chosen = asked.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="up-") as name, ExitStack() as after:
        home = Path(name)
        home.chmod(0o711)  # PostgreSQL passes through as another user
        os.environ.update(BENCH_LOG=str(home / "log"), UPROAR_LOG_LEVEL="info")
        postgres, broker = after.enter_context(servers(home))
        texts = Texts(home, None)
        numbered = enumerate([*map(int, chosen.sizes.split(",")), *(-number for number in WORKERS)], start=1)
        rivals: list[tuple[Rival, int]] = []
        for place, size in numbered:
            if size < 0 and -size > len(cores):
                print(f"{-size} workers: not run, there are {len(cores)} cores")
                continue
            rival = prepared(postgres, f"{broker}?virtual_host={place}", home / f"{place}", size)
            rivals.append((rival, after.enter_context(working(rival, cores))))
        for rival, pid in rivals:
            measure(rival, pid, texts.take(WARM), WARM)
        took: dict[str, list[Took]] = {rival.name: [] for rival, _ in rivals}
        for _ in range(chosen.rounds):
            for rival, pid in rivals:
                took[rival.name].append(measure(rival, pid, texts.take(chosen.posts), chosen.posts))
        report(took)


def prepared(postgres: Postgres, broker: str, folder: Path, size: int) -> Rival:
    """A database with so many posts in it, for one worker; an empty one for so many workers if that is negative."""
    address = postgres.address(postgres.create())
    engine = database.make_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    if size > 0:
        migrating.migrate(engine, version=VERSION)
        with engine.begin() as connection:
            fill(connection, posts=size, end=datetime.now(UTC) - timedelta(days=1))
            connection.execute(text("SELECT setval(pg_get_serial_sequence('posts', 'id'), max(id)) FROM posts"))
    migrating.migrate(engine)
    if size > 0:
        with engine.begin() as connection:
            connection.execute(text(FINGERPRINTS), {"keys": KEYS})
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    name = f"beside {size:,} posts" if size > 0 else f"{-size} workers"
    return uproar(name, address, broker, folder, processes=max(1, -size))


FINGERPRINTS = """
INSERT INTO fingerprints (key, post_id)
SELECT ('x' || md5(id || ' ' || k))::bit(63)::bigint, id FROM posts, generate_series(1, :keys) AS k WHERE id % 10 < 7
"""


@contextmanager
def working(rival: Rival, cores: list[int]) -> Iterator[int]:
    """Its workers, each process of them on a core of its own."""
    wanted = int(rival.environment["UPROAR_WORKER_PROCESSES"])
    with worker(rival) as pid:
        until(lambda: len(descendants(pid)) >= wanted)
        for number, one in enumerate(sorted(descendants(pid))):
            os.sched_setaffinity(one, {cores[number % len(cores)]})
        yield pid


def report(took: Mapping[str, list[Took]]) -> None:
    """Print medians, and ratios within the same round to the first of its kind."""
    print(
        f"{len(next(iter(took.values())))} interleaved rounds on {len(os.sched_getaffinity(0))} cores, source to bucket"
    )
    first: dict[bool, list[Took]] = {}
    for name, rounds in took.items():
        base = first.setdefault(name.endswith("workers"), rounds)
        ratios = sorted(one.rate / other.rate for one, other in zip(rounds, base, strict=True))
        print(
            f"{name:24} {statistics.median(one.rate for one in rounds):8,.0f} posts/s "
            f"{statistics.median(ratios):5.2f} x the first ({ratios[0]:.2f}-{ratios[-1]:.2f}); workers "
            f"{statistics.median(one.worker_us for one in rounds):6.0f} µs of a core a post"
        )
    print(f"wanted: no more than {MOST_SLOWER:.0%} slower beside ten or a hundred times as many posts")


if __name__ == "__main__":
    main()
