"""What the wings hang into the ground floor."""

from importlib.metadata import EntryPoint, EntryPoints

import click
import pytest
from click.testing import CliRunner

from uproar import wing
from uproar.__main__ import cli
from uproar.errors import UproarError


def test_every_wing_brings_its_checks() -> None:
    found = wing.wings()
    assert found.keys() == {"collector", "workers", "dashboards"}
    assert all(isinstance(one, wing.Wing) for one in found.values())


def test_every_command_can_be_loaded_and_says_what_it_does() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert isinstance(command, click.Command), name
        assert command.name == name
        assert command.help, name


def test_the_help_lists_the_commands_of_all_wings() -> None:
    answer = CliRunner().invoke(cli, ["-h"])
    assert answer.exit_code == 0
    for name in ("up", "collect", "work", "beat", "deliver", "serve", "score", "spikes", "watch", "export", "doctor"):
        assert f"\n  {name} " in answer.output, name


def test_a_command_that_is_not_there_is_said_so() -> None:
    answer = CliRunner().invoke(cli, ["shout"])
    assert answer.exit_code == 2
    assert "No such command 'shout'" in answer.output


def test_an_entry_point_that_is_no_wing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = EntryPoint("strange", "uproar.errors:Finding", wing.WINGS)
    monkeypatch.setattr(wing, "entry_points", lambda **_: EntryPoints([wrong]))
    with pytest.raises(
        UproarError, match=r"strange of uproar\.wings leads to uproar\.errors:Finding, which is no Wing"
    ):
        wing.wings()
