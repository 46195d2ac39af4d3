"""Types of source that other packages bring, by the entry point group `uproar.sources`."""

import re
from collections.abc import Callable, Collection
from importlib.metadata import EntryPoint, entry_points

from collector.source import Source
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch
from uproar.watch_types import SLUG

GROUP = "uproar.sources"

Make = Callable[[SourceSpec, Watch, Settings], Source]


class PluginError(Exception):
    """A type that another package brings cannot be used; the message says which package, why, and what to do."""


def names() -> list[str]:
    """The types that other packages say they bring; none is loaded for that."""
    return sorted(entry_points(group=GROUP).names)


def load(name: str) -> Make | None:
    """What makes a source of this type, out of another package; None if no package brings it.

    Raises:
        PluginError: it cannot be loaded, or is no source, or two packages bring it.
    """
    points = tuple(entry_points(group=GROUP, name=name))
    if not points:
        return None
    if len(points) > 1:
        raise PluginError(
            f"{' and '.join(map(_described, points))} both bring the type {name!r}: uninstall one of them"
        )
    (point,) = points
    try:
        made = point.load()
    except Exception as error:  # noqa: BLE001 - whatever importing other people's code does, it is the answer here
        raise PluginError(
            f"{_described(point)} brings the type {name!r} and cannot be loaded ({type(error).__name__}: {error}): "
            "mend or uninstall it"
        ) from None
    if not callable(made) or (isinstance(made, type) and not callable(getattr(made, "fetch", None))):
        raise PluginError(f"{_described(point)} brings the type {name!r}, but {point.value} is no class with a fetch()")
    make: Make = made
    return make


def problems(taken: Collection[str]) -> list[str]:
    """What is wrong with the types that other packages bring; each is loaded to find out. Ours are `taken`."""
    found = []
    for name in sorted(set(names())):
        if name in taken:
            (point, *_) = entry_points(group=GROUP, name=name)
            found.append(f"{_described(point)} brings a type {name!r}, which Uproar has itself: ours is used")
            continue
        if not re.fullmatch(SLUG, name):
            found.append(f"the type {name!r} cannot be written in a watch file: small letters, digits and hyphens")
            continue
        try:
            load(name)
        except PluginError as error:
            found.append(str(error))
    return found


def _described(point: EntryPoint) -> str:
    return f"the package {point.dist.name}" if point.dist is not None else f"the entry point {point.value}"
