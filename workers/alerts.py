"""`uproar alerts`: ask about alerts and their endpoints; and the checks of this wing."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import click

from uproar.errors import Finding, WatchError
from uproar.outgoing import OutgoingError, is_private_name, require_allowed
from uproar.settings import Settings, settings
from uproar.watch import Watch, active, choose, load_watches
from uproar.wing import Wing
from workers.deliveries import EndpointGoneError, secret_of


@click.group()
def alerts() -> None:
    """Ask about alerts."""


@alerts.command("secret")
@click.argument("endpoint")
@click.option("--watch", "name", help="The watch; needed if several have an endpoint of that name.")
def show_secret(endpoint: str, name: str | None) -> None:
    """Print the Standard Webhooks secret with which messages to ENDPOINT are signed."""
    chosen = settings()
    watches = load_watches(chosen.watch_dir)
    asked = [choose(watches, name)] if name else watches
    known = [(watch.name, one) for watch in asked for one in watch.alerts.endpoints]
    found = [(watch, one) for watch, one in known if one.name == endpoint]
    if len(found) != 1:
        names = ", ".join(f"{one.name} (--watch {watch})" for watch, one in known) or "none"
        what = f"There is no endpoint {endpoint!r}" if not found else f"Several watches have an endpoint {endpoint!r}"
        raise WatchError(f"{what}. Endpoints: {names}.")
    watch, one = found[0]
    try:
        click.echo(secret_of(one, watch, chosen))
    except EndpointGoneError as error:
        raise WatchError(f"endpoint {endpoint}: {error}") from None


def check(chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """Whether each endpoint has a secret and an address that may be reached. Nothing is sent."""
    for watch in active(watches):
        for endpoint in watch.alerts.endpoints:
            subject = f"endpoint {watch.name}/{endpoint.name}"
            try:
                secret_of(endpoint, watch.name, chosen)
                require_allowed(endpoint.url or "", allow_private=endpoint.allow_private)
            except (EndpointGoneError, OutgoingError) as error:
                yield Finding(subject, ok=False, detail=str(error), remedy="Correct the watch file or the variable.")
            else:
                yield Finding(subject, ok=True, detail="has a secret and an address that may be reached")


def check_watch(watch: Watch) -> Iterator[str]:
    """Endpoints whose address can be seen to be private without looking it up."""
    for endpoint in watch.alerts.endpoints:
        host = urlsplit(endpoint.url or "").hostname or ""
        if not endpoint.allow_private and is_private_name(host):
            yield f"alerts.endpoints, {endpoint.name}: {host} is no public address (see allow_private)"


wing = Wing(check, check_watch)
