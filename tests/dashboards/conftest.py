"""A real installation for each test: settings, watch files and migrated tables in a folder of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards import ingest
from dashboards.app import make_app
from tests.afresh import forget
from tests.dashboards.pushing import TOKEN
from uproar.key_settings import make_folder
from uproar.settings import settings

WATCH = """
title = "Harbour buys Meadow"
starts = 2026-01-01T00:00:00Z
services = [{name = "Meadow", members = 1000}, {name = "Meadow Plus", members = 500}]
sources = [{type = "bluesky"}, {type = "mastodon"}, {type = "feed", name = "press", enabled = false}]
timeline = [{at = 2026-03-01T12:10:00Z, text = "Harbour announces it"}]
concerns = [{name = "privacy", label = {en = "Privacy"}, words = {en = ["privacy"]}}]
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation without tables; its folder."""
    (tmp_path / "watches").mkdir()
    (tmp_path / "watches" / "meadow.toml").write_text(WATCH)
    monkeypatch.setenv("UPROAR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("UPROAR_WATCH_DIR", str(tmp_path / "watches"))
    for name in ("DATABASE_URL", "PASSWORD", "HOST", "PORT", "PUBLIC_URL", "INGEST_TOKEN"):
        monkeypatch.delenv(f"UPROAR_{name}", raising=False)
    forget()
    yield tmp_path
    forget()


@pytest.fixture
def place(empty: Path, migrated_sqlite: Path) -> Path:
    """An installation with empty tables in SQLite; its folder."""
    make_folder(empty / "data")
    shutil.copy(migrated_sqlite, empty / "data" / "uproar.db")
    return empty


@pytest.fixture
def postgres_place(empty: Path, on_postgres: None) -> Path:
    """An installation with empty tables in PostgreSQL; its folder."""
    return empty


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Path:
    """An installation with empty tables, once in SQLite and once in PostgreSQL; its folder."""
    folder: Path = request.getfixturevalue("place" if request.param == "sqlite" else "postgres_place")
    return folder


@pytest.fixture
def client(place: Path) -> Iterator[TestClient]:
    """A client of the application on SQLite."""
    with TestClient(make_app(), base_url="http://localhost") as asks:
        yield asks


@pytest.fixture
def either_client(either: Path) -> Iterator[TestClient]:
    """A client of the application, on each database in turn."""
    with TestClient(make_app(), base_url="http://localhost") as asks:
        yield asks


@pytest.fixture
def news(empty: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Posts may be pushed; the announcements that are made of them, since there is no broker here."""
    told: list[str] = []

    class Told:
        def announce(self) -> bool:
            told.append("react")
            return True

    monkeypatch.setenv("UPROAR_INGEST_TOKEN", TOKEN)
    settings.cache_clear()
    monkeypatch.setattr(ingest, "_news", Told())
    return told
