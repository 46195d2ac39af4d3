"""`uproar alerts`: ask about alerts and their endpoints; and the checks of this wing."""

from collections.abc import Iterator

import click

from uproar.errors import Finding, WatchError
from uproar.outgoing import OutgoingError, require_allowed
from uproar.settings import Settings, settings
from uproar.watch import Watch, active, choose, load_watches
from uproar.wing import Wing
from workers.deliveries import EndpointGoneError, secret_of


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


wing = Wing(check)
