"""`uproar deliveries`: messages on their way to endpoints, and another try for those that did not arrive."""

import json
from datetime import UTC, datetime

import click
from sqlmodel import Session

from uproar import database, deliveries, undelivered
from uproar.deliveries import Asked, state_of
from uproar.errors import UproarError
from uproar.models import Delivery
from workers.alerting.options import ID

MOST = 10_000

of_watch = click.option("--watch", help="Only those of this watch.")
of_endpoint = click.option("--endpoint", help="Only those to this endpoint.")


@click.group("deliveries")
def group() -> None:
    """Show what was sent to endpoints, and send again what did not arrive."""


@group.command("list")
@of_watch
@of_endpoint
@click.option("--state", type=click.Choice(["pending", "delivered", "failed"]), help="Only those that are so.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON list, with the bodies.")
def list_deliveries(*, watch: str | None, endpoint: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """List messages, the newest first: number, time, state, endpoint, event, attempts, and the last error."""
    database.require_current()
    with database.reading() as session:
        found = deliveries.newest(session, Asked(watch=watch, endpoint=endpoint, state=state), limit=limit)
        if as_json:
            rows = [{**one.model_dump(mode="json"), "state": state_of(one)} for one in found]
            click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
            return
        for one in found:
            click.echo(_line(one))
    if not found:
        click.echo("There are no deliveries.")


def _line(one: Delivery) -> str:
    again = f", again {one.next_attempt_at:%Y-%m-%d %H:%M:%S}" if one.next_attempt_at else ""
    error = f": {one.last_error}" if one.last_error else ""
    return (
        f"{one.id}  {one.created_at:%Y-%m-%d %H:%M:%S}  {state_of(one):<9} {one.watch}/{one.endpoint}  {one.event} of "
        f"spike {one.spike_id}, {one.attempts} attempt{'' if one.attempts == 1 else 's'}{again}{error}"
    )


@group.command()
@click.argument("number", metavar="[ID]", type=ID, required=False)
@click.option("--failed", is_flag=True, help="All that were given up.")
@click.option("--pending", is_flag=True, help="All that wait for another attempt: now.")
@of_watch
@of_endpoint
def retry(*, number: int | None, failed: bool, pending: bool, watch: str | None, endpoint: str | None) -> None:
    """Send the message ID again, or all that were given up, or that wait for another attempt; the ids stay the same.

    The end of a spike is sent with what was given up of its beginning.
    """
    if (failed or pending) == (number is not None):
        raise click.UsageError("Say which: the ID of one (see `uproar deliveries list`), --failed or --pending.")
    database.require_current()
    now = datetime.now(UTC)
    with database.writing() as session:
        sent = left = 0
        if number is not None:
            sent = _retry(session, number, now=now)
        if failed:
            asked = Asked(watch=watch, endpoint=endpoint, state="failed")
            rows = deliveries.newest(session, asked, limit=MOST)
            sent = sum(undelivered.retry(session, one.id or 0, now=now) is not None for one in rows)
        if pending:
            sent += undelivered.make_due(session, watch=watch, endpoint=endpoint, now=now)
        elif failed:
            left = undelivered.waiting(session, watch=watch, endpoint=endpoint, now=now)
    click.echo(f"{sent} to be sent again.")
    if left:
        click.echo(f"{left} more were not given up and wait for another attempt: --pending sends them now.")


def _retry(session: Session, number: int, *, now: datetime) -> int:
    row = undelivered.retry(session, number, now=now)
    if row is None:
        raise UproarError(f"There is no delivery {number}. See `uproar deliveries list`.")
    if row.delivered_at is not None:
        raise UproarError(f"The message {number} was delivered; it is not sent twice.")
    return 1
