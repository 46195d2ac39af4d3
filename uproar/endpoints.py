"""Every question we ask of endpoints beside their watch file: which are gone, and what became of messages to each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, update
from sqlalchemy import select as choose
from sqlmodel import Session, col, select

from uproar import deliveries
from uproar.database import insert
from uproar.models import Delivery, EndpointState
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


@dataclass(frozen=True, slots=True)
class Traffic:
    """What became of the messages to one endpoint; `error` is why the last one could not be brought, if it was so."""

    last_success: datetime | None = None
    waiting: int = 0
    given_up: int = 0
    error: str | None = None


def traffic(session: Session) -> dict[tuple[str, str], Traffic]:
    """What became of all messages, by watch and endpoint."""
    place = col(Delivery.watch), col(Delivery.endpoint)
    open_ = col(Delivery.delivered_at).is_(None)
    waits, ended = col(Delivery.next_attempt_at).is_not(None), col(Delivery.next_attempt_at).is_(None)
    errors = {(watch, name): error for watch, name, error in deliveries.failing(session)}
    tried = select(*place, Delivery.last_error).where(open_, waits, col(Delivery.last_error).is_not(None))
    errors |= {(watch, name): error or "" for watch, name, error in session.exec(tried.order_by(col(Delivery.id)))}
    query = choose(
        *place,
        func.max(Delivery.delivered_at),
        func.sum(case((open_ & waits, 1), else_=0)),
        func.sum(case((open_ & ended, 1), else_=0)),
    ).group_by(*place)
    return {
        (watch, name): Traffic(last, int(waiting), int(given_up), errors.get((watch, name)))
        for watch, name, last, waiting, given_up in session.execute(query)
    }
