"""What `uproar doctor` and `uproar watch check` ask this wing: whether endpoints can be told anything."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from uproar import database, endpoints
from uproar.errors import Finding
from uproar.outgoing import OutgoingError, is_private_name, require_allowed
from uproar.settings import Settings
from uproar.watch import Watch, active
from uproar.watch_endpoints import Endpoint
from uproar.wing import Wing
from workers.alerting import chat
from workers.alerting.channels import APPRISE_SECONDS, UnusableEndpointError, apprise_url, require_secret, secret_of


def check(chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """Whether each endpoint has a secret and an address that may be reached. Nothing is sent."""
    gone = _disabled(watches)
    for watch in active(watches):
        for endpoint in watch.alerts.endpoints:
            subject = f"endpoint {watch.name}/{endpoint.name}"
            if (reason := gone.get((watch.name, endpoint.name))) is not None:
                command = f"uproar alerts enable {endpoint.name} --watch {watch.name}"
                remedy = f"Give it another url, or run `{command}`."
                yield Finding(subject, ok=False, detail=f"disabled: {reason}", remedy=remedy, command=command)
                continue
            try:
                detail = _usable(endpoint, watch, chosen)
            except (UnusableEndpointError, OutgoingError) as error:
                yield Finding(subject, ok=False, detail=str(error), remedy="Correct the watch file or the variable.")
            else:
                yield Finding(subject, ok=True, detail=detail)


def _disabled(watches: list[Watch]) -> dict[tuple[str, str], str]:
    try:
        with database.reading() as session:
            return {key: one.reason or "" for key, one in endpoints.disabled(session, watches).items()}
    except SQLAlchemyError:  # no database, or no tables yet: a finding of its own says so
        return {}


def _usable(endpoint: Endpoint, watch: Watch, chosen: Settings) -> str:
    if endpoint.apprise_env is not None:
        error = chat.check(apprise_url(endpoint), seconds=APPRISE_SECONDS)
        if error is not None:
            raise UnusableEndpointError(f"the variable {endpoint.apprise_env} cannot be used: {error}")
        return "has an Apprise URL"
    secret_of(endpoint, watch.name, chosen)
    if endpoint.previous_secret_env is not None:
        require_secret(endpoint.previous_secret_env)
    require_allowed(endpoint.url or "", allow_private=endpoint.allow_private)
    return "has a secret and an address that may be reached"


def check_watch(watch: Watch) -> Iterator[str]:
    """Endpoints whose address can be seen to be private without looking it up, and fallbacks of nothing."""
    for endpoint in watch.alerts.endpoints:
        host = urlsplit(endpoint.url or "").hostname or ""
        if host and not endpoint.allow_private and is_private_name(host):
            yield f"alerts.endpoints, {endpoint.name}: {host} is no public address (see allow_private)"
    if watch.alerts.endpoints and all(endpoint.fallback for endpoint in watch.alerts.endpoints):
        yield "alerts.endpoints: all are `fallback`, so nobody is told of anything; one must not be"


wing = Wing(check, check_watch)
