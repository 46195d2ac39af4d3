"""The command `uproar evaluate`: how often the reactions are right on labelled posts."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from uproar import evaluations
from uproar.errors import UproarError
from uproar.settings import settings
from uproar.watch import load_watch
from workers.evaluation import words
from workers.evaluation.judging import Plan
from workers.evaluation.judging import evaluate as evaluate_set
from workers.evaluation.page import make_page
from workers.evaluation.plain import as_json, as_record
from workers.evaluation.reading import BadSetError, LabelledSet, read_file
from workers.evaluation.report import describe
from workers.reaction import Scorer


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--watch",
    "watch_file",
    type=click.Path(path_type=Path),
    help="A watch file, for the deal's names and concerns.",
)
@click.option("--target", help="The service in question where a line names none.")
@click.option("--html", "page_file", type=click.Path(path_type=Path), help="Write a page about it, in one file.")
@click.option("--save", is_flag=True, help="Keep the figures, without any text, for the page on quality.")
@click.option("--json", "plain", is_flag=True, help="Print JSON in place of text.")
@click.option("--wrong", type=click.IntRange(0), default=20, show_default=True, help="Wrong ones to list.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Of the resamples and of the choice of wrong ones."
)
def evaluate(
    *,
    files: tuple[str, ...],
    watch_file: Path | None,
    target: str | None,
    page_file: Path | None,
    save: bool,
    plain: bool,
    wrong: int,
    seed: int,
) -> None:
    """Measure the rules on labelled posts: JSON lines with `text` and `label`, - for standard input.

    A file's labels are 0 and 1 (is it cancel intent?), or stages, or negative, neutral and positive; B and X are
    borderline and left out. A line may have `id`, `lang`, `target`, `parent`, and `stage`, `sentiment`, `stance` and
    `concerns` beside the label. Lines that cannot be used are named, and then nothing is measured.
    """
    if page_file and any(Path(file).resolve() == page_file.resolve() for file in files if file != "-"):
        raise click.UsageError(f"{page_file} is read; write the page to another file.")
    if save and "-" in files:
        raise click.UsageError("--save keeps the hash of each file, and standard input is none.")
    watch = load_watch(watch_file) if watch_file else None
    sets = _read_all(files)
    plan = Plan(Scorer(watch, embeddings=settings().embeddings), target, bool(watch and watch.concerns), wrong, seed)
    measured = [evaluate_set(one, plan) for one in sets]
    if page_file:
        write(page_file, make_page(measured, plan))
    if save:
        kept = evaluations.save(as_record(measured, plan, now=datetime.now(UTC)), settings())
        click.echo(f"{kept}: kept for the page on quality", err=True)
    if plain:
        click.echo(json.dumps(as_json(measured, plan), allow_nan=False))
        return
    click.echo(words.method(plan))
    for evaluation in measured:
        click.echo(f"\n{describe(evaluation)}")


def write(place: Path, text: str) -> None:
    """Write a file that was asked for.

    Raises:
        UproarError: it cannot be written.
    """
    try:
        place.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UproarError(f"{place}: cannot be written: {error.strerror}") from None


def _read_all(files: tuple[str, ...]) -> list[LabelledSet]:
    """Every file, or every fault of every file and exit status 1: a set with lines missing is another set."""
    sets: list[LabelledSet] = []
    faults = 0
    for name in files:
        try:
            sets.append(read_file(name, _standard_input))
        except BadSetError as error:
            faults += 1
            click.echo(str(error), err=True)
    if faults:
        click.echo("Nothing was measured.", err=True)
        raise click.exceptions.Exit(1)
    return sets


def _standard_input() -> IO[bytes]:
    return sys.stdin.buffer
