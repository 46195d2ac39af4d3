"""The role of the timetable: Celery's beat. It knows the tasks by name only, and loads none of them."""

from typing import Any

import click
from celery import signals
from celery.apps.beat import Beat

from uproar.log import set_up_logging
from uproar.queue import app
from uproar.roles import Presence
from uproar.settings import settings


@click.command()
def beat() -> None:
    """Send every task on its timetable, so that what an announcement lost is found; two of them do no harm."""
    set_up_logging()
    here = Presence("beat", settings())

    def say(**_: Any) -> None:
        here.say()

    signals.after_task_publish.connect(say, weak=False)  # whenever a task was sent: that is all that it does
    try:
        Beat(app=app, quiet=True).run()
    finally:
        here.leave()
