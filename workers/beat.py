"""The role of the timetable: Celery's beat. It knows the tasks by name only, and loads none of them."""

import click

from uproar.log import set_up_logging
from uproar.queue import app


@click.command()
def beat() -> None:
    """Send every task on its timetable, so that what an announcement lost is found; two of them do no harm."""
    set_up_logging()
    app.start(["--quiet", "beat"])
