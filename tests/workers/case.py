"""One watch, one spike and who is told of it: what the tests of notifications share."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from tests.spikes import NOW, a_spike
from uproar import database, silences
from uproar.models import Delivery, Spike
from uproar.settings import Settings
from uproar.watch import Watch, load_watch
from workers.alerting.notifying import Kind, notify, release


class Case:
    """One watch, one spike, and what becomes of it."""

    def __init__(self, home: Path, store: Settings, text: str) -> None:
        path = home / "watches" / "harbour.toml"
        path.write_text(path.read_text() + text)
        self.watch: Watch = load_watch(path)
        self.store = store
        self.spike_id = 0

    def change(self, kind: Kind, at: datetime = NOW, **figures: Any) -> None:
        """Let the spike change, as the one who finds spikes writes it down."""
        with database.writing() as session:
            spike = session.get(Spike, self.spike_id) or a_spike(started_at=at, **figures)
            spike.state, spike.changed_at = kind, at
            spike.resolved_at = at if kind == "resolved" else None
            session.add(spike)
            session.flush()
            self.spike_id = spike.id or 0
            notify(session, spike, kind, watch=self.watch, settings=self.store, now=at)

    def release(self, at: datetime) -> int:
        """Tell what was held back and is no longer; of how many spikes."""
        return release({"harbour": self.watch}, self.store, now=at)

    def silence(self, lasts: timedelta, **of: Any) -> None:
        """Put a silence on record, from now on."""
        with database.writing() as session:
            given = {"watch": None, "signal": None, "comment": "known", "by": None, **of}
            silences.silence(session, starts_at=NOW, ends_at=NOW + lasts, now=NOW, **given)

    def ack(self, at: datetime) -> None:
        """Say that somebody looks after it."""
        with database.writing() as session:
            silences.acknowledge(session, self.spike_id, by="Mo", now=at)

    def end_all(self, *, delivered: bool) -> None:
        """Let every message that waits arrive, or be given up."""
        with database.writing() as session:
            for one in session.exec(select(Delivery).where(col(Delivery.next_attempt_at).is_not(None))):
                one.next_attempt_at = None
                one.delivered_at = NOW if delivered else None
                session.add(one)

    def spike(self) -> Spike:
        """The spike as it is stored."""
        with database.reading() as session:
            found = session.get_one(Spike, self.spike_id)
            session.expunge_all()
            return found

    def told(self) -> list[tuple[str, str]]:
        """Endpoint and event of each message."""
        return [(one.endpoint, one.event) for one in self.messages()]

    def messages(self) -> list[Delivery]:
        """The messages as they are stored."""
        with database.reading() as session:
            found = list(session.exec(select(Delivery).order_by(col(Delivery.id))))
            session.expunge_all()
            return found
