"""A backup: every row comes back, in either database; what is damaged, or must not be put back, changes nothing."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Table, inspect, select
from sqlalchemy import insert as add
from sqlmodel import AutoString, col

from tests.dashboards.given import put
from tests.recounted import assert_recounted
from tests.uproar.backups.commands import Elsewhere, done, uproar
from uproar import database, hashing
from uproar.backups import TABLES
from uproar.columns import UtcDateTime
from uproar.errors import UproarError
from uproar.models import Post
from uproar.settings import Settings

KEYS = (b"of the harbour, and long", b"of the meadow, and long")
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SAMPLES: dict[type, tuple[Any, Any]] = {
    str: ('a "word",\n\u2028 é 🤬', ""),
    int: (1, 0),
    bool: (True, False),
    float: (0.1 + 0.2, -1e-9),
}


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
            for number, row in enumerate(rows):
                if table.name == "hash_keys":
                    row["fingerprint"] = hashing.fingerprints(KEYS)[number]
                if "message_id" in row:
                    row["message_id"] = f"msg {row['id']}"
            session.execute(add(table), rows)


def everything() -> dict[str, list[dict[str, Any]]]:
    with database.reading() as session:
        return {table.name: [dict(row) for row in session.execute(ordered(table)).mappings()] for table in TABLES}


def ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key)


def test_every_row_of_every_table_comes_back(store: Settings, home: Path, elsewhere: Elsewhere) -> None:
    store.make_data_dir()
    (store.data_dir / "secret.key").write_bytes(b"\n".join(KEYS))
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
