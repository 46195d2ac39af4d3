"""What `uproar doctor` and `uproar watch check` ask this wing: whether endpoints can be told anything."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from uproar import answers, database, endpoints, undelivered
from uproar.errors import Finding
from uproar.learning import learning
from uproar.outgoing import OutgoingError, is_private_name, require_allowed
from uproar.said import Said
from uproar.settings import Settings
from uproar.undelivered import Stuck
from uproar.watch import Watch, active
from uproar.watch_endpoints import Endpoint
from uproar.wing import Wing
from workers.alerting import chat
from workers.alerting.channels import APPRISE_SECONDS, UnusableEndpointError, apprise_url, require_secret


def check(_chosen: Settings, watches: list[Watch]) -> Iterator[Finding]:
    """Whether each endpoint has a secret and an address that may be reached. Nothing is sent."""
    gone, stuck = _told_of(watches)
    for watch in active(watches):
        for endpoint in watch.alerts.endpoints:
            subject = f"endpoint {watch.name}/{endpoint.name}"
            if (reason := gone.get((watch.name, endpoint.name))) is not None:
                command = f"uproar alerts enable {endpoint.name} --watch {watch.name}"
                remedy = Said("Give it another url, or run `{command}`.", command=command)
                detail = Said("disabled: {reason}", reason=reason)
                yield Finding(subject, ok=False, detail=detail, remedy=remedy, command=command)
                continue
            try:
                usable = _usable(endpoint)
            except (UnusableEndpointError, OutgoingError) as error:
                yield Finding(subject, ok=False, detail=str(error), remedy="Correct the watch file or the variable.")
                continue
            waits = stuck.get((watch.name, endpoint.name))
            if waits is None:
                yield Finding(subject, ok=True, detail=usable)
            else:
                command = f"uproar alerts test {endpoint.name} --watch {watch.name}"
                remedy = Said("Mend it, then run `{command}`: it sends them.", command=command)
                yield Finding(subject, ok=False, detail=_waiting(waits), remedy=remedy)
    yield from _learning(active(watches))


def _waiting(waits: Stuck) -> Said:
    template = "{n} failed so far, the next attempt is at {at}: {error}"
    return Said(template, n=waits.messages, at=f"{waits.next_attempt_at:%Y-%m-%d %H:%M:%SZ}", error=waits.error)


def _learning(watches: list[Watch]) -> Iterator[Finding]:
    if not database.is_current():
        return  # a finding of its own says so
    with database.reading() as session:
        for watch in watches:
            learns = learning(answers.extent(session, watch=watch.name), now=datetime.now(UTC))
            if learns is not None:
                yield Finding(f"watch {watch.name}", ok=True, detail=learns.said)


def _told_of(watches: list[Watch]) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], Stuck]]:
    """Why endpoints are disabled, and what is stuck on its way to others."""
    if not database.is_current():
        return {}, {}  # a finding of its own says so
    with database.reading() as session:
        gone = {key: one.reason or "" for key, one in endpoints.disabled(session, watches).items()}
        return gone, undelivered.stuck(session)


def _usable(endpoint: Endpoint) -> str:
    if endpoint.apprise_env is not None:
        error = chat.check(apprise_url(endpoint), seconds=APPRISE_SECONDS)
        if error is not None:
            raise UnusableEndpointError(f"the variable {endpoint.apprise_env} cannot be used: {error}")
        return "has an Apprise URL"
    if endpoint.secret_env is not None:
        require_secret(endpoint.secret_env)
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
