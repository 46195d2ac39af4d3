"""What the tests stand on: real databases, a real broker, and settings of their own."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from tests.afresh import forget
from tests.postgres import Postgres
from tests.web_server import WebServer
from uproar import broker, database, migrating
from uproar.settings import Settings, settings

# A pattern is compiled when it is first needed, and the machine may be busy: how long one example takes says nothing.
hypothesis.settings.register_profile("uproar", deadline=None)
hypothesis.settings.load_profile("uproar")

MADE_UP = """
name = "harbour"
title = "Gullwing buys Harbour Clinics"
starts = 2020-01-01T00:00:00Z
names = ["Gullwing"]

[[services]]
name = "Harbour Clinics"
members = 1000

[[concerns]]
name = "privacy"
words = { en = ["my records", "privacy"], fr = ["mon dossier", "vie privée"] }
"""


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that runs in the tests' process sets its log up; loggers would keep to that in all later tests."""
    monkeypatch.setattr(structlog, "configure", lambda **_: None)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own for data and watches, with one made-up watch called `harbour`; no source is set up."""
    (tmp_path / "watches").mkdir()
    (tmp_path / "watches" / "harbour.toml").write_text(MADE_UP)
    monkeypatch.setenv("UPROAR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("UPROAR_WATCH_DIR", str(tmp_path / "watches"))
    monkeypatch.setenv("UPROAR_NAME", "test")
    forget()
    yield tmp_path
    forget()


@pytest.fixture(scope="session")
def short_tmp() -> Iterator[Path]:
    """A folder with a short name: a socket's path may have 100 bytes at most."""
    folder = Path(tempfile.mkdtemp(prefix="up-"))
    folder.chmod(0o711)  # PostgreSQL passes through as another user
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(short_tmp: Path) -> Iterator[Postgres]:
    """A real PostgreSQL."""
    folder = short_tmp / "pg"
    folder.mkdir()
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """A database with all tables, to be copied."""
    name = postgres.create()
    engine = database.make_engine(postgres.address(name).replace("postgresql://", "postgresql+psycopg://"))
    migrating.migrate(engine)
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(short_tmp: Path) -> Path:
    """A SQLite file with all tables, to be copied."""
    path = short_tmp / "migrated.db"
    engine = database.make_engine(f"sqlite:///{path}")
    migrating.migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_store(home: Path, migrated_sqlite: Path) -> Settings:
    """Settings whose database is an empty SQLite with all tables."""
    chosen = settings()
    chosen.data_dir.mkdir(exist_ok=True)
    shutil.copy(migrated_sqlite, chosen.data_dir / "uproar.db")
    return chosen


@pytest.fixture
def on_postgres(postgres: Postgres, migrated_postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings name an empty PostgreSQL with all tables."""
    name = postgres.create(migrated_postgres)
    monkeypatch.setenv("UPROAR_DATABASE_URL", postgres.address(name))
    forget()  # also an engine that a thread of the test before, if that failed, has made since
    yield
    forget()
    postgres.drop(name)


@pytest.fixture
def postgres_store(home: Path, on_postgres: None) -> Settings:
    """Settings whose database is an empty PostgreSQL with all tables."""
    return settings()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Settings:
    """Settings whose database is empty and has all tables: the test runs on SQLite and on PostgreSQL."""
    chosen: Settings = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "postgres_store")
    return chosen


@pytest.fixture
def running_broker(home: Path) -> Iterator[Settings]:
    """Settings whose embedded broker runs."""
    chosen = settings()
    process = subprocess.Popen(broker.broker_command(chosen))
    try:
        broker.wait_until_up(chosen)
        yield chosen
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A web server of the test's own."""
    with WebServer() as server:
        yield server
