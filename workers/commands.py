"""The commands and checks of the workers."""

from collections.abc import Iterator
from typing import Any

import click
from celery import signals

from uproar import database, posts
from uproar.errors import Finding, WatchError
from uproar.log import get_logger, set_up_logging
from uproar.outgoing import OutgoingError, require_allowed
from uproar.queue import app
from uproar.settings import Settings, settings
from uproar.watch import Watch, active, choose, load_watches
from uproar.wing import Wing
from workers import tasks
from workers.batches import claim_prefix
from workers.counts import spikes
from workers.deliveries import EndpointGoneError, secret_of
from workers.receiver import receive
from workers.score import score
from workers.scorers import scorer, watches

QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")

log = get_logger(__name__)


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery leaves logging alone while somebody listens to this signal."""


@signals.worker_process_init.connect
def _start_afresh(**_: Any) -> None:
    """A connection must not be shared over a fork: each worker process opens its own."""
    database.engine.cache_clear()
    for watch in watches():
        scorer(watch)  # compiled before the first post waits for it


@click.command()
def work() -> None:
    """Give posts their reactions, find spikes and send alerts, until told to stop."""
    set_up_logging()
    chosen = settings()
    load_watches(chosen.watch_dir)
    database.require_current()
    with database.writing() as session:
        freed = posts.release(session, claim_prefix=claim_prefix(chosen))
    database.engine().dispose()
    log.info("worker_ready", processes=chosen.worker_processes, freed=freed, tasks=[tasks.react.name])
    app.worker_main(
        ["worker", "--quiet", f"--concurrency={chosen.worker_processes}", f"--hostname=uproar@{chosen.name}", *QUIET]
    )


@click.command()
def beat() -> None:
    """Send every task on its timetable, so that what an announcement lost is found; two of them do no harm."""
    set_up_logging()
    app.start(["beat", "--quiet"])


@click.group()
def alerts() -> None:
    """Ask about alerts."""


@alerts.command("secret")
@click.argument("endpoint")
@click.option("--watch", "name", help="The watch; needed if more than one is switched on.")
def show_secret(endpoint: str, name: str | None) -> None:
    """Print the Standard Webhooks secret with which messages to ENDPOINT are signed."""
    chosen = settings()
    watch = choose(load_watches(chosen.watch_dir), name)
    for one in watch.alerts.endpoints:
        if one.name == endpoint:
            try:
                click.echo(secret_of(one, watch.name, chosen))
            except EndpointGoneError as error:
                raise WatchError(f"endpoint {endpoint}: {error}") from None
            return
    known = ", ".join(one.name for one in watch.alerts.endpoints) or "none"
    raise WatchError(f"The watch {watch.name} has no endpoint {endpoint!r}. Its endpoints: {known}.")


def check(chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """Whether each endpoint has a secret and an address that may be reached. Nothing is sent."""
    for watch in active(watches):
        for endpoint in watch.alerts.endpoints:
            subject = f"endpoint {watch.name}/{endpoint.name}"
            try:
                secret_of(endpoint, watch.name, chosen)
                require_allowed(endpoint.url, allow_private=endpoint.allow_private)
            except (EndpointGoneError, OutgoingError) as error:
                yield Finding(subject, ok=False, detail=str(error), remedy="Correct the watch file or the variable.")
            else:
                yield Finding(subject, ok=True, detail="has a secret and an address that may be reached")


wing = Wing(commands=(work, beat, score, spikes, receive, alerts), check=check)
