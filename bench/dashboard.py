"""How quickly the API answers, by route and range, from a database full of made-up reactions; p50 and p95 in ms.

`python bench/dashboard.py [--postgres N] [--sqlite N]`: reactions over 30 days, 500,000 and 200,000 if nothing is said;
0 leaves a database out. The whole application answers, in this process: routing, queries, JSON, gzip.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from databases import fresh
from filled import CONCERNS, DAYS, SOURCES, VERSION, WATCH, fill
from sqlalchemy import text
from starlette.testclient import TestClient

from dashboards.app import make_app
from uproar import database, migrating
from uproar.processes import keep_what_is_there

ROUNDS = 60
MOST_MS = 100
DEAL = f"""
title = "Gullwing buys Harbour Clinics"
starts = 2020-01-01T00:00:00Z
services = [{{name = "Harbour Clinics", members = 1000}}]
sources = [{", ".join(f'{{type = "feed", name = "{name}", url = "https://example.org/{name}"}}' for name in SOURCES)}]
concerns = [{", ".join(f'{{name = "{name}", words = {{en = ["{name}"]}}}}' for name in CONCERNS)}]
"""
RANGES = {"1h": 60, "6h": 360, "12h": 720, "24h": 1_440, "2d": 2_880, "3d": 4_320, "7d": 10_080, "14d": 20_160,
          "30d": 43_200, "1y": 525_600}  # fmt: skip
FILTERS = (
    "", "cancel=true", "cancel=false", "voice=false", "stage=none", "stage=seeking", "stage=seeking&stage=joining",
    "stance=for", "concern=closing", "concern=privacy&sentiment=positive", "source=press", "lang=es",
    "source=press&lang=es", "source=press&lang=es&stage=seeking", "source=nowhere", "concern=nothing",
    "sort=strongest", "sort=strongest&source=press", "sort=strongest&stage=staying",
    "sort=strongest&source=press&lang=es&stage=seeking",
)  # fmt: skip
OTHERS = ("watches", "spikes", "annotations?from=first", "sources", "silences", "deliveries", "deadletters", "budget",
          "volumes?from=first")  # fmt: skip


def questions() -> Iterator[str]:
    """What is asked; `{shift}` moves a range from one call to the next."""
    for name, minutes in RANGES.items():
        yield f"series?from=latest-{minutes}m&to=latest-{{shift}}m#{name}"
    yield "series?from=latest-43200m&to=latest-{shift}m&source=press&source=x&lang=en#30d, chosen"
    yield "series?from=latest-10080m&to=latest-{shift}m&points=1000#7d, 1000 points"
    for name, minutes in (("24h", 1_440), ("20d", 28_800), ("30d", 43_200)):
        yield f"series?from=latest-{minutes}m&to=latest-{{shift}}m&points=2000#{name}, 2000 points"
    for chosen in FILTERS:
        for name, minutes in (("24h", 1_440), ("30d", 43_200)):
            yield f"posts?from=latest-{minutes}m&to=latest-{{shift}}m&{chosen}#{name}"
    yield from OTHERS


def main() -> None:
    """Fill each database, ask it everything, print what it took."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--postgres", type=int, default=500_000)
    wanted.add_argument("--sqlite", type=int, default=200_000)
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="up-") as name:
        Path(name, f"{WATCH}.toml").write_text(DEAL)
        for dialect, posts in (("sqlite", chosen.sqlite), ("postgresql", chosen.postgres)):
            if posts:
                with fresh(dialect, watches=name, version=VERSION):
                    measure(dialect, posts)


def measure(name: str, posts: int) -> None:
    """Fill one database and print how long it takes to answer each question."""
    start = time.perf_counter()
    with database.engine().begin() as connection:
        fill(connection, posts=posts, end=datetime.now(UTC))
    filled = time.perf_counter()
    migrating.migrate()
    migrated = time.perf_counter()
    with database.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if name == "sqlite" else "VACUUM ANALYZE"))
    print(
        f"{name}: {posts:,} reactions over {DAYS} days; filled in {filled - start:.0f} s, "
        f"migrated in {migrated - filled:.1f} s; {ROUNDS} rounds; ms p50 / p95, KB of the answer, gzipped"
    )
    with TestClient(make_app(), base_url="http://localhost") as client:
        keep_what_is_there()  # as `uproar serve` does
        client.get("/api/v1/series").raise_for_status()  # the first answer of a process makes what the others use
        for question in questions():
            report(client, question)
    database.close_engine()


def report(client: TestClient, question: str) -> None:
    """Ask one question again and again, and print what it took."""
    path, _, range_ = question.partition("#")
    took, size = [], 0
    for shift in range(ROUNDS):
        start = time.perf_counter()
        with client.stream("GET", f"/api/v1/{path.format(shift=shift)}") as answer:
            size = sum(map(len, answer.iter_raw()))
        took.append((time.perf_counter() - start) * 1_000)
        answer.raise_for_status()
    p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    mark = " <-- more than is allowed" if p95 > MOST_MS else ""
    shown = path.split("?", 1)[0] + ("?" + path.split("m&", 2)[-1] if path.startswith("posts") else "")
    print(f"  {shown:60} {range_:16} {p50:7.1f} {p95:7.1f} {size / 1_000:7.1f}{mark}", flush=True)


if __name__ == "__main__":
    main()
