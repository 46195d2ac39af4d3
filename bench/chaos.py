"""What is left after minutes of chaos: the whole service on PostgreSQL, of which parts are killed, frozen and cut off.

`python bench/chaos.py [MINUTES] [SEED]`, ten minutes if nothing is said. Not part of `make bench`: a minute of it is a
test, and nothing here is a ratio. It fails if a post is lost or doubled, a count is wrong or a spike was not told.
"""

import os
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' PostgreSQL and their trouble

from tests.chaos import chaos
from tests.postgres import Postgres
from uproar.settings import settings

WATCHES = 60


def main(minutes: float = 10, seed: int | None = None) -> None:
    """Print what was counted."""
    seed = random.SystemRandom().randrange(10_000) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="up-") as name:
        home = Path(name)
        home.chmod(0o711)  # PostgreSQL passes through as another user
        for folder in ("watches", "pg"):
            (home / folder).mkdir()
        postgres = Postgres(home / "pg", durable=True)
        postgres.start()
        try:
            os.environ.update(
                UPROAR_DATA_DIR=str(home / "data"),
                UPROAR_WATCH_DIR=str(home / "watches"),
                UPROAR_DATABASE_URL=postgres.address(postgres.create()),
            )
            settings.cache_clear()
            watches = max(1, min(WATCHES, round(minutes * 6)))
            chance = random.Random(seed)  # noqa: S311 - what happens when
            found = chaos(home, postgres, seconds=minutes * 60, chance=chance, watches=watches)
        finally:
            postgres.stop()
    met = ", ".join(f"{name} {times}" for name, times in sorted(found.troubles.items()))
    print(f"{found.troubles.total()} troubles in {minutes:g} minutes (seed {seed}): {met}")
    print(f"{found.posts} posts in {watches} watches, each once, every count exact; {found.refused} pushes repeated")
    print(f"{found.told} leavings told; {found.messages} messages taken, {found.twice} of them twice")
    print(f"all done {found.settled:.0f} s after the last trouble")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3]))
