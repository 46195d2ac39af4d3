"""A backup: every row of every table, out of either database and into either, and the files that belong to them."""

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Table, func, insert, select, text
from sqlmodel import Session

from uproar import __version__, fingerprints, models  # noqa: F401 - the table of fingerprints belongs to the others
from uproar.archives import MANIFEST, Archive, listed, sha256_of
from uproar.columns import UtcDateTime
from uproar.database import is_sqlite
from uproar.errors import UproarError

FORMAT = 1
ABOUT = "backup.json"
ROWS = 1_000  # that are read and written at once
LONGEST_LINE = 64_000_000
TABLES: tuple[Table, ...] = tuple(models.Post.metadata.sorted_tables)  # what others refer to comes first


class BackupError(UproarError):
    """A backup cannot be read, is damaged, or must not be put back here; says why."""


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself.

    Attributes:
        schema: version of the tables.
        made_at: when it was made: it holds what the database held at that moment.
        key: tells which key the hashes of authors were made with, and not the key.
        rows: how many, by table; in the backup itself they are not named, for they are counted while it is written.
    """

    schema: str
    made_at: datetime
    key: str
    rows: dict[str, int] = field(default_factory=dict)


def write(session: Session, file: IO[bytes], about: About, files: Mapping[str, Path]) -> None:
    """Write a backup; `about.rows` is filled in.

    Args:
        session: sees one state of the database.
        file: where to.
        about: what it is.
        files: that go with it, by their names in it.
    """
    said = {"schema": about.schema, "made_at": about.made_at.isoformat(), "key": about.key}
    with Archive(file) as archive:
        archive.put_json(ABOUT, {"format": FORMAT, "uproar": __version__, **said})
        for table in TABLES:
            archive.put(_entry(table), _lines(session, table, about.rows))
        for name, path in files.items():
            archive.put(f"files/{name}", [path.read_bytes()])


def _entry(table: Table) -> str:
    return f"tables/{table.name}.jsonl"


def _lines(session: Session, table: Table, rows: dict[str, int]) -> Iterator[bytes]:
    """The names of the columns, then one JSON array a row, in the order of the key."""
    rows[table.name] = 0
    write_row = json.JSONEncoder(default=datetime.isoformat).encode
    yield f"{write_row(table.columns.keys())}\n".encode()
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=ROWS)
    for some in session.execute(query).partitions():
        rows[table.name] += len(some)
        yield "".join(f"{write_row(tuple(row))}\n" for row in some).encode()


class Backup:
    """One that is read.

    Raises:
        BackupError: it is none, is damaged, or of another format.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            with self._zip.open(ABOUT) as file:
                said = json.loads(file.read(LONGEST_LINE))
            if said["format"] != FORMAT:
                raise BackupError(f"{path}: is a backup of format {said['format']}; this program reads {FORMAT}.")
            self.about = About(said["schema"], datetime.fromisoformat(said["made_at"]), said["key"])
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
            raise BackupError(f"{path}: is no backup that can be read: {error}") from None

    def check(self) -> None:
        """Read all of it, and compare with its checksums.

        Raises:
            BackupError: a file in it is missing, another one than was written, or none that was.
        """
        there = set(self._zip.namelist()) - {MANIFEST}
        try:
            sums = listed(self._zip)
            wrong = [name for name in sums.keys() & there if sha256_of(self._zip, name) != sums[name]]
        except (OSError, zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
            raise BackupError(f"{self.path}: is damaged: {error}") from None
        wrong += sums.keys() ^ there
        if wrong:
            raise BackupError(f"{self.path}: is damaged: {', '.join(sorted(wrong))}")

    def files(self) -> dict[str, bytes]:
        """The files in it, by name."""
        names = [name for name in self._zip.namelist() if name.startswith("files/")]
        return {name.removeprefix("files/"): self._zip.read(name) for name in names}

    def put_back(self, session: Session) -> dict[str, int]:
        """Write all rows into empty tables of the same version; how many, by table.

        Raises:
            BackupError: a table is not empty, or a row is not what its table needs. Nothing is written then.
        """
        filled = [table.name for table in TABLES if session.execute(select(table).limit(1)).first() is not None]
        if filled:
            raise BackupError(f"The database is not empty: it has {', '.join(filled)}. Restore into a new one.")
        written = {table.name: self._put_back(session, table) for table in TABLES}
        if not is_sqlite(session):
            for table in TABLES:
                _number_on(session, table)
        return written

    def _put_back(self, session: Session, table: Table) -> int:
        total = 0
        rows: list[dict[str, Any]] = []
        for row in self._rows(table):
            rows.append(row)
            if len(rows) == ROWS:
                session.execute(insert(table), rows)
                total, rows = total + len(rows), []
        if rows:
            session.execute(insert(table), rows)
        return total + len(rows)

    def _rows(self, table: Table) -> Iterator[dict[str, Any]]:
        number = 0
        try:
            with self._zip.open(_entry(table)) as file:
                names = json.loads(file.readline(LONGEST_LINE))
                moments = _moments(table, names)
                while line := file.readline(LONGEST_LINE):
                    number += 1
                    values = json.loads(line)
                    for place in moments:
                        values[place] = values[place] and datetime.fromisoformat(values[place])
                    yield dict(zip(names, values, strict=True))
        except (KeyError, ValueError, TypeError) as error:
            raise BackupError(f"{self.path}: {table.name}, row {number} cannot be read: {error!r}") from None


def _moments(table: Table, names: list[str]) -> list[int]:
    """Which columns hold moments.

    Raises:
        ValueError: these are not the columns of the table.
    """
    if sorted(names) != sorted(table.columns.keys()):
        raise ValueError(f"its columns are {', '.join(names)}")
    return [place for place, name in enumerate(names) if isinstance(table.columns[name].type, UtcDateTime)]


def _number_on(session: Session, table: Table) -> None:
    """Let PostgreSQL number new rows from here on; a table that does not number its rows stays as it is."""
    for column in table.primary_key:
        sequence = session.execute(func.pg_get_serial_sequence(table.name, column.name).select()).scalar()
        if sequence is not None:
            highest = select(func.max(column)).scalar_subquery()
            session.execute(select(func.setval(text("CAST(:sequence AS regclass)"), highest)), {"sequence": sequence})
