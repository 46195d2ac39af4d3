"""An evidence pack that cannot be read, by damage or on purpose."""

import zipfile
from pathlib import Path

import pytest

from tests.uproar.test_evidence_pack import changed, fill, pack, verified
from uproar.errors import UproarError
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
