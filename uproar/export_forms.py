"""The forms in which rows are written out: CSV, JSON lines and Parquet; a piece at a time, however many there are."""

import csv
import importlib
import importlib.util
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal, get_args

from uproar.errors import UproarError
from uproar.export_lines import Column

Form = Literal["csv", "jsonl", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
PIECE = 500  # rows that are written at once
ROW_GROUP = 10_000  # the same of Parquet, in which columns are compressed together
# what spreadsheets take for the beginning of a formula; the wide ones are read like the others
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
PACKAGE = "pyarrow"

Rows = Iterable[dict[str, Any]]


class NoParquetError(UproarError):
    """The package that writes Parquet is not installed."""


def require(form: Form) -> None:
    """Refuse a form that this installation cannot write.

    Raises:
        NoParquetError: Parquet is asked for and its package is not there.
    """
    if form == "parquet" and importlib.util.find_spec(PACKAGE) is None:
        raise NoParquetError(
            "Parquet needs the package pyarrow, which is not installed: run `pip install pyarrow` (the extra "
            "uproar[parquet]), or ask for csv or jsonl."
        )


def written(form: Form, rows: Rows, columns: Sequence[Column]) -> Iterator[bytes]:
    """Rows in one of the forms, piece by piece; of JSON lines the rows may have more than the columns."""
    return _WRITERS[form](rows, columns)


def _csv(rows: Rows, columns: Sequence[Column]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8 with a header; no cell begins like a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in columns)
    for piece in _pieces(rows, PIECE):
        writer.writerows([_cell(row[column.name], column) for column in columns] for row in piece)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()  # the header, where there is no row


def _cell(value: Any, column: Column) -> Any:
    if value is None:
        return ""
    if column.kind == "text":
        return f"'{value}" if str(value).startswith(FORMULAS) else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value).lower() if column.kind == "flag" else value


def _jsonl(rows: Rows, _columns: Sequence[Column]) -> Iterator[bytes]:
    for piece in _pieces(rows, PIECE):
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in piece).encode(errors="backslashreplace")


class _Sink(io.RawIOBase):
    """A file that is written to once, from the beginning to the end, and taken away piece by piece."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._at = 0

    def writable(self) -> bool:
        """It is for nothing else."""
        return True

    def write(self, data: Any, /) -> int:
        """Keep some bytes."""
        size = memoryview(data).nbytes
        self._kept += data
        self._at += size
        return size

    def tell(self) -> int:
        """How many bytes were written so far."""
        return self._at

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        found = bytes(self._kept)
        self._kept.clear()
        return found


def _parquet(rows: Rows, columns: Sequence[Column]) -> Iterator[bytes]:
    arrow = importlib.import_module(PACKAGE)
    files = importlib.import_module(f"{PACKAGE}.parquet")
    kinds = {
        "text": arrow.string(),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "flag": arrow.bool_(),
        "time": arrow.timestamp("us", tz="UTC"),
    }
    schema = arrow.schema([(column.name, kinds[column.kind]) for column in columns])
    sink = _Sink()
    with files.ParquetWriter(sink, schema) as writer:
        for piece in _pieces(rows, ROW_GROUP):
            writer.write_batch(arrow.RecordBatch.from_pylist(piece, schema=schema))
            yield sink.taken()
    yield sink.taken()


def _pieces(rows: Rows, size: int) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while piece := list(islice(left, size)):
        yield piece


_WRITERS: dict[Form, Callable[[Rows, Sequence[Column]], Iterator[bytes]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
