"""What it costs to look for spikes: a thousand watches of five signals each minute, and the first look at four weeks.

Run it by `make bench`: SQLite on this machine's disk, or the database that UPROAR_DATABASE_URL names. One process.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

WATCHES = 1_000
MINUTES = 5
LEARNT = 90  # minutes that every watch knows before
WEEKS = 28 * 1_440
START = datetime(2026, 3, 2, tzinfo=UTC)


def main(watches: int = WATCHES) -> None:
    """Print the seconds that a minute of all watches takes, and those of the first look at one."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(UPROAR_DATA_DIR=folder, UPROAR_WATCH_DIR="watches", UPROAR_LOG_LEVEL="error")
        measure(watches)


def measure(number: int) -> None:
    """Let detectors look at minute after minute."""
    from sqlalchemy import insert

    from uproar import database
    from uproar.log import set_up_logging
    from uproar.models import Bucket
    from uproar.settings import settings
    from uproar.watch import Watch
    from workers import episodes

    set_up_logging()
    database.migrate()
    episodes.announce = lambda _task: True  # type: ignore[assignment] # no broker here
    watches = {
        name: Watch.model_validate(
            {
                "name": name,
                "title": "Gullwing buys Harbour Clinics",
                "starts": START,
                "services": [{"name": "Harbour Clinics"}],
                "concerns": [{"name": "privacy", "words": {"en": ["privacy"]}}],
            }
        )
        for name in (f"watch-{n}" for n in range(number))
    }
    chance = random.Random(1)  # noqa: S311 - made-up counts

    def buckets(minute: int, names: list[str], rate: float) -> Iterator[dict[str, object]]:
        for name in names:
            posts = round(chance.expovariate(1 / rate))
            if posts:
                yield {
                    **dict.fromkeys((column.name for column in Bucket.__table__.c), 0),  # type: ignore[attr-defined]
                    "watch": name, "minute": int(START.timestamp()) + 60 * minute, "source": "x", "lang": "en",
                    "posts": posts, "voices": posts, "negative": posts // 3, "cancel": posts // 8,
                }  # fmt: skip

    def store(rows: list[dict[str, object]]) -> None:
        with database.writing() as session:
            for start in range(0, len(rows), 5_000):
                session.execute(insert(Bucket), rows[start : start + 5_000])

    def look(minute: float, known: dict[str, Watch]) -> tuple[float, float]:
        wall, core = time.perf_counter(), time.process_time()
        episodes.find_in_all(known, settings(), now=START + timedelta(minutes=minute, seconds=5))
        return time.perf_counter() - wall, time.process_time() - core

    names = list(watches)
    for minute in range(LEARNT):
        store(list(buckets(minute, names, 3.0)))
    episodes.CATCH_UP_SECONDS = float("inf")
    wall, _ = look(LEARNT, watches)
    print(f"{number} watches, 5 signals each, {database.engine().dialect.name}; first {LEARNT} minutes: {wall:.1f} s")
    took = []
    for minute in range(LEARNT, LEARNT + MINUTES):
        store(list(buckets(minute, names, 3.0)))
        took.append(look(minute + 1, watches))
    for what, values in (("wall", [one[0] for one in took]), ("this process", [one[1] for one in took])):
        middle = statistics.median(values)
        print(
            f"a minute of all, {what:12} {middle:6.2f} s ({min(values):.2f}-{max(values):.2f}), {60 / middle:.0f} x real"
        )
    idle = look(LEARNT + MINUTES + 0.2, watches)
    print(f"a look at nothing new            {idle[0]:6.2f} s")
    one = {"four-weeks": next(iter(watches.values())).model_copy(update={"name": "four-weeks"})}
    store([row for minute in range(WEEKS) for row in buckets(minute, list(one), 3.0)])
    wall, core = look(WEEKS, one)
    print(f"first look at 28 days of one watch {wall:.1f} s, of which here {core:.1f} s")
    episodes.CATCH_UP_SECONDS = 0.0


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WATCHES)
