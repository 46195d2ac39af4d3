"""Packages of other people, as an installer would leave them on the path."""

import tomllib
from pathlib import Path

import pytest


def install(
    folder: Path, patch: pytest.MonkeyPatch, *, package: str, modules: dict[str, str], points: dict[str, str]
) -> Path:
    """Put a package with entry points of `uproar.sources` onto the path of this process; the folder it is in."""
    place = folder / package
    (place / f"{package}-1.dist-info").mkdir(parents=True)
    (place / f"{package}-1.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (place / f"{package}-1.dist-info" / "entry_points.txt").write_text(f"[uproar.sources]\n{lines}")
    for name, text in modules.items():
        (place / f"{name}.py").write_text(text)
    patch.syspath_prepend(str(place))
    return place


def points_of(pyproject: str) -> dict[str, str]:
    """The entry points that a pyproject.toml names."""
    found: dict[str, str] = tomllib.loads(pyproject)["project"]["entry-points"]["uproar.sources"]
    return found
