"""Endpoints: who is told of spikes, of which, and whether it reaches them."""

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dashboards.questions import NamedWatch, Watches
from uproar import database, endpoints
from uproar.endpoints import Traffic
from uproar.models import EndpointState
from uproar.watch_endpoints import Endpoint

router = APIRouter()


class EndpointAnswer(BaseModel):
    """One endpoint of one watch; neither its secret nor its address beyond the host."""

    watch: str
    name: str
    kind: Literal["webhook", "apprise"]
    host: str | None = Field(description="null for one that Apprise brings messages to")
    signals: list[str] = Field(description="told of these only; empty: of all")
    events: list[str] = Field(description="told of these changes only; empty: of all")
    severity: str = Field(description="the least that it is told of")
    fallback: bool = Field(description="told only where another endpoint could not be")
    state: Literal["untried", "ok", "failing", "disabled"] = Field(
        description="untried: no message was ever brought there; disabled: it has answered that it is gone (410)"
    )
    disabled_at: datetime | None
    reason: str | None = Field(description="why it is failing or disabled")
    last_success: datetime | None
    waiting: int = Field(description="messages that are still to be brought there")
    given_up: int = Field(description="messages that were given up after their last attempt")


@router.get("/endpoints")
def get_endpoints(watch: NamedWatch, known: Watches) -> list[EndpointAnswer]:
    """Every endpoint, of one watch or of all, and how messages reach it."""
    asked = [one for one in known if watch in (None, one.name)]
    with database.reading() as session:
        gone = endpoints.disabled(session, asked)
        traffic = endpoints.traffic(session)
    return [
        _answer(one.name, endpoint, gone.get(key), traffic.get(key, Traffic()))
        for one in asked
        for endpoint in one.alerts.endpoints
        if (key := (one.name, endpoint.name))
    ]


def _answer(watch: str, endpoint: Endpoint, gone: EndpointState | None, traffic: Traffic) -> EndpointAnswer:
    return EndpointAnswer(
        watch=watch,
        name=endpoint.name,
        kind="apprise" if endpoint.url is None else "webhook",
        host=urlsplit(endpoint.url).hostname if endpoint.url else None,
        signals=list(endpoint.signals),
        events=list(endpoint.events),
        severity=endpoint.severity,
        fallback=endpoint.fallback,
        state=_state(gone, traffic),
        disabled_at=gone.disabled_at if gone else None,
        reason=gone.reason if gone else traffic.error,
        last_success=traffic.last_success,
        waiting=traffic.waiting,
        given_up=traffic.given_up,
    )


def _state(gone: EndpointState | None, traffic: Traffic) -> Literal["untried", "ok", "failing", "disabled"]:
    if gone is not None:
        return "disabled"
    if traffic.error is not None:
        return "failing"
    return "ok" if traffic.last_success is not None else "untried"
