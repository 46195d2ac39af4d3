"""`uproar watch new`, `check` and `list`, and how the command line tells a mistake."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uproar.__main__ import cli
from uproar.errors import WatchError
from uproar.settings import settings
from uproar.watch import load_watch


def watch(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["watch", *arguments])


def test_a_new_watch_file_is_in_order_and_switched_off(home: Path) -> None:
    answer = watch("new", "ferry-deal")
    path = home / "watches" / "ferry-deal.toml"
    assert answer.exit_code == 0
    assert f"Wrote {path}. Edit it, set enabled = true, then run: uproar watch check {path}" in answer.output
    made = load_watch(path)
    assert made.name == "ferry-deal"
    assert not made.enabled
    assert watch("check", str(path)).exit_code == 0


def test_a_new_watch_file_makes_its_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_WATCH_DIR", str(home / "deep" / "watches"))
    settings.cache_clear()
    assert watch("new", "ferry-deal").exit_code == 0
    assert (home / "deep" / "watches" / "ferry-deal.toml").exists()


@pytest.mark.parametrize("name", ["../escape", "Ferry", "", "a" * 65, "a_b"])
def test_a_name_that_is_none_is_refused(home: Path, name: str) -> None:
    answer = watch("new", name)
    assert isinstance(answer.exception, WatchError)
    assert "small letters, digits and hyphens" in str(answer.exception)
    assert [path.name for path in (home / "watches").iterdir()] == ["harbour.toml"]


def test_a_watch_file_that_is_there_is_not_overwritten(home: Path) -> None:
    before = (home / "watches" / "harbour.toml").read_text()
    answer = watch("new", "harbour")
    assert "exists already" in str(answer.exception)
    assert (home / "watches" / "harbour.toml").read_text() == before


def test_check_says_of_each_file_what_is_wrong_and_exits_with_1(home: Path) -> None:
    (home / "watches" / "wrong.toml").write_text("title = 5\n")
    answer = watch("check")
    assert answer.exit_code == 1
    assert f"{home / 'watches' / 'harbour.toml'}: in order (0 sources, 1 concerns)" in answer.output
    assert "wrong.toml: line 1, title: " in answer.output


def test_check_also_asks_the_sources(home: Path) -> None:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + '\n[[sources]]\ntype = "carrier-pigeon"\n')
    answer = watch("check", str(path))
    assert answer.exit_code == 1
    assert "carrier-pigeon" in answer.output
    assert answer.output.startswith(f"{path}: ")


def test_check_says_that_a_word_leaves_out_every_post_about_a_service(home: Path) -> None:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + '\n[matching]\nexclude = ["harbour", "Harbour Freight"]\n')
    answer = watch("check", str(path))
    assert answer.exit_code == 1
    assert "matching.exclude: it leaves out every post that says 'Harbour Clinics'" in answer.output
    path.write_text(path.read_text().replace('"harbour", ', ""))
    assert watch("check", str(path)).exit_code == 0


def test_check_finds_two_files_with_one_name(home: Path) -> None:
    folder = home / "watches"
    (folder / "twin.toml").write_text((folder / "harbour.toml").read_text())
    answer = watch("check")
    assert answer.exit_code == 1
    assert "twin.toml: the name 'harbour' is taken by" in answer.output


def test_check_of_an_empty_folder_says_how_to_begin(home: Path) -> None:
    (home / "watches" / "harbour.toml").unlink()
    assert "uproar watch new NAME" in str(watch("check").exception)


def test_list_shows_name_state_title_and_sources(home: Path) -> None:
    watch("new", "ferry-deal")
    lines = watch("list").output.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["ferry-deal", "off"], ["harbour", "on"]]
    assert lines[1].endswith("\tGullwing buys Harbour Clinics\tno sources")


def test_a_mistake_on_the_command_line_is_one_message_and_status_2(home: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "uproar", "watch", "list"],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "UPROAR_WATCH_DIR": str(home / "nowhere")},
    )
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("uproar: ")
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
