"""`python -m dashboards.grafana`: writes the dashboards, with the timelines of the folder `watches`."""

from pathlib import Path

import click
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.grafana.reaction import reaction
from dashboards.grafana.service import service
from uproar.watch import load_watches

HERE = Path(__file__).parent
WATCHES = HERE.parents[1] / "watches"


def written(watches: Path) -> dict[str, str]:
    """The JSON of each dashboard by the name of its file."""
    boards = {"reaction.json": reaction(load_watches(watches)), "service.json": service()}
    return {name: _json(board.build()) for name, board in boards.items()}


def _json(board: Dashboard) -> str:
    for number, panel in enumerate(board.panels or (), 1):
        panel.id_val = number  # a link to a panel names it
    return JSONEncoder(sort_keys=True, indent=2).encode(board) + "\n"


@click.command()
@click.option("--watches", type=click.Path(exists=True, path_type=Path), default=WATCHES, help="Watch files.")
@click.option("--to", type=click.Path(path_type=Path), default=HERE / "json", help="Where to write.")
def main(watches: Path, to: Path) -> None:
    """Write the dashboards as JSON."""
    to.mkdir(parents=True, exist_ok=True)
    for name, text in written(watches).items():
        (to / name).write_text(text)


if __name__ == "__main__":
    main()
