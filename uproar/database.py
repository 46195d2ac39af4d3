"""Engine, session, transactions and migrations; everything that differs between SQLite and PostgreSQL is here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel

from uproar.errors import UproarError
from uproar.settings import make_folder, settings

Insert = sqlite.Insert | postgresql.Insert


def make_engine(address: str) -> Engine:
    """An engine for SQLite (WAL, one writer at a time, waiting its turn) or PostgreSQL."""
    if not address.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=15, hide_parameters=True)
    waiting = {"timeout": 30.0, "check_same_thread": False}
    engine = create_engine(address, connect_args=waiting, hide_parameters=True)  # no post's text in an error's message
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would start a write as a read
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")  # first: switching to WAL may have to wait for another process
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that starts by reading and then writes cannot wait for another writer: it fails at once.
    reading = connection.get_execution_options().get("uproar_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of this process; a forked worker must dispose of what it inherited."""
    return make_engine(settings().database)


@contextmanager
def writing(bind: Engine | None = None) -> Iterator[Session]:
    """A session whose changes are committed together at the end, or not at all."""
    with Session(bind or engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(bind: Engine | None = None) -> Iterator[Session]:
    """A session that sees one state of the database and changes nothing."""
    target = bind or engine()
    options: dict[str, Any] = {"uproar_reading": True}
    if target.dialect.name == "postgresql":  # by default each of its statements would see a state of its own
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with target.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def insert(session: Session, table: type[SQLModel]) -> Any:
    """An INSERT that knows ON CONFLICT, in the dialect of the session's database."""
    bound: Any = table.__table__  # type: ignore[attr-defined] # SQLModel adds it to classes with table=True
    return sqlite.insert(bound) if is_sqlite(session) else postgresql.insert(bound)


def is_sqlite(session: Session) -> bool:
    """Whether the session's database is SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(bind: Engine | None = None, *, version: str = "head", told: Callable[[str], None] | None = None) -> None:
    """Bring the tables to the newest version, or to an earlier one; two that start at once wait for each other.

    `told` hears the version of each step when it was taken.

    Raises:
        SettingsError: the folder of SQLite's file cannot be made.
    """
    target = bind or engine()
    if target.dialect.name == "sqlite":
        make_folder(Path(target.url.database or "").parent)
    with target.begin() as connection:
        if target.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7074112767)")  # any number, the same for all
        config = _alembic(connection)
        config.attributes["told"] = told
        command.upgrade(config, version)


def steps_left(bind: Engine | None = None) -> int:
    """How many steps the tables are behind the newest version."""
    present, newest = versions(bind)
    return len(list(ScriptDirectory.from_config(_alembic()).iterate_revisions(newest or "head", present or "base")))


def versions(bind: Engine | None = None) -> tuple[str | None, str | None]:
    """The version that the tables have, and the newest one; None stands for an empty database."""
    target, newest = bind or engine(), ScriptDirectory.from_config(_alembic()).get_current_head()
    if target.dialect.name == "sqlite" and not Path(target.url.database or "").exists():
        return None, newest  # to ask would make it
    with target.connect().execution_options(uproar_reading=True) as connection:
        return MigrationContext.configure(connection).get_current_revision(), newest


def is_current(bind: Engine | None = None) -> bool:
    """Whether there is a database whose tables are those of this program."""
    try:
        present, newest = versions(bind)
    except SQLAlchemyError:
        return False
    return present == newest


def require_current(bind: Engine | None = None) -> None:
    """Refuse to work on tables of another version.

    Raises:
        UproarError: the tables have to be migrated first.
    """
    present, newest = versions(bind)
    if present != newest:
        elsewhere = ", or set UPROAR_DATA_DIR or UPROAR_DATABASE_URL to where they are" if present is None else ""
        raise UproarError(
            f"The tables are at version {present}, this program needs {newest}. Run `uproar migrate`{elsewhere}."
        )
