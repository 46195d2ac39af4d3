"""Engine, transactions and migrations, on SQLite and PostgreSQL."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import StatementError
from sqlmodel import SQLModel, select

from tests.afresh import forget
from tests.postgres import Postgres
from uproar import database, migrating
from uproar.errors import UproarError
from uproar.models import Cursor, DeadLetter
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)
MIGRATE = [
    sys.executable, "-c",
    "from uproar import database, migrating; migrating.migrate(); print(database.versions()[0])",
]  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new folder é' / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.address(name).replace("postgresql://", "postgresql+psycopg://")
    server.drop(name)


@pytest.fixture
def empty(address: str) -> Iterator[Engine]:
    """A database without tables."""
    engine = database.make_engine(address)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def letter(digest: str) -> DeadLetter:
    return DeadLetter(watch="harbour", source="file", digest=digest, raw="{", reason="no JSON", died_at=NOW)


def letters() -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(DeadLetter.digest)).all())


def test_the_migrations_make_exactly_the_tables_of_the_models(empty: Engine) -> None:
    migrating.migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert tables(empty) == set(SQLModel.metadata.tables)


def test_migrating_twice_does_no_harm(empty: Engine) -> None:
    migrating.migrate(empty)
    with database.writing(empty) as session:
        session.add(letter("kept"))
    migrating.migrate(empty)
    with database.reading(empty) as session:
        assert session.exec(select(DeadLetter.digest)).all() == ["kept"]
    assert database.versions(empty) == (database.NEWEST, database.NEWEST)


def test_the_way_back_leads_to_nothing_and_the_way_up_again_to_everything(empty: Engine) -> None:
    migrating.migrate(empty)
    with empty.begin() as connection:
        command.downgrade(migrating.alembic_config(connection), "base")
    assert tables(empty) == set()
    assert database.versions(empty)[0] is None
    migrating.migrate(empty)
    assert tables(empty) == set(SQLModel.metadata.tables)


def test_processes_that_migrate_at_once_wait_for_one_another(address: str) -> None:
    environment = {**os.environ, "UPROAR_DATABASE_URL": address}
    running = [
        subprocess.Popen(MIGRATE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    answers = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], answers
    assert len({out for out, _ in answers}) == 1
    engine = database.make_engine(address)
    assert tables(engine) == set(SQLModel.metadata.tables)
    engine.dispose()


def test_tables_of_another_version_are_refused_with_the_remedy(empty: Engine) -> None:
    with pytest.raises(UproarError, match=r"at version None, this program needs \w+\. Run `uproar migrate`"):
        database.require_current(empty)
    migrating.migrate(empty)
    database.require_current(empty)


def test_a_moment_without_a_zone_is_refused(store: Settings) -> None:
    naive = letter("naive")
    naive.died_at = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="has no time zone"), database.writing() as session:
        session.add(naive)
    assert letters() == []


def test_a_moment_comes_back_with_its_zone_and_to_the_microsecond(store: Settings) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=-7)))
    with database.writing() as session:
        session.add(Cursor(watch="w", source="s", next_due_at=there, covered_until=None))
    with database.reading() as session:
        cursor = session.exec(select(Cursor)).one()
        assert cursor.next_due_at == NOW
        assert cursor.next_due_at.utcoffset() == timedelta(0)
        assert cursor.covered_until is None
        assert session.exec(select(Cursor).where(Cursor.next_due_at < NOW)).all() == []
        assert len(session.exec(select(Cursor).where(Cursor.next_due_at <= there)).all()) == 1


def test_a_failed_transaction_leaves_nothing_behind(store: Settings) -> None:
    def fail() -> None:
        with database.writing() as session:
            session.add(letter("lost"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert letters() == []


def test_two_writers_wait_for_one_another_instead_of_failing(store: Settings) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with database.writing() as session:
                session.exec(select(DeadLetter.digest)).all()  # reads first: that is what cannot wait by itself
                session.add(letter(f"{name}{number}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(letters()) == 40


def test_a_writer_that_takes_long_holds_up_another_writer_and_no_reader(sqlite_store: Settings) -> None:
    order: list[str] = []
    began = threading.Event()

    def slow() -> None:
        with database.writing() as session:
            session.add(letter("slow"))
            session.flush()
            began.set()
            time.sleep(0.4)
            order.append("slow")

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait()
    assert letters() == []
    order.append("reader")
    with database.writing() as session:
        session.add(letter("next"))
    order.append("next")
    thread.join()
    assert order == ["reader", "slow", "next"]
    assert letters() == ["next", "slow"]


def test_a_reader_sees_one_state_while_others_write(store: Settings) -> None:
    with database.writing() as session:
        session.add(letter("before"))
    with database.reading() as session:
        first = session.exec(select(DeadLetter.digest)).all()
        with database.writing() as other:
            other.add(letter("meanwhile"))
        assert session.exec(select(DeadLetter.digest)).all() == first == ["before"]
    assert letters() == ["before", "meanwhile"]


def test_a_connection_that_read_can_be_used_to_write_next(store: Settings) -> None:
    for number in range(3):
        assert len(letters()) == number
        with database.writing() as session:
            session.add(letter(str(number)))


def test_a_file_of_sqlite_can_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Settings(data_dir=tmp_path / "50% of it, maybe #1")
    engine = database.make_engine(chosen.database)
    migrating.migrate(engine)
    engine.dispose()
    assert (chosen.data_dir / "uproar.db").stat().st_size > 0


def test_threads_that_ask_at_once_get_one_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_DATA_DIR", str(tmp_path))
    forget()
    make, together = database.make_engine, threading.Barrier(8)

    def slowly(address: str) -> Engine:
        together.wait()
        return make(address)

    monkeypatch.setattr(database, "make_engine", slowly)
    with ThreadPoolExecutor(8) as pool:
        engines = {id(one.result()) for one in [pool.submit(database.engine) for _ in range(8)]}
    assert len(engines) == 1
    forget()
