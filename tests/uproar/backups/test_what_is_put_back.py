"""What a backup holds besides rows, and what is refused: nothing is written then."""

import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.afresh import forget
from tests.dashboards.given import put
from tests.recounted import assert_recounted
from tests.uproar.backups.commands import Elsewhere, done, uproar
from uproar import backups, database
from uproar.errors import UproarError
from uproar.settings import Settings, settings

KEY = "a key that only this test has"

on_sqlite = pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)


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


@on_sqlite
def test_a_damaged_backup_is_refused_before_anything_is_written(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere
) -> None:
    put(watch="harbour", text="I left them")
    done("backup", str(home / "all.zip"))
    assert "whole" in done("restore", "--check", str(home / "all.zip"))
    elsewhere()
    for damage in (changed, shortened, garbled, without_a_table, with_a_stranger):
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


def with_a_stranger(path: Path) -> Path:
    """A key that the checksums do not name."""
    odd = shutil.copy(path, path.with_name("odd.zip"))
    with zipfile.ZipFile(odd, "a") as archive:
        archive.writestr("files/another.key", "mine")
    return Path(odd)


def garbled(path: Path) -> Path:
    """What was packed cannot be unpacked."""
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("tables/posts.jsonl")
    data = bytearray(path.read_bytes())
    start = entry.header_offset + 30 + len(entry.filename) + 20  # 20: the extra field of large files
    data[start : start + 8] = b"\xff" * 8
    path.with_name("garbled.zip").write_bytes(data)
    return path.with_name("garbled.zip")


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


def test_a_file_that_cannot_be_put_back_leaves_no_row_behind(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere
) -> None:
    put(watch="harbour")
    done("backup", str(home / "all.zip"))
    elsewhere()
    settings().watch_dir.parent.mkdir(parents=True, exist_ok=True)
    settings().watch_dir.write_text("this is no folder")
    assert "cannot be made a folder" in str(uproar("restore", str(home / "all.zip")).exception)
    settings().watch_dir.unlink()
    done("restore", str(home / "all.zip"))
    assert assert_recounted() == 1


def test_one_watch_file_comes_back_as_one(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPROAR_WATCH_DIR", str(home / "watches" / "harbour.toml"))
    forget()
    done("backup", str(home / "all.zip"))
    elsewhere()
    monkeypatch.setenv("UPROAR_WATCH_DIR", str(home / "again" / "harbour.toml"))
    forget()
    done("restore", str(home / "all.zip"))
    assert (home / "again" / "harbour.toml").read_text() == (home / "watches" / "harbour.toml").read_text()


def test_an_older_backup_that_lacks_a_table_is_told_by_its_version(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(database, "versions", lambda _=None: ("0001", "0001"))
        older.setattr(backups, "TABLES", backups.TABLES[:-1])
        done("backup", str(home / "all.zip"))
    elsewhere()
    assert "version 0001, this program has" in str(uproar("restore", str(home / "all.zip")).exception)
