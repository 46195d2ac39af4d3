"""What it costs to look for spikes: a thousand watches of five signals each minute, and the first look at four weeks.

Run it by `make bench`, on SQLite and on PostgreSQL; `python bench/spikes.py [WATCHES]`. One process of ours.
"""

import random
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from databases import DIALECTS, fresh
from sqlalchemy import insert

from uproar import database
from uproar.models import Bucket
from uproar.settings import settings
from uproar.watch import Watch
from workers.finding import episodes

WATCHES = 1_000
MINUTES = 5
LEARNT = 90  # minutes that every watch knows before
WEEKS = 28 * 1_440
RATE = 3.0  # posts a minute
START = datetime(2026, 3, 2, tzinfo=UTC)
CHANCE = random.Random(1)  # noqa: S311 - made-up counts


def main(number: int = WATCHES) -> None:
    """Print the seconds that a minute of all watches takes, and those of the first look at one."""
    episodes.announce = lambda _task: True  # type: ignore[assignment] # no broker here
    episodes.CATCH_UP_SECONDS = float("inf")
    watches = {watch.name: watch for watch in map(make_watch, range(number))}
    for dialect in DIALECTS:
        with fresh(dialect):
            print(f"{number} watches, 5 signals each, {dialect}, one process", flush=True)
            measure_minutes(watches)
            measure_first_look({"four-weeks": make_watch(0).model_copy(update={"name": "four-weeks"})})


def measure_minutes(watches: Mapping[str, Watch]) -> None:
    """Look at minute after minute of all watches."""
    for minute in range(LEARNT):
        store(watches, minute)
    print(f"first look at {LEARNT} minutes of all   {look(watches, LEARNT)[0]:6.1f} s")
    took = []
    for minute in range(LEARNT, LEARNT + MINUTES):
        store(watches, minute)
        took.append(look(watches, minute + 1))
    for what, values in (("in all", [one[0] for one in took]), ("CPU here", [one[1] for one in took])):
        middle = statistics.median(values)
        print(f"a minute of all, {what:9}        {middle:6.1f} s ({min(values):.1f}-{max(values):.1f})")
    print(f"a look at nothing new              {look(watches, LEARNT + MINUTES + 0.2)[0]:6.1f} s")


def measure_first_look(watches: Mapping[str, Watch]) -> None:
    """Look at four weeks of one watch that nobody has looked at."""
    for first in range(0, WEEKS, 1_440):
        store(watches, *range(first, min(first + 1_440, WEEKS)))
    took = look(watches, WEEKS)
    print(f"first look at {WEEKS / 1_440:.0f} days of one watch   {took[0]:6.1f} s, CPU here {took[1]:.1f} s")


def make_watch(number: int) -> Watch:
    """A watch with one concern."""
    return Watch.model_validate(
        {
            "name": f"watch-{number}",
            "title": "Gullwing buys Harbour Clinics",
            "starts": START,
            "services": [{"name": "Harbour Clinics"}],
            "concerns": [{"name": "privacy", "words": {"en": ["privacy"]}}],
        }
    )


def store(watches: Iterable[str], *minutes: int) -> None:
    """Count posts in these minutes of each watch."""
    rows = [row for minute in minutes for name in watches for row in _rows(name, minute)]
    with database.writing() as session:
        for start in range(0, len(rows), 5_000):
            session.execute(insert(Bucket), rows[start : start + 5_000])


def _rows(name: str, minute: int) -> Iterator[dict[str, Any]]:
    posts = round(CHANCE.expovariate(1 / RATE))
    if posts:
        at = int(START.timestamp()) + 60 * minute
        counts = {"posts": posts, "voices": posts, "negative": posts // 3, "cancel": posts // 8}
        yield {"watch": name, "minute": at, "source": "x", "lang": "en", **counts}


def look(watches: Mapping[str, Watch], minute: float) -> tuple[float, float]:
    """Look at what is new so many minutes after the start; the seconds that it took, and those of this process."""
    wall, core = time.perf_counter(), time.process_time()
    episodes.find_in_all(watches, settings(), now=START + timedelta(minutes=minute, seconds=5))
    return time.perf_counter() - wall, time.process_time() - core


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WATCHES)
