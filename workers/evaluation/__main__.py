"""`python -m workers.evaluation FOLDER FILE`: measures the labelled files of a folder and writes docs/quality.md."""

import sys
from pathlib import Path

import click

from uproar.errors import UproarError
from workers.evaluation.alarms import DAYS, SEEDS, measure, section
from workers.evaluation.commands import write
from workers.evaluation.judging import Plan
from workers.evaluation.quality import make_document, measure_folder, measure_ours
from workers.reaction import MODEL_VERSION, Scorer

NEEDS = """\
make quality DATA=FOLDER measures the rules on our own sentences and on labelled posts, which are not in the project.
FOLDER holds .jsonl files: a line is a JSON object with `text` and `label` (0 or 1: is it the author's own leaving? or a
stage, or negative, neutral, positive; B and X are left out), and perhaps `id`, `lang`, `target`, `parent`."""


@click.command()
@click.argument("folder")
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--ours", is_flag=True, help="the sentences in workers/training, too")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--streams", type=click.IntRange(1), default=SEEDS, show_default=True, help="made-up ones of each kind")
@click.option("--days", type=click.IntRange(1), default=DAYS, show_default=True, help="of each of them")
def main(*, folder: str, document: Path, ours: bool, seed: int, streams: int, days: int) -> None:
    """Measure the labelled files in FOLDER and write DOCUMENT."""
    if not folder.strip():
        click.echo(NEEDS, err=True)
        sys.exit(2)
    try:
        plan = Plan(Scorer(), wrong=0, seed=seed)
        measured = measure_folder(Path(folder), plan) + (measure_ours(plan) if ours else [])
        spikes = section(measure(seeds=streams, days=days))
        write(document, make_document(measured, version=MODEL_VERSION, seed=seed, more=spikes))
    except UproarError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(f"{document}: {len(measured)} files measured")


if __name__ == "__main__":
    main()
