"""The command line as a whole: what goes wrong is one message, without a traceback."""

from pathlib import Path

import pytest

from tests.service import run


@pytest.mark.parametrize("command", [("export", "posts"), ("work",), ("collect",), ("serve",), ("migrate",), ("up",)])
def test_a_database_that_is_down_is_one_message(home: Path, command: tuple[str, ...]) -> None:
    answer = run(*command, UPROAR_DATABASE_URL="postgresql://who:hidden@127.0.0.1:1/nowhere", UPROAR_PORT="0")
    assert answer.returncode == 2
    assert b"the database failed" in answer.stderr
    assert b"uproar doctor" in answer.stderr
    assert b"Traceback" not in answer.stderr
    assert b"hidden" not in answer.stderr + answer.stdout


@pytest.mark.parametrize("command", [("up",), ("migrate",), ("export", "posts"), ("doctor", "--offline")])
def test_a_data_directory_that_cannot_be_used_is_one_message(home: Path, command: tuple[str, ...]) -> None:
    (home / "occupied").write_text("a file")
    answer = run(*command, UPROAR_DATA_DIR=str(home / "occupied"), UPROAR_PORT="0")
    assert answer.returncode in (1, 2)
    assert b"DATA_DIR" in answer.stderr + answer.stdout
    assert b"Traceback" not in answer.stderr


def test_a_wrong_setting_stops_every_command_with_its_name(home: Path) -> None:
    answer = run("watch", "list", UPROAR_PORT="many")
    assert answer.returncode == 2
    assert b"UPROAR_PORT" in answer.stderr
