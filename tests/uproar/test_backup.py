"""A backup: every row comes back, in either database; what is damaged, or must not be put back, changes nothing."""

import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import JSON, Column, Table, inspect, select
from sqlalchemy import insert as add
from sqlmodel import AutoString, col

from tests.dashboards.given import put
from tests.postgres import Postgres
from tests.recounted import assert_recounted
from uproar import database
from uproar.backups import TABLES
from uproar.columns import UtcDateTime
from uproar.commands.backup import backup, restore
from uproar.errors import UproarError
from uproar.models import Post
from uproar.settings import Settings, settings

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
KEY = "a key that only this test has"
SAMPLES: dict[type, tuple[Any, Any]] = {
    str: ('a "word",\n\u2028 é 🤬', ""),
    int: (1, 0),
    bool: (True, False),
    float: (0.1 + 0.2, -1e-9),
}

Elsewhere = Callable[[], None]
on_sqlite = pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)


def leave() -> None:
    """Ask for settings and engine anew."""
    database.engine().dispose()
    settings.cache_clear()
    database.engine.cache_clear()


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
        leave()

    yield go
    leave()
    for name in filter(None, made):
        postgres.drop(name)


def uproar(command: str, *arguments: str) -> Result:
    return CliRunner().invoke({"backup": backup, "restore": restore}[command], arguments)


def done(command: str, *arguments: str) -> str:
    answer = uproar(command, *arguments)
    assert answer.exit_code == 0, (answer.output, answer.exception)
    return answer.output


def sample(column: Column[Any], number: int) -> Any:
    """Something that a column may hold."""
    if isinstance(column.type, JSON):
        return {"a": [1, None, "é", {"b": 0.5}]}
    if isinstance(column.type, UtcDateTime):
        return NOON
    kind = str if isinstance(column.type, AutoString) else column.type.python_type
    if column.foreign_keys or column.primary_key:
        return f"{column.name} {number}" if kind is str else number + 1
    return None if number and column.nullable else SAMPLES[kind][number]


def fill() -> None:
    """Two rows in every table, the second with as little in it as can be."""
    with database.writing() as session:
        for table in TABLES:
            rows = [{column.name: sample(column, number) for column in table.columns} for number in range(2)]
            for row in rows:
                if "message_id" in row:
                    row["message_id"] = f"msg {row['id']}"
            session.execute(add(table), rows)


def everything() -> dict[str, list[dict[str, Any]]]:
    with database.reading() as session:
        return {table.name: [dict(row) for row in session.execute(ordered(table)).mappings()] for table in TABLES}


def ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key)


def test_every_row_of_every_table_comes_back(store: Settings, home: Path, elsewhere: Elsewhere) -> None:
    fill()
    before = everything()
    assert all(len(rows) == 2 for rows in before.values())
    assert f"{2 * len(TABLES)} rows of {len(TABLES)} tables" in done("backup", str(home / "all.zip"))
    elsewhere()
    assert f"{2 * len(TABLES)} rows of {len(TABLES)} tables are back" in done("restore", str(home / "all.zip"))
    assert everything() == before
    with database.writing() as session:
        session.add(Post(**{**before["posts"][0], "id": None, "native_id": "new"}))
    with database.reading() as session:
        assert session.scalars(select(col(Post.id)).order_by(col(Post.id))).all() == [1, 2, 3], (
            "new rows are numbered from there on"
        )


def test_no_table_is_left_out(store: Settings) -> None:
    there = set(inspect(database.engine()).get_table_names())
    assert there - {"alembic_version"} == {table.name for table in TABLES}


@on_sqlite
def test_the_key_the_accounts_and_the_watches_come_back(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere
) -> None:
    (sqlite_store.data_dir / "users").write_text("ana\n")
    key, watch = sqlite_store.key, (home / "watches" / "harbour.toml").read_text()
    output = done("backup", str(home / "all.zip"))
    assert "3 files" in output
    assert stat.S_IMODE((home / "all.zip").stat().st_mode) == 0o600
    elsewhere()
    done("restore", str(home / "all.zip"))
    now = settings()
    assert now.key == key
    assert (now.data_dir / "users").read_text() == "ana\n"
    assert stat.S_IMODE((now.data_dir / "secret.key").stat().st_mode) == 0o600
    assert (now.watch_dir / "harbour.toml").read_text() == watch


@on_sqlite
def test_a_watch_file_that_is_there_stays(sqlite_store: Settings, home: Path, elsewhere: Elsewhere) -> None:
    done("backup", str(home / "all.zip"))
    elsewhere()
    settings().watch_dir.mkdir(parents=True)
    (settings().watch_dir / "harbour.toml").write_text("# mine")
    assert "stays as it is" in done("restore", str(home / "all.zip"))
    assert (settings().watch_dir / "harbour.toml").read_text() == "# mine"


