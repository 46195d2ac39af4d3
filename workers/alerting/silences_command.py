"""`uproar alerts silence`, `silences` and `unsilence`: times in which nobody is told."""

import json
import re
from datetime import UTC, datetime

import click

from uproar import database, silences
from uproar.errors import UproarError
from uproar.models import Silence
from uproar.settings import settings
from uproar.times import parse_duration
from uproar.watch import choose, load_watches
from uproar.watch_endpoints import SIGNAL
from workers.alerting.options import ID


@click.command()
@click.option("--watch", help="Only of this watch; otherwise of all.")
@click.option("--signal", help="Only of this signal, or of those that meet a pattern like concern:*; otherwise of all.")
@click.option("--for", "lasts", required=True, metavar="TIME", help="For how long: 30m, 2h, 1d or 1h30m.")
@click.option("--comment", required=True, metavar="TEXT", help="Why, for those who wonder.")
@click.option("--by", help="Who says so.")
def silence(*, watch: str | None, signal: str | None, lasts: str, comment: str, by: str | None) -> None:
    """Tell nobody of spikes for a while. They are found and shown as ever; what goes on at its end is told then."""
    if watch is not None:
        choose(load_watches(settings().watch_dir), watch)
    if signal is not None and not re.fullmatch(SIGNAL, signal):
        raise UproarError(f"--signal: {signal!r} is no signal. Write posts, cancel, concern:price or concern:*.")
    try:
        duration = parse_duration(lasts)
    except ValueError as error:
        raise UproarError(f"--for: {error}") from None
    now = datetime.now(UTC)
    database.require_current()
    with database.writing() as session:
        row = silences.silence(
            session, watch=watch, signal=signal, starts_at=now, ends_at=now + duration, comment=comment, by=by, now=now
        )
        click.echo(_line(row, now=now))


@click.command("silences")
@click.option("--all", "everything", is_flag=True, help="Those that have ended, too.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
def list_silences(*, everything: bool, as_json: bool) -> None:
    """List the silences that hold or are to come, the newest first."""
    database.require_current()
    now = datetime.now(UTC)
    with database.reading() as session:
        found = silences.listed(session, now=None if everything else now)
        if as_json:
            click.echo(json.dumps([one.model_dump(mode="json") for one in found], indent=1, ensure_ascii=False))
            return
        for one in found:
            click.echo(_line(one, now=now))
    if not found:
        click.echo("There are no silences.")


@click.command()
@click.argument("number", metavar="ID", type=ID)
def unsilence(number: int) -> None:
    """End the silence ID now; spikes that it held back and that go on are told."""
    database.require_current()
    now = datetime.now(UTC)
    with database.writing() as session:
        click.echo(_line(silences.end(session, number, now=now), now=now))


def _line(one: Silence, *, now: datetime) -> str:
    of = f"{one.watch or 'all watches'}, {one.signal or 'all signals'}"
    state = "ended" if one.ends_at <= now else "until"
    by = f" ({one.created_by})" if one.created_by else ""
    return f"{one.id}  {state} {one.ends_at:%Y-%m-%dT%H:%M:%SZ}  {of}: {one.comment}{by}"
