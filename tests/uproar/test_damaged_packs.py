"""An evidence pack that cannot be read, by damage or on purpose."""

import gc
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tests.uproar.test_evidence_pack import changed, fill, pack, verified
from uproar.errors import UproarError
from uproar.packs import checking
from uproar.settings import Settings


def test_what_is_no_pack_is_refused_in_a_sentence(home: Path) -> None:
    (home / "x.zip").write_bytes(b"PK no")
    with zipfile.ZipFile(home / "y.zip", "w") as archive:
        archive.writestr("a", "b")
    for name in ("x.zip", "y.zip", "none.zip"):
        answer = verified(home / name)
        assert isinstance(answer.exception, UproarError)
        assert "no evidence pack" in str(answer.exception)


def test_a_pack_that_was_damaged_on_its_way_is_refused_in_a_sentence_wherever_that_is(
    sqlite_store: Settings, home: Path
) -> None:
    fill(home)
    whole = pack(home).read_bytes()
    for at in range(0, len(whole), 101):
        (home / "damaged.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        answer = verified(home / "damaged.zip")
        assert isinstance(answer.exception, UproarError | SystemExit | None), (at, answer.exception)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posts.jsonl", "[" * 60_000),
        ("posts.jsonl", "[]"),
        ("query.json", "1"),
        ("query.json", '{"watch": "harbour", "from": 1, "to": {}}'),
        ("buckets.csv", "watch,minute,source,lang,posts\nharbour,99999999999999999999,a,en,1\n"),
        ("buckets.csv", "watch,minute,source,lang,posts\nharbour\n"),
        ("counts.json", '{"a":' * 60_000),
    ],
)
def test_a_pack_of_nonsense_is_refused_in_a_sentence(sqlite_store: Settings, home: Path, name: str, text: str) -> None:
    fill(home)
    answer = verified(changed(pack(home), name, lambda _: text, hashed=True))
    assert isinstance(answer.exception, UproarError), answer.exception
    del answer
    gc.collect()  # a file that was left open would be told of now


@pytest.mark.parametrize("name", ["posts.jsonl", "buckets.csv", "concerns.csv", "counts.json"])
def test_a_small_pack_that_unpacks_to_a_huge_one_is_refused_before_it_is_in_memory(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fill(home)
    monkeypatch.setattr(checking, "LARGEST", 1_000_000)
    bomb = changed(pack(home), name, lambda text: text + " " * 30_000_000, hashed=True)
    tracemalloc.start()
    try:
        answer = verified(bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "longer than" in str(answer.exception)
    assert most < 10_000_000


def test_a_table_of_too_many_rows_is_refused(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    made = pack(home)
    monkeypatch.setattr(checking, "MOST_ROWS", 1)
    assert "more than 1 rows" in str(verified(made).exception)
