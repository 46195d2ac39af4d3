"""The role of the workers: Celery's worker."""

import gc
import os
import signal
import sys
import threading
import warnings
from typing import Any

import click
from celery import signals
from celery.apps.worker import Worker
from celery.concurrency import prefork  # noqa: F401 - Celery would import it after the fork, in each process

from uproar import database, posts, tracing
from uproar.log import get_logger, set_up_logging
from uproar.processes import keep_what_is_there
from uproar.queue import app
from uproar.roles import Presence
from uproar.settings import settings
from workers import tasks  # noqa: F401 - Celery has to know them
from workers.batches import claim_prefix, free_of_the_dead
from workers.presence import Present
from workers.scorers import scorer, watches

COLLECT_AFTER = 20_000, 10, 20  # a batch makes many objects that die by themselves, among 100,000 that stay for good
STOP_SECONDS = 2.0  # until a task is broken off; Celery needs some four more to end, and nobody waits longer than eight

log = get_logger(__name__)


@signals.worker_process_init.connect
def _start_afresh(**_: Any) -> None:
    """A connection must not be shared over a fork: each worker process opens its own."""
    database.forget_engine()
    gc.set_threshold(*COLLECT_AFTER)
    if freed := free_of_the_dead(settings()):  # those of the process in whose place this one begins
        log.info("worker_replaced", freed=freed)


@signals.worker_process_shutdown.connect
def _send_traces(**_: Any) -> None:
    """Such a process runs nothing at its exit."""
    tracing.flush()


@signals.worker_shutting_down.connect
def _stop_in_time(how: str, **_: Any) -> None:
    """Celery would wait for the end of every task; ours may be broken off, for each can be run again."""
    if how == "Warm":
        timer = threading.Timer(STOP_SECONDS, os.kill, (os.getpid(), signal.SIGQUIT))
        timer.daemon = True
        timer.start()


@click.command()
def work() -> None:
    """Give posts their reactions and find spikes, until told to stop."""
    set_up_logging()
    # the message speaks of pickle; our tasks are JSON, and carry nothing
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    chosen = settings()
    for watch in watches():
        scorer(watch).react("")  # what is missing is told now, and what is read now is shared by all processes
    database.require_current()
    with database.writing() as session:
        freed = posts.release(session, claim_prefix=claim_prefix(chosen))
    database.close_engine()
    log.info("worker_starting", processes=chosen.worker_processes, freed=freed)
    keep_what_is_there()
    app.steps["consumer"].add(Present)
    quiet = {"quiet": True, "without_gossip": True, "without_mingle": True, "without_heartbeat": True}
    worker = Worker(app=app, hostname=f"uproar@{chosen.name}", concurrency=chosen.worker_processes, **quiet)
    try:
        worker.start()
    finally:
        Presence("worker", chosen).leave()
    sys.exit(worker.exitcode)
