"""`uproar backups`: one every so often, the newest kept, and none goes before the next one is whole."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from uproar import database
from uproar.backups import Backup
from uproar.commands.backups import backups, forget_drafts, is_due, made, make_one
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_newest_are_kept_and_strangers_stay(store: Settings, home: Path) -> None:
    folder = home / "kept"
    folder.mkdir()
    (folder / "uproar-before-the-move.zip").write_text("another's")
    for day in range(5):
        assert make_one(folder, 3, store, now=NOW + day * DAY)
    assert [path.name for path in made(folder)] == [
        "uproar-20260308T120000Z.zip", "uproar-20260307T120000Z.zip", "uproar-20260306T120000Z.zip",
    ]  # fmt: skip
    assert (folder / "uproar-before-the-move.zip").exists()
    Backup(made(folder)[0]).check()
    assert made(folder)[0].stat().st_mode & 0o777 == 0o600


def test_one_that_fails_costs_no_older_one(sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_one(home / "kept", 1, sqlite_store, now=NOW)
    (sqlite_store.data_dir / "uproar.db").unlink()
    database.engine().dispose()
    assert not make_one(home / "kept", 1, sqlite_store, now=NOW + DAY)
    assert [path.name for path in made(home / "kept")] == ["uproar-20260304T120000Z.zip"]


def test_one_that_is_not_whole_costs_no_older_one(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(place: Path, *_: object, **__: object) -> tuple[None, None]:
        place.write_text("half of it")
        return None, None

    assert make_one(home / "kept", 1, sqlite_store, now=NOW)
    monkeypatch.setattr("uproar.commands.backups.write_backup", damaged)
    assert not make_one(home / "kept", 1, sqlite_store, now=NOW + DAY)
    assert [path.name for path in made(home / "kept")] == ["uproar-20260304T120000Z.zip"]
    assert is_due(home / "kept", DAY, now=NOW + DAY)


@pytest.mark.parametrize(("hours", "due"), [(0, False), (23, False), (24, True), (-1, True)])
def test_a_new_start_waits_until_the_newest_is_old_enough(
    sqlite_store: Settings, home: Path, hours: int, *, due: bool
) -> None:
    assert is_due(home / "kept", DAY, now=NOW)
    make_one(home / "kept", 1, sqlite_store, now=NOW)
    assert is_due(home / "kept", DAY, now=NOW + timedelta(hours=hours)) is due


def test_what_a_killed_one_has_begun_is_removed(sqlite_store: Settings, home: Path) -> None:
    make_one(home / "kept", 1, sqlite_store, now=NOW)
    (home / "kept" / ".uproar-20260304T120000Z.zip.0123456789abcdef").write_text("half of it")
    forget_drafts(home / "kept")
    assert [path.name for path in (home / "kept").iterdir()] == ["uproar-20260304T120000Z.zip"]


@pytest.mark.parametrize("every", ["5s", "often", ""])
def test_a_pause_that_is_none_is_refused(home: Path, every: str) -> None:
    answer = CliRunner().invoke(backups, [str(home), "--every", every])
    assert answer.exit_code == 2
    assert "--every" in answer.output
