"""`uproar doctor`: is everything there that this installation needs, and if not, what to do."""

import sys
from collections.abc import Iterator

import click

from uproar import checks
from uproar.errors import Finding
from uproar.settings import PREFIX, SECRET, Settings, settings
from uproar.wing import wings


@click.command()
@click.option("--offline", is_flag=True, help="Ask no source and no endpoint.")
def doctor(*, offline: bool) -> None:
    """Check settings, database, broker, sources, endpoints, clock and disk; exit status 1 if something is wrong."""
    chosen = settings()
    for name in Settings.model_fields:
        value = getattr(chosen, name)
        shown = "(not set)" if value in (None, "") else "(set)" if name in SECRET else value
        click.echo(f"  {PREFIX}{name.upper()} = {shown}")
    wrong = 0
    for finding in _findings(chosen, offline=offline):
        wrong += not finding.ok
        click.echo(f"{'ok   ' if finding.ok else 'WRONG'} {finding.subject}: {finding.detail}")
        if not finding.ok and finding.remedy:
            click.echo(f"      {finding.remedy}")
    click.echo("All is in order." if not wrong else f"{wrong} to mend.")
    sys.exit(1 if wrong else 0)


def _findings(chosen: Settings, *, offline: bool) -> Iterator[Finding]:
    watches, told = checks.watches_of(chosen)
    yield from checks.findings(chosen, watches)
    yield told
    for name, wing in wings().items():
        if not (offline and name != "dashboards"):
            yield from wing.check(chosen, watches)
