"""Every question we ask of endpoints beside their watch file: which have said that they are gone."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from uproar.database import insert
from uproar.models import EndpointState
from uproar.watch import Watch
from uproar.watch_endpoints import Endpoint


def address_of(endpoint: Endpoint) -> str:
    """What stands for an endpoint's address in the tables: a hash, for an address may hold a secret."""
    return hashlib.sha256((endpoint.url or f"${endpoint.apprise_env}").encode()).hexdigest()[:32]


def disable(session: Session, endpoint: Endpoint, *, watch: str, reason: str, now: datetime) -> None:
    """Put on record that an endpoint wants nothing more at its present address."""
    values = {"address": address_of(endpoint), "disabled_at": now, "reason": reason}
    row = insert(session, EndpointState).on_conflict_do_update(index_elements=["watch", "name"], set_=values)
    session.execute(row, [{"watch": watch, "name": endpoint.name, **values}])


def enable(session: Session, endpoint: Endpoint, *, watch: str) -> bool:
    """Send to an endpoint again; False if it was not disabled."""
    place = col(EndpointState.watch) == watch, col(EndpointState.name) == endpoint.name
    gone = update(EndpointState).where(*place, col(EndpointState.disabled_at).is_not(None))
    freed = session.execute(gone.values(disabled_at=None, address=None, reason=None).returning(col(EndpointState.name)))
    return bool(freed.all())


def disabled(session: Session, watches: Iterable[Watch]) -> dict[tuple[str, str], EndpointState]:
    """The endpoints of these watches that are disabled, by watch and name; not those that have a new address since."""
    states = {
        (one.watch, one.name): one
        for one in session.exec(select(EndpointState).where(col(EndpointState.disabled_at).is_not(None)))
    }
    return {
        key: states[key]
        for watch in watches
        for endpoint in watch.alerts.endpoints
        if (key := (watch.name, endpoint.name)) in states and states[key].address == address_of(endpoint)
    }
