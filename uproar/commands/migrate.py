"""`uproar migrate`: bring the tables to this version."""

import click

from uproar import database
from uproar.settings import settings


@click.command()
def migrate() -> None:
    """Make the tables, or bring them to this version; harmless when there is nothing to do."""
    chosen = settings()
    chosen.make_data_dir()
    before, newest = database.versions()
    database.migrate()
    click.echo(f"The tables are at version {newest}" + (" already." if before == newest else f" (were: {before})."))
