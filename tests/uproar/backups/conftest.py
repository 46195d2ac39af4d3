"""Another place to restore into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.afresh import forget
from tests.postgres import Postgres
from tests.uproar.backups.commands import Elsewhere


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(
    request: pytest.FixtureRequest, home: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Elsewhere]:
    """Goes to an installation where there is nothing yet, no watch and no table."""
    made: list[str] = []

    def go() -> None:
        folder = home / f"elsewhere-{len(made)}"
        monkeypatch.setenv("UPROAR_DATA_DIR", str(folder / "data"))
        monkeypatch.setenv("UPROAR_WATCH_DIR", str(folder / "watches"))
        made.append(postgres.create() if request.param == "postgresql" else "")
        monkeypatch.setenv("UPROAR_DATABASE_URL", postgres.address(made[-1]) if made[-1] else "")
        forget()

    yield go
    forget()
    for name in filter(None, made):
        postgres.drop(name)
