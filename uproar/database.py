"""Engine, session, transactions; everything that differs between SQLite and PostgreSQL is here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel

from uproar.errors import UproarError
from uproar.settings import settings

Insert = sqlite.Insert | postgresql.Insert

NEWEST = "0012"  # version of the tables: that of the last file in migrations/versions
_VERSIONS = "alembic_version"  # where Alembic keeps the version

_mine: dict[str, Engine] = {}


def make_engine(address: str) -> Engine:
    """An engine for SQLite (WAL, one writer at a time, waiting its turn) or PostgreSQL."""
    if not address.startswith("sqlite"):
        engine = create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=15, hide_parameters=True)
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    waiting = {"timeout": 30.0, "check_same_thread": False}
    engine = create_engine(address, connect_args=waiting, hide_parameters=True)  # no post's text in an error's message
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:  # our questions are short: to start helpers or a compiler takes longer
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SET jit = off")
    connection.commit()


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


def engine() -> Engine:
    """The engine of this process, one for all of its threads; a fork has to forget the one it inherited."""
    return _mine.get("engine") or _mine.setdefault("engine", make_engine(settings().database))


def forget_engine() -> None:
    """Have the next who asks make an engine of its own; connections stay open, for they may be a parent's."""
    _mine.clear()


def close_engine() -> None:
    """Close the connections that nobody uses, if there is an engine at all; they are opened anew when needed."""
    if "engine" in _mine:
        _mine["engine"].dispose()


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


def versions(bind: Engine | None = None) -> tuple[str | None, str]:
    """The version that the tables have, and the newest one; None stands for an empty database."""
    target = bind or engine()
    if target.dialect.name == "sqlite" and not Path(target.url.database or "").exists():
        return None, NEWEST  # to ask would make it
    with target.connect().execution_options(uproar_reading=True) as connection:
        if not inspect(connection).has_table(_VERSIONS):
            return None, NEWEST
        return connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}")), NEWEST


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
