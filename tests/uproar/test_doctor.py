"""`uproar doctor`: what is there, what is wrong, and what to do about it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.afresh import forget
from uproar import broker, checks, database, tombstones
from uproar.__main__ import cli
from uproar.commands import doctor as module
from uproar.lock import only_one
from uproar.settings import Settings

PASSWORD = "s3cr3t-of-the-harbour"


@pytest.fixture(autouse=True)
def _no_wings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wings' own checks have tests of their own."""
    monkeypatch.setattr(module, "wings", dict)


def doctor(*arguments: str) -> Result:
    forget()
    return CliRunner().invoke(cli, ["doctor", *arguments], catch_exceptions=False)


def test_a_sound_installation_is_in_order(store: Settings) -> None:
    answer = doctor("--offline")
    assert answer.output.endswith("All is in order.\n")
    assert answer.exit_code == 0
    assert "ok    watches: 1 switched on of 1" in answer.output
    assert "ok    broker: embedded; `uproar up` starts it" in answer.output


def test_every_setting_is_shown_and_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_PASSWORD", PASSWORD)
    monkeypatch.setenv("UPROAR_SECRET_KEY", PASSWORD)
    monkeypatch.setenv("UPROAR_INGEST_TOKEN", PASSWORD)
    monkeypatch.setenv("UPROAR_DATABASE_URL", f"postgresql://me:{PASSWORD}@127.0.0.1:1/uproar")
    monkeypatch.setenv("UPROAR_BROKER_URL", f"redis://:{PASSWORD}@127.0.0.1:1/0")
    answer = doctor("--offline")
    for name in Settings.model_fields:
        assert f"  UPROAR_{name.upper()} = " in answer.output
    assert PASSWORD not in answer.output
    assert "UPROAR_PASSWORD = (set)" in answer.output
    assert "WRONG database: " in answer.output
    assert "Is UPROAR_DATABASE_URL right, and does the server run?" in answer.output
    assert "Is UPROAR_BROKER_URL right, and does the server run?" in answer.output
    assert answer.output.endswith("2 to mend.\n")
    assert answer.exit_code == 1


def test_missing_tables_are_to_be_migrated(home: Path) -> None:
    answer = doctor("--offline")
    assert "WRONG database: sqlite, tables at version None, newest is" in answer.output
    assert "Run `uproar migrate`" in answer.output
    assert answer.exit_code == 1


def test_a_misspelt_setting_gets_a_hint(sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_PROT", "1")
    answer = doctor("--offline")
    assert "WRONG setting UPROAR_PROT: there is no such setting\n      Did you mean UPROAR_PORT?" in answer.output


def test_the_variable_of_an_endpoint_may_begin_like_ours(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = '[[alerts.endpoints]]\nname = "ops"\nurl = "https://ops.example/"\nsecret_env = "UPROAR_OPS_SECRET"\n'
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + endpoint)
    monkeypatch.setenv("UPROAR_OPS_SECRET", "whsec_aGFyYm91cg==")
    assert "UPROAR_OPS_SECRET" not in doctor("--offline").output


def test_a_wrong_watch_file_is_a_finding_and_not_the_end(sqlite_store: Settings, home: Path) -> None:
    (home / "watches" / "wrong.toml").write_text("title = 5\n")
    answer = doctor("--offline")
    assert "WRONG watches: " in answer.output
    assert "wrong.toml: line 1, title" in answer.output
    assert answer.exit_code == 1


def test_a_full_disk_and_a_clock_of_yesteryear_are_told(
    sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LEAST_FREE", 10**18)
    monkeypatch.setattr(checks, "EARLIEST_CLOCK", 10**12)
    answer = doctor("--offline")
    assert "WRONG disk: " in answer.output
    assert "WRONG clock: " in answer.output
    assert "2 to mend." in answer.output


def test_an_embedded_broker_that_runs_answers(sqlite_store: Settings) -> None:
    process = subprocess.Popen(broker.broker_command(sqlite_store))
    try:
        broker.wait_until_up(sqlite_store)
        assert "ok    broker: answers" in doctor("--offline").output
    finally:
        process.kill()
        process.wait()


def test_an_embedded_broker_that_should_run_and_does_not_is_told(sqlite_store: Settings) -> None:
    with only_one(sqlite_store):
        assert "WRONG broker: the embedded one does not answer" in doctor("--offline").output


def test_in_a_wrong_folder_nothing_is_made(home: Path) -> None:
    before = sorted(home.rglob("*"))
    answer = doctor("--offline")
    assert sorted(home.rglob("*")) == before
    assert "which is not there yet" in answer.output


def test_a_watch_under_a_forgotten_name_is_told(sqlite_store: Settings) -> None:
    assert "its name was forgotten" not in doctor("--offline").output
    with database.writing() as session:
        key = tombstones.of_watch(sqlite_store, "harbour")
        tombstones.put(session, [(key, "watch")], now=datetime.now(UTC))
    assert "WRONG watch harbour: its name was forgotten" in doctor("--offline").output
