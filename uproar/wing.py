"""What a wing hangs into the ground floor: its commands and its checks. The ground floor finds them by entry point."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points

import click

from uproar.errors import Finding, UproarError
from uproar.settings import Settings
from uproar.watch import Watch

GROUP = "uproar.wings"


@dataclass(frozen=True, slots=True)
class Wing:
    """The commands of a wing; `check` is asked by `uproar doctor`, `check_watch` by `uproar watch check`."""

    commands: tuple[click.Command, ...]
    check: Callable[[Settings, list[Watch]], Iterator[Finding]]
    check_watch: Callable[[Watch], Iterator[str]] = lambda _watch: iter(())


def wings() -> dict[str, Wing]:
    """The wings that are installed, by name.

    Raises:
        UproarError: an entry point does not lead to a Wing.
    """
    found: dict[str, Wing] = {}
    for point in entry_points(group=GROUP):
        wing = point.load()
        if not isinstance(wing, Wing):
            raise UproarError(f"The entry point {point.name} of {GROUP} leads to {point.value}, which is no Wing.")
        found[point.name] = wing
    return found
