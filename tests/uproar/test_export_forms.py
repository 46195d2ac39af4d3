"""Exports as tables: CSV that no spreadsheet runs, Parquet, and memory that does not grow."""

import csv
import importlib
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.dashboards.given import put
from tests.uproar.test_export import fill
from uproar import export_forms
from uproar.__main__ import cli
from uproar.errors import SettingsError, UproarError
from uproar.export_forms import NoParquetError, written
from uproar.export_lines import BUCKET_COLUMNS, POST_COLUMNS, Column
from uproar.settings import Settings, settings

AT = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)
TEXT = (Column("text"),)


def export(*arguments: str) -> bytes:
    answer = CliRunner().invoke(cli, ["export", *arguments], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout_bytes


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    (row,) = table(b"".join(written("csv", [{"text": f'{start}cmd|"/c calc"!A1'}], TEXT)))
    assert row["text"] == f'\'{start}cmd|"/c calc"!A1'


def test_a_text_comes_back_from_csv_as_it_was(sqlite_store: Settings) -> None:
    fill(sqlite_store)
    rows = table(export("posts", "--format", "csv", "--watch", "harbour"))
    assert list(rows[0]) == [column.name for column in POST_COLUMNS]
    assert rows[0]["text"] == 'I left\nHarbour Clinics, "finally" \u2028 voilà'
    assert (rows[0]["compound"], rows[0]["cancel"], rows[0]["rules"]) == ("-0.5", "true", "en.left")
    assert rows[0]["created_at"] == "2026-03-04T12:00:30Z"
    assert [row["stage"] for row in rows] == ["cancelled", "", ""]


def test_an_empty_table_has_its_header(sqlite_store: Settings) -> None:
    assert table(export("buckets", "--format", "csv")) == []
    assert export("buckets", "--format", "csv").decode().strip() == ",".join(one.name for one in BUCKET_COLUMNS)


def test_posts_are_chosen_by_range_and_filter(store: Settings) -> None:
    fill(store)
    every = ["posts", "--format", "csv", "--watch", "harbour"]
    assert [row["id"] for row in table(export(*every, "--range", "first..latest"))] == ["p0"]
    assert table(export(*every, "--range", "2026-03-04T12:01Z..2026-03-05")) == []
    for found in (["--stage", "cancelled"], ["--cancel"], ["--concern", "privacy"], ["--lang", "en", "--voice"]):
        assert len(table(export(*every, *found))) == 1, found
    for none in (["--stage", "staying"], ["--no-cancel"], ["--source", "other"], ["--stance", "for"], ["--echo"]):
        assert table(export(*every, *none)) == [], none
    minutes = ["buckets", "--exact", "--format", "csv", "--watch", "harbour", "--range", "first..latest"]
    assert [row["cancel"] for row in table(export(*minutes))] == ["1"]
    assert table(export(*minutes, "--lang", "fr")) == []


@pytest.mark.parametrize("range_", ["yesterday", "now..now-1h", "2026-13-01..now"])
def test_a_range_that_is_none_is_refused(sqlite_store: Settings, range_: str) -> None:
    answer = CliRunner().invoke(cli, ["export", "posts", "--range", range_])
    assert isinstance(answer.exception, UproarError)
    assert "range" in str(answer.exception)


def test_without_its_package_parquet_is_refused_in_a_sentence(
    sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_forms, "PACKAGE", "no_such_package")
    answer = CliRunner().invoke(cli, ["export", "posts", "--format", "parquet"])
    assert isinstance(answer.exception, NoParquetError)
    assert "pip install pyarrow" in str(answer.exception)


def test_parquet_has_the_types_of_its_columns(sqlite_store: Settings, tmp_path: Path) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    fill(sqlite_store)
    assert export("posts", "--format", "parquet", "--out", str(tmp_path / "p.parquet")) == b""
    rows = parquet.read_table(tmp_path / "p.parquet").to_pylist()
    assert [row["id"] for row in rows] == ["p0", "p1", "p2", "p0"]
    assert (rows[0]["cancel"], rows[0]["compound"], rows[0]["created_at"]) == (True, -0.5, AT)
    assert rows[1]["cancel"] is None
    (bucket,) = parquet.read_table(io.BytesIO(export("buckets", "--exact", "--format", "parquet"))).to_pylist()
    assert (bucket["posts"], bucket["lang"]) == (1, "en")


def rows_without_end(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {"text": f"post {number} " + "x" * 200}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_memory_stays_at_one_piece_however_many_rows_there_are(form: export_forms.Form) -> None:
    if form == "parquet":
        importlib.import_module("pyarrow.parquet")
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in written(form, rows_without_end(100_000), TEXT))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 100_000
    assert peak < 20_000_000  # all rows together are more than 30 MB


def test_small_counts_are_hidden_in_every_form_unless_asked_for(
    sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(watch="harbour")
    forms = {form: export("buckets", "--format", form) for form in ("csv", "jsonl", "parquet")}
    assert table(forms["csv"])[0]["posts"] == ""
    assert json.loads(forms["jsonl"])["posts"] is None
    parquet = importlib.import_module("pyarrow.parquet")
    assert parquet.read_table(io.BytesIO(forms["parquet"])).to_pylist()[0]["posts"] is None
    monkeypatch.setenv("UPROAR_SMALLEST_COUNT", "1")
    settings.cache_clear()
    assert json.loads(export("buckets"))["posts"] == 1


def test_a_limit_that_gives_itself_away_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_SMALLEST_COUNT", "2")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="at least 3"):
        settings()
