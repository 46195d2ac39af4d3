"""Files of keys that nobody can use are told of, and not with a trace of a bug."""

from pathlib import Path

import pytest

from tests.uproar.test_forget import by
from tests.uproar.test_hashing import NEW, OLD, finding
from tests.uproar.test_posts import save
from uproar.checks import findings
from uproar.errors import UproarError
from uproar.key_settings import KEY
from uproar.settings import Settings, settings
from uproar.watch import load_watches


@pytest.mark.parametrize("content", [None, b"\xff\xfe and no text at all", b"short"])
def test_a_file_of_keys_that_cannot_be_read_is_a_finding(sqlite_store: Settings, content: bytes | None) -> None:
    save(by("ana", "1"), sqlite_store)
    place = sqlite_store.data_dir / KEY
    place.unlink()
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
    settings.cache_clear()
    with pytest.raises(UproarError, match=KEY):
        _ = settings().keys
    assert finding(settings())[0] is False


@pytest.mark.parametrize("stored", [["1"], []])
def test_doctor_goes_on_past_a_file_of_keys_that_cannot_be_read(sqlite_store: Settings, stored: list[str]) -> None:
    save(by("ana", *stored), sqlite_store)
    (sqlite_store.make_data_dir() / KEY).unlink(missing_ok=True)
    (sqlite_store.data_dir / KEY).write_bytes(b"short")
    settings.cache_clear()
    found = list(findings(settings(), load_watches(sqlite_store.watch_dir)))
    assert [one.subject for one in found if not one.ok] == ["keys"]
    assert {"database", "disk", "clock"} <= {one.subject for one in found}


@pytest.mark.parametrize("content", ["", "\n", f"{'k' * 32}\nshort\n"])
def test_a_file_of_keys_without_a_good_key_is_refused_and_not_shown(home: Path, content: str) -> None:
    chosen = settings()
    chosen.make_data_dir()
    (chosen.data_dir / "secret.key").write_text(content)
    with pytest.raises(UproarError, match="at least 16 characters") as caught:
        _ = chosen.keys
    assert "short" not in str(caught.value)


def test_a_mark_of_byte_order_and_blanks_are_no_part_of_a_key(home: Path) -> None:
    chosen = settings()
    (chosen.make_data_dir() / "secret.key").write_bytes(f"\ufeff{OLD} \r\n{NEW}\r\n".encode())
    assert chosen.keys == (OLD.encode(), NEW.encode())


def test_added_keys_need_a_first_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_ADDED_KEYS", NEW)
    settings.cache_clear()
    with pytest.raises(UproarError, match="UPROAR_ADDED_KEYS: goes with UPROAR_SECRET_KEY"):
        settings()
    monkeypatch.setenv("UPROAR_SECRET_KEY", OLD)
    monkeypatch.setenv("UPROAR_ADDED_KEYS", f"{NEW} hunter2")
    with pytest.raises(UproarError, match="UPROAR_ADDED_KEYS: must have at least 16") as caught:
        settings()
    assert "hunter2" not in str(caught.value)
