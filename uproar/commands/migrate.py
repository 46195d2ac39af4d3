"""`uproar migrate`: bring the tables to this version."""

import itertools

import click

from uproar import database, migrating
from uproar.settings import settings


@click.command()
def migrate() -> None:
    """Make the tables, or bring them to this version; harmless when there is nothing to do."""
    chosen = settings()
    chosen.make_data_dir()
    before, newest = database.versions()
    steps, done = migrating.steps_left(), itertools.count(1)
    migrating.migrate(told=lambda version: click.echo(f"step {next(done)} of {steps}: version {version}", err=True))
    click.echo(f"The tables are at version {newest}" + (" already." if before == newest else f" (were: {before})."))
