"""What several commands of this room take."""

import click

from uproar.columns import MOST_ID

ID = click.IntRange(1, MOST_ID)  # of a row
