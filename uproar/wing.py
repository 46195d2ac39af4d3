"""What a wing hangs into the ground floor, which finds it by entry point: its commands and its checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points

import click

from uproar.errors import Finding, UproarError
from uproar.settings import Settings
from uproar.watch import Watch

COMMANDS = "uproar.commands"
WINGS = "uproar.wings"


@dataclass(frozen=True, slots=True)
class Wing:
    """The checks of a wing: `check` is asked by `uproar doctor`, `check_watch` by `uproar watch check`.

    The setup page asks both, but no `check` that is `costly`: one that makes requests to others.
    """

    check: Callable[[Settings, list[Watch]], Iterator[Finding]]
    check_watch: Callable[[Watch], Iterator[str]] = lambda _watch: iter(())
    costly: bool = False


def wings() -> dict[str, Wing]:
    """The wings that are installed, by name.

    Raises:
        UproarError: an entry point does not lead to a Wing.
    """
    found: dict[str, Wing] = {}
    for point in entry_points(group=WINGS):
        wing = point.load()
        if not isinstance(wing, Wing):
            raise UproarError(f"The entry point {point.name} of {WINGS} leads to {point.value}, which is no Wing.")
        found[point.name] = wing
    return found


class Commands(click.Group):
    """A group whose commands are loaded when they are asked for: a role carries only what it needs."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(entry_points(group=COMMANDS).names)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        for point in entry_points(group=COMMANDS, name=name):
            command: click.Command = point.load()
            return command
        return None
