"""`uproar alerts`: spikes and who was told of them, their endpoints, and the group of these commands."""

import json
import secrets
import sys
import time
from datetime import UTC, datetime, timedelta

import click

from uproar import answers, database, deliveries, endpoints, silences, undelivered
from uproar.errors import WatchError
from uproar.learning import learning
from uproar.models import Spike
from uproar.settings import settings
from uproar.watch import Watch, active, choose, load_watches
from uproar.watch_endpoints import Endpoint
from workers.alerting.channels import UnusableEndpointError, bring, secret_of
from workers.alerting.listing import table
from workers.alerting.messages import compose
from workers.alerting.options import ID
from workers.alerting.silences_command import list_silences, silence, unsilence

RECENT = timedelta(days=1)
MOST_LISTED = 1_000

of_watch = click.option("--watch", "name", help="The watch; needed if several have an endpoint of that name.")


@click.group()
def alerts() -> None:
    """Ask about alerts, hold them back, and try their endpoints."""


for command in (silence, list_silences, unsilence):
    alerts.add_command(command)


@alerts.command("list")
@click.option("--watch", help="Only those of this watch.")
@click.option("--all", "everything", is_flag=True, help="All that are on record, not only those of the last day.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
def list_alerts(*, watch: str | None, everything: bool, as_json: bool) -> None:
    """List the spikes that go on and those of the last day, and what became of their messages."""
    database.require_current()
    now = datetime.now(UTC)
    known = load_watches(settings().watch_dir)
    with database.reading() as session:
        found = [
            spike
            for spike in answers.spikes(session, watch=watch, limit=MOST_LISTED)
            if everything or spike.resolved_at is None or spike.changed_at > now - RECENT
        ]
        ids = [spike.id or 0 for spike in found]
        sent, told = deliveries.counts(session, ids), undelivered.told(session, ids)
        gone = endpoints.disabled(session, known)
        if as_json:
            rows = [
                {**spike.model_dump(mode="json"), "deliveries": sent[id_], "endpoints": told[id_]}
                for id_, spike in zip(ids, found, strict=True)
            ]
            click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
            return
        for line in table(found, told, {one.name: one for one in known}) if found else ():
            click.echo(line)
        for (of, name), state in gone.items():
            click.echo(f"endpoint {of}/{name} is disabled since {state.disabled_at:%Y-%m-%d %H:%M}: {state.reason}")
            click.echo(f"    Give it another url in the watch file, or run `uproar alerts enable {name} --watch {of}`.")
        extents = {
            one.name: answers.extent(session, watch=one.name) for one in active(known) if watch in (None, one.name)
        }
    for name, extent in extents.items():
        if (learns := learning(extent, now=now)) is not None:
            click.echo(f"watch {name}: {learns}")
    if not found:
        click.echo("There are no alerts." if everything else "There are no alerts that go on or are of the last day.")


@alerts.command()
@click.argument("number", metavar="ID", type=ID)
@click.option("--by", help="Who looks after it.")
def ack(number: int, by: str | None) -> None:
    """Say that somebody looks after the spike ID: nobody is told again until it gets critical, or ends."""
    database.require_current()
    with database.writing() as session:
        spike = silences.acknowledge(session, number, by=by, now=datetime.now(UTC))
        click.echo(f"{spike.watch}, {spike.signal}: acknowledged{f' by {spike.acknowledged_by}' if by else ''}.")


@alerts.command()
@click.argument("number", metavar="ID", type=ID)
def unack(number: int) -> None:
    """Take back that somebody looks after the spike ID: from now on its changes are told again."""
    database.require_current()
    with database.writing() as session:
        spike = silences.withdraw(session, number)
        click.echo(f"{spike.watch}, {spike.signal}: no longer acknowledged.")


@alerts.command("secret")
@click.argument("endpoint")
@of_watch
def show_secret(endpoint: str, name: str | None) -> None:
    """Print the Standard Webhooks secret with which messages to ENDPOINT are signed."""
    watch, one = find_endpoint(endpoint, name)
    if one.apprise_env is not None:
        raise WatchError(f"endpoint {endpoint}: it is told through apprise, and nothing is signed.")
    try:
        click.echo(secret_of(one, watch.name, settings()))
    except UnusableEndpointError as error:
        raise WatchError(f"endpoint {endpoint}: {error}") from None


@alerts.command("enable")
@click.argument("endpoint")
@of_watch
def enable(endpoint: str, name: str | None) -> None:
    """Send to ENDPOINT again, which has said that it is gone, and at once what waits for it.

    `uproar deliveries retry --failed` sends what was given up meanwhile.
    """
    watch, one = find_endpoint(endpoint, name)
    database.require_current()
    with database.writing() as session:
        enabled = endpoints.enable(session, one, watch=watch.name)
        due = undelivered.make_due(session, watch=watch.name, endpoint=one.name, now=datetime.now(UTC))
    said = "is told again." if enabled else "was not disabled."
    click.echo(f"{watch.name}/{one.name} {said}" + (f" {due} that waited are sent now." if due else ""))


@alerts.command("test")
@click.argument("endpoint")
@of_watch
def send_test(endpoint: str, name: str | None) -> None:
    """Send a message marked as a test to ENDPOINT now, and say what came back; exit status 1 if it was not taken.

    If it was, what waits for another attempt there is sent now, too.
    """
    watch, one = find_endpoint(endpoint, name)
    chosen = settings()
    now = datetime.now(UTC)
    spike = Spike(
        watch=watch.name, signal="cancel", state="firing", started_at=now, changed_at=now, count=0, expected=0.0,
        window_s=600, score=0.0, explanation="This is a test. Nothing has happened.", notified=False,
    )  # fmt: skip
    body = compose("test", spike, watch=watch, endpoint=one.name, dashboard=chosen.dashboard_url, more={"test": True})
    began = time.monotonic()
    try:
        message = f"msg_test_{secrets.token_hex(12)}"
        reply = bring(body, message=message, endpoint=one, watch=watch.name, settings=chosen, now=now)
    except UnusableEndpointError as error:
        raise WatchError(f"endpoint {endpoint}: {error}") from None
    seconds = time.monotonic() - began
    said = f"HTTP {reply.status}" if reply.status is not None else "delivered" if reply.delivered else "no answer"
    why = f": {reply.error}" if reply.error and reply.error != said else ""
    click.echo(f"{'ok' if reply.delivered else 'FAILED'}  {watch.name}/{one.name}  {said} after {seconds:.2f} s{why}")
    if reply.delivered and database.is_current():
        with database.writing() as session:
            due = undelivered.make_due(session, watch=watch.name, endpoint=one.name, now=datetime.now(UTC))
        if due:
            click.echo(f"{due} that waited for it are sent now.")
    sys.exit(0 if reply.delivered else 1)


def find_endpoint(endpoint: str, watch: str | None) -> tuple[Watch, Endpoint]:
    """The endpoint of that name, and its watch.

    Raises:
        WatchError: there is none, or several watches have one.
    """
    watches = load_watches(settings().watch_dir)
    asked = [choose(watches, watch)] if watch else watches
    known = [(one, each) for one in asked for each in one.alerts.endpoints]
    found = [(one, each) for one, each in known if each.name == endpoint]
    if len(found) > 1:  # the one that runs is meant
        found = [pair for pair in found if pair[0].enabled] or found
    if len(found) != 1:
        names = ", ".join(f"{each.name} (--watch {one.name})" for one, each in known) or "none"
        what = f"There is no endpoint {endpoint!r}" if not found else f"Several watches have an endpoint {endpoint!r}"
        raise WatchError(f"{what}. Endpoints: {names}.")
    return found[0]