@on_sqlite
def test_another_key_is_refused_unless_it_is_lost(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(watch="harbour")
    done("backup", str(home / "all.zip"))
    elsewhere()
    monkeypatch.setenv("UPROAR_SECRET_KEY", KEY)
    settings.cache_clear()
    answer = uproar("restore", str(home / "all.zip"))
    assert isinstance(answer.exception, UproarError)
    assert "another key" in str(answer.exception)
    done("restore", "--any-key", str(home / "all.zip"))
    assert not (settings().data_dir / "secret.key").exists()
    assert assert_recounted() == 1


@on_sqlite
def test_a_key_that_is_set_is_not_in_the_backup_and_is_asked_for(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPROAR_SECRET_KEY", KEY)
    settings.cache_clear()
    assert "UPROAR_SECRET_KEY is not in it" in done("backup", str(home / "all.zip"))
    with zipfile.ZipFile(home / "all.zip") as archive:
        assert all(KEY.encode() not in archive.read(name) for name in archive.namelist())
    elsewhere()
    monkeypatch.delenv("UPROAR_SECRET_KEY")
    settings.cache_clear()
    assert isinstance(uproar("restore", str(home / "all.zip")).exception, UproarError)
    monkeypatch.setenv("UPROAR_SECRET_KEY", KEY)
    settings.cache_clear()
    done("restore", str(home / "all.zip"))


def test_what_is_stored_meanwhile_is_in_it_as_a_whole_or_not_at_all(
    store: Settings, home: Path, elsewhere: Elsewhere
) -> None:
    put(watch="harbour")
    enough = threading.Event()

    def go_on() -> None:
        while not enough.is_set():
            put(watch="harbour", stage="cancelled", concerns=["privacy"])

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for number in range(3):
            done("backup", str(home / f"{number}.zip"))
    finally:
        enough.set()
        writer.join()
    counts = []
    for number in range(3):
        elsewhere()
        done("restore", str(home / f"{number}.zip"))
        counts.append(assert_recounted())
    assert 0 < counts[0] <= counts[1] <= counts[2]


def test_a_database_that_is_not_empty_is_left_as_it_is(store: Settings, home: Path) -> None:
    put(watch="harbour")
    before = everything()
    done("backup", str(home / "all.zip"))
    answer = uproar("restore", str(home / "all.zip"))
    assert isinstance(answer.exception, UproarError)
    assert "not empty: it has " in str(answer.exception)
    assert everything() == before


@on_sqlite
def test_a_damaged_backup_is_refused_before_anything_is_written(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere
) -> None:
    put(watch="harbour", text="I left them")
    done("backup", str(home / "all.zip"))
    assert "whole" in done("restore", "--check", str(home / "all.zip"))
    elsewhere()
    for damage in (changed, shortened, without_a_table):
        answer = uproar("restore", str(damage(home / "all.zip")))
        assert isinstance(answer.exception, UproarError), damage
        assert not (settings().data_dir / "uproar.db").exists()
    for strange in (home / "watches" / "harbour.toml", home / "nowhere.zip"):
        assert "no backup that can be read" in str(uproar("restore", str(strange)).exception)


def changed(path: Path) -> Path:
    """One letter of one row is another one; the checksums of the ZIP itself are right."""
    return rewritten(path, {"tables/posts.jsonl": lambda data: data.replace(b"I left", b"I kept")})


def without_a_table(path: Path) -> Path:
    return rewritten(path, {"tables/reactions.jsonl": lambda _: None})


def shortened(path: Path) -> Path:
    cut = path.with_name("cut.zip")
    shutil.copy(path, cut)
    os.truncate(cut, cut.stat().st_size // 2)
    return cut


def rewritten(path: Path, changes: dict[str, Callable[[bytes], bytes | None]]) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path.with_name("changed.zip"), "w") as new:
        for name in old.namelist():
            if (data := changes.get(name, bytes)(old.read(name))) is not None:
                new.writestr(name, data)
    return path.with_name("changed.zip")


@on_sqlite
def test_tables_of_another_version_are_refused_with_what_to_do(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(database, "versions", lambda _=None: ("0001", "0001"))
        done("backup", str(home / "all.zip"))
    elsewhere()
    answer = uproar("restore", str(home / "all.zip"))
    assert isinstance(answer.exception, UproarError)
    assert "version 0001, this program has" in str(answer.exception)
    assert not (settings().data_dir / "uproar.db").exists()
