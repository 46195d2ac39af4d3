"""`uproar watch`: make, check and list watch files."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from uproar.errors import WatchError
from uproar.settings import settings
from uproar.watch import load_watch, load_watches
from uproar.watch_types import SLUG
from uproar.wing import wings

TEMPLATE = "made-up-deal"


def example(name: str) -> str | None:
    """The text of a watch file that comes with the package, if there is one of that name."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "watches", here.parent / "watches"):  # in the package; in a checkout beside it
        if (folder / f"{name}.toml").is_file():
            return (folder / f"{name}.toml").read_text(encoding="utf-8")
    return None


def _from_template(name: str) -> str:
    text = example(TEMPLATE)
    if text is None:
        raise WatchError(f"{TEMPLATE}.toml is missing from this installation; install Uproar again.")
    today = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")
    for line, changed in (
        (f'name = "{TEMPLATE}"', f'name = "{name}"'),
        ("simulated = true", "simulated = false"),
        (r"starts = \S+", f"starts = {today}"),
        (r"ends = \S+", "# ends = 2099-12-31T00:00:00Z"),
        ('clock = "posts"', 'clock = "wall"'),
    ):
        text, times = re.subn(rf"^{line}$", changed, text, count=1, flags=re.MULTILINE)
        if not times:
            raise WatchError(f"{TEMPLATE}.toml of this installation was changed: it has no line {line}.")
    return text


@click.group()
def watch() -> None:
    """Make, check and list the deals to watch."""


@watch.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a watch file in which every key is explained, switched off until you have edited it.

    NAME may be that of an example (amazon-one-medical): then it is that one.
    """
    place = settings().watch_dir
    if place.is_file():
        raise WatchError(f"UPROAR_WATCH_DIR is the file {place}; a new watch file needs a folder.")
    if not re.fullmatch(SLUG, name):
        raise WatchError(f"{name!r} is no name for a watch: small letters, digits and hyphens, at most 64.")
    path = place / f"{name}.toml"
    text = example(name) or _from_template(name)
    place.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WatchError(f"{path} exists already; choose another name or edit it.") from None
    click.echo(f"Wrote {path}. Edit it, set enabled = true, then run: uproar watch check {path}")


@watch.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check watch files (all of the watch folder if none is named); exit status 1 if one is wrong."""
    wrong = 0
    taken: dict[str, Path] = {}
    for path in files or _watch_files():
        try:
            watch = load_watch(path)
            problems = [found for wing in wings().values() for found in wing.check_watch(watch)]
            if taken.setdefault(watch.name, path) != path:
                problems.append(f"the name {watch.name!r} is taken by {taken[watch.name]}; choose another `name`.")
        except WatchError as error:
            click.echo(str(error))
            wrong += 1
            continue
        for problem in problems:
            click.echo(f"{path}: {problem}")
        wrong += bool(problems)
        if not problems:
            click.echo(f"{path}: in order ({len(watch.sources)} sources, {len(watch.concerns)} concerns)")
    sys.exit(1 if wrong else 0)


@watch.command("list")
def list_watches() -> None:
    """List the watches of the watch folder."""
    for one in load_watches(settings().watch_dir):
        sources = ", ".join(source.name for source in one.sources) or "no sources"
        click.echo(f"{one.name}\t{'on' if one.enabled else 'off'}\t{one.title}\t{sources}")


def _watch_files() -> list[Path]:
    place = settings().watch_dir
    if place.is_file():
        return [place]
    files = sorted(place.glob("*.toml"))
    if not files:
        raise WatchError(f"There is no watch file in {place}. Make one with `uproar watch new NAME`.")
    return files
