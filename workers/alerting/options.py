"""What several commands of this room take."""

import click

ID = click.IntRange(1, 2**63 - 1)  # of a row; no database knows a greater one
