"""What the tests of deliveries share: a watch with endpoints, messages for them, and what became of these."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import select

from tests.spikes import a_spike
from tests.workers.endpoint import Endpoint
from uproar import database, deliveries
from uproar.models import Delivery, EndpointState
from uproar.settings import Settings
from uproar.watch import Watch, load_watch
from workers.alerting import channels
from workers.alerting.deliveries import Sender

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BODY = '{"watch":"harbour","note":"voilà"}'


def watch_of(home: Path, *endpoints: Endpoint | str, more: str = "allow_private = true") -> dict[str, Watch]:
    """The watch with one endpoint for each address, called e0, e1, ..."""
    path = home / "watches" / "harbour.toml"
    text = path.read_text()
    for number, one in enumerate(endpoints):
        url = one if isinstance(one, str) else one.url
        text += f'\n[[alerts.endpoints]]\nname = "e{number}"\nurl = "{url}"\n{more}\n'
    path.write_text(text)
    return {"harbour": load_watch(path)}


def hurry(monkeypatch: pytest.MonkeyPatch, seconds: float = 1.0) -> None:
    """Less patience, so that a test does not take as long as a sender does."""
    monkeypatch.setattr(channels, "LIMITS", replace(channels.LIMITS, wait=seconds, total=seconds))


def deliver_due(watches: Mapping[str, Watch], settings: Settings) -> int:
    """Send what is due, and what gets due meanwhile, as the role does; how many attempts that were."""
    sender = Sender(watches, settings)
    attempts = 0
    while (begun := sender.send_due()) or sender._running:
        attempts += begun
        sender.wait(0.1)
    sender.stop(0.0)
    return attempts


def enqueue(*names: str, to: str | None = None) -> None:
    """Put a message for each endpoint on the table; or all of them, about one spike each, for the endpoint `to`."""
    for some in [(one,) for one in names] if to else [names or ("e0",)]:
        _enqueue(some, to)


def _enqueue(names: tuple[str, ...], to: str | None) -> None:
    with database.writing() as session:
        spike = a_spike(notified=True)
        session.add(spike)
        session.flush()
        messages = [deliveries.Message(f"msg_{name}", to or name, "firing", BODY) for name in names]
        deliveries.enqueue(session, spike, messages, now=datetime.now(UTC))


def stored(name: str = "e0", message: str | None = None) -> Delivery:
    """The delivery to an endpoint, or the one of that id."""
    with database.reading() as session:
        query = select(Delivery).where(Delivery.endpoint == name, Delivery.message_id == (message or f"msg_{name}"))
        one = session.exec(query).one()
        session.expunge_all()
        return one


def make_due() -> None:
    """Let the time of the next attempt come."""
    with database.writing() as session:
        for one in session.exec(select(Delivery)).all():
            if one.next_attempt_at is not None:
                one.next_attempt_at = datetime.now(UTC)
                session.add(one)
        session.execute(update(EndpointState).values(busy_until=None))


def waits(delivery: Delivery) -> float:
    """Seconds to its next attempt."""
    assert delivery.next_attempt_at is not None
    return (delivery.next_attempt_at - datetime.now(UTC)).total_seconds()
