"""A minute of chaos: whatever is killed, frozen or cut off, every post is counted once, and every spike told."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import chaos
from tests.postgres import Postgres
from uproar import database
from uproar.settings import settings

SECONDS = 60


@pytest.fixture
def durable(home: Path, short_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """A PostgreSQL that may crash; settings name an empty database of it."""
    folder = short_tmp / "durable"
    folder.mkdir()
    server = Postgres(folder, durable=True)
    try:
        server.start()
        monkeypatch.setenv("UPROAR_DATABASE_URL", server.address(server.create()))
        settings.cache_clear()
        yield server
        database.engine().dispose()
    finally:
        server.stop()


def test_after_a_minute_of_chaos_everything_is_there_once(home: Path, durable: Postgres) -> None:
    found = chaos(home, durable, seconds=SECONDS, chance=random.Random(11))
    assert found.told > 0
    # a message comes again only if what happened kept its sender from noting the answer
    assert found.twice <= sum(
        times for name, times in found.troubles.items() if "deliver" in name or "database" in name
    )
